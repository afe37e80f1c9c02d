"""Internet addresses as logs write them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_BRACKETED: Final = re.compile(r"\[([^\]]+)\](?::\d+)?")
_V4_WITH_PORT: Final = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+")


@lru_cache(maxsize=4096)
def parse_address(text: str | None) -> str | None:
    """Return the address in its canonical spelling, without port, or None where the text is none.

    An IPv4 address inside an IPv6 one is given as IPv4.
    """
    if text is None:
        return None
    # Entra: the unified audit log writes "[2001:db8::1]:443" and "192.0.2.1:443".
    bare = text.strip()
    if found := _BRACKETED.fullmatch(bare) or _V4_WITH_PORT.fullmatch(bare):
        bare = found[1]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def inside(address: str, networks: Iterable[Network]) -> bool:
    """Say whether an address, as :func:`parse_address` gives it, lies in one of the networks."""
    parsed = ip_address(address)
    return any(parsed in network for network in networks if network.version == parsed.version)
