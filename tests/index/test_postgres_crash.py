"""Writers, server processes and servers that end at any instant leave an index in a database whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import Server, running, url_of
from word_encoder import WordEncoder

import qa
from qa.errors import StoreError

# Ends the process, as SIGKILL does, before or after the nth statement that contains a text.
SCRIPT = """
import os, sys
sys.path.insert(0, sys.argv[1])
import psycopg
from word_encoder import WordEncoder
from qa.index import Index

url, when, text, number, *what = sys.argv[2:]
url = os.environ[url]
original, calls = psycopg.Connection.execute, 0

def killed(self, query, *arguments, **options):
    global calls
    calls += text in str(query)
    if text not in str(query) or calls != int(number):
        return original(self, query, *arguments, **options)
    if when == "after":
        original(self, query, *arguments, **options)
    os._exit(137)

psycopg.Connection.execute = killed
index, encoder = Index(url), WordEncoder()
index.remove(what[1:]) if what[0] == "remove" else index.update(what[1:], lambda: encoder)
"""
OLD = {"a.txt": "The apple is old.", "b.txt": "A candle."}
NEW = {"a.txt": "The Xylokarpion is new.", "b.txt": "A candle.", "c.txt": "A dragon."}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in OLD.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def library(server: Server, tmp_path: Path, docs: Path, words: WordEncoder) -> Iterator[qa.Library]:
    with qa.open(url_of(tmp_path), model=words, reranker="none") as library:
        library.add(docs)
        yield library


def texts(library: qa.Library) -> dict[str, str]:
    with library._opened().snapshot() as snapshot:
        store, indexes = snapshot.store, snapshot.indexes
        documents = {doc_id: store.text(key) for doc_id, key in store.document_keys().items()}
        owners = {document for _, document, _ in indexes.sentence_terms.entries()}
        assert owners == set(store.document_keys().values())
        assert len(indexes.sentences) == len(indexes.sentence_terms) == len(documents)
    return documents


@pytest.mark.parametrize(
    ("when", "statement", "number", "expected"),
    [
        ("before", "DELETE FROM sentence", 1, OLD),
        ("after", "INSERT INTO document", 2, OLD),
        ("after", "DELETE FROM posting", 1, OLD),
        ("before", "COMMIT", 4, OLD),
        ("after", "UPDATE library SET generation", 1, OLD),
        ("after", "UPDATE library SET sentences", 2, OLD),
    ],
)
def test_a_killed_update_leaves_everything_or_nothing(
    library: qa.Library, docs: Path, tmp_path: Path, when: str, statement: str, number: int, expected: object
) -> None:
    for name, text in NEW.items():
        (docs / name).write_text(text)
    environment = {**os.environ, "QA_CRASH": url_of(tmp_path)}
    command = [str(Path(__file__).parents[1]), "QA_CRASH", when, statement, str(number), "update", str(docs)]
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command], env=environment, capture_output=True, check=False
    )
    assert completed.returncode == 137, completed.stderr.decode()
    assert texts(library) == expected
    assert library.doctor() == []
    # The next run waits for nothing and completes the work.
    assert library.add(docs).failed == []
    assert texts(library) == NEW
    assert library.doctor() == []


def end_server_processes(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name LIKE 'qa:%' AND pid <> pg_backend_pid()"
        )


def test_questions_go_on_after_the_server_has_ended_all_connections(
    library: qa.Library, server: Server
) -> None:
    before = library.ask("apple")
    end_server_processes(server)
    assert library.ask("apple") == before


def test_a_change_whose_connection_ends_is_refused_and_nothing_of_it_stays(
    library: qa.Library, server: Server
) -> None:
    def change() -> None:
        with library.location.writer() as store, store.writing():
            store.remove_documents(["a.txt"])
            end_server_processes(server)
            store.remove_documents(["b.txt"])

    with pytest.raises(StoreError) as caught:
        change()
    assert caught.value.code == "database-lost-writing"
    assert texts(library) == OLD
    # The lock ended with the connection.
    library.remove("a.txt")


def test_a_snapshot_whose_connection_ends_is_refused(library: qa.Library, server: Server) -> None:
    def read() -> None:
        with library._opened().snapshot() as snapshot:
            end_server_processes(server)
            snapshot.store.documents()  # type: ignore[attr-defined]

    with pytest.raises(StoreError) as caught:
        read()
    assert caught.value.code == "database-lost"


def test_a_server_that_stops_and_starts_is_used_again_without_a_hand(
    server: Server, tmp_path: Path, docs: Path, words: WordEncoder
) -> None:
    with running() as own, qa.open(own.url(), model=words, reranker="none") as library:
        library.add(docs)
        before = library.ask("apple")
        own.stop()
        with pytest.raises(StoreError) as caught:
            library.ask("apple")
        assert caught.value.code == "database-unreachable"
        own.start()
        assert library.ask("apple") == before
        assert library.doctor() == []
