"""The endpoints under /api: the calls that docs/programs.md shows, through all middleware of the server."""

from __future__ import annotations

import base64
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from attack import NAME, PASSWORD, logins, serving
from browsing import served
from fastapi import FastAPI
from starlette.testclient import TestClient
from waiting import DEADLINE

from qa import Library
from qa.encoders import Encoder
from qa.index import Index
from qa.messages import Message
from qa.record import Answer
from qa.web.api import router
from qa.web.asgi import error_content
from qa.web.call_middleware import CALL_BYTES
from qa.web.endpoints import Endpoints
from qa.web.pool import BusyError
from qa.web.scratch import Scratch

ROOT = Path(__file__).parents[2]
CALLS = re.findall(
    r"^curl -s ('?http://\S+/api/.*)$",
    (ROOT / "docs" / "programs.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
TEXT = (ROOT / "index" / "source.txt").read_text(encoding="utf-8")
QUESTION = "How many rounds of eastward expansion has NATO carried out?"
ODD = "letters/a b#1?.txt"


@pytest.fixture(scope="module")
def library(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("api")
    (folder / "letters").mkdir()
    shutil.copy(ROOT / "index" / "source.txt", folder)
    (folder / ODD).write_text("The barn is let to Ann. \U0001f33e She pays in May.")
    with Library(folder / "index", model=model, reranker="none") as library:
        library.add(folder / "source.txt", folder / "letters")
        yield library


@pytest.fixture(scope="module")
def address(library: Library, model: Encoder) -> Iterator[str]:
    with served(Index(library.folder), model) as url:
        yield url


def call(line: str, address: str) -> httpx.Response:
    """Return the response that curl would get from the server under test."""
    url, *options = shlex.split(line)
    url = url.replace("http://127.0.0.1:7860", address)
    if not options:
        return httpx.get(url, timeout=DEADLINE)
    header, kind, data, body = options
    assert (header, data) == ("-H", "-d")
    name, _, value = kind.partition(": ")
    return httpx.post(url, content=body.encode(), headers={name: value}, timeout=DEADLINE)


def test_the_documented_calls_work_when_pasted(address: str, library: Library) -> None:
    assert len(CALLS) == 7
    answers = [call(line, address) for line in CALLS]
    assert [answer.status_code for answer in answers] == [200] * 7
    three, one, passages, table, quotation, documents, text = (answer.json() for answer in answers)
    assert Answer.model_validate(three).answered
    assert three == library.ask(QUESTION, k=3).model_dump(mode="json")
    assert one == library.ask(QUESTION, k=1, documents=["source.txt"]).model_dump(mode="json")
    assert passages == library.ask("eastward expansion", k=5).model_dump(mode="json")["quotes"]
    assert table["questions"] == [
        {"id": "1", "question": "eastward expansion", "type": "text"},
        {"id": "date", "question": "When was it published?", "type": "date"},
    ]
    assert table["documents"] == [d.doc_id for d in library.documents()]
    assert [cell["cell"]["document"] for cell in table["cells"]] == [
        n for n in table["documents"] for _ in "12"
    ]
    for cell in table["cells"]:
        named = {"documents": [cell["cell"]["document"]], "k": 1}
        alone = library.ask(cell["question"], **named).model_dump(mode="json")
        assert cell["quotes"] == alone["quotes"]
    assert quotation["verdict"] == "altered"
    assert quotation == library.verify_quote(quotation["text"]).model_dump(mode="json")
    assert [document["doc_id"] for document in documents] == [d.doc_id for d in library.documents()]
    assert (text["text"], text["length"], text["doc_id"]) == (TEXT[838:956], len(TEXT), "source.txt")
    assert text["text"] == three["quotes"][0]["text"]


def test_gradio_gives_the_same_answers(address: str) -> None:
    ours = httpx.post(f"{address}/api/ask", json={"question": QUESTION}, timeout=DEADLINE).json()
    data = {"data": [QUESTION, None, 3]}
    theirs = httpx.post(f"{address}/gradio_api/run/ask", json=data, timeout=DEADLINE).json()["data"][0]
    assert ours == theirs
    ours = httpx.post(f"{address}/api/verify_quote", json={"text": TEXT[838:956]}, timeout=DEADLINE).json()
    data = {"data": [TEXT[838:956], None, None]}
    theirs = httpx.post(f"{address}/gradio_api/run/verify_quote", json=data, timeout=DEADLINE).json()["data"][
        0
    ]
    assert ours == theirs
    assert (ours["verdict"], ours["citation"]["start"]) == ("verbatim", 838)
    listed = httpx.post(f"{address}/gradio_api/run/list", json={"data": []}, timeout=DEADLINE).json()["data"][
        0
    ]
    assert httpx.get(f"{address}/api/documents", timeout=DEADLINE).json() == listed


def test_a_follow_up_is_understood_with_the_earlier_questions(address: str) -> None:
    first = "What is the most pressing concern right now?"
    answer = httpx.post(f"{address}/api/ask", json={"question": "Why?", "after": [first]}, timeout=DEADLINE)
    assert answer.json()["understood_with"] == [first]


def test_a_document_of_any_name_is_shown(address: str, library: Library) -> None:
    (name,) = (d.doc_id for d in library.documents() if d.doc_id != "source.txt")
    path = f"{address}/api/documents/{quote(name)}"
    shown = httpx.get(path, timeout=DEADLINE).json()
    assert shown["doc_id"] == name
    assert shown["text"] == "The barn is let to Ann. \U0001f33e She pays in May."
    part = httpx.get(path, params={"start": 24, "end": 29}, timeout=DEADLINE).json()
    assert part["text"] == "\U0001f33e She"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("ask", {"question": " "}, 422, "question-empty"),
        ("ask", {"question": "x" * 20_001}, 413, "request-question-too-long"),
        ("ask", {"question": "x", "documents": ["no.txt"]}, 404, "no-matching-document"),
        ("ask", {}, 422, "request-form-invalid"),
        ("ask", [], 422, "request-form-invalid"),
        ("ask", {"question": 3}, 422, "request-form-invalid"),
        ("ask", {"question": "x", "more": 1}, 422, "request-form-invalid"),
        ("search", {"question": "x", "documents": "source.txt"}, 422, "request-form-invalid"),
        ("search", {"question": "x", "after": []}, 422, "request-form-invalid"),
        *(("ask", {"question": "x", "k": k}, 422, "request-form-invalid") for k in (0, -1, 1.5, True, "3")),
        ("table", {"questions": []}, 422, "request-form-invalid"),
        ("table", {"questions": [{"question": "x", "type": "colour"}]}, 422, "request-form-invalid"),
        ("table", {"questions": ["x"], "pilot": 0}, 422, "request-form-invalid"),
        ("table", {"questions": ["x"], "documents": ["no.txt"]}, 404, "no-matching-document"),
        ("table", {"questions": ["x" * 20_001]}, 413, "request-question-too-long"),
        ("table", {"questions": ["x"] * 501}, 413, "table-too-large"),
        ("verify_quote", {"text": " "}, 422, "quotation-empty"),
        ("verify_quote", {"text": "x" * 20_001}, 413, "request-quotation-too-long"),
        ("verify_quote", {"text": 3}, 422, "request-form-invalid"),
        ("verify_quote", {"text": "x", "page": "3"}, 422, "request-form-invalid"),
        ("verify_quote", {"text": "x", "documents": ["no.txt"]}, 404, "no-matching-document"),
        ("documents/none.txt", None, 404, "unknown-document"),
        ("documents/source.txt?start=5&end=3", None, 400, "outside-document"),
        ("documents/source.txt?end=9999999", None, 400, "outside-document"),
        ("documents/source.txt?start=x", None, 422, "request-form-invalid"),
    ],
)  # fmt: skip
def test_a_failure_has_a_status_and_a_code(
    address: str, path: str, body: Any, status: int, code: str
) -> None:
    url = f"{address}/api/{path}"
    answer = httpx.get(url) if body is None else httpx.post(url, json=body, timeout=DEADLINE)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"] == answer.json()["error"]
    if code == "request-form-invalid" and isinstance(body, dict) and len(body) > 1:
        # The sentence names the invalid part.
        assert f" {list(body)[-1]}: " in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "ask", 405), ("POST", "documents", 405), ("DELETE", "documents/source.txt", 405),
     ("HEAD", "documents", 405), ("GET", "", 404), ("POST", "ask/", 404), ("POST", "why", 404),
     ("GET", "documents/", 404)],
)  # fmt: skip
def test_other_paths_and_methods_do_not_exist(address: str, method: str, path: str, status: int) -> None:
    assert httpx.request(method, f"{address}/api/{path}").status_code == status


