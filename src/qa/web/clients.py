"""The client of a request: the address that its connection comes from, or that a trusted proxy reports."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

from qa.errors import UsageError
from qa.web.names import plain_address

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_HOPS = 20
"""Maximum number of addresses that are read from X-Forwarded-For."""


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of addresses such as ``10.0.0.5`` or ``10.0.0.0/8``.

    Raises:
        UsageError: A text is not an address.
    """
    parsed = []
    for text in texts:
        try:
            parsed.append(ipaddress.ip_network("127.0.0.1" if text == "localhost" else text, strict=False))
        except ValueError as error:
            raise UsageError("trusted-proxy-invalid", address=text) from error
    return tuple(parsed)


def client(peer: str, forwarded: str, proxies: tuple[Network, ...]) -> str:
    """Return the address of the client.

    Args:
        peer: The address that the connection comes from.
        forwarded: The X-Forwarded-For header. Anyone can write it, so only entries of trusted proxies count.
        proxies: The trusted proxies.
    """
    address = plain_address(peer) or peer
    hops = forwarded.split(",")[-MOST_HOPS:]
    while hops and is_trusted(address, proxies):
        hop = plain_address(hops.pop().strip())
        if hop is None:
            break
        address = hop
    return address


def is_trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    """Return whether an address is that of a trusted proxy."""
    plain = plain_address(address)
    return plain is not None and any(ipaddress.ip_address(plain) in network for network in proxies)


def bucket(address: str) -> str:
    """Return the unit that is limited together: an IPv4 address, or the /64 network of an IPv6 address."""
    plain = plain_address(address)
    if plain is None or ":" not in plain:
        return address
    return str(ipaddress.ip_network(f"{plain}/64", strict=False))
