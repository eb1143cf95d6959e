"""Who may talk to the page: pages of other sites may not, and the page itself may talk to nobody else.

The outermost layer. It refuses what asks under a foreign name or from a foreign page, says who asks, and
takes from the request what only a proxy may say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qa.web.asgi import App, Header, Message, Receive, RefusedError, Send, headers_of, refuse
from qa.web.clients import Network, bucket, client
from qa.web.names import LOOPBACK, host_of, plain_address
from qa.web.rates import Rate

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
_PROXIES_SAY = (b"forwarded", b"x-forwarded-for", b"x-forwarded-prefix", b"x-real-ip")


@dataclass(frozen=True, slots=True)
class Access:
    """Under which names the page answers, whose word on other clients counts, and how often one may ask.

    ``prefix`` is the path, and ``public`` the host, under which a reverse proxy shows the page.
    """

    names: frozenset[str] = LOOPBACK
    public: str | None = None
    prefix: str = ""
    proxies: tuple[Network, ...] = field(default=())
    requests_a_minute: int = 0


class Guard:
    """Refuses requests that another site's page makes in the person's browser, and sets safe headers."""

    def __init__(self, app: App, access: Access) -> None:
        self._app = app
        self._access = access
        rate = access.requests_a_minute
        self._requests = Rate(rate, max(20.0, rate / 4)) if rate else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # The page uses no other connections.
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            passed = self._passed(scope)
        except RefusedError as error:
            await refuse(send_safely, error)
            return
        await self._app(passed, receive, send_safely)

    def _passed(self, scope: Message) -> Message:
        """Returns the request as the layers behind see it. Raises `RefusedError`."""
        headers = headers_of(scope)
        server = str((scope.get("server") or ("",))[0])
        if sum(name == b"host" for name, _ in scope["headers"]) != 1:
            raise RefusedError(400, "host-missing")
        check(scope["method"], headers, self._access, server)
        peer = str((scope.get("client") or ("",))[0])
        who = bucket(client(peer, headers.get(b"x-forwarded-for", ""), self._access.proxies))
        if self._requests is not None and scope["method"] == "POST" and not self._requests.allows(who):
            raise RefusedError(429, "too-many-requests", 10)
        path = _without(self._access.prefix, scope["path"])
        return {
            **scope,
            "path": path,
            "raw_path": path.encode("utf-8", "surrogateescape"),
            "headers": list(_passed_on(scope["headers"], self._access)),
            "client": (who, 0),
        }


def check(method: str, headers: Mapping[bytes, str], access: Access, server: str = "127.0.0.1") -> None:
    """Raises `RefusedError` where a request asks for another machine's name, or comes from another site.

    Args:
        method: Of the request.
        headers: Of the request.
        access: The names that are answered.
        server: The address of this machine that the connection came to.
    """
    host = headers.get(b"host", "")
    name = host_of(host)
    if name is None:
        raise RefusedError(400, "host-invalid")
    if name not in access.names and name != plain_address(server):
        raise RefusedError(403, "host-not-allowed")
    if _from_elsewhere(method, headers, host.lower(), access.public):
        raise RefusedError(403, "origin-not-allowed")


def _from_elsewhere(method: str, headers: Mapping[bytes, str], host: str, public: str | None) -> bool:
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        followed_a_link = method == "GET" and headers.get(b"sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not followed_a_link
    # An old browser says at least where a page came from; a program says neither.
    origin = headers.get(b"origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() not in (host, public)
    except ValueError:
        return True


def _without(prefix: str, path: str) -> str:
    # Some proxies take the prefix away themselves.
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path.removeprefix(prefix) or "/"
    return str(path)


def _passed_on(headers: list[Header], access: Access) -> list[Header]:
    """Returns the headers without what only a proxy, or one of Gradio's own hosts, may say."""

    def passes(name: bytes, value: bytes) -> bool:
        if name == b"x-forwarded-host":
            return host_of(value.decode("latin-1")) in access.names
        if name == b"x-forwarded-proto":
            return value in (b"http", b"https")
        return name not in _PROXIES_SAY and not name.startswith(b"x-gradio-")

    return [(name, value) for name, value in headers if passes(name, value)]
