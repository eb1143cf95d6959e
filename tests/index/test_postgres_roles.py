"""Roles of a database: a reader may change nothing, and a member sees only its own libraries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import Server
from word_encoder import WordEncoder

import qa
from qa.errors import StoreError

PAGE = Path(__file__).parents[2] / "docs" / "postgresql.md"


def statements(heading: str) -> str:
    """Return the SQL of a section of the documentation."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sql\n(.*?)```", section, re.DOTALL))


@pytest.fixture
def database(server: Server) -> Iterator[Callable[..., str]]:
    """A separate database; returns its address for a user and a library."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS roles WITH (FORCE)")
        for role in ("qa_page", "qa_legal", "qa_writer"):
            connection.execute(f"DROP ROLE IF EXISTS {role}")
        connection.execute("CREATE DATABASE roles")

    def url(user: str = "postgres", library: str = "default") -> str:
        if user == "postgres":
            return f"{server.url('roles')}?library={library}"
        return f"{server.url('roles', user, 'secret')}?library={library}"

    yield url
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS roles WITH (FORCE)")
        for role in ("qa_page", "qa_legal", "qa_writer"):
            connection.execute(f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def libraries(database: Callable[..., str], tmp_path: Path, words: WordEncoder) -> Callable[..., str]:
    """The libraries ``legal`` and ``news``, and the roles of the documentation."""
    for name, text in (("legal", "A lantern of the lease."), ("news", "A dragon was seen.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(text)
        with qa.open(database(library=name), model=words, reranker="none") as library:
            library.add(tmp_path / name)
    with psycopg.connect(database().partition("?")[0], autocommit=True) as connection:
        connection.execute(statements("Roles"))
        connection.execute(statements("Tenants"))
    return database


def test_a_reader_asks_and_may_change_nothing(libraries: Callable[..., str], words: WordEncoder) -> None:
    url = libraries("qa_page", "legal")
    with qa.open(url, model=words, reranker="none", create=False, read_only=True) as library:
        assert library.ask("lantern").quotes[0].text == "A lantern of the lease."
        assert library.doctor() == []
        with pytest.raises(qa.UsageError):
            library.remove("legal.txt")
    with qa.Library(url, model=words) as library:
        for change in (lambda: library.remove("legal.txt"), lambda: library.rename("legal.txt", "x")):
            with pytest.raises(StoreError) as caught:
                change()
            assert caught.value.code == "database-permission"
    with pytest.raises(StoreError) as caught:
        qa.open(libraries("qa_page", "another"), model=words).create()
    assert caught.value.code == "database-permission"


def test_a_member_sees_only_its_own_libraries(libraries: Callable[..., str], words: WordEncoder) -> None:
    with qa.open(libraries("qa_legal", "legal"), model=words, reranker="none", create=False) as library:
        assert [info.doc_id for info in library.documents()] == ["legal.txt"]
    with pytest.raises(StoreError) as caught:
        qa.open(libraries("qa_legal", "news"), model=words, create=False).documents()
    assert caught.value.code == "library-not-visible"
    assert "library news" in str(caught.value)
    with psycopg.connect(libraries("qa_legal").partition("?")[0]) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'qa' AND column_name = 'library'"
        ).fetchall()
        assert len(tables) >= 11
        for (table,) in tables:
            rows = connection.execute(f"SELECT DISTINCT library FROM qa.{table}").fetchall()
            assert rows in ([], [("legal",)]), table


def test_a_writer_changes_its_library_without_owning_the_tables(
    libraries: Callable[..., str], tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "news" / "more.txt").write_text("A kettle is red.")
    with qa.open(libraries("qa_writer", "news"), model=words, reranker="none") as library:
        assert library.add(tmp_path / "news").added == ["more.txt"]
        library.remove("news.txt")
        assert library.ask("kettle").quotes[0].text == "A kettle is red."
        assert library.doctor() == []
    with pytest.raises(StoreError):
        qa.open(libraries("qa_writer", "legal"), model=words, create=False).documents()


def test_the_roles_alone_are_enough_for_the_default_library(
    database: Callable[..., str], tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "first.txt").write_text("A lantern of the lease.")
    with qa.open(database(), model=words, reranker="none") as library:
        library.add(tmp_path / "first.txt")
    with psycopg.connect(database().partition("?")[0], autocommit=True) as connection:
        connection.execute(statements("Roles"))
    (tmp_path / "more.txt").write_text("A kettle is red.")
    with qa.open(database("qa_writer"), model=words, reranker="none") as library:
        assert library.add(tmp_path / "more.txt").added == ["more.txt"]
    with qa.open(database("qa_page"), model=words, reranker="none", create=False) as library:
        assert library.ask("kettle").quotes[0].text == "A kettle is red."


def test_every_table_and_every_key_begins_with_the_library(libraries: Callable[..., str]) -> None:
    with psycopg.connect(libraries().partition("?")[0]) as connection:
        keys = connection.execute(
            "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
            "WHERE c.relnamespace = 'qa'::regnamespace AND i.indisunique"
        ).fetchall()
    assert {table for table, _ in keys} >= {"library", "document", "passage", "sentence", "vector", "posting"}
    assert {column for table, column in keys if table != "member"} == {"library"}
