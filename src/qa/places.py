"""What names a place of an index: the path of a folder, or the address of a database."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("postgresql://", "postgres://")
"""How the address of a database begins; everything else is the path of a folder."""


def is_database(place: object) -> bool:
    """Return whether a place is the address of a database."""
    return isinstance(place, str) and place.lower().startswith(SCHEMES)


def addresses(place: str) -> list[str]:
    """Return the addresses of the databases that a place names, which commas separate."""
    return re.split(r",(?=postgres(?:ql)?://)", place)


def has_password(place: str) -> bool:
    """Return whether an address of a database contains a password, or cannot be read."""
    return any(map(_has_password, addresses(place)))


def _has_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
        keys = {key for key, _ in parse_qsl(parts.query)}
    except ValueError:
        return True
    return ":" in parts.netloc.rpartition("@")[0] or bool({"password", "sslpassword"} & keys)


def shown(place: str) -> str:
    """Return addresses without users, passwords and parameters, for a message."""
    hosts = (address.rpartition("@")[2].partition("?")[0] for address in addresses(place))
    return ",".join(f"postgresql://…@{host}" for host in hosts)
