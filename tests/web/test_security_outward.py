"""Nothing leaves the machine: no URL in a request is fetched, no question is recorded elsewhere."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from attack import Listener, Server, serving

from qa.rerankers import Reranker


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def server(source_folder: Path, reader: Reranker, listener: Listener) -> Iterator[Server]:
    """Start a server whose environment asks Gradio to send every question to others."""
    env = {
        "HF_TOKEN": "hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "HF_ENDPOINT": listener.url,
        "HTTPS_PROXY": listener.url,
        "HTTP_PROXY": listener.url,
        "NO_PROXY": "127.0.0.1:1",
        "GRADIO_HISTORY_BUCKET": "ann/questions",
        "GRADIO_RUN_HISTORY": "True",
        "GRADIO_ANALYTICS_ENABLED": "True",
        "GRADIO_SHARE": "True",
        "GRADIO_SHARE_SERVER_ADDRESS": f"127.0.0.1:{listener.port}",
        "GRADIO_ALLOWED_PATHS": "/",
        "GRADIO_MCP_SERVER": "True",
        "GRADIO_VIBE_MODE": "1",
    }
    importlib.import_module("mcp")
    with serving(source_folder, "--mcp", "--reranker", reader.name, env=env) as server:
        yield server


def test_a_question_is_recorded_nowhere(server: Server, listener: Listener) -> None:
    header = {"X-Gradio-History-Bucket": "ann/questions"}
    question = "What does China call for?"
    assert server.run("ask", question, None, 1, headers=header).json()["data"][0]["question"] == question
    event = server.post("/gradio_api/call/ask", json={"data": [question, None, 1]}, headers=header).json()[
        "event_id"
    ]
    assert "event: complete" in server.get(f"/gradio_api/call/ask/{event}", headers=header).text
    assert "Chin" in json.dumps(server.call("ask", {"question": question}, headers=header).json())
    assert listener.connections == []


@pytest.mark.parametrize(
    "path", ["runs", "run-history/records", "run-history/buckets", "monitoring", "deep_link"]
)
def test_no_recording_route_is_served(server: Server, path: str) -> None:
    assert server.get(f"/gradio_api/{path}").status_code == 404
    assert server.get(f"/{path}").status_code == 404


def test_a_bucket_cannot_be_connected(server: Server, listener: Listener) -> None:
    answer = server.post("/gradio_api/run-history/connect", json={"bucket_id": "ann/questions"})
    assert answer.status_code == 404
    assert listener.connections == []


@pytest.mark.parametrize(
    "path",
    [
        "file={url}/x", "file={quoted}", "file/{url}", "file=file://{url}", "proxy={url}/x", "proxy={quoted}",
        "stream/{url}", "file=/etc/passwd", "file=//etc/passwd", "custom_component/x/server/x/x",
    ],
)  # fmt: skip
def test_no_file_is_fetched_by_its_url(server: Server, listener: Listener, path: str) -> None:
    path = path.format(url=listener.url, quoted=quote(listener.url, safe=""))
    for prefix in ("/gradio_api/", "/"):
        assert server.raw_path(prefix + path) == 404
    assert listener.connections == []


def files(url: str) -> list[object]:
    meta = {"_type": "gradio.FileData"}
    return [
        {"path": url, "meta": meta},
        {"path": url, "url": url, "meta": meta, "orig_name": "x"},
        {"url": url, "meta": meta},
        {"path": url},
        {"url": url},
        [[{"a": {"path": "/etc/passwd", "meta": meta}}]],
        {"path": "data:text/plain,x", "meta": meta},
        {"meta": meta, "path": None, "url": url, "is_stream": False},
    ]


@pytest.mark.parametrize("at", range(8))
def test_no_file_in_a_call_is_fetched(server: Server, listener: Listener, at: int) -> None:
    file = files(f"{listener.url}/x.txt")[at]
    for path, body in (
        ("run/ask", {"data": [file, None, 3]}),
        ("run/ask", {"data": ["x", [file], 3]}),
        ("api/show", {"data": [file, 0, None]}),
        ("call/ask", {"data": ["x", file, 3]}),
        ("call/v2/ask", {"question": file}),
        ("queue/join", {"data": [file, None, 3], "fn_index": 0, "session_hash": "x"}),
        ("run/ask", {"data": ["x", None, 3], "event_data": file}),
        ("component_server", {"data": file, "component_id": 1, "session_hash": "s", "fn_name": "ask"}),
        ("mcp/", {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                  "params": {"name": "ask", "arguments": {"question": file}}}),
    ):  # fmt: skip
        answer = server.post(
            f"/gradio_api/{path}", json=body, headers={"Accept": "application/json, text/event-stream"}
        )
        assert answer.status_code == 400, path
        assert "must not name files" in answer.json()["error"]
    assert listener.connections == []


def test_a_url_as_question_is_only_text(server: Server, listener: Listener) -> None:
    answer = server.run("ask", f"What is at {listener.url}/x.txt?", None, 1)
    assert answer.status_code == 200
    assert listener.connections == []
