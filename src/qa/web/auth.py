"""The file of logins: names and salted hashes of passwords, one ``name:hash`` per line.

The hash is ``scrypt$N$r$p$salt$key``, with salt and key in base64. `line` makes such a line. A password
itself is never written anywhere.
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
"""Parameters of scrypt: cost, block size, parallelism."""
_MOST_MEMORY = 256 * 1024 * 1024
"""Maximum bytes of memory for one hash."""


@dataclass(frozen=True, slots=True)
class _Hash:
    """A password's hash with its salt and the parameters of scrypt."""

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def matches(self, password: str) -> bool:
        return hmac.compare_digest(_key(password, self.salt, self.n, self.r, self.p, len(self.key)), self.key)


_NOBODY = _Hash(N, R, P, b"\0" * 16, b"\0" * 32)


def line(name: str, password: str) -> str:
    """Return a line for the file.

    Raises:
        UsageError: The name or the password is not allowed.
    """
    if not name.strip() or name != name.strip() or ":" in name or not name.isprintable():
        raise UsageError("login-name-invalid")
    if len(password) < 8:
        raise UsageError("login-password-short")
    salt = os.urandom(16)
    key = _key(password, salt, N, R, P, 32)
    return f"{name}:scrypt${N}${R}${P}${_encoded(salt)}${_encoded(key)}"


def checker(path: Path) -> Callable[[str, str], bool]:
    """Return a function that checks whether a name and a password belong together.

    Raises:
        UsageError: The file is unreadable, or one of its lines is not in the form of `line`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("logins-unreadable", path=path) from error
    known: dict[str, _Hash] = {}
    for number, entry in enumerate(lines, start=1):
        if not entry.strip() or entry.startswith("#"):
            continue
        name, _, text = entry.strip().partition(":")
        parsed = _parse(text)
        if not name or parsed is None:
            # The line itself is not shown, because it may contain a password.
            raise UsageError("logins-line-invalid", line=number, path=path)
        known[name] = parsed
    if not known:
        raise UsageError("logins-empty", path=path)
    return lambda name, password: _allowed(known, name, password)


def _allowed(known: Mapping[str, _Hash], name: str, password: str) -> bool:
    # An unknown name takes just as long, or the time would reveal which names are known.
    matches = known.get(name, _NOBODY).matches(password)
    return matches and name in known


def _parse(text: str) -> _Hash | None:
    try:
        kind, n, r, p, salt, key = text.split("$")
        parsed = _Hash(int(n), int(r), int(p), _decoded(salt), _decoded(key))
    except (ValueError, binascii.Error):
        return None
    valid = 2**12 <= parsed.n <= 2**20 and 1 <= parsed.r <= 32 and 1 <= parsed.p <= 16
    valid = valid and parsed.n & (parsed.n - 1) == 0 and 128 * parsed.n * parsed.r * parsed.p < _MOST_MEMORY
    return parsed if valid and kind == "scrypt" and len(parsed.salt) >= 8 and len(parsed.key) >= 16 else None


def _key(password: str, salt: bytes, n: int, r: int, p: int, length: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=length)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
