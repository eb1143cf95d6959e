"""The host names and addresses under which the page answers.

Another site can point its own name at this machine and then read the page as if it were its own (DNS
rebinding). So the server answers only to the machine's names and addresses and to those that its owner lists.
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
    """Return the name or address in a Host header, without its port; None if the header is invalid."""
    match = _HOST.fullmatch(header)
    if match is None:
        return None
    name = (match[1] or match[2]).lower().removesuffix(".")
    return plain_address(name) or name or None


def plain_address(text: str | None) -> str | None:
    """Return an IP address in its normal form; None if the text is not an address."""
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def own_names(host: str, root_path: str | None = None, more: Iterable[str] = ()) -> frozenset[str]:
    """Return the names of this machine when it listens on ``host``.

    Addresses other than loopback are not included: every connection tells which address it came to.

    Args:
        host: The address or name to listen on.
        root_path: The path or URL at which a reverse proxy shows the page.
        more: Further names that the owner allows.
    """
    public = public_host(root_path)
    names = {*LOOPBACK, *filter(None, [host_of(public) if public else None])}
    names.update(name for name in map(host_of, more) if name)
    if host in LOOPBACK:
        return frozenset(names)
    # The local name only; asking for the full name would query a name server.
    full = host_of(socket.gethostname())
    if full:
        names.update((full, full.partition(".")[0], f"{full.partition('.')[0]}.local"))
    listening = host_of(f"[{host}]" if ":" in host else host)
    if listening and listening not in ("0.0.0.0", "::"):
        names.add(listening)
    return frozenset(names)


def public_host(root_path: str | None) -> str | None:
    """Return the host, and the port if there is one, of the URL at which a reverse proxy shows the page."""
    try:
        return urlsplit(root_path or "").netloc.lower() or None
    except ValueError:
        return None
