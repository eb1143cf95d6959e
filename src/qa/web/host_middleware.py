"""The outermost middleware: refuses requests from pages of other sites, and forbids the page to contact any.

It refuses requests to a foreign host name or from a foreign page, determines the client, and removes headers
that only a proxy may send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qa.web.asgi import App, Header, Message, Receive, RefusedError, Send, headers_of, refuse
from qa.web.clients import Network, bucket, client
from qa.web.names import LOOPBACK, host_of, plain_address
from qa.web.rate_limiter import RateLimiter

# Gradio compiles its templates, hence unsafe-eval. If a document ever got past the escaping, it could still
# neither load anything nor send anything anywhere.
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
_PROXY_HEADERS = (b"forwarded", b"x-forwarded-for", b"x-forwarded-prefix", b"x-real-ip")


@dataclass(frozen=True, slots=True)
class Access:
    """The host names under which the page answers, the trusted proxies, and the rate limit.

    ``prefix`` is the path, and ``public`` the host, under which a reverse proxy shows the page.
    """

    names: frozenset[str] = LOOPBACK
    public: str | None = None
    prefix: str = ""
    proxies: tuple[Network, ...] = field(default=())
    requests_a_minute: int = 0


class HostMiddleware:
    """Refuses requests that another site's page makes in the person's browser, and sets security headers."""

    def __init__(self, app: App, access: Access) -> None:
        self._app = app
        self._access = access
        rate = access.requests_a_minute
        self._requests = RateLimiter(rate, max(20.0, rate / 4)) if rate else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
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
            checked = self._checked(scope)
        except RefusedError as error:
            await refuse(send_safely, error)
            return
        await self._app(checked, receive, send_safely)

    def _checked(self, scope: Message) -> Message:
        """Return the request as the inner middleware sees it.

        Raises:
            RefusedError: The request is not allowed.
        """
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
    """Check that a request asks for this machine's name and does not come from another site.

    Args:
        method: The method of the request.
        headers: The headers of the request.
        access: The allowed names.
        server: The address of this machine that the connection came to.

    Raises:
        RefusedError: The request is not allowed.
    """
    host = headers.get(b"host", "")
    name = host_of(host)
    if name is None:
        raise RefusedError(400, "host-invalid")
    if name not in access.names and name != plain_address(server):
        raise RefusedError(403, "host-not-allowed")
    if _is_cross_site(method, headers, host.lower(), access.public):
        raise RefusedError(403, "origin-not-allowed")


def _is_cross_site(method: str, headers: Mapping[bytes, str], host: str, public: str | None) -> bool:
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        is_link = method == "GET" and headers.get(b"sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not is_link
    # An old browser sends at least the origin of the page; a program sends neither.
    origin = headers.get(b"origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() not in (host, public)
    except ValueError:
        return True


def _without(prefix: str, path: str) -> str:
    # Some proxies remove the prefix themselves.
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path.removeprefix(prefix) or "/"
    return str(path)


def _passed_on(headers: list[Header], access: Access) -> list[Header]:
    """Return the headers without those that only a proxy, or one of Gradio's own hosts, may send."""

    def passes(name: bytes, value: bytes) -> bool:
        if name == b"x-forwarded-host":
            return host_of(value.decode("latin-1")) in access.names
        if name == b"x-forwarded-proto":
            return value in (b"http", b"https")
        return name not in _PROXY_HEADERS and not name.startswith(b"x-gradio-")

    return [(name, value) for name, value in headers if passes(name, value)]
