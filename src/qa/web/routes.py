"""The list of allowed routes. A path that is not listed does not exist, even if Gradio has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class RouteKind(Enum):
    """The kinds of requests, by body and response."""

    PAGE = auto()
    """No body; the response is sent at once."""
    CALL = auto()
    """A small JSON body."""
    STREAM = auto()
    """No body; the response is a stream of events."""
    UPLOAD = auto()
    """A body with a file."""


@dataclass(frozen=True, slots=True)
class Route:
    """An allowed path with its methods and its kind."""

    path: re.Pattern[str]
    methods: tuple[str, ...]
    kind: RouteKind


def _route(path: str, kind: RouteKind, *methods: str) -> Route:
    return Route(re.compile(path), methods, kind)


API_PATH = "/api"
SCRIPTS_PATH = "/page"
FONTS_PATH = f"{SCRIPTS_PATH}/fonts"
_FUNCTION = r"(?:ask|search|show|list|why|verify_quote|find)"
_NAME = r"[A-Za-z0-9_-]{1,64}"
_FILE = r"(?:[A-Za-z0-9_@-][A-Za-z0-9_.@-]*/)*[A-Za-z0-9_@-][A-Za-z0-9_.@-]*"
_ROUTES = (
    _route(r"/", RouteKind.PAGE, "GET", "HEAD"),
    _route(r"/config/?", RouteKind.PAGE, "GET"),
    _route(rf"/(?:assets|static|svelte)/{_FILE}", RouteKind.PAGE, "GET", "HEAD"),
    _route(rf"{SCRIPTS_PATH}/[0-9a-f]{{16}}\.js", RouteKind.PAGE, "GET", "HEAD"),
    _route(rf"{FONTS_PATH}/[a-z0-9-]{{1,80}}\.woff2", RouteKind.PAGE, "GET", "HEAD"),
    _route(r"/(?:favicon\.ico|robots\.txt|manifest\.json|theme\.css)", RouteKind.PAGE, "GET", "HEAD"),
    _route(
        r"/gradio_api/(?:theme\.css|startup-events|openapi\.json|info/?|queue/status)", RouteKind.PAGE, "GET"
    ),
    _route(rf"/gradio_api/(?:run|api|call|call/v2)/{_FUNCTION}/?", RouteKind.CALL, "POST"),
    _route(r"/gradio_api/(?:queue/join|component_server/?|cancel|reset/?)", RouteKind.CALL, "POST"),
    _route(rf"/gradio_api/call/(?:v2/)?{_FUNCTION}/{_NAME}", RouteKind.STREAM, "GET"),
    _route(r"/gradio_api/queue/data", RouteKind.STREAM, "GET"),
    _route(rf"{API_PATH}/(?:ask|search|table|verify_quote|find)", RouteKind.CALL, "POST"),
    # The id of a document may be a path.
    _route(rf"{API_PATH}/documents(?:/.+)?", RouteKind.PAGE, "GET"),
    _route(r"/gradio_api/upload", RouteKind.UPLOAD, "POST"),
)
_TOOLS = _route(r"/gradio_api/mcp/?", RouteKind.CALL, "POST", "DELETE")
TOOLS_PATH = "/gradio_api/mcp"


def routes(path: str, *, tools: bool = False) -> list[Route]:
    """Return the routes of a path, at most one for each method; none if the path is not allowed.

    Args:
        path: The unescaped path of the request; tricks with slashes, dots or case make a different path.
        tools: Whether tools are offered over MCP.
    """
    allowed = (*_ROUTES, _TOOLS) if tools else _ROUTES
    return [route for route in allowed if route.path.fullmatch(path)]
