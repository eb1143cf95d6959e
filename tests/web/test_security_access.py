"""Requests without a login, to a foreign host name, or from another site are refused."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
import json
import re
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from attack import NAME, PASSWORD, Server, logins, serving
from waiting import DEADLINE

from qa.messages import Message
from qa.web.asgi import error_content
from qa.web.failures import without_folders

TOOL_CALL = {
    "jsonrpc": "2.0", "id": 1, "method": "tools/call",
    "params": {"name": "show", "arguments": {"document": "source.txt"}},
}  # fmt: skip
BOTH = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def closed(source_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server with logins, tools and the path of a proxy."""
    file = logins(tmp_path_factory.mktemp("logins"))
    options = ("--auth", str(file), "--mcp", "--root-path", "/docs", "--trusted-proxy", "127.0.0.2")
    with serving(source_folder, *options) as server:
        yield server


@pytest.fixture(scope="module")
def shared(source_folder: Path) -> Iterator[Server]:
    """Start a server for other machines, without logins."""
    with serving(source_folder, "--host", "0.0.0.0", "--allow-host", "library.example") as server:
        yield server


def logged_in(server: Server) -> httpx.Client:
    client = httpx.Client(base_url=server.url, timeout=DEADLINE)
    assert client.post("/login", data={"username": NAME, "password": PASSWORD}).status_code == 200
    return client


# -- a session for everything ----------------------------------------------------------------------


def paths(server: Server) -> set[str]:
    """Return every path of Gradio, with a value for each parameter."""
    from gradio import routes

    source = Path(routes.__file__).read_text()
    paths = {
        "/" + part.split('"')[0].lstrip("/")
        for part in source.split('.get("')[1:] + source.split('.post("')[1:]
    }
    gaps = (("{path:path}", "x.js"), ("{path_or_url:path}", "x"), ("{url_path:path}", "http://x"))
    filled = set()
    for route in paths:
        path = route
        for gap, value in gaps:
            path = path.replace(gap, value)
        path = re.sub(r"\{[^}]*\}", "x", path)
        filled |= {path, f"/gradio_api{path}", f"/docs{path}", f"/docs/gradio_api{path}"}
    assert len(filled) > 100
    return filled - {"/", "/docs/", "/docs"}


def test_no_route_of_any_name_answers_without_a_session(closed: Server) -> None:
    login = ("/login", "/docs/login", "/gradio_api/login", "/logout", "/docs/logout")
    with httpx.Client(base_url=closed.url, timeout=DEADLINE) as nobody:
        tools = {"/gradio_api/mcp/", "/gradio_api/mcp/sse", "/gradio_api/mcp/schema"}
        ours = {"/api/ask", "/api/search", "/api/documents", "/api/documents/source.txt", "/page/x.js"}
        for path in sorted(paths(closed) | tools | ours):
            if path.rstrip("/") in login:
                continue
            for method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "X"):
                answer = nobody.request(method, path)
                assert answer.status_code == 401, (method, path)
                if answer.content:
                    assert answer.json() == error_content(Message("not-logged-in"))


@pytest.mark.parametrize(
    "path",
    [
        "//config", "/config/", "/config/.", "/./config", "/x/../config", "/CONFIG", "/config.",
        "/config%2f", "/%63onfig", "/config;a", "/config%00", "/gradio_api//info", "/gradio_api%2finfo",
        "/gradio_api/./info", "/login/../config", "/login/config", "/loginx", "/login%2f..%2fconfig",
        "//login/../config", "/docs/config", "/docs//config", "/docs/docs/config", "/docs/login/../config",
        "/assets/../config", "/static/../config", "/\\config", "/logout/x", "http://127.0.0.1/config",
        "/gradio_api/mcp", "/gradio_api/mcp//", "/gradio_api/mcp/http", "/robots.txt",
        "/theme.css", "/gradio_api/theme.css", "/favicon.ico", "/gradio_api/startup-events",
    ],
)  # fmt: skip
def test_no_trick_with_a_path_avoids_the_login(closed: Server, path: str) -> None:
    assert closed.raw_path(path) == 401


