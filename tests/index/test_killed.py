"""A process that is killed between any two writes leaves an index that answers and goes on."""

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


def killed(folder: Path, when: str, where: str, *what: str) -> None:
    where, _, number = where.partition("#")
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tests, str(folder), when, where, number or "1", *what],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 137, done.stderr.decode()


def texts(index: Index) -> dict[str, str]:
    """The text of every document, as it is read and as its words are found."""
    found = {}
    with index.snapshot() as snapshot:
        for info in snapshot.store.documents():
            document = snapshot.store.document(info.doc_id)
            assert document is not None
            found[info.doc_id] = document.text
        sentences = sum(info.sentences for info in snapshot.store.documents())
        assert len(snapshot.indexes.sentences) == len(snapshot.indexes.sentence_terms) == sentences
    return found


OLD = {"a.txt": "The apple is old.", "b.txt": "A candle."}
NEW = {"a.txt": "The Xylokarpion is new.", "b.txt": "A candle.", "c.txt": "A dragon."}


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Index:
    made = Index.create(tmp_path / "index", words)
    (tmp_path / "docs").mkdir()
    for name, text in OLD.items():
        (tmp_path / "docs" / name).write_text(text)
    made.update([str(tmp_path / "docs")], lambda: words)
    words.given.clear()
    return made


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
def test_a_killed_update_is_all_or_nothing_and_goes_on(
    index: Index, words: WordEncoder, tmp_path: Path, when: str, where: str, committed: bool
) -> None:
    docs = tmp_path / "docs"
    for name, text in NEW.items():
        (docs / name).write_text(text)
    killed(index.folder, when, where, "update", str(docs))
    assert texts(Index(index.folder)) == (NEW if committed else OLD)
    again = Index(index.folder)
    report = again.update([str(docs)], lambda: words)
    assert report.failed == []
    assert texts(again) == NEW
    # What was committed before is not embedded again.
    assert len(words.given) == (4 if where.endswith("add_vectors") else 0)


@pytest.mark.parametrize(
    ("when", "where", "committed"),
    [("after", "qa.index.publish", False), ("before", "qa.index.finish#2", True)],
)
def test_a_killed_removal_is_all_or_nothing_and_the_next_writer_clears_up(
    index: Index, words: WordEncoder, tmp_path: Path, when: str, where: str, committed: bool
) -> None:
    docs = tmp_path / "docs"
    (docs / "a.txt").write_text("The Xylokarpion is new.")
    index.update([str(docs)], lambda: words)
    killed(index.folder, when, where, "remove", "a.txt")
    again = Index(index.folder)
    assert texts(again).keys() == ({"b.txt"} if committed else {"a.txt", "b.txt"})
    if not committed:
        again.remove(["a.txt"])
    # A run that finds nothing to do must clear up all the same.
    again.update([str(docs / "b.txt")], lambda: words)
    assert texts(again) == {"b.txt": "A candle."}
    for path in index.folder.rglob("*"):
        assert not path.is_file() or b"ylokarpi" not in path.read_bytes().lower(), path
