"""Addresses as proxies write them."""

import pytest

from kit import networks


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("198.51.100.7", "198.51.100.7", "198.51.100.7"),
        (" 198.51.100.7 ", "198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:5678", "198.51.100.7", "198.51.100.7"),
        ("[198.51.100.7]:80", "198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7", "198.51.100.7"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::"),
        ("[2001:db8::1]", "2001:db8::1", "2001:db8::"),
        ("[2001:db8::1]:443", "2001:db8::1", "2001:db8::"),
        ("2001:db8:1:2:3:4:5:6%eth0", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::1", "::1", "::"),
    ],
)
def test_what_can_be_read(text: str, address: str, network: str) -> None:
    found = networks.address_in(text)
    assert found is not None
    assert (str(found), networks.network_of(found)) == (address, network)


@pytest.mark.parametrize(
    "text",
    ["", "unknown", "_hidden", "198.51.100", "198.51.100.7:", "198.51.100.7:123456", "198.51.100.7.", "198.51.100.07",
     "2001:db8::1]:443", "[2001:db8::1", "3325256711", "198.51.100.7/24", "a" * 8000, "198.51.100.7\0", "٣.1.1.1"],
)  # fmt: skip
def test_what_cannot(text: str) -> None:
    assert networks.address_in(text) is None
