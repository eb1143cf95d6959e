"""``qa mcp``: serve the tools to an assistant over the Model Context Protocol."""

from __future__ import annotations

import argparse
import importlib.util
import sys

from qa.cli import output
from qa.cli.output import DONE, Commands, say
from qa.errors import UsageError


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "mcp",
        run,
        "serve the tools ask, search, show, list, why, verify_quote and find to an assistant over MCP",
        "An assistant starts it and speaks with it over standard input and output.",
    )
    output.add_answering(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    if importlib.util.find_spec("mcp") is None:
        raise UsageError("mcp-missing")
    from qa.programs.stdio import serve

    library = output.library(options)
    if sys.stdin.isatty():
        say("Waiting for an assistant on standard input; stop with Ctrl+C.")
    serve(library)
    return DONE
