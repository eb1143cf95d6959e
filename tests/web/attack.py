"""A real server in a separate process, with the requests of an attacker."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from waiting import DEADLINE

from qa.web import auth

NAME, PASSWORD = "ann", "correct horse"


@dataclass
class Server:
    """A running ``qa serve``."""

    process: subprocess.Popen[str]
    port: int
    log: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=DEADLINE, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return httpx.post(self.url + path, timeout=DEADLINE, **options)

    def run(self, name: str, *data: Any, **options: Any) -> httpx.Response:
        """Call a function as programs do."""
        return self.post(f"/gradio_api/run/{name}", json={"data": list(data)}, **options)

    def call(self, name: str, data: dict[str, Any], **options: Any) -> httpx.Response:
        """Call a function as the page does."""
        config = self.get("/config", **options).json()
        (component,) = (part["id"] for part in config["components"] if part["type"] == "html")
        asked = {"data": data, "component_id": component, "session_hash": "s", "fn_name": name}
        return self.post("/gradio_api/component_server", json=asked, **options)

    def send(self, name: str, content: bytes, **options: Any) -> httpx.Response:
        """Upload a file."""
        return self.post("/gradio_api/upload", files={"files": (name, content)}, **options)

    def raw(self, request: bytes, *more: bytes) -> bytes:
        """Send bytes, and return the response until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as connection:
            try:
                connection.sendall(request)
                for piece in more:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the server has had enough
            return drained(connection)

    def raw_path(self, path: str, headers: str = "") -> int:
        """Return the status of a GET of a path that no normal client would send."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n{headers}\r\n"
        answer = self.raw(head.encode())
        return int(answer.split(b" ", 2)[1])

    def memory(self) -> int:
        """Return the peak memory of the process in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak
        return int(peak[1]) * 1024

    def threads(self) -> int:
        """Return the number of threads of the process."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


def drained(connection: socket.socket) -> bytes:
    """Return everything that arrives until the other side closes the connection."""
    answer = b""
    try:
        while piece := connection.recv(65_536):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


@contextmanager
def serving(
    folder: Path,
    *options: str,
    env: Mapping[str, str] | None = None,
    files: int | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Run ``qa serve`` with options over the index in a folder, with a limit of open files."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--index", str(folder), "--port", str(port), "--no-open"]
    # The reader takes a second to load; `options` may name it again.
    command += ["--reranker", "none"]
    limited = ["/bin/sh", "-c", 'ulimit -n "$0" && exec "$@"', str(files)] if files else []
    process = subprocess.Popen(
        [*limited, *command, *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
    )
    log: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stderr
        for line in process.stderr:
            log.append(line)
            if line.startswith("The page is at "):
                ready.set()
        ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert ready.wait(DEADLINE), log
        assert process.poll() is None, log
        yield Server(process, port, log)
    finally:
        process.terminate()
        process.wait(DEADLINE)
        reader.join(DEADLINE)


def logins(folder: Path) -> Path:
    """Create a file with one login."""
    path = folder / "logins"
    path.write_text(auth.line(NAME, PASSWORD) + "\n")
    return path


class Listener:
    """A server that nobody should connect to; it records who did."""

    def __init__(self) -> None:
        self.connections: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.connections.append(connection.recv(1_000))
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )

    def close(self) -> None:
        self._socket.close()
