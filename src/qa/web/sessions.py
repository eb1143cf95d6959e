"""Logins: sessions by cookie, and programs that send a name and password with each request."""

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
from qa.web.rate_limiter import RateLimiter

AT_ONCE = 2
"""Passwords hashed at the same time; each takes 16 MB and one core for 50 ms."""
MOST_WAITING = 20
"""Maximum number of logins that wait to be hashed."""
LOGINS_A_MINUTE = 10
LOGINS_AT_ONCE = 10
SESSION_SECONDS = 7 * 86_400.0
"""Seconds without a request after which a session ends."""
PROGRAM_SECONDS = 600.0
"""Seconds after which a program's name and password are checked again."""
MOST_SESSIONS = 10_000
"""Maximum number of sessions; the oldest ends first."""
MOST_CREDENTIALS = 1_000
"""Maximum characters of a name with its password."""


class Sessions:
    """The sessions of everyone who is logged in.

    Use it on the event loop only; passwords are hashed in threads.
    """

    def __init__(
        self, allowed: Callable[[str, str], bool], cookie: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.cookie = cookie
        self._allowed = allowed
        self._clock = clock
        self._logins = RateLimiter(LOGINS_A_MINUTE, LOGINS_AT_ONCE)
        self._hashing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="login")
        self._waiting = 0
        self._key = secrets.token_bytes(32)
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self._programs: OrderedDict[bytes, float] = OrderedDict()

    def knows(self, cookies: str) -> bool:
        """Return whether a Cookie header contains the token of a session."""
        token = self._token(cookies)
        if token is None:
            return False
        return self._is_fresh(self._sessions, self._digest(token), SESSION_SECONDS, renew=True)

    async def admits(self, authorization: str, client: str) -> bool:
        """Return whether an Authorization header has a name and its password.

        The scheme is Basic, or Bearer with the same credentials.

        Raises:
            RefusedError: The client tries too often, or too many logins wait.
        """
        scheme, _, credentials = authorization.strip().partition(" ")
        if scheme.lower() not in ("basic", "bearer") or len(credentials) > MOST_CREDENTIALS:
            return False
        try:
            text = base64.b64decode(credentials.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        digest = self._digest(text)
        if self._is_fresh(self._programs, digest, PROGRAM_SECONDS, renew=False):
            return True
        name, _, password = text.partition(":")
        if not await self.check(name, password, client):
            return False
        self._store(self._programs, digest)
        return True

    async def check(self, name: str, password: str, client: str) -> bool:
        """Return whether a name and a password belong together.

        Raises:
            RefusedError: The client tries too often, or too many logins wait.
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
        """Start a session and return its token, the value of its cookie."""
        token = secrets.token_urlsafe(32)
        self._store(self._sessions, self._digest(token))
        return token

    def end(self, cookies: str) -> None:
        """End the session of a Cookie header."""
        token = self._token(cookies)
        if token is not None:
            self._sessions.pop(self._digest(token), None)

    def close(self) -> None:
        """Stop the hashing threads."""
        self._hashing.shutdown(wait=False, cancel_futures=True)

    def _token(self, cookies: str) -> str | None:
        try:
            morsel = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return None
        return morsel.value if morsel else None

    def _digest(self, secret: str) -> bytes:
        # Only digests are stored, never a token or a password.
        return hmac.digest(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def _is_fresh(
        self, entries: OrderedDict[bytes, float], digest: bytes, seconds: float, *, renew: bool
    ) -> bool:
        since = entries.get(digest)
        if since is None:
            return False
        if self._clock() - since > seconds:
            del entries[digest]
            return False
        if renew:
            self._store(entries, digest)
        return True

    def _store(self, entries: OrderedDict[bytes, float], digest: bytes) -> None:
        entries[digest] = self._clock()
        entries.move_to_end(digest)
        while len(entries) > MOST_SESSIONS:
            entries.popitem(last=False)
