"""A process killed between any two writes leaves an index that answers and can be updated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa.index import Index

# Kills the process, as SIGKILL does, at the nth return from (or call of) a function.
SCRIPT = """
import os, sys
from importlib import import_module
sys.path.insert(0, sys.argv[1])
from word_encoder import WordEncoder
from pathlib import Path
from qa.index import Index

folder, when, where, number, what = Path(sys.argv[2]), *sys.argv[3:6], sys.argv[6:]
owner, name = where.rsplit(".", 1)
module, _, kind = owner.partition(":")
target = getattr(import_module(module), kind) if kind else import_module(module)
original = getattr(target, name)

calls = 0

def killed(*arguments, **options):
    global calls
    calls += 1
    if calls < int(number):
        return original(*arguments, **options)
    if when == "after":
        original(*arguments, **options)
    os._exit(137)

setattr(target, name, killed)
index, encoder = Index(folder), WordEncoder()
if what[0] == "remove":
    index.remove(what[1:])
else:
    index.update(what[1:], lambda: encoder)
"""


def run_and_kill(folder: Path, when: str, function: str, *command: str) -> None:
    function, _, number = function.partition("#")
    tests = str(Path(__file__).parents[1])
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT, tests, str(folder), when, function, number or "1", *command],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert completed.returncode == 137, completed.stderr.decode()


def texts(index: Index) -> dict[str, str]:
    """Return the text of every document, and check that every sentence is in the search indexes."""
    documents = {}
    with index.snapshot() as snapshot:
        for info in snapshot.store.documents():
            document = snapshot.store.document(info.doc_id)
            assert document is not None
            documents[info.doc_id] = document.text
        sentences = sum(info.sentences for info in snapshot.store.documents())
        assert len(snapshot.indexes.sentences) == len(snapshot.indexes.sentence_terms) == sentences
    return documents


OLD = {"a.txt": "The apple is old.", "b.txt": "A candle."}
NEW = {"a.txt": "The Xylokarpion is new.", "b.txt": "A candle.", "c.txt": "A dragon."}


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Index:
    created = Index.create(tmp_path / "index", words)
    (tmp_path / "docs").mkdir()
    for name, text in OLD.items():
        (tmp_path / "docs" / name).write_text(text)
    created.update([str(tmp_path / "docs")], lambda: words)
    words.embedded.clear()
    return created


@pytest.mark.parametrize(
    ("when", "where", "committed"),
    [
        ("before", "qa.index.stores.sqlite:SqliteStore.add_vectors", False),
        ("after", "qa.index.stores.sqlite:SqliteStore.add_vectors", False),
        ("after", "qa.index.stores.sqlite:SqliteStore.add_document", False),
        ("before", "qa.index.publishing.publish", False),
        ("after", "qa.index.publishing.publish", False),
        ("before", "qa.index.publishing.finish", True),
        ("after", "qa.index.publishing.finish", True),
        ("before", "qa.index.search_indexes.sweep#2", True),
    ],
)
def test_a_killed_update_is_all_or_nothing_and_can_be_repeated(
    index: Index, words: WordEncoder, tmp_path: Path, when: str, where: str, committed: bool
) -> None:
    docs = tmp_path / "docs"
    for name, text in NEW.items():
        (docs / name).write_text(text)
    run_and_kill(index.folder, when, where, "update", str(docs))
    assert texts(Index(index.folder)) == (NEW if committed else OLD)
    reopened = Index(index.folder)
    report = reopened.update([str(docs)], lambda: words)
    assert report.failed == []
    assert texts(reopened) == NEW
    # Texts committed before are not embedded again.
    assert len(words.embedded) == (4 if where.endswith("add_vectors") else 0)


@pytest.mark.parametrize(
    ("when", "where", "committed"),
    [("after", "qa.index.publish", False), ("before", "qa.index.finish#2", True)],
)
def test_a_killed_removal_is_all_or_nothing_and_the_next_writer_cleans_up(
    index: Index, words: WordEncoder, tmp_path: Path, when: str, where: str, committed: bool
) -> None:
    docs = tmp_path / "docs"
    (docs / "a.txt").write_text("The Xylokarpion is new.")
    index.update([str(docs)], lambda: words)
    run_and_kill(index.folder, when, where, "remove", "a.txt")
    reopened = Index(index.folder)
    assert texts(reopened).keys() == ({"b.txt"} if committed else {"a.txt", "b.txt"})
    if not committed:
        reopened.remove(["a.txt"])
    # Even a run with nothing to do must clean up.
    reopened.update([str(docs / "b.txt")], lambda: words)
    assert texts(reopened) == {"b.txt": "A candle."}
    for path in index.folder.rglob("*"):
        assert not path.is_file() or b"ylokarpi" not in path.read_bytes().lower(), path
