"""What `import qa` costs, and the names that it exports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from word_encoder import WordEncoder

import qa


def loaded(code: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(*sorted(sys.modules))", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_none_of_its_dependencies() -> None:
    names = loaded("import sys, qa")
    assert {name for name in names if name.startswith("qa")} == {"qa"}
    names = loaded("import sys, qa\nqa.Library('index'), qa.QaError, qa.open")
    assert not names & {"numpy", "torch", "faiss", "sqlite3", "sentence_transformers", "qa.index"}


def test_listing_documents_loads_no_model(library: qa.Library) -> None:
    code = "import sys, qa\nassert len(qa.open(sys.argv[1], read_only=True).documents()) == 2"
    assert not loaded(code, str(library.folder)) & {"torch", "sentence_transformers", "qa.answer.answerer"}


def test_every_public_name_exists_and_is_documented() -> None:
    assert set(qa.__all__) <= set(dir(qa))
    for name in qa.__all__:
        value = getattr(qa, name)
        if name != "__version__":
            assert value.__doc__, name
    public = [name for name in dir(qa.Library) if not name.startswith("_")]
    assert {"add", "ask", "search", "batch", "documents", "document", "remove"} <= set(public)
    assert {"verify", "evaluate", "calibrate"} <= set(public)
    for name in public:
        assert getattr(qa.Library, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        qa.nothing  # noqa: B018


def test_half_a_surrogate_pair_is_no_id(words: WordEncoder, tmp_path: Path) -> None:
    # From a command line that is not UTF-8.
    with qa.open(tmp_path / "index", model=words) as library:
        library.create()
        assert library.get("caf\udce9") is None


def test_a_folder_that_cannot_be_opened_is_an_unreadable_index(tmp_path: Path) -> None:
    with pytest.raises(qa.StoreError, match="cannot be read"):
        qa.open(tmp_path / ("x" * 300), create=False)
