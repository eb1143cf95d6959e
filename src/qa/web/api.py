"""HTTP for programs, under ``/api``: typed requests, the answer record, failures with a code.

Gradio's own endpoints give the same results; these have plain paths, plain bodies and HTTP's own statuses.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, Strict
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from qa.errors import QaError
from qa.messages import Message
from qa.record import Answer, Quote
from qa.render import single_line
from qa.web.asgi import told
from qa.web.endpoints import QUOTES, UNFORESEEN, Endpoints
from qa.web.labels import ENGLISH
from qa.web.plain import public
from qa.web.pool import BusyError
from qa.web.routes import API_PATH
from qa.web.statuses import status_of

PASSAGES = 10
"""Passages of a search unless more or fewer are asked for."""
_INVALID = Message("request-form-invalid")
_log = logging.getLogger(__name__)

# Other types would be converted: true and "3" are no numbers.
_Text = Annotated[str, Strict()]
_Count = Annotated[int, Strict(), Field(ge=1)]
_Documents = Annotated[list[_Text] | None, Field(description="ids or globs; all documents if left out")]


class SearchRequest(BaseModel):
    """Asks for the passages nearest to a question."""

    model_config = ConfigDict(extra="forbid")

    question: _Text
    documents: _Documents = None
    k: _Count = PASSAGES


class AskRequest(BaseModel):
    """Asks a question, after the earlier ones that it may refer to, oldest first."""

    model_config = ConfigDict(extra="forbid")

    question: _Text
    documents: _Documents = None
    k: _Count = QUOTES
    after: list[_Text] | None = None


class DocumentText(BaseModel):
    """A stretch of a document's text; offsets are code points."""

    doc_id: str
    title: str
    sha256: str
    uri: str | None
    start: int
    end: int
    length: int
    text: str


class _JSON(JSONResponse):
    def render(self, content: Any) -> bytes:
        # Half a surrogate pair, as file names may have, becomes an escape of JSON.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


class _Route(APIRoute):
    """A route whose failures are answered in one form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException:
                raise
            except RequestValidationError as error:
                return _failed(_INVALID, _first(error))
            except BusyError as error:
                return _failed(error.message, retry_after="60")
            except QaError as error:
                return _failed(public(error.message))
            except Exception:
                _log.exception("A program asked for something that failed")
                return _failed(UNFORESEEN)

        return answering


def router(endpoints: Endpoints) -> APIRouter:
    """Returns the routes for programs."""
    routes = APIRouter(prefix=API_PATH, route_class=_Route)

    @routes.post("/ask", response_model=Answer)
    def ask(request: AskRequest) -> Response:
        answer = endpoints.answer(request.question, request.documents, request.k, request.after)
        return _JSON(answer.model_dump(mode="json"))

    @routes.post("/search", response_model=list[Quote])
    def search(request: SearchRequest) -> Response:
        answer = endpoints.answer(request.question, request.documents, request.k)
        return _JSON(answer.model_dump(mode="json")["quotes"])

    @routes.get("/documents", response_model=list[dict[str, Any]])
    def documents() -> Response:
        return _JSON(endpoints.documents())

    @routes.get("/documents/{doc_id:path}", response_model=DocumentText)
    def document(doc_id: str, start: int = 0, end: int | None = None) -> Response:
        return _JSON(endpoints.text(doc_id, start, end))

    return routes


def _failed(message: Message, detail: str = "", *, retry_after: str | None = None) -> Response:
    sentence = single_line(f"{ENGLISH.say(message)} {detail}".strip())
    headers = {"Retry-After": retry_after} if retry_after else None
    return _JSON(told(message, sentence), status_of(message.code), headers)


def _first(error: RequestValidationError) -> str:
    """Returns what is wrong with the first part of a request that is not as it must be."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return f"{name}: {first['msg']}."
