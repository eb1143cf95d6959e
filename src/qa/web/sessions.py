"""Who is logged in: sessions by cookie, and programs that send a name and password with each request."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie

from qa.web.asgi import RefusedError, busy
from qa.web.rates import Rate

AT_ONCE = 2
"""Passwords hashed in the same moment; each takes 16 MB and a core for a twentieth of a second."""
MOST_WAITING = 20
LOGINS_A_MINUTE = 10
LOGINS_AT_ONCE = 10
SESSION_SECONDS = 7 * 86_400.0
"""After its last request, a session ends."""
PROGRAM_SECONDS = 600.0
"""A program's name and password are checked again after so long."""
MOST_SESSIONS = 10_000
MOST_CREDENTIALS = 1_000
"""Characters of a name with its password."""


class Sessions:
    """Knows who is logged in. Used on the event loop alone; the hashing itself is done beside it."""

    def __init__(
        self, allowed: Callable[[str, str], bool], cookie: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.cookie = cookie
        self._allowed = allowed
        self._clock = clock
        self._logins = Rate(LOGINS_A_MINUTE, LOGINS_AT_ONCE)
        self._hashing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="login")
        self._waiting = 0
        self._key = secrets.token_bytes(32)
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self._programs: OrderedDict[bytes, float] = OrderedDict()

    def knows(self, cookies: str) -> bool:
        """Says whether a Cookie header has a session."""
        token = self._token(cookies)
        if token is None:
            return False
        return self._fresh(self._sessions, self._digest(token), SESSION_SECONDS, renew=True)

    async def admits(self, authorization: str, client: str) -> bool:
        """Says whether an Authorization header has a name and its password (Basic, or Bearer with the same).

        Raises:
            RefusedError: The client tries too often, or too many try at once.
        """
        scheme, _, given = authorization.strip().partition(" ")
        if scheme.lower() not in ("basic", "bearer") or len(given) > MOST_CREDENTIALS:
            return False
        try:
            text = base64.b64decode(given.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        digest = self._digest(text)
        if self._fresh(self._programs, digest, PROGRAM_SECONDS, renew=False):
            return True
        name, _, password = text.partition(":")
        if not await self.check(name, password, client):
            return False
        self._keep(self._programs, digest)
        return True

    async def check(self, name: str, password: str, client: str) -> bool:
        """Says whether a name and a password belong together.

        Raises:
            RefusedError: The client tries too often, or too many try at once.
        """
        if not self._logins.allows(client):
            raise RefusedError(429, "too-many-logins", 60)
        if len(name) + len(password) > MOST_CREDENTIALS:
            return False
        if self._waiting >= MOST_WAITING:
            raise busy("logins-busy")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._hashing, self._allowed, name.strip(), password)
        finally:
            self._waiting -= 1

    def begin(self) -> str:
        """Begins a session, and returns what its cookie holds."""
        token = secrets.token_urlsafe(32)
        self._keep(self._sessions, self._digest(token))
        return token

    def end(self, cookies: str) -> None:
        """Ends the session of a Cookie header."""
        token = self._token(cookies)
        if token is not None:
            self._sessions.pop(self._digest(token), None)

    def close(self) -> None:
        """Ends the threads that hash."""
        self._hashing.shutdown(wait=False, cancel_futures=True)

    def _token(self, cookies: str) -> str | None:
        try:
            morsel = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return None
        return morsel.value if morsel else None

    def _digest(self, secret: str) -> bytes:
        # Neither a token nor a password is kept.
        return hmac.digest(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def _fresh(self, kept: OrderedDict[bytes, float], digest: bytes, seconds: float, *, renew: bool) -> bool:
        since = kept.get(digest)
        if since is None:
            return False
        if self._clock() - since > seconds:
            del kept[digest]
            return False
        if renew:
            self._keep(kept, digest)
        return True

    def _keep(self, kept: OrderedDict[bytes, float], digest: bytes) -> None:
        kept[digest] = self._clock()
        kept.move_to_end(digest)
        while len(kept) > MOST_SESSIONS:
            kept.popitem(last=False)
