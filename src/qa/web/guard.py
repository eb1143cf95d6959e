"""Who may talk to the page: pages of other sites may not, and the page itself may talk to nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from qa.web.rates import Rate

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

LOGINS_A_MINUTE = 10
LOGINS_AT_ONCE = 10
UPLOAD_BYTES = 500_000_000
_AROUND_A_FILE = 1_000_000
LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])

# Gradio makes functions of its templates, hence unsafe-eval. Should a document ever get past the
# escaping all the same, it can still load nothing and send nothing anywhere.
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        b"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is let through: to which names, how much at once, how often; 0 requests are no limit."""

    only_loopback: bool = True
    public_name: str | None = None
    upload_bytes: int = UPLOAD_BYTES
    requests_a_minute: int = 0


class Guard:
    """Refuses requests that another site's page makes in the person's browser, and sets safe headers.

    A page that listens on this machine alone answers to this machine's names alone: a foreign name
    that was made to point here must not read the documents.
    """

    def __init__(self, app: _App, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._logins = Rate(LOGINS_A_MINUTE, LOGINS_AT_ONCE)
        rate = limits.requests_a_minute
        self._requests = Rate(rate, max(20.0, rate / 4)) if rate else None

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            status, words = refusal
            await send({"type": "http.response.start", "status": status, "headers": [*_HEADERS]})
            await send({"type": "http.response.body", "body": words})
            return

        async def send_safely(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_safely)

    def _refusal(self, scope: _Message, headers: Mapping[bytes, str]) -> tuple[int, bytes] | None:
        """The status and the words that a request is refused with, or None where it is not."""
        limits = self._limits
        if refused(scope["method"], headers, limits.only_loopback, limits.public_name):
            return 403, b"This page answers only to itself."
        if scope["method"] != "POST":
            return None
        length = headers.get(b"content-length", "0")
        if not length.isdecimal() or int(length) > limits.upload_bytes + _AROUND_A_FILE:
            return 413, b"The file is too large for this page."
        who = client(scope, headers)
        if scope["path"].rstrip("/").endswith("/login") and not self._logins.allows(who):
            return 429, b"Too many tries to log in; wait a minute."
        if self._requests is not None and not self._requests.allows(who):
            return 429, b"Too many requests; wait a moment."
        return None


def client(scope: _Message, headers: Mapping[bytes, str]) -> str:
    """Who asks: the address, or behind a proxy on this machine the one that the proxy names last."""
    address = str((scope.get("client") or ("",))[0])
    forwarded = headers.get(b"x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded if forwarded and address in LOOPBACK else address


def refused(
    method: str, headers: Mapping[bytes, str], only_loopback: bool, public_name: str | None = None
) -> bool:
    """Whether a request comes from another site's page, or asks for another machine's name.

    ``public_name`` is the one under which a reverse proxy shows the page.
    """
    host = headers.get(b"host", "")
    if only_loopback and urlsplit(f"//{host}").hostname not in {*LOOPBACK, *_host_of(public_name)}:
        return True
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        followed_a_link = method == "GET" and headers.get(b"sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not followed_a_link
    # An old browser says at least where a page came from; a program says neither.
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc not in (host, public_name)


def _host_of(name: str | None) -> set[str | None]:
    return {urlsplit(f"//{name}").hostname} if name else set()
