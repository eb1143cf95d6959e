"""``qa serve``: open the page in a browser."""

from __future__ import annotations

import argparse
import os
import sys
from getpass import getpass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, Commands, positive, print_report, print_text, say
from qa.errors import StoreError, UsageError

if TYPE_CHECKING:
    from qa import Library

MAX_PORT = 65_535


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "serve",
        run,
        "start a server for the page and open the page in a browser",
        "The server runs until Ctrl-C.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: only this machine)"
    )
    parser.add_argument("--port", type=_port, default=7860, help="port to listen on (default: 7860)")
    output.add_answering(parser)
    parser.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open a browser (default: if there is a screen)",
    )
    parser.add_argument("--auth", type=Path, metavar="FILE", help="require a login; FILE has lines name:hash")
    parser.add_argument("--new-login", metavar="NAME", help="only print a new line for that file")
    parser.add_argument("--read-only", action="store_true", help="do not let anybody add or remove documents")
    parser.add_argument(
        "--max-upload",
        type=positive,
        default=500,
        metavar="MB",
        help="maximum size of an uploaded file (default: 500)",
    )
    parser.add_argument(
        "--rate",
        type=positive,
        default=0,
        metavar="N",
        help="maximum requests per minute from one client (default: unlimited)",
    )
    parser.add_argument(
        "--root-path",
        type=_root_path,
        metavar="URL",
        help="public address of the page behind a reverse proxy, such as https://a.org/docs",
    )
    parser.add_argument(
        "--trusted-proxy",
        type=_proxy,
        action="append",
        default=[],
        metavar="ADDRESS",
        help="trust the client address that this proxy (such as 127.0.0.1 or 10.0.0.0/8) reports",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="also accept requests for this host name or address (default: this machine's own)",
    )
    parser.add_argument("--mcp", action="store_true", help="also serve the tools of qa mcp over HTTP")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    if options.new_login:
        from qa.web import auth

        print_text(auth.line(options.new_login, _password()))
        return DONE
    library = output.library(options, change=True)
    if not library.exists:
        if options.read_only:
            raise StoreError("index-missing", folder=library.location.name)
        _create_index(library)
    library.manifest()
    say("Opening the page ...")
    from qa.web import ServerOptions, serve

    serve(
        library,
        host=options.host,
        port=options.port,
        open_browser=_has_screen() if options.open is None else options.open,
        options=ServerOptions(
            logins=options.auth,
            read_only=options.read_only,
            upload_bytes=options.max_upload * 1_000_000,
            requests_a_minute=options.rate,
            root_path=options.root_path,
            mcp=options.mcp,
            trusted_proxies=tuple(options.trusted_proxy),
            allowed_hosts=tuple(options.allow_host),
        ),
    )
    return DONE


def _create_index(library: Library) -> None:
    """Create an index of the text that the project ships with: a new user can ask it at once."""
    from qa.cli.progress import indexing

    say(f"Creating an index in {library.location.name} ...")
    library.create()
    if (source := library.folder / "source.txt").is_file():
        with indexing() as progress:
            print_report(library.add(source, on_progress=progress))


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if not 0 <= number <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {MAX_PORT}")
    return number


def _root_path(text: str) -> str:
    if not text.startswith(("/", "http://", "https://")):
        raise argparse.ArgumentTypeError(
            "must be an address (https://example.org/verbatim) or a path (/verbatim)"
        )
    return text


def _proxy(text: str) -> str:
    try:
        ip_network("127.0.0.1" if text == "localhost" else text, strict=False)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be an address such as 127.0.0.1 or 10.0.0.0/8") from error
    return text


def _password() -> str:
    """Read a password from the terminal without echo, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Repeat the password: ") != password:
        raise UsageError("passwords-differ")
    return password


def _has_screen() -> bool:
    """Return whether a browser would open a window and not run in the terminal."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
