"""Failures in plain words: what Gradio and its libraries say of an error stays in the log."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

from qa.errors import UsageError
from qa.messages import Message, Value, catalogue
from qa.web.asgi import App, Receive, Send, answer, told
from qa.web.asgi import Message as Event
from qa.web.statuses import status_of

_CODES = {
    400: "request-malformed",
    401: "not-logged-in",
    403: "forbidden",
    404: "address-unknown",
    405: "method-not-allowed",
    413: "body-too-large",
    422: "request-form-invalid",
    429: "too-many-requests",
    503: "server-busy",
}
_FAILED = "failed"
_MOST_KEPT = 100_000
_log = logging.getLogger(__name__)
# The folders of a whole path: what follows them is the name that a person knows.
_FOLDERS = re.compile(r"(?<![\w/:.])(?:/|[A-Za-z]:\\)(?:[^\s/\\:;,()]+[/\\])+")


class PlainErrors:
    """Puts one sentence and its code in the place of what an error response says, unless they are ours.

    Gradio passes on as ``error`` only what was raised for a person to read.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Event | None = None
        body = bytearray()

        async def plainly(message: Event) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] >= 400:
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b"")[: _MOST_KEPT - len(body)])
                if not message.get("more_body", False):
                    status, content = plainly_said(start["status"], bytes(body))
                    await answer(send, status, content, _kept(start))

        started = ended = False

        async def watched(message: Event) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await plainly(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            _log.exception("A request failed: %s %s", scope["method"], scope["path"])
            if not started:
                await answer(send, 500, told(Message(_FAILED)))
            elif not ended:
                # What had begun can only be ended.
                await watched({"type": "http.response.body", "body": b"", "more_body": False})


def plainly_said(status: int, body: bytes) -> tuple[int, dict[str, str]]:
    """Returns the status and the content that an error response is given.

    Its own sentence and code where it has them (Gradio passes the code on as a title), else those of its
    status. Gradio gives every error that a function raised the status 500.
    """
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    content = content if isinstance(content, dict) else {}
    if isinstance(content.get("message"), str) and content.get("code") in catalogue("en"):
        return status, {"code": content["code"], "message": content["message"]}
    sentence, code = content.get("error"), str(content.get("code") or content.get("title"))
    if not isinstance(sentence, str):
        return status, told(Message(_CODES.get(status, _FAILED)))
    if code not in catalogue("en"):
        return status, told(Message(_CODES.get(status, _FAILED)), sentence)
    return (status_of(code) if status == 500 else status), told(Message(code), sentence)


def public(message: Message) -> Message:
    """Returns a message without the folders of this machine that its parameters name; the log has them."""
    params = {name: _public(value) for name, value in message.params.items()}
    if params != message.params:
        _log.warning("%s", message)
    return Message(message.code, params)


def renamed(error: UsageError, path: Path) -> UsageError:
    """Returns an error that calls a file by its name alone, as the person knows it."""
    shown = {name: path.name if value == str(path) else value for name, value in error.params.items()}
    return UsageError(error.code, **shown)


def _public(value: Value) -> Value:
    if isinstance(value, Message):
        return Message(value.code, {name: _public(inner) for name, inner in value.params.items()})
    return without_folders(value) if isinstance(value, str) else value


def without_folders(text: str) -> str:
    """Returns a text without the folders of the paths in it."""
    return _FOLDERS.sub("", text)


def _kept(start: Event) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in start["headers"] if name.lower() in (b"retry-after", b"allow")]
