"""The interface for programs, called exactly as docs/programs.md shows."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import served
from naming import name_documents
from waiting import DEADLINE

from qa import Library
from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.errors import UsageError
from qa.index import Index
from qa.web import ServerOptions, auth, serve

ROOT = Path(__file__).parents[2]
CALLS = re.findall(
    r"^curl -s (http://\S+/run/.*)$", (ROOT / "docs" / "programs.md").read_text(), re.MULTILINE
)
TEXT = (ROOT / "index" / "source.txt").read_text(encoding="utf-8")
PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def index(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("programs")
    shutil.copy(ROOT / "index" / "source.txt", folder)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt")], lambda: model)
    return index


@pytest.fixture(scope="module")
def address(index: Index, model: Encoder) -> Iterator[str]:
    with served(index, model) as url:
        yield url


def curl(call: str, address: str) -> httpx.Response:
    """Send the request that curl would send to the server under test."""
    url, header, kind, data, body = shlex.split(call)
    assert (header, data) == ("-H", "-d")
    name, _, value = kind.partition(": ")
    url = url.replace("http://127.0.0.1:7860", address)
    return httpx.post(url, content=body.encode(), headers={name: value}, timeout=DEADLINE)


def test_the_documented_calls_work_when_pasted(address: str, index: Index, model: Encoder) -> None:
    assert len(CALLS) == 6
    answers = [curl(call, address) for call in CALLS]
    assert [answer.status_code for answer in answers] == [200] * 6
    three, one, hits, shown, listed, why = (answer.json()["data"][0] for answer in answers)
    answerer = Answerer(index, model)
    question = three["question"]
    assert three == answerer.ask(question).model_dump(mode="json")
    assert one == answerer.ask(question, k=1, documents=["source.txt"]).model_dump(mode="json")
    assert hits == answerer.ask("eastward expansion", k=5).model_dump(mode="json")["quotes"]
    assert (shown["text"], shown["length"], shown["doc_id"]) == (TEXT[838:956], len(TEXT), "source.txt")
    assert shown["text"] == three["quotes"][0]["text"]
    first = three["quotes"][0]
    assert sum(part["value"] for part in why) == pytest.approx(first["score"], abs=1e-5)
    words = next(part["words"] for part in why if "words" in part)
    assert "NATO" in {TEXT[word["start"] : word["end"]] for word in words}
    assert listed == json.loads(json.dumps([document.as_json() for document in index.documents()]))


def test_a_follow_up_is_understood_with_the_earlier_questions(address: str) -> None:
    first = "What is the most pressing concern right now?"
    asked = {"data": ["Why?", None, 3, [first]]}
    answer = httpx.post(f"{address}/gradio_api/run/ask", json=asked, timeout=DEADLINE)
    assert answer.json()["data"][0]["understood_with"] == [first]


@pytest.mark.parametrize(
    ("name", "data", "status", "code", "sentence"),
    [("ask", [" ", None, 3], 422, "question-empty", "The question is empty"),
     ("show", ["none.txt", 0, None], 404, "unknown-document", "There is no document none.txt"),
     ("show", ["source.txt", 5, 3], 400, "outside-document", "5-3 is outside"),
     ("search", ["x", ["no.txt"], 3], 404, "no-matching-document", "no.txt"),
     ("why", ["x", "source.txt", 1, 2, None, None], 404, "quote-not-among-results", "has no quote in this"),
     ("why", ["x"], 422, "request-form-invalid", "The request does not have the form")],
)  # fmt: skip
def test_failures_have_a_status_a_code_and_a_sentence(
    address: str, name: str, data: list[Any], status: int, code: str, sentence: str
) -> None:
    answer = httpx.post(f"{address}/gradio_api/run/{name}", json={"data": data}, timeout=DEADLINE)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(answer.json()) == ["code", "message", "error"]
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [("POST", "ask", {"question": " "}, 422, "question-empty"),
     ("POST", "ask", {"question": "x", "k": "3"}, 422, "request-form-invalid"),
     ("POST", "ask", {"question": "x", "named": 0}, 422, "request-form-invalid"),
     ("POST", "search", {"question": "x", "documents": ["no.txt"]}, 404, "no-matching-document"),
     ("GET", "documents/none.txt", None, 404, "unknown-document"),
     ("GET", "documents/source.txt?start=5&end=3", None, 400, "outside-document")],
)  # fmt: skip
def test_plain_paths_fail_with_the_same_codes(
    address: str, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = httpx.request(method, f"{address}/api/{path}", json=body, timeout=DEADLINE)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(answer.json()) == ["code", "message", "error"]
    assert answer.json()["message"].endswith(".")


def test_all_documents_can_be_asked_although_the_question_names_one(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_documents(monkeypatch, "NATO", "Security", "source.txt")
    question = "How many rounds of eastward expansion has NATO carried out?"

    def run(name: str, *data: Any) -> Any:
        url = f"{address}/gradio_api/run/{name}"
        return httpx.post(url, json={"data": data}, timeout=DEADLINE).json()["data"][0]

    # Programs that know fewer arguments get the default.
    for arguments in ([question, None, 3], [question, None, 3, None], [question, None, 3, None, True]):
        assert run("ask", *arguments)["scope"] == {"documents": ["source.txt"], "title": "Security"}
    assert run("ask", question, None, 3, None, False)["scope"] is None
    assert run("search", question, None, 2) == run("search", question, None, 2, True)
    plain = {"question": question, "named": False}
    assert httpx.post(f"{address}/api/ask", json=plain, timeout=DEADLINE).json()["scope"] is None
    del plain["named"]
    assert httpx.post(f"{address}/api/ask", json=plain, timeout=DEADLINE).json()["scope"] is not None


@pytest.mark.parametrize("k", ["-1", "0", "1.5", "1e999", "true", '"3"'])
def test_an_invalid_number_of_quotes_is_refused(address: str, k: str) -> None:
    answer = httpx.post(
        f"{address}/gradio_api/run/ask",
        content=f'{{"data": ["Why?", null, {k}]}}',
        headers={"Content-Type": "application/json"},
        timeout=DEADLINE,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "number-of-quotes-invalid")
    assert answer.json()["error"].endswith("must be a whole number from 1.")


@pytest.mark.parametrize("path", ["queue/join", "run/ask"])
@pytest.mark.parametrize("number", [10_000, -1, "10000"])
def test_an_unknown_function_is_refused(address: str, path: str, number: object) -> None:
    call = {"data": [], "fn_index": number, "session_hash": "x"}
    answer = httpx.post(f"{address}/gradio_api/{path}", json=call, timeout=DEADLINE)
    assert (answer.status_code, answer.json()["error"][:28]) == (404, "This function does not exist")


def test_without_a_login_nothing_is_answered(index: Index, model: Encoder, tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    logins.write_text(auth.line("ann", PASSWORD) + "\n")
    options = ServerOptions(logins=logins, read_only=True, upload_bytes=1000, requests_a_minute=60)
    with served(index, model, options=options) as url:
        asked: dict[str, Any] = {"json": {"data": []}, "timeout": DEADLINE}
        assert httpx.post(f"{url}/gradio_api/run/list", **asked).status_code == 401
        assert httpx.post(f"{url}/gradio_api/component_server", **asked).status_code in (401, 422)
        wrong = {"username": "ann", "password": "wrong horse"}
        with httpx.Client(timeout=DEADLINE) as ann:
            assert ann.post(f"{url}/login", data=wrong).status_code == 400
            assert ann.post(f"{url}/gradio_api/run/list", **asked).status_code == 401
            assert ann.post(f"{url}/login", data={**wrong, "password": PASSWORD}).status_code == 200
            answer = ann.post(f"{url}/gradio_api/run/list", **asked)
            assert [document["doc_id"] for document in answer.json()["data"][0]] == ["source.txt"]
            large = ann.post(f"{url}/gradio_api/upload", files={"files": ("a.txt", b"x" * 2_000_000)})
            assert large.status_code == 413
            codes = {ann.post(f"{url}/gradio_api/run/list", **asked).status_code for _ in range(25)}
            assert codes == {200, 429}
        tries = {httpx.post(f"{url}/login", data=wrong).status_code for _ in range(12)}
        assert 429 in tries


def test_tools_over_mcp_need_their_package(
    index: Index, model: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "mcp" else find_spec(name))
    with pytest.raises(UsageError, match=r"pip install 'verbatim-qa\[mcp\]'"):
        serve(Library(index.folder, model=model), options=ServerOptions(mcp=True))


def test_the_same_functions_are_tools_over_mcp(index: Index, model: Encoder) -> None:
    mcp = importlib.import_module("mcp")
    transport = importlib.import_module("mcp.client.streamable_http").streamablehttp_client

    async def called(url: str) -> tuple[list[str], list[str]]:
        async with (
            transport(f"{url}/gradio_api/mcp/") as (reading, writing, _),
            mcp.ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            asked = (
                ("show", {"document": "source.txt", "start": 838, "end": 956}),
                ("ask", {"question": "What does China call for?"}),
                ("list", {}),
                ("find", {"query": "cold war"}),
                ("show", {"document": "none.txt"}),
            )
            results = [await session.call_tool(name, arguments) for name, arguments in asked]
            assert [result.isError for result in results] == [False, False, False, False, True]
            return names, [result.content[0].text for result in results]

    # In a separate thread, because this one may already run the event loop of another test's browser.
    with served(index, model, options=ServerOptions(mcp=True)) as url, ThreadPoolExecutor(1) as thread:
        names, (shown, answer, listed, places, failure) = thread.submit(asyncio.run, called(url)).result()
    assert names == ["ask", "search", "show", "list", "why", "verify_quote", "find"]
    assert json.loads(shown)["text"] == TEXT[838:956]
    assert json.loads(answer) == Answerer(index, model).ask("What does China call for?").model_dump(
        mode="json"
    )
    assert [document["doc_id"] for document in json.loads(listed)] == ["source.txt"]
    assert json.loads(places) == Library(index.folder, model=model).find("cold war").model_dump(mode="json")
    assert "There is no document none.txt; see the list" in failure
    assert "'" not in failure


def test_behind_a_reverse_proxy_every_url_is_public(index: Index, model: Encoder) -> None:
    with served(index, model, options=ServerOptions(root_path="https://library.example/verbatim")) as url:
        proxied: dict[str, Any] = {
            "headers": {"Host": "library.example", "X-Forwarded-Proto": "https"},
            "timeout": DEADLINE,
        }
        assert httpx.get(f"{url}/config", **proxied).json()["root"] == "https://library.example/verbatim"
        assert httpx.get(f"{url}/config", headers={"Host": "evil.example"}).status_code == 403
        page = httpx.get(url, **proxied).text
        assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', page)) <= {"https://library.example"}