def test_a_web_socket_is_refused(closed: Server) -> None:
    upgrade = (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    )
    for path in ("/gradio_api/queue/join", "/queue/join", "/x"):
        assert closed.raw_path(path, upgrade) in (401, 403)


def test_tools_need_a_login(closed: Server) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic !"},
        {"Cookie": "verbatim=1"},
    ):
        answer = closed.post("/gradio_api/mcp/", json=TOOL_CALL, headers={**BOTH, **headers})
        assert answer.status_code == 401
        assert "Chinese" not in answer.text
    challenge = closed.post("/gradio_api/mcp/", json=TOOL_CALL, headers=BOTH).headers["WWW-Authenticate"]
    assert challenge.startswith("Basic ")


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_a_client_of_the_tools_logs_in_with_name_and_password(closed: Server, scheme: str) -> None:
    importlib.import_module("mcp")
    authorization = f"{scheme} {base64.b64encode(f'{NAME}:{PASSWORD}'.encode()).decode()}"
    answer = closed.post("/gradio_api/mcp/", json=TOOL_CALL, headers={**BOTH, "Authorization": authorization})
    assert answer.status_code == 200
    assert "The Chinese" in answer.text
    assert closed.run("list", headers={"Authorization": authorization}).status_code == 200


def test_an_mcp_client_library_works_with_basic(closed: Server) -> None:
    mcp = importlib.import_module("mcp")
    transport = importlib.import_module("mcp.client.streamable_http").streamablehttp_client

    async def names() -> list[str]:
        async with (
            transport(f"{closed.url}/gradio_api/mcp/", auth=httpx.BasicAuth(NAME, PASSWORD)) as (
                reading,
                writing,
                _,
            ),
            mcp.ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return [tool.name for tool in (await session.list_tools()).tools]

    with ThreadPoolExecutor(1) as thread:
        names_of_tools = thread.submit(asyncio.run, names()).result()
    assert names_of_tools == ["ask", "search", "show", "list", "why", "verify_quote", "find"]


def test_the_login_page_is_complete_and_reveals_nothing(closed: Server) -> None:
    for path in ("/", "/docs/", "/docs", "/login"):
        answer = closed.get(path)
        assert answer.status_code == 200
        assert 'action="/docs/login"' in answer.text
        assert "gradio" not in answer.text
    assert "Anmelden" in closed.get("/", headers={"Accept-Language": "de-CH,en;q=0.5"}).text


def test_a_login_works_at_both_paths_of_a_proxy_and_ends_only_by_post(closed: Server) -> None:
    with contextlib.closing(logged_in(closed)) as ann:
        for path in ("/gradio_api/run/list", "/docs/gradio_api/run/list"):
            assert ann.post(path, json={"data": []}).status_code == 200
        assert "gradio" in ann.get("/docs/").text
        for path in ("/logout", "/logout/", "/docs/logout"):
            assert ann.get(path).status_code == 405
            assert ann.head(path).status_code == 405
        assert ann.post("/gradio_api/run/list", json={"data": []}).status_code == 200
        cookies = dict(ann.cookies)
        assert ann.post("/logout").status_code == 200
        assert ann.post("/gradio_api/run/list", json={"data": []}).status_code == 401
    # The session itself has ended; not only its cookie is deleted.
    assert closed.run("list", cookies=cookies).status_code == 401


def test_an_invented_session_is_refused(closed: Server) -> None:
    with contextlib.closing(logged_in(closed)) as ann:
        (name,) = ann.cookies.keys()
    for value in ("", "x", "None", "0", NAME):
        assert closed.run("list", cookies={name: value}).status_code == 401


def test_another_site_can_neither_log_in_nor_out(closed: Server) -> None:
    for path in ("/login", "/logout"):
        answer = closed.post(path, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


# -- limits of logins ------------------------------------------------------------------------------


def test_a_forged_x_forwarded_for_allows_no_further_attempts(
    closed: Server, source_folder: Path, tmp_path: Path
) -> None:
    with serving(source_folder, "--auth", str(logins(tmp_path))) as server:
        wrong = {"username": NAME, "password": "wrong horse"}
        codes = [
            server.post("/login", data=wrong, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
            for n in range(25)
        ]
        assert 429 in codes
        assert codes.count(400) <= 12
        # The other way to log in has the same limit.
        assert server.run("list", auth=(NAME, "another wrong horse")).status_code == 429


def test_clients_behind_a_trusted_proxy_are_limited_separately(source_folder: Path, tmp_path: Path) -> None:
    with serving(source_folder, "--auth", str(logins(tmp_path)), "--trusted-proxy", "127.0.0.1") as server:
        wrong = {"username": NAME, "password": "wrong horse"}
        for n in range(15):
            headers = {"X-Forwarded-For": f"6.6.6.6, 10.0.0.{n}"}
            assert server.post("/login", data=wrong, headers=headers).status_code == 400
        codes = {
            server.post("/login", data=wrong, headers={"X-Forwarded-For": f"{n}, 10.0.0.99"}).status_code
            for n in range(25)
        }
        assert codes == {400, 429}


def test_hashing_does_not_block_other_requests(source_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "logins"
    # A hash that takes seconds, as an owner may choose for the logins.
    salt = base64.b64encode(b"0" * 16).decode()
    file.write_text(f"ann:scrypt$65536$8$3${salt}${base64.b64encode(b'0' * 32).decode()}\n")
    proxy = ("--trusted-proxy", "127.0.0.1")
    with serving(source_folder, "--auth", str(file), *proxy) as server, ThreadPoolExecutor(40) as people:
        begun = time.monotonic()
        attempts = [
            people.submit(
                server.post,
                "/login",
                data={"username": NAME, "password": "wrong horse"},
                headers={"X-Forwarded-For": f"10.0.1.{n}"},
            )
            for n in range(40)
        ]
        took = []
        while not all(attempt.done() for attempt in attempts):
            at = time.monotonic()
            assert server.get("/login").status_code == 200
            took.append(time.monotonic() - at)
        codes = [attempt.result().status_code for attempt in attempts]
        assert set(codes) == {400, 503}
        busy = next(attempt.result() for attempt in attempts if attempt.result().status_code == 503)
        assert int(busy.headers["Retry-After"]) > 0
        # During the hashing, other requests were answered many times.
        assert len(took) > 10
        assert max(took) < (time.monotonic() - begun) / 2


# -- names -----------------------------------------------------------------------------------------


def asked_as(server: Server, host: str) -> int:
    return server.get("/config", headers={"Host": host}).status_code


def test_a_shared_page_answers_only_to_its_own_names(shared: Server) -> None:
    for host in ("127.0.0.1", "localhost:1", socket.gethostname(), "library.example", "Library.Example.:80"):
        assert asked_as(shared, host) == 200, host
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "8.8.8.8",
        "0x7f.1",
        "[2001:db8::1]",
        "localhost.evil",
    ):
        assert asked_as(shared, host) == 403, host


@pytest.mark.parametrize("host", ["[", "]", "[::1", "[x]", "", " ", "a b", "::1", "a@b", "x" * 3_000, "\x7f"])
def test_a_malformed_host_is_a_bad_request(shared: Server, host: str) -> None:
    answer = shared.raw(f"GET /config HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:80]


@pytest.mark.parametrize("headers", ["", "Host: 127.0.0.1\r\nHost: evil.example\r\n"])
def test_a_request_needs_exactly_one_host(shared: Server, headers: str) -> None:
    answer = shared.raw(f"GET /config HTTP/1.1\r\n{headers}Connection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_forged_forwarded_host_is_not_repeated(shared: Server) -> None:
    for name in ("X-Forwarded-Host", "Forwarded", "X-Forwarded-Prefix"):
        assert "evil.example" not in shared.get("/config", headers={name: "evil.example"}).text


# -- failures in plain words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/gradio_api/run/ask", b'{"data": [5, null, 3]}'),
        ("POST", "/gradio_api/run/ask", b'{"data": ["x", 5, 3]}'),
        ("POST", "/gradio_api/run/ask", b'{"data": ["x", null, "y"]}'),
        ("POST", "/gradio_api/run/ask", b'{"data": ["x", [{}], 1e400]}'),
        ("POST", "/gradio_api/run/ask", b'{"data": []}'),
        ("POST", "/gradio_api/run/ask", b'{"data": 3}'),
        ("POST", "/gradio_api/run/ask", b"[]"),
        ("POST", "/gradio_api/run/ask", b"{"),
        ("POST", "/gradio_api/run/show", b'{"data": [{}, "x", []]}'),
        ("POST", "/gradio_api/run/why", b'{"data": ["x", null, null, null, null]}'),
        ("POST", "/gradio_api/run/nothing", b'{"data": []}'),
        ("POST", "/gradio_api/call/nothing", b'{"data": []}'),
        ("POST", "/gradio_api/call/v2/nothing", b"{}"),
        ("POST", "/gradio_api/call/v2/ask", b'{"nothing": 1}'),
        ("POST", "/gradio_api/queue/join", b'{"data": [], "fn_index": 10000, "session_hash": "x"}'),
        ("POST", "/gradio_api/component_server", b"{}"),
        ("POST", "/gradio_api/component_server",
         b'{"data": {}, "component_id": 9, "session_hash": "s", "fn_name": "__init__"}'),
        ("POST", "/gradio_api/upload", b"x"),
        ("GET", "/gradio_api/call/ask/nothing", b""),
        ("GET", "/gradio_api/queue/data", b""),
        ("GET", "/assets/nothing.js", b""),
        ("GET", "/static/nothing", b""),
    ],
)  # fmt: skip
def test_a_failure_has_one_plain_sentence(shared: Server, method: str, path: str, content: bytes) -> None:
    answer = httpx.request(
        method,
        shared.url + path,
        content=content,
        headers={"Content-Type": "application/json"},
        timeout=DEADLINE,
    )
    if answer.headers["Content-Type"].startswith("text/event-stream"):
        return
    assert answer.status_code >= 400
    error = answer.json()["error"]
    assert error[0].isupper()
    assert error.endswith(".")
    for raw in ("Error", "Traceback", "/site-packages", "'str'", "NoneType", "line ", str(Path.home())):
        assert raw not in answer.text


def test_a_failure_of_a_queued_call_has_only_the_sentence(shared: Server) -> None:
    event = shared.post("/gradio_api/call/ask", json={"data": [5, None, 3]}).json()["event_id"]
    answer = shared.get(f"/gradio_api/call/ask/{event}").text
    data = next(line for line in answer.splitlines() if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))["error"] == "The question must be a string."


def test_a_failure_contains_no_folder_of_the_machine(source_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(source_folder, tmp_path / "index")
    with serving(tmp_path / "index") as server:
        assert server.run("ask", "What does China call for?", None, 1).status_code == 200
        shutil.rmtree(tmp_path / "index")
        for answer in (
            server.run("list"),
            server.run("ask", "x", ["y"], 1),
            server.run("show", "source.txt", 0, None),
        ):
            assert answer.status_code == 500
            assert str(tmp_path) not in answer.text
        assert str(tmp_path) not in server.call("library", {}).text
    assert str(tmp_path) in "".join(server.log)


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The index in /home/ann/private/index is damaged.", "The index in index is damaged."),
        ("/a/b.txt cannot be read", "b.txt cannot be read"),
        (r"C:\Users\ann\b.txt cannot be read", "b.txt cannot be read"),
        ("No document is called letters/2020/a.txt; see", "No document is called letters/2020/a.txt; see"),
        ("get https://example.org/a/b", "get https://example.org/a/b"),
        ("and/or, 1/2", "and/or, 1/2"),
    ],
)
def test_sentences_keep_file_names_and_lose_folders(sentence: str, shown: str) -> None:
    assert without_folders(sentence) == shown
