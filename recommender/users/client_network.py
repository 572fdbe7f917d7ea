"""Whom an address stands for, where something is counted by address."""

from __future__ import annotations

import ipaddress

_IPV6_NETWORK_BITS = 64  # what one subscriber is given


def client_network(address: str) -> str:
    """Return whom an address stands for: in IPv6 one household has a whole /64.

    Parameters
    ----------
    address
        As the server knows it; what is no address stands for itself.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK_BITS), strict=False))
    return str(parsed)
