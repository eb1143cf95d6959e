"""How the page calls its endpoints: in the language of the page, and with failures as sentences."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from qa.errors import QaError
from qa.messages import Message
from qa.render import single_line
from qa.render.styles import STYLES, Style
from qa.web.asgi import error_content
from qa.web.failures import public
from qa.web.labels import Labels, labels_in
from qa.web.pool import BusyError

UNFORESEEN = Message("unforeseen")

Json = dict[str, Any]
_log = logging.getLogger(__name__)


def with_failures(handle: Callable[[Mapping[str, Any]], Json]) -> Callable[[Any], Json | Response]:
    """Return an endpoint that returns its failure as a sentence instead of raising it."""

    @functools.wraps(handle)
    def handle_safely(data: Any) -> Json | Response:
        request = data if isinstance(data, Mapping) else {}
        labels = labels_of(request)
        try:
            return handle(request)
        except BusyError as error:
            content = error_content(error.message, labels.say(error.message))
            return JSONResponse(content, status_code=503, headers={"Retry-After": "60"})
        except QaError as error:
            return error_content(error.message, single_line(labels.say(public(error.message))))
        except Exception:
            _log.exception("A request of the page failed")
            return error_content(UNFORESEEN, labels.say(UNFORESEEN))

    return handle_safely


def style_of(data: Mapping[str, Any]) -> Style:
    """Return the citation style of a request; an older page names none, or an unknown one."""
    return next((style for style in STYLES if style == data.get("style")), "plain")


def labels_of(data: Mapping[str, Any]) -> Labels:
    """Return the labels of the language of a request."""
    return labels_in(data.get("lang"))
