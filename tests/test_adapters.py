"""The adapters of docs/adapters.md return verbatim quotes in the documents of each framework."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import qa

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
PACKAGES = {"LangChain": "langchain_core", "LlamaIndex": "llama_index.core", "Haystack": "haystack"}
BLOCKS = dict(re.findall(r"^## (\w+)\n.*?```python\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
QUESTION = "How many rounds of eastward expansion has NATO carried out?"
NO_ANSWER = "What is the boiling point of iron?"


def test_each_adapter_is_short() -> None:
    assert BLOCKS.keys() == PACKAGES.keys()
    assert all(len(block.strip().splitlines()) <= 40 for block in BLOCKS.values())


def is_missing(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is None
    except ModuleNotFoundError:
        return True


@pytest.fixture
def adapter(
    request: pytest.FixtureRequest, source_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Run the code of the page in a folder with an index, and return its names."""
    framework = request.param
    if is_missing(PACKAGES[framework]):
        pytest.skip(f"{framework} is not installed; .ci/adapters installs it in an environment for this test")
    monkeypatch.setenv("HAYSTACK_TELEMETRY_ENABLED", "False")
    shutil.copytree(source_folder, tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": f"adapter_{framework}"}
    exec(compile(BLOCKS[framework], "adapters.md", "exec", dont_inherit=True), names)
    return names


def expected() -> list[tuple[str, str, int, int]]:
    with qa.open("index") as library:
        quotes = library.ask(QUESTION, k=3).quotes
        return [(q.text, q.citation.doc_id, q.citation.start, q.citation.end) for q in quotes]


@pytest.mark.parametrize("adapter", ["LangChain"], indirect=True)
def test_langchain(adapter: dict[str, Any]) -> None:
    documents = adapter["documents"]
    assert [
        (d.page_content, d.metadata["doc_id"], d.metadata["start"], d.metadata["end"]) for d in documents
    ] == expected()
    strict = adapter["QuoteRetriever"](library=adapter["retriever"].library, answers_only=True)
    assert strict.invoke(NO_ANSWER) == []
    assert strict.invoke(QUESTION)[0].page_content == documents[0].page_content
    # The base class makes it a part of chains.
    assert (strict | len).invoke(QUESTION) >= 1


@pytest.mark.parametrize("adapter", ["LlamaIndex"], indirect=True)
def test_llama_index(adapter: dict[str, Any]) -> None:
    nodes = adapter["nodes"]
    assert [
        (n.text, n.metadata["doc_id"], n.metadata["start"], n.metadata["end"]) for n in nodes
    ] == expected()
    assert all(isinstance(node.score, float) for node in nodes)
    with qa.open("index") as library:
        strict = adapter["QuoteRetriever"](library, answers_only=True)
        assert strict.retrieve(NO_ANSWER) == []
        assert strict.retrieve(QUESTION)[0].text == nodes[0].text


@pytest.mark.parametrize("adapter", ["Haystack"], indirect=True)
def test_haystack(adapter: dict[str, Any]) -> None:
    documents = adapter["result"]["retriever"]["documents"]
    assert [(d.content, d.meta["doc_id"], d.meta["start"], d.meta["end"]) for d in documents] == expected()
    strict = adapter["QuoteRetriever"]("index", answers_only=True)
    assert strict.run(NO_ANSWER)["documents"] == []
    # A pipeline can be described as data, for a file.
    pipeline = adapter["pipeline"]
    assert pipeline.to_dict()["components"]["retriever"]["init_parameters"]["k"] == 3
