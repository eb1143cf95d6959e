"""The names and addresses under which this machine's page may be asked for.

A page of another site can point a name of its own at this machine and then read from it as from itself
(DNS rebinding). So only the machine's own names and addresses are answered, and those that its owner names.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_.-]{1,253}))(?::[0-9]{1,5})?")


def host_of(header: str) -> str | None:
    """Returns the name or address in a Host header, without its port; None where it is not one."""
    match = _HOST.fullmatch(header)
    if match is None:
        return None
    name = (match[1] or match[2]).lower().removesuffix(".")
    return plain_address(name) or name or None


def plain_address(text: str | None) -> str | None:
    """Returns an IP address in its one normal form; None where the text is not one."""
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def own_names(host: str, root_path: str | None = None, more: Iterable[str] = ()) -> frozenset[str]:
    """Returns the names that are this machine's, where it listens on ``host``.

    Addresses other than loopback are not among them: a connection says itself which it came to.

    Args:
        host: The address or name to listen on.
        root_path: Where a reverse proxy shows the page.
        more: Further names, which the owner gives.
    """
    public = public_host(root_path)
    names = {*LOOPBACK, *filter(None, [host_of(public) if public else None])}
    names.update(name for name in map(host_of, more) if name)
    if host in LOOPBACK:
        return frozenset(names)
    # Asked of the machine alone; the full name would be asked of a name server.
    full = host_of(socket.gethostname())
    if full:
        names.update((full, full.partition(".")[0], f"{full.partition('.')[0]}.local"))
    given = host_of(f"[{host}]" if ":" in host else host)
    if given and given not in ("0.0.0.0", "::"):
        names.add(given)
    return frozenset(names)


def public_host(root_path: str | None) -> str | None:
    """Returns the host, with its port if it has one, of the address where a reverse proxy shows the page."""
    try:
        return urlsplit(root_path or "").netloc.lower() or None
    except ValueError:
        return None
