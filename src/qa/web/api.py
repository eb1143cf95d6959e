"""The HTTP interface for programs, under ``/api``: typed requests, the answer record, failures with a code.

Gradio's endpoints return the same results; these have plain paths, plain bodies and the usual HTTP statuses.
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

from qa import Quotation
from qa.errors import QaError
from qa.messages import Message
from qa.record import Answer, Quote
from qa.render import single_line
from qa.table import AnswerType
from qa.types import QUOTES
from qa.web.asgi import error_content
from qa.web.endpoints import Endpoints
from qa.web.failures import public
from qa.web.labels import ENGLISH
from qa.web.page_calls import UNFORESEEN
from qa.web.pool import BusyError
from qa.web.routes import API_PATH
from qa.web.statuses import status_of

PASSAGES = 10
"""Default number of passages of a search."""
_INVALID = Message("request-form-invalid")
_log = logging.getLogger(__name__)

# Strict, because other types would be converted: true and "3" are not numbers.
_Text = Annotated[str, Strict()]
_Count = Annotated[int, Strict(), Field(ge=1)]
_Documents = Annotated[list[_Text] | None, Field(description="ids or globs; all documents if left out")]
_Named = Annotated[
    bool, Strict(), Field(description="whether a question that names documents is asked of these alone")
]


class SearchRequest(BaseModel):
    """A request for the passages nearest to a question."""

    model_config = ConfigDict(extra="forbid")

    question: _Text
    documents: _Documents = None
    k: _Count = PASSAGES
    named: _Named = True


class AskRequest(BaseModel):
    """A question, with the earlier questions that it may refer to, oldest first."""

    model_config = ConfigDict(extra="forbid")

    question: _Text
    documents: _Documents = None
    k: _Count = QUOTES
    after: list[_Text] | None = None
    named: _Named = True


class QuoteRequest(BaseModel):
    """A quotation, without the marks around it, and the page that is claimed for it."""

    model_config = ConfigDict(extra="forbid")

    text: _Text
    documents: _Documents = None
    page: _Count | None = None


class TableQuestion(BaseModel):
    """A question of a table, with the type of its answers and the only documents that it is asked of."""

    model_config = ConfigDict(extra="forbid")

    question: _Text
    id: _Text | None = None
    type: AnswerType | None = None
    documents: list[_Text] | None = None
    k: _Count | None = None


class TableRequest(BaseModel):
    """Questions that are asked of every document alone."""

    model_config = ConfigDict(extra="forbid")

    questions: Annotated[list[_Text | TableQuestion], Field(min_length=1)]
    documents: _Documents = None
    k: _Count = 1
    pilot: Annotated[
        _Count | None, Field(description="number of documents to ask, the first ones; all if left out")
    ] = None


class TableValue(BaseModel):
    """The typed value of an answer, a slice of its answer words."""

    text: str
    start: int
    end: int
    normal: str | float | None = Field(description="an ISO date or a number, to sort by")


class CellPlace(BaseModel):
    """The place of an answer in a table."""

    document: str
    title: str
    question_id: str
    type: AnswerType
    value: TableValue | None


class CellAnswer(Answer):
    """The answer of one document to one question."""

    cell: CellPlace


class ColumnHeader(BaseModel):
    """A question of a table with the type of its answers."""

    id: str
    question: str
    type: AnswerType


class TableResponse(BaseModel):
    """A table: its questions, the ids of its documents, its cells document by document."""

    questions: list[ColumnHeader]
    documents: list[str]
    cells: list[CellAnswer]
    left: list[str] = Field(description="documents that were not asked, because of pilot")


class DocumentText(BaseModel):
    """A part of a document's text; offsets are code points."""

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
        # Half a surrogate pair, which file names may contain, becomes a JSON escape.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


class _Route(APIRoute):
    """A route whose failures are all answered in the same form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_safely(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException:
                raise
            except RequestValidationError as error:
                return _failure(_INVALID, _first_problem(error))
            except BusyError as error:
                return _failure(error.message, retry_after="60")
            except QaError as error:
                return _failure(public(error.message))
            except Exception:
                _log.exception("A program's request failed")
                return _failure(UNFORESEEN)

        return handle_safely


def router(endpoints: Endpoints) -> APIRouter:
    """Return the routes for programs."""
    routes = APIRouter(prefix=API_PATH, route_class=_Route)

    @routes.post("/ask", response_model=Answer)
    def ask(request: AskRequest) -> Response:
        answer = endpoints.answer(
            request.question, request.documents, request.k, request.after, request.named
        )
        return _JSON(answer.model_dump(mode="json"))

    @routes.post("/search", response_model=list[Quote])
    def search(request: SearchRequest) -> Response:
        answer = endpoints.answer(request.question, request.documents, request.k, named=request.named)
        return _JSON(answer.model_dump(mode="json")["quotes"])

    @routes.post("/verify_quote", response_model=Quotation)
    def verify_quote(request: QuoteRequest) -> Response:
        quotation = endpoints.verify_quote(request.text, request.documents, request.page)
        return _JSON(quotation.model_dump(mode="json"))

    @routes.post("/table", response_model=TableResponse)
    def table(request: TableRequest) -> Response:
        questions = [
            each if isinstance(each, str) else each.model_dump(exclude_none=True)
            for each in request.questions
        ]
        return _JSON(endpoints.table(questions, request.documents, request.k, request.pilot))

    @routes.get("/documents", response_model=list[dict[str, Any]])
    def documents() -> Response:
        return _JSON(endpoints.documents())

    @routes.get("/documents/{doc_id:path}", response_model=DocumentText)
    def document(doc_id: str, start: int = 0, end: int | None = None) -> Response:
        return _JSON(endpoints.text(doc_id, start, end))

    return routes


def _failure(message: Message, detail: str = "", *, retry_after: str | None = None) -> Response:
    sentence = single_line(f"{ENGLISH.say(message)} {detail}".strip())
    headers = {"Retry-After": retry_after} if retry_after else None
    return _JSON(error_content(message, sentence), status_of(message.code), headers)


def _first_problem(error: RequestValidationError) -> str:
    """Return the first problem of an invalid request, with the name of its part."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return f"{name}: {first['msg']}."
