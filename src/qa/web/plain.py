"""Failures in plain words: what Gradio and its libraries say of an error stays in the log."""

from __future__ import annotations

import json
import logging
import re

from qa.web.asgi import App, Message, Receive, Send, answer

_SENTENCES = {
    400: "The request is not one that this server understands.",
    401: "Log in first.",
    403: "That is not allowed.",
    404: "There is nothing at this address.",
    405: "This address is asked in another way.",
    413: "The request is too large.",
    422: "The request does not have the form that docs/programs.md describes.",
    429: "Too many requests; wait a moment.",
    503: "The server is busy; try again in a few seconds.",
}
_FAILED = "That failed; the log of the server says more."
_MOST_KEPT = 100_000
_log = logging.getLogger(__name__)
# The folders of a whole path: what follows them is the name that a person knows.
_FOLDERS = re.compile(r"(?<![\w/:.])(?:/|[A-Za-z]:\\)(?:[^\s/\\:;,()]+[/\\])+")


class PlainErrors:
    """Puts one sentence in the place of what an error response says, unless it is a sentence of ours.

    Gradio passes on as ``error`` only what was raised for a person to read.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def plainly(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] >= 400:
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b"")[: _MOST_KEPT - len(body)])
                if not message.get("more_body", False):
                    await answer(
                        send, start["status"], {"error": sentence(start["status"], bytes(body))}, _kept(start)
                    )

        started = ended = False

        async def watched(message: Message) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await plainly(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            _log.exception("A request failed: %s %s", scope["method"], scope["path"])
            if not started:
                await answer(send, 500, {"error": _FAILED})
            elif not ended:
                # What had begun can only be ended.
                await watched({"type": "http.response.body", "body": b"", "more_body": False})


def sentence(status: int, body: bytes) -> str:
    """Returns what is said of an error response: its own sentence if it has one, or that of its status."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    said = content.get("error") if isinstance(content, dict) else None
    return said if isinstance(said, str) else _SENTENCES.get(status, _FAILED)


def without_folders(text: str) -> str:
    """Returns a sentence without the folders of this machine that its paths name; the log has it whole."""
    shown = _FOLDERS.sub("", text)
    if shown != text:
        _log.warning("%s", text)
    return shown


def _kept(start: Message) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in start["headers"] if name.lower() in (b"retry-after", b"allow")]
