"""Several phone numbers written in one, taken apart: "333-10/11", "0271 4041/4042", "404-2958/59", "110/112"."""

import re

from kit.phone_noise import SHORT, digits, masked

_EXTENSIONS = re.compile(
    r"(?P<stem>(?:[^\d\ue000\ue001]*\d){6,}\D*-\s*)(?P<ones>\d{1,5}(?:\s*/\s*\d{1,5})+)(?P<rest>(?!\s*[\d/-]).*)"
)
_TWINS = re.compile(
    r"(?P<stem>\D*(?:0\d{1,5}[\s/-]+|\(0[\d ]+\)\s*))(?P<ones>\d[\d ]*\d\s*/\s*\d[\d ]*\d)(?P<rest>(?!\s*[\d/-]).*)"
)
_SHORTS = re.compile(rf"(?P<stem>\D*)(?P<ones>{SHORT}(?:\s*/\s*{SHORT})+)(?P<rest>(?!\s*[\d/-]).*)")
_NEAR = 10  # lines of one house are numbered one after the other


def alternatives(part: str) -> list[str]:
    """Numbers that share their beginning, each for itself: "333-10/11" as "333-10" and "-11".

    What may be two things is left as it is, and so not dialled: "-100/17" as "-100" and "/17".
    """
    shown = masked(part)
    if several := _EXTENSIONS.fullmatch(shown):
        before = "-"
    elif several := _SHORTS.fullmatch(shown) or _twins(shown):
        before = ""
    else:
        return [part]
    first, *others = (one.strip() for one in several["ones"].split("/"))
    found = [part[: several.end("stem")] + first]
    for other in others:
        # "116 111/110" are two whole ones.
        if len(digits(other)) < len(digits(first)) and (before or not re.fullmatch(SHORT, digits(other))):
            full = _in_full(first, other)
            found.append(f"{before}{full}" if full else f"/{other}")
            first = full or first
        else:
            first = other
            found.append(before + other)
    return [*found[:-1], found[-1] + part[several.end("ones") :]]


def _twins(shown: str) -> re.Match[str] | None:
    """Two numbers of one place, as long as each other or the second cut short: "4041/4042", "55321/22"; "404/2958" is
    one.
    """
    several = _TWINS.fullmatch(shown)
    if several is None:
        return None
    first, second = map(digits, several["ones"].split("/")[:2])
    is_one_more = len(second) <= 2 and bool(_in_full(first, second))
    return several if len(first) >= 4 and (len(first) == len(second) or is_one_more) else None


def _in_full(first: str, other: str) -> str:
    """The number whose last digits alone are written, because it follows the first closely: "59" after "2958" is
    "2959"; "" if it does not.
    """
    beginning, last = first[: -len(other)], first[-len(other) :]
    follows = last.isdigit() and other.isdigit() and 0 < int(other) - int(last) < _NEAR
    return beginning + other if follows else ""