def test_invalid_json_and_large_bodies_are_refused(address: str) -> None:
    url = f"{address}/api/ask"
    assert httpx.post(url, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert httpx.post(url, json={"question": "x" * CALL_BYTES}).status_code == 413
    assert httpx.post(url, files={"files": b"x"}).status_code == 415
    assert httpx.post(url, json={"question": {"path": "/etc/passwd"}}).status_code == 400


@pytest.mark.parametrize("path", ["ask", "documents"])
def test_other_sites_and_foreign_names_are_refused(address: str, path: str) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
    ):
        url = f"{address}/api/{path}"
        answer = (
            httpx.get(url, headers=headers)
            if path == "documents"
            else httpx.post(url, json={"question": "Why?"}, headers=headers)
        )
        assert answer.status_code == 403, headers
        assert answer.json().keys() == {"code", "message", "error"}


def test_with_logins_a_name_and_a_password_are_needed(library: Library, tmp_path: Path) -> None:
    with serving(library.folder, "--auth", str(logins(tmp_path)), "--rate", "4") as server:
        url = f"{server.url}/api/documents"
        assert httpx.get(url, timeout=DEADLINE).json() == error_content(Message("not-logged-in"))
        basic = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        assert len(httpx.get(url, headers=headers, timeout=DEADLINE).json()) == 2
        with httpx.Client(base_url=server.url, headers=headers, timeout=DEADLINE) as client:
            statuses = {client.post("/api/ask", json={"question": " "}).status_code for _ in range(30)}
        assert statuses == {422, 429}


