"""The bodies of calls: read whole within small limits and looked at before Gradio sees them.

Gradio fetches files by the addresses in a call. No function here takes a file that way, so a call that
names one is refused.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from qa.web.asgi import App, Message, Receive, RefusedError, Send, body_of, headers_of, replay
from qa.web.routes import Kind

CALL_BYTES = 1_000_000
CALL_SECONDS = 15.0


class Calls:
    """Passes on calls that are JSON without files, and of other requests no body at all."""

    def __init__(self, app: App, functions: Collection[int] | None = None) -> None:
        """Takes the numbers of the functions that can be called; None where they are not looked at."""
        self._app = app
        self._functions = functions

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handles one request. Raises `RefusedError`."""
        kind = scope.get("qa.kind")
        if kind is Kind.CALL:
            if headers_of(scope).get(b"content-type", "").lower().startswith("multipart/"):
                raise RefusedError(415, "call-not-json")
            body = await body_of(scope, receive, CALL_BYTES, CALL_SECONDS)
            number = _function_of(check(body))
            if number is not None and self._functions is not None and number not in self._functions:
                raise RefusedError(404, "function-unknown")
            receive = replay(body, receive)
        elif kind in (Kind.PAGE, Kind.STREAM):
            receive = replay(b"", receive)
        await self._app(scope, receive, send)


def check(body: bytes) -> Any:
    """Returns what a body says.

    Raises `RefusedError` where it is not JSON, or names a file in the form that Gradio fetches.
    """
    if not body:
        return None
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "call-not-json") from error
    waiting = [call]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            if isinstance(value.get("path"), str) or isinstance(value.get("url"), str) or "_type" in value:
                raise RefusedError(400, "call-names-files")
            waiting += value.values()
    return call


def _function_of(call: Any) -> int | None:
    """Returns the number of the function that a call names, as Gradio would take it; None for none."""
    given = call.get("fn_index") if isinstance(call, dict) else None
    try:
        return None if given is None else int(given)
    except (TypeError, ValueError, OverflowError):
        # Gradio itself refuses what is no number.
        return None
