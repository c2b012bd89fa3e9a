"""Slips in the domain of a mail address: "gmial.com" is asked about, because the mail would never arrive."""

# Where most people here have their mailboxes, and real domains that look much like one of them.
_COMMON = (
    "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "outlook.de",
    "outlook.com", "hotmail.de", "hotmail.com", "live.de", "yahoo.de", "yahoo.com", "icloud.com", "posteo.de",
    "mailbox.org", "arcor.de", "online.de", "aol.com",
)  # fmt: skip
_REAL = ("mail.com", "ymail.com", "email.com", "gmx.at", "gmx.ch", "web.com", "live.com", "yahoo.fr", "aol.de")


def meant(address: str) -> str:
    """The address that was probably meant, if the domain of `address` is one slip away from a common one, else ""."""
    local, _at, domain = address.rpartition("@")
    if domain in _COMMON or domain in _REAL:
        return ""
    return next((f"{local}@{common}" for common in _COMMON if _is_one_slip(domain, common)), "")


def _is_one_slip(typed: str, intended: str) -> bool:
    """One letter too many, missing or wrong, or two swapped."""
    same = 0
    while same < min(len(typed), len(intended)) and typed[same] == intended[same]:
        same += 1
    typed, intended = typed[same:], intended[same:]
    swapped = typed[:2] == intended[1::-1] and typed[2:] == intended[2:] and len(intended) > 1
    return swapped or typed[1:] == intended or typed == intended[1:] or typed[1:] == intended[1:]
