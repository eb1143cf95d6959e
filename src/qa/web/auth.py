"""Who may see the page: names and salted hashes of passwords in a file, one ``name:hash`` a line.

The hash is ``scrypt$N$r$p$salt$key``, salt and key in base64. `line` makes one; a password itself is
never written anywhere.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UsageError

N, R, P = 2**14, 8, 1
_MOST_MEMORY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Hash:
    """A password's hash and how it was made."""

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(_key(password, self.salt, self.n, self.r, self.p, len(self.key)), self.key)


_NOBODY = _Hash(N, R, P, b"\0" * 16, b"\0" * 32)


def line(name: str, password: str) -> str:
    """A line for the file. Raises `UsageError` for a name or password that cannot be one."""
    if not name.strip() or name != name.strip() or ":" in name or not name.isprintable():
        raise UsageError("login-name-invalid")
    if len(password) < 8:
        raise UsageError("login-password-short")
    salt = os.urandom(16)
    key = _key(password, salt, N, R, P, 32)
    return f"{name}:scrypt${N}${R}${P}${_encoded(salt)}${_encoded(key)}"


def checker(path: Path) -> Callable[[str, str], bool]:
    """What tells whether a name and a password belong together.

    Raises `UsageError` where the file cannot be read or one of its lines is none of `line`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("logins-unreadable", path=path) from error
    known: dict[str, _Hash] = {}
    for number, said in enumerate(lines, start=1):
        if not said.strip() or said.startswith("#"):
            continue
        name, _, made = said.strip().partition(":")
        found = _parsed(made)
        if not name or found is None:
            # The line itself is not shown: what stands there may be a password.
            raise UsageError("logins-line-invalid", line=number, path=path)
        known[name] = found
    if not known:
        raise UsageError("logins-empty", path=path)
    return lambda name, password: _allowed(known, name, password)


def _allowed(known: Mapping[str, _Hash], name: str, password: str) -> bool:
    # An unknown name takes just as long, so that time does not tell who is known.
    fits = known.get(name, _NOBODY).fits(password)
    return fits and name in known


def _parsed(made: str) -> _Hash | None:
    try:
        kind, n, r, p, salt, key = made.split("$")
        found = _Hash(int(n), int(r), int(p), _decoded(salt), _decoded(key))
    except (ValueError, binascii.Error):
        return None
    sound = 2**12 <= found.n <= 2**20 and 1 <= found.r <= 32 and 1 <= found.p <= 16
    sound = sound and found.n & (found.n - 1) == 0 and 128 * found.n * found.r * found.p < _MOST_MEMORY
    return found if sound and kind == "scrypt" and len(found.salt) >= 8 and len(found.key) >= 16 else None


def _key(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    given = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=length)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
