"""Request bodies are counted while they arrive, and inputs have limited costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from attack import NAME, PASSWORD, Server, logins, serving
from waiting import DEADLINE

MEGABYTE = 1_000_000
PATHS = (
    "/gradio_api/run/ask",
    "/gradio_api/component_server",
    "/login",
    "/gradio_api/upload",
    "/config",
    "/",
)


# Both servers answer one question first, which loads the model and the indexes before memory is measured.


@pytest.fixture(scope="module")
def closed(source_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = logins(tmp_path_factory.mktemp("logins"))
    with serving(source_folder, "--auth", str(file), "--max-upload", "2") as server:
        answer = server.run("ask", "What does China call for?", None, 3, auth=(NAME, PASSWORD))
        assert answer.status_code == 200
        yield server


@pytest.fixture(scope="module")
def server(source_folder: Path) -> Iterator[Server]:
    with serving(source_folder, "--max-upload", "2") as server:
        assert server.run("ask", "What does China call for?", None, 3).status_code == 200
        yield server


def chunks(piece: bytes, number: int) -> Iterator[bytes]:
    for _ in range(number):
        yield b"%x\r\n%b\r\n" % (len(piece), piece)


def chunked(server: Server, path: str, kind: str, piece: bytes, number: int) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    return server.raw(head.encode(), *chunks(piece, number))


@pytest.mark.parametrize("path", PATHS)
def test_without_a_session_no_body_is_read(closed: Server, path: str) -> None:
    before = closed.memory()
    begun = time.monotonic()
    answer = chunked(closed, path, "multipart/form-data; boundary=x", b"x" * MEGABYTE, 300)
    assert answer == b"" or answer.split(b" ", 2)[1] in (b"401", b"405", b"413")
    assert closed.memory() - before < 50 * MEGABYTE
    assert time.monotonic() - begun < DEADLINE / 2


def test_a_long_body_is_refused_by_its_content_length(closed: Server) -> None:
    # Refused at once, before a byte of the body is sent.
    for path, status in (("/gradio_api/run/ask", b"401"), ("/login", b"413"), ("/gradio_api/upload", b"401")):
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{closed.port}\r\nContent-Length: 300000000\r\n\r\n"
        answer = closed.raw(head.encode())
        assert answer.split(b" ", 2)[1] == status
        assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    "path", ["/gradio_api/run/ask", "/gradio_api/component_server", "/gradio_api/queue/join"]
)
def test_bodies_without_files_must_be_small(server: Server, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 1500000\r\n\r\n"
    assert server.raw(head.encode()).split(b" ", 2)[1] == b"413"
    before = server.memory()
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = chunked(server, path, kind, b" " * MEGABYTE, 300)
        assert answer == b"" or answer.split(b" ", 2)[1] == b"413"
    form = chunked(server, path, "multipart/form-data; boundary=x", b"x" * MEGABYTE, 300)
    assert form == b"" or form.split(b" ", 2)[1] in (b"413", b"415")
    assert server.memory() - before < 50 * MEGABYTE


def test_an_upload_is_limited_to_its_maximum_size(server: Server) -> None:
    assert server.send("a.txt", b"x" * 1_900_000).status_code == 200
    assert server.send("a.txt", b"x" * 2_100_000).status_code == 413
    before = server.memory()
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    for first in (head, head.replace(b"files", b"other"), b"preamble", b"--x\r\nX: "):
        answer = chunked(
            server, "/gradio_api/upload", "multipart/form-data; boundary=x", first + b"x" * MEGABYTE, 300
        )
        assert answer == b"" or answer.split(b" ", 2)[1] in (b"400", b"413")
    assert server.memory() - before < 50 * MEGABYTE


def test_an_invalid_form_of_files_is_refused(server: Server) -> None:
    unended = b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nabc'
    for kind, body in (
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=x", unended),
        ("application/json", b"{}"),
    ):  # fmt: skip
        answer = server.post("/gradio_api/upload", content=body, headers={"Content-Type": kind})
        assert answer.status_code in (400, 415)
        assert answer.json()["error"].endswith(".")


# -- inputs that cost much -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "documents",
    [
        ["[" * 20_000], ["[!" * 10_000], ["[a-" * 6_000], ["*a" * 10_000], ["?*" * 10_000],
        ["[" * 900] * 1_000, ["*a" * 400] * 1_000, ["*"] * 200_000, ["x" * 5_000],
    ],
    ids=lambda value: f"{value[0][:4]} {len(value[0])} x {len(value)}",
)  # fmt: skip
def test_no_glob_blocks_other_requests(server: Server, documents: list[str]) -> None:
    begun = time.monotonic()
    answer = server.run("ask", "What does China call for?", documents, 1)
    assert answer.status_code in (400, 413)
    assert answer.json()["error"].endswith(".")
    # This takes seconds on a busy machine; without the limit it took half a minute on an idle one.
    assert time.monotonic() - begun < 8


def test_an_id_with_brackets_is_not_a_glob(server: Server) -> None:
    for names in (["sourc[e].txt"], ["s*"], ["source.txt"] * 2_000):
        assert server.run("ask", "What does China call for?", names, 1).status_code == 200


def test_marks_in_a_source_are_limited_and_cheap(server: Server) -> None:
    asked = {"document": "source.txt", "start": 0, "end": 4_000, "passage": "0-9000"}
    begun = time.monotonic()
    answer = server.call("source", {**asked, "matched": " ".join(f"{n}-{n + 1}" for n in range(20_000))})
    assert "1,000 marked words" in answer.json()["error"]
    most = " ".join(f"{n}-{n + 5000}" for n in range(1_000))
    assert "<mark" in server.call("source", {**asked, "matched": most}).json()["loaded"]["0"]
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "data",
    [
        ["x" * 30_000, None, 3],
        ["x", None, 3, ["y"] * 60],
        ["x", None, 3, ["y" * 30_000]],
        ["x", ["y"] * 20_000, 3],
    ],
    ids=["question", "earlier questions", "an earlier question", "documents"],
)
def test_other_inputs_have_limits(server: Server, data: list[object]) -> None:
    answer = server.run("ask", *data)
    assert answer.status_code in (400, 413)
    assert answer.json()["error"].endswith(".")


def test_deep_and_odd_json_is_a_bad_request(server: Server) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"{'a': 1}"):
        answer = httpx.post(f"{server.url}/gradio_api/run/ask", content=body, timeout=DEADLINE)
        assert answer.status_code == 400
