"""Classifies a mail server's refusal: the mailbox is gone for good, or the mail was not taken now (RFC 3463, RFC 5321
§4.2).

Servers use the same 5xx for an unknown mailbox and for a sender they distrust. Only the first ends the address:
otherwise one day on a block list would silence every member at a large provider. So HARD needs positive evidence that
this mailbox is gone (M-21); whatever is not understood is SOFT.
"""

import re
from typing import NamedTuple

from mailings.models import Feedback
from mailings.returns import wording

Kind = Feedback.Kind

# A code counts where servers put it: at a line's start, after a colon and its like, after "said", or after the arrow of
# a transcript ("<-- 550", "<<< 550"). Elsewhere it is a telephone number, a date or a version. A reply code is followed
# by words, or by an enhanced code.
_PLACE = (
    r"(?:^[ \t>*|.<-]{0,40}|[:;#('\"\[]|<(?:--|<<)|\b(?:said|was|returned|replied|responded|error))[ '\"(<#\[-]{0,4}"
)
_ENHANCED = r"[245]\.[0-7]\.\d{1,3}(?![\d.])"
_CODE = re.compile(
    rf"{_PLACE}(?:(?P<reply>[45][0-7]\d)(?:[ -]+#?(?P<after>{_ENHANCED})|(?=[ -]+(?![\d. -])))|(?P<alone>{_ENHANCED}))",
    re.MULTILINE | re.IGNORECASE,
)
# Bad mailbox, system or syntax of the recipient; moved; no mail there. 5.2.1 is said of mailboxes that are busy, too.
_GONE = re.compile(r"5\.1\.(?:[1236]|10)")
_OF_SENDER = {"5.1.7", "5.1.8"}
_NO_DOMAIN = re.compile(r"5\.(?:1\.2|4\.4|4\.310)")


class Verdict(NamedTuple):
    kind: Feedback.Kind
    why: str  # which words or code decided
    certain: bool = True  # False: nothing decided


UNDECIDED = Verdict(Kind.SOFT, "nothing says that the mailbox is gone", certain=False)


def says_full(text: str) -> bool:
    """Whether the words say that the mailbox is full."""
    return wording.FULL.search(wording.folded(text)) is not None


def status_in(text: str) -> str:
    """The first enhanced status code in the text, "5.1.1"; "" without one."""
    codes = (found["after"] or found["alone"] for found in _CODE.finditer(text[: wording.LONGEST_TEXT]))
    return next((code for code in codes if code), "")


def refuses(text: str) -> bool:
    """Whether the text repeats a server's final refusal."""
    return any((found["reply"] or found["alone"]).startswith("5") for found in _CODE.finditer(text))


def refusal_at(text: str) -> int:
    """Where the server's refusal begins; 0 if the text repeats none."""
    found = _CODE.search(text)
    return found.start("reply" if found["reply"] else "alone") if found else 0


def kind_of(status: str, text: str) -> Feedback.Kind:
    """HARD if the mailbox does not exist any more, SOFT if only this mail was refused."""
    return judge(status, text).kind


def judge(status: str, *texts: str) -> Verdict:
    """The verdict of the first text that decides, the server's own answer before explanations; else that of `status`.

    A text with a code is the refusing server's own answer, and the last word even if it decides nothing. What stands
    behind it was made of it: Sendmail turns each 550 into "5.1.1 User unknown".
    """
    for text in texts:
        verdict = _of_text(text, status_in(text) or status)
        if verdict.certain or _is_answer(text):
            return verdict
    return _of_code(status)


def _of_text(text: str, code: str) -> Verdict:
    """What one text says. The order is the rule: the moment and our side first, then the mailbox."""
    replies = {found["reply"] for found in _CODE.finditer(text[: wording.LONGEST_TEXT]) if found["reply"]}
    if code.startswith("4") or code in _OF_SENDER:
        return Verdict(Kind.SOFT, f"code {code}")
    if temporary := sorted(reply for reply in replies if reply.startswith("4")):
        return Verdict(Kind.SOFT, f"code {temporary[0]}")
    words = wording.folded(text)
    if found := wording.OURS.search(words) or wording.FULL.search(words):
        return Verdict(Kind.SOFT, f'words "{found[0]}"')
    words = wording.NOTHING.sub(";", words)
    if found := wording.GONE.search(words) or wording.NO_MAIL_THERE.search(words):
        return Verdict(Kind.HARD, f'words "{found[0]}"')
    if (found := wording.UNAVAILABLE.search(words)) and replies:
        return Verdict(Kind.HARD, f'words "{found[0]}" with code {min(replies)}')
    if (found := wording.NO_DOMAIN.search(words)) and _NO_DOMAIN.fullmatch(code):
        return Verdict(Kind.HARD, f'words "{found[0]}" with code {code}')
    # Microsoft 365 refuses so whom its directory does not know; without this code the words mean a policy.
    if code == "5.4.1" and "recipient address rejected" in words:
        return Verdict(Kind.HARD, 'words "recipient address rejected" with code 5.4.1')
    return _of_code(status_in(text))


def _of_code(code: str) -> Verdict:
    if code.startswith("4"):
        return Verdict(Kind.SOFT, f"code {code}")
    return Verdict(Kind.HARD, f"code {code}") if _GONE.fullmatch(code) else UNDECIDED


def _is_answer(text: str) -> bool:
    codes = (found["reply"] or found["alone"] for found in _CODE.finditer(text[: wording.LONGEST_TEXT]))
    return any(not code.endswith(".0.0") for code in codes)
