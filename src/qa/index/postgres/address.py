"""The address of a library in a database, without its password wherever it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from qa.errors import UsageError

LIBRARY = "default"
"""The library of an address that names none."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Address:
    """A library in a database.

    Attributes:
        name: The address without password, as messages have it.
        library: The library in the database.
        optional: Whether questions may be answered without this database, if it is one of several.
        url: The address that the driver connects to, which may contain a password.
    """

    name: str
    library: str
    url: str = field(repr=False)
    optional: bool = False

    @classmethod
    def parse(cls, address: str) -> Self:
        """Return the parts of ``postgresql://[user[:password]@]host[:port]/database[?library=NAME]``.

        ``optional=yes`` marks a database without which questions may be answered. Other parameters are those
        of the driver, such as ``sslmode``.

        Raises:
            UsageError: The name of the library, or the address, is not valid.
        """
        try:
            parts = urlsplit(address)
            query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError as error:
            raise UsageError("address-invalid") from error
        named = [value for key, value in query if key == "library"]
        library = named[-1] if named else LIBRARY
        if not _NAME.fullmatch(library):
            raise UsageError("library-name-invalid", name=library)
        optional = any(key == "optional" and value == "yes" for key, value in query)
        rest = urlencode([(key, value) for key, value in query if key not in ("library", "optional")])
        user, at, host = parts.netloc.rpartition("@")
        shown = f"postgresql://{user.partition(':')[0]}{at}{host}{parts.path}"
        if named:
            shown += f"?library={library}"
        url = urlunsplit(("postgresql", parts.netloc, parts.path, rest, ""))
        return cls(shown, library, url, optional)
