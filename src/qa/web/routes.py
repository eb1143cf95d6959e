"""What the server answers at all. What is not listed is not there, even where Gradio has something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How a request is treated."""

    PAGE = auto()
    """Has no body and is answered at once."""
    CALL = auto()
    """Has a small body of JSON."""
    STREAM = auto()
    """Has no body, and its answer comes in pieces for as long as there are any."""
    UPLOAD = auto()
    """Has a file."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path that is answered, by which methods, and how."""

    path: re.Pattern[str]
    methods: tuple[str, ...]
    kind: Kind


def _route(path: str, kind: Kind, *methods: str) -> Route:
    return Route(re.compile(path), methods, kind)


API_PATH = "/api"
SCRIPTS_PATH = "/page"
_FUNCTION = r"(?:ask|search|show|list|why)"
_NAME = r"[A-Za-z0-9_-]{1,64}"
_FILE = r"(?:[A-Za-z0-9_@-][A-Za-z0-9_.@-]*/)*[A-Za-z0-9_@-][A-Za-z0-9_.@-]*"
_ROUTES = (
    _route(r"/", Kind.PAGE, "GET", "HEAD"),
    _route(r"/config/?", Kind.PAGE, "GET"),
    _route(rf"/(?:assets|static|svelte)/{_FILE}", Kind.PAGE, "GET", "HEAD"),
    _route(rf"{SCRIPTS_PATH}/[0-9a-f]{{16}}\.js", Kind.PAGE, "GET", "HEAD"),
    _route(r"/(?:favicon\.ico|robots\.txt|manifest\.json|theme\.css)", Kind.PAGE, "GET", "HEAD"),
    _route(r"/gradio_api/(?:theme\.css|startup-events|openapi\.json|info/?|queue/status)", Kind.PAGE, "GET"),
    _route(rf"/gradio_api/(?:run|api|call|call/v2)/{_FUNCTION}/?", Kind.CALL, "POST"),
    _route(r"/gradio_api/(?:queue/join|component_server/?|cancel|reset/?)", Kind.CALL, "POST"),
    _route(rf"/gradio_api/call/(?:v2/)?{_FUNCTION}/{_NAME}", Kind.STREAM, "GET"),
    _route(r"/gradio_api/queue/data", Kind.STREAM, "GET"),
    _route(rf"{API_PATH}/(?:ask|search)", Kind.CALL, "POST"),
    # An id may be a path.
    _route(rf"{API_PATH}/documents(?:/.+)?", Kind.PAGE, "GET"),
    _route(r"/gradio_api/upload", Kind.UPLOAD, "POST"),
)
_TOOLS = _route(r"/gradio_api/mcp/?", Kind.CALL, "POST", "DELETE")
TOOLS_PATH = "/gradio_api/mcp"


def routes(path: str, *, tools: bool = False) -> list[Route]:
    """Returns the routes that a path has, one for each method at most; none where it is not answered.

    Args:
        path: As the request has it, unescaped: a trick with slashes, dots or case is another path.
        tools: Whether tools are offered over MCP.
    """
    every = (*_ROUTES, _TOOLS) if tools else _ROUTES
    return [route for route in every if route.path.fullmatch(path)]
