"""Who may talk to the page: pages of other sites may not, and the page itself may talk to nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

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


class Guard:
    """Refuses requests that another site's page makes in the person's browser, and sets safe headers.

    A page that listens on this machine alone answers to this machine's names alone: a foreign name
    that was made to point here must not read the documents.
    """

    def __init__(self, app: _App, only_loopback: bool) -> None:
        self._app = app
        self._only_loopback = only_loopback

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if refused(scope["method"], headers, self._only_loopback):
            await send({"type": "http.response.start", "status": 403, "headers": [*_HEADERS]})
            await send({"type": "http.response.body", "body": b"This page answers only to itself."})
            return

        async def send_safely(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_safely)


def refused(method: str, headers: Mapping[bytes, str], only_loopback: bool) -> bool:
    """Whether a request comes from another site's page, or asks for another machine's name."""
    host = headers.get(b"host", "")
    if only_loopback and urlsplit(f"//{host}").hostname not in LOOPBACK:
        return True
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        followed_a_link = method == "GET" and headers.get(b"sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not followed_a_link
    # An old browser says at least where a page came from; a program says neither.
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc != host
