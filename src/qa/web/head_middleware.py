"""The head of the page without the tags that Gradio adds: they name Gradio, and pictures on other sites."""

from __future__ import annotations

import re

from qa.web.asgi import App, Message, Receive, Send

_FOREIGN = re.compile(r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*>')
_CHARSET = '<meta charset="utf-8" />'


class HeadMiddleware:
    """Replaces Gradio's tags in the head of the page by the page's own title."""

    def __init__(self, app: App, title: str) -> None:
        self._app = app
        self._title = title

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"].rstrip("/") != scope.get("root_path", "").rstrip("/"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def send_own(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            content = own_head(body.decode(), self._title).encode()
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(content)).encode())]})
            await send({"type": "http.response.body", "body": content})

        await self._app(scope, receive, send_own)


def own_head(html: str, title: str) -> str:
    """Return a page with only its own title, and without the tags for sharing it."""
    head, script, rest = html.partition("<script")
    return _FOREIGN.sub("", head).replace(_CHARSET, f"{_CHARSET}<title>{title}</title>", 1) + script + rest