class _Broken(Endpoints):
    """Endpoints that fail."""

    def __init__(self, library: Library, scratch: Scratch, failure: Exception) -> None:
        super().__init__(library, scratch)
        self._failure = failure

    def documents(self) -> list[dict[str, Any]]:
        raise self._failure


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(RuntimeError("/home/ann"), 500, "unforeseen"), (BusyError(), 503, "server-busy-with-files")],
)
def test_details_of_unforeseen_failures_stay_in_the_log(
    library: Library, caplog: pytest.LogCaptureFixture, failure: Exception, status: int, code: str
) -> None:
    app = FastAPI()
    scratch = Scratch()
    try:
        broken = _Broken(library, scratch, failure)
        app.include_router(router(broken))
        answer = TestClient(app).get("/api/documents")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "ann" not in answer.text
        assert ("/home/ann" in caplog.text) == (code == "unforeseen")
        assert ("retry-after" in answer.headers) == (status == 503)
        broken.close()
    finally:
        scratch.close()


def test_half_a_surrogate_pair_can_be_sent(library: Library) -> None:
    class Odd(Endpoints):
        def documents(self) -> list[dict[str, Any]]:
            return [{"doc_id": "a\udc80", "title": "日本"}]

    app = FastAPI()
    scratch = Scratch()
    try:
        odd = Odd(library, scratch)
        app.include_router(router(odd))
        content = TestClient(app).get("/api/documents").content
        assert "日本".encode() in content
        assert json.loads(content) == [{"doc_id": "a\udc80", "title": "日本"}]
        odd.close()
    finally:
        scratch.close()
