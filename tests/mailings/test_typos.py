"""A slip in a common domain is asked about; nothing else is."""

import pytest

from mailings import typos


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com"), ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"), ("gmx.dee", "gmx.de"), ("gnx.de", "gmx.de"), ("wbe.de", "web.de"),
        ("t-onlin.de", "t-online.de"), ("tonline.de", "t-online.de"), ("hotmial.com", "hotmail.com"),
        ("outlok.de", "outlook.de"), ("iclud.com", "icloud.com"), ("yahho.de", "yahoo.de"), ("freent.de", "freenet.de"),
    ],
)  # fmt: skip
def test_one_slip_is_recognised(typed: str, meant: str) -> None:
    assert typos.meant(f"kim@{typed}") == f"kim@{meant}"


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "mail.com", "ymail.com", "gmx.at", "gmx.ch", "gmx.net", "web.de", "email.de", "mail.de", "aol.de",
     "yahoo.fr", "example.org", "uni-siegen.de", "siegen.de", "t.de", "d", "gamil.de", "xn--mller-kva.de"],
)  # fmt: skip
def test_other_domains_are_left_alone(domain: str) -> None:
    assert typos.meant(f"kim@{domain}") == ""
