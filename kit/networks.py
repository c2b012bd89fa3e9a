"""Network addresses as proxies and servers write them."""

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST = 64
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5}")


def address_in(text: str) -> Address | None:
    """The address in `text`, without port, brackets and zone; IPv4 written as IPv6 is IPv4. None if there is none."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(address: Address) -> str:
    """What one connection gets: for IPv6 its /64, named by its first address, for IPv4 the address itself.

    In a /64 everybody may choose among 2^64 addresses.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
