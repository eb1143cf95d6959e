"""``qa mcp``: the tools over standard input and output, driven by the client of the protocol's own SDK."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.cli import main
from qa.programs.calls import Calls
from qa.programs.tools import description, tools

mcp = pytest.importorskip("mcp", reason="the extra mcp")
ROOT = Path(__file__).parents[2]
NAMES = ["ask", "search", "show", "list", "why", "verify_quote", "find"]
QUESTION = "How many rounds of eastward expansion has NATO carried out?"


def with_server(index: Path, use: Callable[[Any], Awaitable[Any]]) -> Any:
    """Run a function with a session of a client that has started the program."""
    stdio = pytest.importorskip("mcp.client.stdio")

    async def run() -> Any:
        command = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "qa", "mcp", "--index", str(index)], env={**os.environ}
        )
        async with (
            stdio.stdio_client(command) as (reading, writing),
            mcp.ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await use(session)

    # In a separate thread, because this one may already run the event loop of another test's browser.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def test_each_tool_answers_what_the_library_answers(source_folder: Path) -> None:
    async def use(session: Any) -> list[Any]:
        calls = [
            ("ask", {"question": QUESTION, "k": 2}),
            ("search", {"question": "eastward expansion", "k": 4}),
            ("show", {"document": "source.txt", "start": 838, "end": 956}),
            ("list", {}),
            ("why", {"question": QUESTION, "document": "source.txt", "start": 838, "end": 956}),
            ("verify_quote", {"text": "Given NATO’s six rounds of eastward expansion in a row"}),
            ("find", {"query": "ukraine", "limit": 1}),
            ("find", {"query": r"NATO\w+", "regex": True}),
        ]
        results = [await session.call_tool(name, arguments) for name, arguments in calls]
        assert [result.isError for result in results] == [False] * len(calls)
        assert all(len(result.content) == 1 for result in results)
        return [json.loads(result.content[0].text) for result in results]

    answer, hits, shown, listed, why, verdict, places, matches = with_server(source_folder, use)
    with qa.open(source_folder, create=False, read_only=True) as library:
        assert answer == library.ask(QUESTION, k=2).model_dump(mode="json")
        nearest = library.search("eastward expansion", k=4)
        assert hits == [quote.model_dump(mode="json") for quote in nearest]
        assert shown["text"] == library.document("source.txt").text[838:956]
        assert listed == json.loads(json.dumps([info.as_json() for info in library.documents()]))
        parts = library.why(QUESTION, "source.txt", 838, 956)
        assert why == [part.model_dump(mode="json") for part in parts]
        assert verdict["verdict"] == "altered"
        assert places == library.find("ukraine", limit=1).model_dump(mode="json")
        assert places["total"] > 1
        assert matches == library.find(r"NATO\w+", regex=True, limit=100).model_dump(mode="json")


def test_failures_are_sentences_without_commands_and_the_server_goes_on(source_folder: Path) -> None:
    async def use(session: Any) -> list[tuple[bool, str]]:
        calls = [
            ("show", {"document": "none.txt"}),
            ("ask", {"question": " "}),
            ("ask", {"question": 3}),
            ("ask", {}),
            ("find", {"query": "(", "regex": True}),
            ("nothing", {}),
            ("list", {}),
        ]
        results = [await session.call_tool(name, arguments) for name, arguments in calls]
        return [(result.isError, result.content[0].text) for result in results]

    *failures, (failed, _) = with_server(source_folder, use)
    assert not failed
    assert all(is_error for is_error, _ in failures)
    sentences = [sentence for _, sentence in failures]
    assert sentences[0] == "There is no document none.txt; see the list of documents."
    for sentence, part in zip(
        sentences[1:], ["question is empty", "3", "question", "not valid", "no tool nothing"], strict=True
    ):
        assert part in sentence
        assert "Traceback" not in sentence


def test_the_tools_are_listed_with_descriptions_of_every_argument(source_folder: Path) -> None:
    async def use(session: Any) -> list[Any]:
        return list((await session.list_tools()).tools)

    listed = with_server(source_folder, use)
    assert [tool.name for tool in listed] == NAMES
    functions = tools(Calls(qa.Library(source_folder, create=False)))
    for tool in listed:
        assert tool.description == description(functions[tool.name]).text
        assert "Args" not in tool.description
        assert tool.annotations.readOnlyHint
        for name, schema in tool.inputSchema["properties"].items():
            assert schema["description"].endswith("."), (tool.name, name)


def test_a_missing_index_is_an_error_of_the_tool_and_not_of_the_start(tmp_path: Path) -> None:
    async def use(session: Any) -> tuple[int, Any]:
        return len((await session.list_tools()).tools), await session.call_tool("list", {})

    number, result = with_server(tmp_path / "none", use)
    assert number == len(NAMES)
    assert result.isError
    assert "There is no index" in result.content[0].text
    assert not (tmp_path / "none").exists()


PRINTS = """
import os, sys
from qa.cli import main
from qa.programs import calls

def documents(self):
    print("printed")
    os.write(1, b"written to the descriptor")
    os.system("echo from a child")
    return [sys.stdin.read()]

calls.Calls.documents = documents
raise SystemExit(main(["mcp", "--index", sys.argv[1]]))
"""


def test_only_the_protocol_is_written_to_standard_output(source_folder: Path) -> None:
    requests = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {},
         "clientInfo": {"name": "test", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "list", "arguments": {}}},
    ]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", PRINTS, str(source_folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for request in requests:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **request}) + "\n")
    process.stdin.flush()
    # The replies are read before the input ends, which ends the server.
    replies = [json.loads(process.stdout.readline()) for _ in range(2)]
    rest, errors = process.communicate(timeout=120)
    assert [reply["id"] for reply in replies] == [1, 2]
    # The tool read nothing of what the assistant sends.
    assert json.loads(replies[1]["result"]["content"][0]["text"]) == [""]
    assert (rest, process.returncode) == ("", 0)
    for printed in ("printed", "written to the descriptor", "from a child"):
        assert printed in errors


def test_without_its_package_the_command_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["mcp"]) == 2
    assert "pip install 'verbatim-qa[mcp]'" in capsys.readouterr().err


def test_the_registration_names_this_version_and_a_command_that_exists() -> None:
    server = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    [package] = server["packages"]
    assert server["version"] == package["version"] == qa.__version__
    assert len(server["description"]) <= 100
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", server["name"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert package["identifier"] == project["name"]
    # The launcher runs the script with the name of the package.
    assert project["scripts"][package["identifier"]] == "qa.cli:main"
    assert [argument["value"] for argument in package["packageArguments"]] == ["mcp"]
    assert package["transport"] == {"type": "stdio"}
