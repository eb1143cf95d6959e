"""Load: above its limits the server reports that it is busy, and continues to answer other requests."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from attack import Server, serving
from waiting import DEADLINE, eventually

from qa.web.asgi import Message
from qa.web.load_middleware import IDLE_SECONDS, LoadMiddleware
from qa.web.pool import BusyError, Pool
from qa.web.routes import RouteKind

FILES = 1_024
QUESTION = "What does China call for?"


@pytest.fixture(scope="module")
def server(source_folder: Path) -> Iterator[Server]:
    with serving(source_folder, files=FILES) as server:
        assert server.run("ask", QUESTION, None, 1).status_code == 200
        yield server


def opened(server: Server, stack: ExitStack, request: bytes, number: int) -> list[socket.socket]:
    """Open this number of connections, each with a request or a part of one."""
    connections = []
    for _ in range(number):
        one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE))
        one.sendall(request)
        connections.append(one)
    return connections


def get(server: Server, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: text/event-stream\r\n\r\n".encode()
    )


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/heartbeat/x", "/gradio_api/queue/data?session_hash=x", "/gradio_api/dev/reload",
     "/gradio_api/upload_progress?upload_id=x", "/gradio_api/mcp/", "/gradio_api/mcp/sse",
     "/gradio_api/call/ask/x"],
)  # fmt: skip
def test_no_number_of_idle_streams_stops_the_server(server: Server, path: str) -> None:
    with ExitStack() as stack:
        opened(server, stack, get(server, path), 700)
        assert server.run("ask", QUESTION, None, 1).status_code == 200
        assert server.get("/").status_code == 200


@pytest.mark.parametrize(
    "request_",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
     b"POST /gradio_api/run/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{"],
    ids=["silent", "a letter", "half a head", "half a body"],
)  # fmt: skip
def test_no_number_of_idle_connections_stops_the_server(server: Server, request_: bytes) -> None:
    with ExitStack() as stack:
        opened(server, stack, request_, 700)

        def answered() -> bool:
            return server.run("ask", QUESTION, None, 1).status_code == 200

        # Connections whose bodies do not arrive occupy the server until their timeout.
        eventually(answered)


def test_requests_above_the_limit_get_a_retry_time(server: Server) -> None:
    half = (
        f"POST /gradio_api/run/ask HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    ).encode()
    with ExitStack() as stack:
        waiting = opened(server, stack, half, 100)
        eventually(lambda: server.get("/theme.css").status_code == 503)
        answer = server.get("/theme.css")
        assert answer.json()["error"] == "The server is busy; try again in a few seconds."
        assert int(answer.headers["Retry-After"]) > 0
        del waiting
    eventually(lambda: server.get("/theme.css").status_code == 200)


def test_files_of_questions_wait_in_a_bounded_queue(server: Server) -> None:
    before = server.threads()
    content = "\n".join(f"{QUESTION} {n}" for n in range(2_000)).encode()
    runs, refused = [], []
    for _ in range(40):
        stored = server.send("q.txt", content).json()[0]
        answer = server.call("batch", {"file": {"stored": stored, "name": "q.txt"}})
        if answer.status_code == 200:
            runs.append(answer.json()["run"])
        else:
            refused.append(answer)
    assert 2 <= len(runs) <= 25
    assert {answer.status_code for answer in refused} == {503}
    assert "busy" in refused[0].json()["error"]
    assert int(refused[0].headers["Retry-After"]) > 0
    # The server starts its threads with the first requests.
    assert server.threads() - before < 60
    assert server.run("ask", QUESTION, None, 1).status_code == 200
    for run in runs:
        server.call("asked", {"run": run, "do": "stop"})
    for run in runs:
        eventually(lambda run=run: server.call("asked", {"run": run}).json()["done"])  # type: ignore[misc]


def test_many_requests_are_answered_at_the_same_time(server: Server) -> None:
    with ThreadPoolExecutor(40) as people:
        answers = list(people.map(lambda n: server.run("ask", f"{QUESTION} {n}", None, 1), range(80)))
    assert {answer.status_code for answer in answers} == {200}


def test_a_stream_of_only_heartbeats_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert IDLE_SECONDS <= 120
    monkeypatch.setattr("qa.web.load_middleware.IDLE_SECONDS", 0.3)
    sent: list[Message] = []

    async def beating(_: object, __: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        while True:
            await send({"type": "http.response.body", "body": b"event: heartbeat\n\n", "more_body": True})  # type: ignore[operator]
            await asyncio.sleep(0.01)

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "qa.kind": RouteKind.STREAM, "client": ("x", 0)}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(
            asyncio.run, asyncio.wait_for(LoadMiddleware(beating)(scope, nothing, keep), DEADLINE)
        ).result()
    assert len(sent) > 3
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_waiting_work_is_bounded() -> None:
    import threading

    go, order = threading.Event(), []
    pool = Pool("test", 1, 2)
    begun = threading.Event()

    def first() -> None:
        begun.set()
        go.wait(DEADLINE)
        order.append(1)

    pool.submit(first)
    assert begun.wait(DEADLINE)
    second, third = (lambda: order.append(2)), (lambda: order.append(3))
    pool.submit(second)
    pool.submit(third)
    with pytest.raises(BusyError):
        pool.submit(lambda: order.append(4))
    assert pool.cancel(second)
    assert not pool.cancel(second)
    go.set()
    eventually(lambda: len(order) == 2)
    assert order == [1, 3]


def test_a_full_server_sends_a_complete_busy_response() -> None:
    from qa.web.connections import _BUSY

    head, _, body = _BUSY.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert json.loads(body)["error"].endswith(".")
