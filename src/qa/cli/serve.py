"""``qa serve``: opens the page in a browser."""

from __future__ import annotations

import argparse
import os
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, Commands, positive, print_report, print_text, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Library


def add_parser(commands: Commands) -> None:
    """Adds the command."""
    parser = output.add_command(commands, "serve", run, "open the page in a browser")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine alone)"
    )
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: 7860)")
    output.add_risk(parser)
    parser.add_argument(
        "--open",
        action=argparse.BooleanOptionalAction,
        help="open a browser (default: where there is a screen)",
    )
    parser.add_argument("--auth", type=Path, metavar="FILE", help="ask for a login; FILE has name:hash lines")
    parser.add_argument("--new-login", metavar="NAME", help="only make a line for that file, and print it")
    parser.add_argument("--read-only", action="store_true", help="let nobody add or remove documents")
    parser.add_argument(
        "--max-upload", type=positive, default=500, metavar="MB", help="largest file to take (default: 500)"
    )
    parser.add_argument(
        "--rate",
        type=positive,
        default=0,
        metavar="N",
        help="requests a minute of one client (default: any)",
    )
    parser.add_argument(
        "--root-path", metavar="URL", help="where a reverse proxy shows the page, such as https://a.org/docs"
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="believe this proxy (such as 127.0.0.1 or 10.0.0.0/8) whom it names as its client",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="also answer under this name or address (default: this machine's own)",
    )
    parser.add_argument("--mcp", action="store_true", help="also offer ask, search, show, list as MCP tools")


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    if options.new_login:
        from qa.web import auth

        print_text(auth.line(options.new_login, _password()))
        return DONE
    library = output.library(options, change=True)
    if not library.exists:
        _make(library, options.index)
    library.manifest()
    say("Opening the page ...")
    from qa.web import ServerOptions, serve

    serve(
        library,
        host=options.host,
        port=options.port,
        open_browser=_has_screen() if options.open is None else options.open,
        sharing=ServerOptions(
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


def _make(library: Library, folder: Path) -> None:
    """Makes an index of the text that the project ships with: a new user asks it the first question."""
    from qa.cli.progress import indexing

    say(f"Making an index in {folder} ...")
    library.create()
    if (source := folder / "source.txt").is_file():
        with indexing() as progress:
            print_report(library.add(source, on_progress=progress))


def _password() -> str:
    """A password from the terminal, where it is not shown, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise UsageError("passwords-differ")
    return password


def _has_screen() -> bool:
    """Whether a browser would open a window, rather than take the terminal over."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
