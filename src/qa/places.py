"""What names a place of an index: the path of a folder, or the address of a database."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

SCHEMES = ("postgresql://", "postgres://")
"""How the address of a database begins; everything else is the path of a folder."""


def is_database(place: object) -> bool:
    """Return whether a place is the address of a database."""
    return isinstance(place, str) and place.lower().startswith(SCHEMES)


def has_password(address: str) -> bool:
    """Return whether an address contains a password, or cannot be read."""
    try:
        parts = urlsplit(address)
        keys = {key for key, _ in parse_qsl(parts.query)}
    except ValueError:
        return True
    return ":" in parts.netloc.rpartition("@")[0] or bool({"password", "sslpassword"} & keys)


def shown(address: str) -> str:
    """Return an address without user, password and parameters, for a message."""
    return f"postgresql://…@{address.rpartition('@')[2].partition('?')[0]}"
