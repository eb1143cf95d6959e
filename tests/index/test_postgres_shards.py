"""A library over several databases: the same answers, all of a change or nothing, and a clear refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import Server, running, shards_of, url_of
from test_postgres import QUESTIONS
from test_postgres_crash import SCRIPT
from word_encoder import VOCABULARY, WordEncoder

import qa
from qa import render
from qa.errors import StoreError
from qa.index.postgres.sharding import Keys


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number, word in enumerate(VOCABULARY[:12]):
        text = (
            f"# The {word}\n\nA {word} is red. An apple is near it.\n\n## Kettle\n\nA mirror of the {word}.\n"
        )
        (folder / f"{number}.md").write_text(text)
    return folder


@pytest.fixture
def library(server: Server, tmp_path: Path, sources: Path, words: WordEncoder) -> Iterator[qa.Library]:
    with qa.open(shards_of(tmp_path), model=words, reranker="none") as library:
        assert len(library.add(sources).added) == 12
        yield library


def names(library: qa.Library) -> list[str]:
    return [info.doc_id for info in library.documents()]


def test_the_answers_are_those_of_a_folder(
    library: qa.Library, tmp_path: Path, sources: Path, words: WordEncoder
) -> None:
    with qa.open(tmp_path / "index", model=words, reranker="none") as folder:
        folder.add(sources)
        for question in (*QUESTIONS, *VOCABULARY[:4]):
            one, other = library.ask(question), folder.ask(question)
            assert one.confidence == pytest.approx(other.confidence, abs=1e-6)
            assert [quote.citation for quote in one.quotes] == [quote.citation for quote in other.quotes]
        assert names(library) == names(folder)
    assert library.doctor() == []
    counts = [len(database.reader().documents()) for database in library.location.databases]
    assert sum(counts) == 12
    assert min(counts) > 0
    library.remove("3.md")
    (sources / "4.md").write_text("A needle.")
    assert library.add(sources).changed == ["4.md"]
    assert library.doctor() == []


def test_two_databases_of_one_server_may_have_libraries_of_the_same_name(
    server: Server, sources: Path, words: WordEncoder
) -> None:
    databases = ("shards_one", "shards_two")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for database in databases:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {database}")
    try:
        with qa.open(",".join(map(server.url, databases)), model=words, reranker="none") as library:
            assert len(library.add(sources).added) == 12
            library.remove("3.md")
            assert library.doctor() == []
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for database in databases:
                connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def test_a_change_that_ends_between_two_databases_is_completed(
    library: qa.Library, tmp_path: Path, sources: Path
) -> None:
    """The writer ends right after the first database has committed, and before the second."""
    environment = {**os.environ, "QA_CRASH": shards_of(tmp_path)}
    tests = str(Path(__file__).parents[1])
    (sources / "new.txt").write_text("A dragon.")
    command = [tests, "QA_CRASH", "after", "COMMIT PREPARED", "3", "update", str(sources)]
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command], env=environment, capture_output=True, check=False
    )
    assert completed.returncode == 137, completed.stderr.decode()
    # Nobody sees a half; the next one who may write completes it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.index.postgres.sharded_session.AGREE", 0.1)
        with pytest.raises(StoreError) as caught:
            library.documents()
    assert caught.value.code == "shards-differ"
    assert library.migrate() is False
    assert "new.txt" in names(library)
    assert library.doctor() == []


def test_a_change_that_ends_before_the_first_database_commits_is_undone(
    library: qa.Library, tmp_path: Path, sources: Path
) -> None:
    before = names(library)
    environment = {**os.environ, "QA_CRASH": shards_of(tmp_path)}
    tests = str(Path(__file__).parents[1])
    (sources / "new.txt").write_text("A dragon.")
    command = [tests, "QA_CRASH", "before", "COMMIT PREPARED", "3", "update", str(sources)]
    completed = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command], env=environment, capture_output=True, check=False
    )
    assert completed.returncode == 137, completed.stderr.decode()
    assert names(library) == before
    assert library.add(sources).added == ["new.txt"]
    assert library.doctor() == []


def test_a_database_that_is_down_is_a_refusal_until_it_is_back(
    server: Server, tmp_path: Path, sources: Path, words: WordEncoder
) -> None:
    with running() as own:
        address = f"{url_of(tmp_path)},{own.url()}"
        with qa.open(address, model=words, reranker="none") as library:
            library.add(sources)
            before = library.ask("apple")
            own.stop()
            with pytest.raises(StoreError) as caught:
                library.ask("apple")
            assert caught.value.code == "database-unreachable"
            assert str(own.port) in str(caught.value)
            own.start()
            assert library.ask("apple") == before


def test_an_optional_database_that_is_down_makes_answers_that_say_so(
    server: Server,
    tmp_path: Path,
    sources: Path,
    words: WordEncoder,
) -> None:
    with running() as own:
        address = f"{url_of(tmp_path)},{own.url()}?optional=yes"
        name = f"postgresql://postgres@127.0.0.1:{own.port}/postgres"
        with qa.open(address, model=words, reranker="none") as library:
            library.add(sources)
            before, every = library.ask("apple"), names(library)
            assert before.unreachable == ()
            own.stop()
            answer = library.ask("apple")
            assert answer.unreachable == (name,)
            [reached] = [library.location.databases[0].reader()]
            left = [info.doc_id for info in reached.documents()]
            assert {quote.citation.doc_id for quote in answer.quotes} <= set(left) < set(every)
            assert names(library) == left
            # A document that may be there is not said to be missing.
            with pytest.raises(StoreError):
                library.get(next(doc_id for doc_id in every if doc_id not in left))
            # Nothing is changed without it.
            with pytest.raises(StoreError):
                library.remove(left[0])
            with qa.open(address, model=words, reranker="none") as second:
                record = second.ask("apple")
            assert record == answer
            shown = (render.text(record), render.markdown.item(record), render.html.item(record, 1))
            assert all("Incomplete: the documents of " in text for text in shown)
            own.start()
            assert library.ask("apple") == before
            assert names(library) == every


def test_the_databases_are_named_completely_and_in_order(
    library: qa.Library, tmp_path: Path, words: WordEncoder
) -> None:
    first, second = shards_of(tmp_path).split(",")
    for address in (f"{second},{first}", f"{first},{second},{second}"):
        with pytest.raises(StoreError) as caught:
            qa.open(address, model=words, create=False).documents()
        assert caught.value.code in ("shards-other", "index-missing")


def test_a_server_that_cannot_prepare_transactions_is_a_clear_error(
    server: Server, tmp_path: Path, sources: Path, words: WordEncoder
) -> None:
    with running({"max_prepared_transactions": "0"}) as own:
        address = f"{own.url()}?library=a,{own.url()}?library=b"
        with qa.open(address, model=words) as library, pytest.raises(StoreError) as caught:
            library.add(sources)
        assert caught.value.code == "shards-not-prepared"


def test_keys_contain_the_number_of_their_database() -> None:
    keys = Keys(3)
    for shard in range(3):
        for key in (1, 2, 10**11):
            assert keys.inner(keys.outer(key, shard)) == (shard, key)
    assert [keys.of(f"{number}.txt") for number in range(6)] == [
        keys.of(f"{number}.txt") for number in range(6)
    ]
    assert {keys.of(f"{number}.txt") for number in range(60)} == {0, 1, 2}
    assert keys.split([keys.outer(5, 2), keys.outer(1, 0), keys.outer(4, 2)]) == {2: [5, 4], 0: [1]}
