"""An index in a database: the same answers as a folder, the same promises, and clear errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from answering import document, index_of_documents
from postgres_server import PASSWORD, Server, url_of
from word_encoder import WordEncoder

import qa
from qa.cli import main
from qa.errors import StoreError
from qa.index import Index

TEXTS = {
    "garden.md": "# Garden\n\nAn apple. It is red.\n\n## Kettle\n\nA silver kettle. The apple is near it.\n",
    "tower.md": "# Tower\n\nA lantern.\n\n## Hall\n\nA mirror and an apple.\n",
    "sky.txt": "A dragon flies. A \N{ROCKET} rocket and a mirror.\n\nA lantern is in the sky.\n",
}
QUESTIONS = ["apple", "Where is the mirror?", "red kettle", '"A lantern"', "unicorn"]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def url(server: Server, tmp_path: Path) -> str:
    return url_of(tmp_path)


@pytest.fixture
def library(url: str, sources: Path, words: WordEncoder) -> Iterator[qa.Library]:
    with qa.open(url, model=words, reranker="none") as library:
        assert len(library.add(sources).added) == 3
        yield library


def records(library: qa.Library) -> list[object]:
    return [library.ask(question).model_dump(mode="json") for question in QUESTIONS]


def test_the_answers_are_those_of_a_folder(
    library: qa.Library, tmp_path: Path, sources: Path, words: WordEncoder
) -> None:
    with qa.open(tmp_path / "index", model=words, reranker="none") as folder:
        folder.add(sources)
        assert records(library) == records(folder)
        assert library.doctor() == folder.doctor() == []
        names = [info.doc_id for info in folder.documents()]
        assert [info.doc_id for info in library.documents()] == names
        assert library.find("mirror").model_dump() == folder.find("mirror").model_dump()


def test_only_changes_are_read_and_removed_words_are_gone(
    library: qa.Library, sources: Path, tmp_path: Path, words: WordEncoder
) -> None:
    assert len(library.add(sources).unchanged) == 3
    (sources / "tower.md").write_text("# Tower\n\nA needle.\n")
    (sources / "sky.txt").unlink()
    report = library.add(sources, prune=True)
    assert (report.changed, report.removed) == (["tower.md"], ["sky.txt"])
    with qa.open(tmp_path / "index", model=words, reranker="none") as folder:
        folder.add(sources)
        assert records(library) == records(folder)
    library.remove("garden.md")
    assert library.doctor() == []
    store = library.location.reader()
    assert not store.rows("SELECT 1 FROM posting WHERE library = %s AND term = 'appl'", (store.library,))
    texts = store.rows("SELECT text FROM document WHERE library = %s", (store.library,))
    assert [text for (text,) in texts] == ["Tower\n\nA needle."]
    store.close()


def test_a_reader_is_neither_blocked_nor_torn_by_a_writer(
    library: qa.Library, sources: Path, words: WordEncoder
) -> None:
    index = Index(library.location)
    before = records(library)
    with index.snapshot() as snapshot:
        generation = snapshot.indexes.generation
        library.remove("garden.md")
        assert snapshot.store.document("garden.md") is not None
        assert snapshot.indexes.sentence_terms.search(["appl"], 9)
        assert snapshot.indexes.sentences.search(words.encode(["apple"])[0], 1)
    with index.snapshot() as snapshot:
        assert snapshot.indexes.generation == generation + 1
        assert snapshot.store.document("garden.md") is None
    assert records(library) != before
    index.close()


def test_a_title_stays_until_it_is_taken_back(library: qa.Library) -> None:
    library.rename("tower.md", "The \0 High Tower")
    assert {info.title for info in library.documents()} >= {"The \0 High Tower"}
    assert library.get("tower.md").title == "The \0 High Tower"
    library.rename("tower.md", None)
    assert library.get("tower.md").title == "Tower"


def test_null_characters_are_quoted_as_they_are(url: str, tmp_path: Path, words: WordEncoder) -> None:
    text = "\ufdd0 apple \0 is red. A \0mirror\0 is old.\n\nA second \0 apple."
    index_of_documents(tmp_path, words, [document("null", text, title="\0 \ufdd0\ufdd1")], url).close()
    with qa.open(url, model=words, reranker="none") as library:
        assert library.get("null") == document("null", text, title="\0 \ufdd0\ufdd1")
        quote = library.ask("mirror").quotes[0]
        assert quote.text == text[quote.citation.start : quote.citation.end] == "A \0mirror\0 is old."
        assert library.doctor() == []


def test_a_second_writer_learns_who_the_first_is(library: qa.Library, words: WordEncoder) -> None:
    with library.location.writer(), pytest.raises(StoreError) as caught, library.location.writer(wait=0):
        pass
    assert caught.value.code == "index-locked"
    assert "process " in str(caught.value)
    # The lock is that of one library.
    other = qa.open(f"{library.location.address.url}?library=other", model=words)
    other.create()
    with library.location.writer(), other.location.lock(wait=0):
        pass


def test_a_library_that_was_replaced_is_noticed(library: qa.Library, url: str, words: WordEncoder) -> None:
    with library.location.writer() as store:
        for table in ("file", "vector", "library"):
            store.writer_connection().execute(f"DELETE FROM {table} WHERE library = %s", (store.library,))
    with pytest.raises(StoreError, match="was removed"):
        library.ask("apple")
    qa.open(url, model=words).create()
    with pytest.raises(StoreError, match="was replaced"):
        library.ask("apple")


# -- errors -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda url: url.replace(PASSWORD, "wrong"), "database-password"),
        (lambda url: url.replace(f":{PASSWORD}", ""), "database-password"),
        (lambda url: url.replace("/postgres?", "/nothing?"), "database-unknown"),
        (lambda url: url.replace("postgres:", "nobody:"), "database-password"),
        (lambda url: "postgresql://postgres:secret@127.0.0.1:1/postgres", "database-unreachable"),
        (lambda url: "postgresql://postgres:secret@does-not-exist.invalid/postgres", "database-unreachable"),
        (lambda url: url.replace("library=", "library=other-"), "index-missing"),
    ],
    ids=["password", "no password", "database", "user", "port", "host", "library"],
)
def test_an_error_is_one_sentence_without_the_password(
    url: str,
    change: object,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = change(url)  # type: ignore[operator]
    monkeypatch.setenv("QA_INDEX", address)
    assert main(["list"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    [line] = output.err.splitlines()
    for secret in (PASSWORD, "wrong", "secret"):
        assert secret not in line.replace("password", "")
    with pytest.raises(StoreError) as caught:
        qa.open(address, create=False).documents()
    assert caught.value.code == code


def test_a_password_on_the_command_line_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["list", "--index", url])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert "must not contain a password" in error
    assert PASSWORD not in error


def test_a_database_in_a_settings_file_from_elsewhere_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    (tmp_path / "qa.toml").write_text('index = "postgresql://someone@elsewhere.example/db"\n')
    assert main(["list"]) == 2
    assert "may have come with documents from elsewhere" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["postgresql://h/db?library=A", "postgres://h/db?library=a'b"])
def test_a_name_of_a_library_is_plain(address: str) -> None:
    with pytest.raises(qa.UsageError, match="is no name of a library"):
        qa.Library(address)


def test_a_database_without_extension_is_a_clear_error(server: Server, words: WordEncoder) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        connection.execute("CREATE DATABASE bare OWNER plain")
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError) as caught:
        qa.open(server.url("bare", "plain", "plain"), model=words).create()
    assert caught.value.code == "database-extension-permission"
    with pytest.raises(StoreError) as caught:
        qa.open(server.url("latin"), model=words).create()
    assert caught.value.code == "database-encoding"


def test_the_same_record_is_on_the_command_line(
    library: qa.Library, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_INDEX", url)
    assert main(["list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert PASSWORD not in json.dumps(listed)
    assert main(["doctor"]) == 0
    assert main(["remove", "tower.md"]) == 0
    assert main(["show", "tower.md"]) == 2
    assert PASSWORD not in "".join(capsys.readouterr())
    assert PASSWORD not in repr(library)
