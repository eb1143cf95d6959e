"""Serve the tools over the Model Context Protocol on standard input and output, to one assistant."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import anyio
import mcp.server.stdio
from mcp import types
from mcp.server.lowlevel import Server
from pydantic import TypeAdapter
from pydantic_core import ArgsKwargs

from qa import Library, __version__
from qa.errors import QaError
from qa.messages import Message, text
from qa.programs.calls import Calls
from qa.programs.tools import description, tools

NAME = "verbatim-qa"
INSTRUCTIONS = (
    "Finds verbatim quotes with exact citations in the user's own documents, offline. Quote the text of a "
    "result as it is, with its document and page. If an answer is not answered, its quotes are only the "
    "nearest passages: say that the documents do not answer. Check a quotation with verify_quote before you "
    "give it to the user."
)
_READS = types.ToolAnnotations(readOnlyHint=True, openWorldHint=False)
_log = logging.getLogger(__name__)


class _FailedError(Exception):
    """A failed call; its text is what the assistant reads."""


def serve(library: Library) -> None:
    """Serve the tools until the assistant closes standard input.

    A model is loaded at the first call that needs it. Only the protocol is written to standard output:
    everything else that the process or a library prints there goes to standard error.

    Args:
        library: The library that answers.
    """
    anyio.run(_serve, server(library))


def server(library: Library) -> Server[Any, Any]:
    """Return the server of the tools over a library."""
    functions = tools(Calls(library))
    adapters: dict[str, TypeAdapter[Any]] = {
        name: TypeAdapter(function) for name, function in functions.items()
    }
    listed = [_tool(name, function, adapters[name]) for name, function in functions.items()]
    served: Server[Any, Any] = Server(NAME, version=__version__, instructions=INSTRUCTIONS)

    @served.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return listed

    @served.call_tool()  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> list[types.TextContent]:
        if name not in adapters:
            raise _FailedError(f"There is no tool {name}.")
        result = await anyio.to_thread.run_sync(_called, adapters[name], arguments)
        return [types.TextContent(type="text", text=json.dumps(result, ensure_ascii=False))]

    return served


def _tool(name: str, function: Callable[..., Any], adapter: TypeAdapter[Any]) -> types.Tool:
    """Return a tool as an assistant sees it."""
    described, schema = description(function), adapter.json_schema()
    for argument, sentence in described.arguments.items():
        schema["properties"][argument]["description"] = sentence
    return types.Tool(name=name, description=described.text, inputSchema=schema, annotations=_READS)


def _called(adapter: TypeAdapter[Any], arguments: dict[str, Any]) -> Any:
    """Call a tool; turn its failure into a sentence for the assistant."""
    try:
        return adapter.validate_python(ArgsKwargs((), arguments))
    except QaError as error:
        # The sentence for the page names no commands, which an assistant cannot run.
        raise _FailedError(text(error.message, "en", "page")) from error
    except Exception as error:
        _log.exception("A tool failed")
        raise _FailedError(str(Message("unforeseen"))) from error


async def _serve(served: Server[Any, Any]) -> None:
    sys.stdout.flush()
    reading = os.fdopen(os.dup(0), "rb")
    writing = os.fdopen(os.dup(1), "wb")
    # No library and no child process may read from the assistant, or write to it.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    stdin = anyio.wrap_file(io.TextIOWrapper(reading, encoding="utf-8", errors="replace"))
    stdout = anyio.wrap_file(io.TextIOWrapper(writing, encoding="utf-8"))
    async with mcp.server.stdio.stdio_server(stdin, stdout) as (incoming, outgoing):
        await served.run(incoming, outgoing, served.create_initialization_options())
