"""Small parts that every layer in front of the page uses: types, answers, and the reading of a body."""

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
    """Ends a request with a status, a code and its sentence."""

    def __init__(self, status: int, code: str, retry_after: int | None = None, /, **params: object) -> None:
        super().__init__(code, **params)
        self.status = status
        self.retry_after = retry_after


def busy(code: str = "server-busy", seconds: int = 5) -> RefusedError:
    """Returns the refusal of what there is no room for at the moment."""
    return RefusedError(503, code, seconds)


def told(message: QaMessage, sentence: str | None = None) -> dict[str, str]:
    """Returns what a failed request is answered with: a code for a program, a sentence for a person.

    The sentence is there twice: Gradio and programs of earlier versions read it as ``error``.
    """
    sentence = sentence or str(message)
    return {"code": message.code, "message": sentence, "error": sentence}


async def refuse(send: Send, error: RefusedError, headers: Iterable[Header] = ()) -> None:
    """Answers with why and closes the connection: a body that nobody reads must not come in."""
    later = () if error.retry_after is None else ((b"retry-after", str(error.retry_after).encode()),)
    await answer(send, error.status, told(error.message), (*later, CLOSE, *headers))


async def answer(send: Send, status: int, content: object, headers: Iterable[Header] = ()) -> None:
    """Sends JSON."""
    await respond(
        send, status, json.dumps(content).encode(), (*headers, (b"content-type", b"application/json"))
    )


async def respond(send: Send, status: int, body: bytes, headers: Iterable[Header] = ()) -> None:
    """Sends a whole response."""
    length = (b"content-length", str(len(body)).encode())
    caching = (b"cache-control", b"no-store")
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, caching]})
    await send({"type": "http.response.body", "body": body})


def headers_of(scope: Message) -> dict[bytes, str]:
    """Returns the headers by name; of those that come twice, the last."""
    return {name: value.decode("latin-1") for name, value in scope["headers"]}


def length_of(scope: Message) -> int:
    """Returns how long the body is said to be; 0 where nothing is said."""
    length = headers_of(scope).get(b"content-length", "0")
    if not (length.isascii() and length.isdecimal() and len(length) < 20):
        raise RefusedError(400, "bad-content-length")
    return int(length)


async def body_of(scope: Message, receive: Receive, most: int, seconds: float) -> bytes:
    """Reads a body, counting it as it comes.

    Raises:
        RefusedError: It is too large or too slow.
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
    """Returns a ``receive`` that gives a body that was read before, and then what comes after it."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
