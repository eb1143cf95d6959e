"""Allows only listed paths, and with logins enabled only the login itself without a session.

This is checked before a byte of the body is read.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from qa.web.asgi import (
    App,
    Header,
    Message,
    Receive,
    RefusedError,
    Send,
    answer,
    body_of,
    headers_of,
    refuse,
    respond,
)
from qa.web.login import login_page
from qa.web.routes import TOOLS_PATH, routes
from qa.web.sessions import SESSION_SECONDS, Sessions

LOGIN_BYTES = 16_384
"""Maximum bytes of a login's body."""
LOGIN_SECONDS = 10.0
"""Maximum seconds for sending it."""
LOGIN, LOGOUT = "/login", "/logout"
_HTML = (b"content-type", b"text/html; charset=utf-8")


class RouteMiddleware:
    """Passes on allowed requests, with the kind of their route in the scope."""

    def __init__(
        self, app: App, sessions: Sessions | None = None, *, tools: bool = False, root: str = "/"
    ) -> None:
        """Create the middleware.

        Args:
            app: The next app.
            sessions: The sessions, if logins are enabled.
            tools: Whether tools are offered over MCP.
            root: The path of the page in the browser.
        """
        self._app = app
        self._sessions = sessions
        self._tools = tools
        self._root = root

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._pass(scope, receive, send)
        except RefusedError as error:
            await refuse(send, error, self._challenge(scope) if error.status == 401 else ())

    async def _pass(self, scope: Message, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        if self._sessions is not None:
            if path.rstrip("/") in (LOGIN, LOGOUT):
                await self._log_in_or_out(self._sessions, scope, receive, send)
                return
            if not await self._is_logged_in(self._sessions, scope):
                if path == "/" and method in ("GET", "HEAD"):
                    await self._show_login(scope, send)
                    return
                raise RefusedError(401, "not-logged-in")
        matches = routes(path, tools=self._tools)
        if not matches:
            raise RefusedError(404, "address-unknown")
        route = next((route for route in matches if method in route.methods), None)
        if route is None:
            raise RefusedError(405, "method-not-allowed")
        await self._app({**scope, "qa.kind": route.kind}, receive, send)

    async def _is_logged_in(self, sessions: Sessions, scope: Message) -> bool:
        headers = headers_of(scope)
        if sessions.knows(headers.get(b"cookie", "")):
            return True
        authorization = headers.get(b"authorization")
        return authorization is not None and await sessions.admits(authorization, scope["client"][0])

    async def _log_in_or_out(self, sessions: Sessions, scope: Message, receive: Receive, send: Send) -> None:
        """Log in or out. A link cannot do either, because both need a POST."""
        path, method = scope["path"].rstrip("/"), scope["method"]
        headers = headers_of(scope)
        in_browser = "text/html" in headers.get(b"accept", "")
        back = ((b"location", self._root.encode()),) if in_browser else ()
        if path == LOGIN and method in ("GET", "HEAD"):
            await self._show_login(scope, send)
            return
        if method != "POST":
            raise RefusedError(405, "login-needs-post")
        if path == LOGOUT:
            sessions.end(headers.get(b"cookie", ""))
            await answer(send, 303 if back else 200, {"success": True}, (*back, self._cookie(scope, "", 0)))
            return
        body = await body_of(scope, receive, LOGIN_BYTES, LOGIN_SECONDS)
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError as error:
            raise RefusedError(400, "login-no-form") from error
        name, password = (fields.get(field, [""])[-1] for field in ("username", "password"))
        if not await sessions.check(name, password, scope["client"][0]):
            if in_browser:
                await self._show_login(scope, send, 400)
                return
            raise RefusedError(400, "login-refused")
        cookie = self._cookie(scope, sessions.begin(), int(SESSION_SECONDS))
        await answer(send, 303 if back else 200, {"success": True}, (*back, cookie))

    async def _show_login(self, scope: Message, send: Send, status: int = 200) -> None:
        language = headers_of(scope).get(b"accept-language", "")
        page = login_page(language, self._root.rstrip("/") + LOGIN, wrong=status != 200)
        await respond(send, status, page, (_HTML, (b"vary", b"cookie, authorization")))

    def _cookie(self, scope: Message, token: str, seconds: int) -> Header:
        assert self._sessions is not None
        secure = headers_of(scope).get(b"x-forwarded-proto", scope.get("scheme")) == "https"
        text = f"{self._sessions.cookie}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}"
        return b"set-cookie", (text + ("; Secure" if secure else "")).encode()

    def _challenge(self, scope: Message) -> tuple[Header, ...]:
        # On other paths, browsers would ask for the password in their own dialog.
        is_tool = scope["path"].startswith(TOOLS_PATH)
        return ((b"www-authenticate", b'Basic realm="Verbatim", charset="UTF-8"'),) if is_tool else ()
