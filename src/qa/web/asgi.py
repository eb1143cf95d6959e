"""Types and functions that all middleware uses: responses, headers, and reading a body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from qa.errors import QaError
from qa.messages import Message as QaMessage

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

CLOSE: Header = (b"connection", b"close")


class RefusedError(QaError):
    """A refused request, with its HTTP status and the code of its sentence."""

    def __init__(self, status: int, code: str, retry_after: int | None = None, /, **params: object) -> None:
        super().__init__(code, **params)
        self.status = status
        self.retry_after = retry_after


def busy(code: str = "server-busy", seconds: int = 5) -> RefusedError:
    """Return the refusal of a request for which there is no capacity now."""
    return RefusedError(503, code, seconds)


def error_content(message: QaMessage, sentence: str | None = None) -> dict[str, str]:
    """Return the content of an error response: a code for programs and a sentence for people.

    The sentence is included twice: Gradio and older programs read it as ``error``.
    """
    sentence = sentence or str(message)
    return {"code": message.code, "message": sentence, "error": sentence}


async def refuse(send: Send, error: RefusedError, headers: Iterable[Header] = ()) -> None:
    """Answer with the reason and close the connection, because an unread body must not arrive."""
    retry = () if error.retry_after is None else ((b"retry-after", str(error.retry_after).encode()),)
    await answer(send, error.status, error_content(error.message), (*retry, CLOSE, *headers))


async def answer(send: Send, status: int, content: object, headers: Iterable[Header] = ()) -> None:
    """Send a JSON response."""
    await respond(
        send, status, json.dumps(content).encode(), (*headers, (b"content-type", b"application/json"))
    )


async def respond(send: Send, status: int, body: bytes, headers: Iterable[Header] = ()) -> None:
    """Send a complete response."""
    length = (b"content-length", str(len(body)).encode())
    caching = (b"cache-control", b"no-store")
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, caching]})
    await send({"type": "http.response.body", "body": body})


def headers_of(scope: Message) -> dict[bytes, str]:
    """Return the headers by name; the last one of a repeated header."""
    return {name: value.decode("latin-1") for name, value in scope["headers"]}


def length_of(scope: Message) -> int:
    """Return the length of the body from its header; 0 without that header.

    Raises:
        RefusedError: The header is not a number.
    """
    length = headers_of(scope).get(b"content-length", "0")
    if not (length.isascii() and length.isdecimal() and len(length) < 20):
        raise RefusedError(400, "bad-content-length")
    return int(length)


async def body_of(scope: Message, receive: Receive, most: int, seconds: float) -> bytes:
    """Read a body and count its bytes as they arrive.

    Raises:
        RefusedError: The body is too large or too slow.
    """
    if length_of(scope) > most:
        raise RefusedError(413, "request-too-large", most=most)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise RefusedError(400, "request-cut-off")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise RefusedError(413, "request-too-large", most=most)
    except TimeoutError as error:
        raise RefusedError(408, "request-too-slow") from error
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that first returns a body that was already read, and then later messages."""
    unread = [body]

    async def receive_again() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return receive_again
