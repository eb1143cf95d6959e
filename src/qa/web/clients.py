"""Who asks: the address that a connection comes from, or the one that a trusted proxy names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

from qa.errors import UsageError
from qa.web.names import plain_address

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_HOPS = 20


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Returns the networks that addresses such as ``10.0.0.5`` or ``10.0.0.0/8`` name."""
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network("127.0.0.1" if text == "localhost" else text, strict=False))
        except ValueError as error:
            raise UsageError("trusted-proxy-invalid", address=text) from error
    return tuple(found)


def client(peer: str, forwarded: str, proxies: tuple[Network, ...]) -> str:
    """Returns who asks.

    Args:
        peer: The address that the connection comes from.
        forwarded: The X-Forwarded-For header, which anyone can write: only what trusted proxies added counts.
        proxies: Those that are trusted.
    """
    address = plain_address(peer) or peer
    hops = forwarded.split(",")[-MOST_HOPS:]
    while hops and trusted(address, proxies):
        hop = plain_address(hops.pop().strip())
        if hop is None:
            break
        address = hop
    return address


def trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    """Says whether an address is one of a trusted proxy."""
    plain = plain_address(address)
    return plain is not None and any(ipaddress.ip_address(plain) in network for network in proxies)


def bucket(address: str) -> str:
    """Returns what is limited together: an address, or of IPv6 the network that one household has."""
    plain = plain_address(address)
    if plain is None or ":" not in plain:
        return address
    return str(ipaddress.ip_network(f"{plain}/64", strict=False))
