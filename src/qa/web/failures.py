"""Failures in plain words: the error messages of Gradio and its libraries stay in the log."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

from qa.errors import UsageError
from qa.messages import Message, Value, catalogue
from qa.web.asgi import App, Receive, Send, answer, error_content
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
_MOST_BUFFERED = 100_000
"""Maximum bytes of an error response that are read."""
_log = logging.getLogger(__name__)
# The folders of an absolute path; a person knows only the file name after them.
_FOLDERS = re.compile(r"(?<![\w/:.])(?:/|[A-Za-z]:\\)(?:[^\s/\\:;,()]+[/\\])+")


class ErrorMiddleware:
    """Replaces the content of an error response by a sentence and its code, unless it has ours already.

    Gradio passes on as ``error`` only errors that were raised for a person to read.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Event | None = None
        body = bytearray()

        async def send_plainly(message: Event) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] >= 400:
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b"")[: _MOST_BUFFERED - len(body)])
                if not message.get("more_body", False):
                    status, content = plain_content(start["status"], bytes(body))
                    await answer(send, status, content, _passed_on(start))

        started = ended = False

        async def send_watched(message: Event) -> None:
            nonlocal started, ended
            started = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send_plainly(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception:
            _log.exception("A request failed: %s %s", scope["method"], scope["path"])
            if not started:
                await answer(send, 500, error_content(Message(_FAILED)))
            elif not ended:
                # A response that has started can only be ended.
                await send_watched({"type": "http.response.body", "body": b"", "more_body": False})


def plain_content(status: int, body: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the content that an error response gets.

    These are its own sentence and code if it has them (Gradio passes the code on as a title), else those of
    its status. Gradio uses the status 500 for every error that a function raised.
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
        return status, error_content(Message(_CODES.get(status, _FAILED)))
    if code not in catalogue("en"):
        return status, error_content(Message(_CODES.get(status, _FAILED)), sentence)
    return (status_of(code) if status == 500 else status), error_content(Message(code), sentence)


def public(message: Message) -> Message:
    """Return a message without the folders of this machine in its parameters; the log has them."""
    params = {name: _public(value) for name, value in message.params.items()}
    if params != message.params:
        _log.warning("%s", message)
    return Message(message.code, params)


def renamed(error: UsageError, path: Path) -> UsageError:
    """Return an error with only the name of a file, as the person knows it, instead of its path."""
    shown = {name: path.name if value == str(path) else value for name, value in error.params.items()}
    return UsageError(error.code, **shown)


def _public(value: Value) -> Value:
    if isinstance(value, Message):
        return Message(value.code, {name: _public(inner) for name, inner in value.params.items()})
    return without_folders(value) if isinstance(value, str) else value


def without_folders(text: str) -> str:
    """Return a text without the folders of the paths in it."""
    return _FOLDERS.sub("", text)


def _passed_on(start: Event) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in start["headers"] if name.lower() in (b"retry-after", b"allow")]
