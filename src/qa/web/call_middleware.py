"""Reads the bodies of calls within small limits and checks them before Gradio sees them.

Gradio fetches files from the addresses in a call. No function here takes a file that way, so a call that
names a file is refused.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from qa.web.asgi import App, Message, Receive, RefusedError, Send, body_of, headers_of, replay
from qa.web.routes import RouteKind

CALL_BYTES = 1_000_000
"""Maximum bytes of a call's body."""
CALL_SECONDS = 15.0
"""Maximum seconds for sending it."""


class CallMiddleware:
    """Passes on calls that are JSON without files, and other requests without their bodies."""

    def __init__(self, app: App, functions: Collection[int] | None = None) -> None:
        """Create the middleware.

        Args:
            app: The next app.
            functions: The numbers of the functions that may be called; None to allow all.
        """
        self._app = app
        self._functions = functions

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request.

        Raises:
            RefusedError: The call is not allowed.
        """
        kind = scope.get("qa.kind")
        if kind is RouteKind.CALL:
            if headers_of(scope).get(b"content-type", "").lower().startswith("multipart/"):
                raise RefusedError(415, "call-not-json")
            body = await body_of(scope, receive, CALL_BYTES, CALL_SECONDS)
            number = _function_of(check(body))
            if number is not None and self._functions is not None and number not in self._functions:
                raise RefusedError(404, "function-unknown")
            receive = replay(body, receive)
        elif kind in (RouteKind.PAGE, RouteKind.STREAM):
            receive = replay(b"", receive)
        await self._app(scope, receive, send)


def check(body: bytes) -> Any:
    """Return the JSON content of a body.

    Raises:
        RefusedError: The body is not JSON, or names a file in the form that Gradio fetches.
    """
    if not body:
        return None
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "call-not-json") from error
    pending = [call]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            if isinstance(value.get("path"), str) or isinstance(value.get("url"), str) or "_type" in value:
                raise RefusedError(400, "call-names-files")
            pending += value.values()
    return call


def _function_of(call: Any) -> int | None:
    """Return the number of the function that a call names, as Gradio reads it; None without a number."""
    number = call.get("fn_index") if isinstance(call, dict) else None
    try:
        return None if number is None else int(number)
    except (TypeError, ValueError, OverflowError):
        # Gradio itself refuses anything that is not a number.
        return None
