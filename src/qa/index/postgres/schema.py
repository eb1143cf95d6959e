"""The tables of the database, the number of their format, and the migrations from older formats.

Every table and every key begins with the library, so that one database has many libraries, a policy for rows
can hide all but some of them, and Citus can distribute all tables by that column.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import psycopg
from psycopg import Connection, sql

from qa.errors import StoreError
from qa.index.postgres.address import Address
from qa.index.postgres.connections import SCHEMA, Row, register_vectors
from qa.index.stores.schema import new_stamp, now

FORMAT = 1
"""Number of the current format."""
MIN_VECTOR = (0, 7)
"""The oldest supported pgvector, the first with ``halfvec``."""
CREATING = 0x51554F54
"""The lock of a process that creates or migrates the tables."""

TABLES = (
    "library", "manifest", "file", "document", "omission", "vector", "staged", "passage", "sentence",
    "failure", "text_block", "posting",
)  # fmt: skip

_TABLES = """
CREATE TABLE format (number integer NOT NULL);
CREATE TABLE member (role name NOT NULL, library text COLLATE "C" NOT NULL, PRIMARY KEY (role, library));
CREATE TABLE library (
    library text COLLATE "C" PRIMARY KEY, identity bigint NOT NULL, generation bigint NOT NULL,
    stamp text NOT NULL, change text NOT NULL DEFAULT '', words text NOT NULL,
    has_hnsw boolean NOT NULL DEFAULT false,
    sentences bigint NOT NULL DEFAULT 0, passages bigint NOT NULL DEFAULT 0,
    last_file bigint NOT NULL DEFAULT 0, last_document bigint NOT NULL DEFAULT 0,
    last_vector bigint NOT NULL DEFAULT 0, last_passage bigint NOT NULL DEFAULT 0,
    last_sentence bigint NOT NULL DEFAULT 0, last_omission bigint NOT NULL DEFAULT 0);
CREATE TABLE manifest (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE,
    key text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (library, key));
CREATE TABLE file (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE, id bigint NOT NULL,
    uri text COLLATE "C" NOT NULL, root text NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL,
    sha256 text NOT NULL, indexed_at text NOT NULL, reader text NOT NULL,
    PRIMARY KEY (library, id), UNIQUE (library, uri));
CREATE TABLE document (
    library text COLLATE "C" NOT NULL, id bigint NOT NULL, doc_id text COLLATE "C" NOT NULL,
    file bigint NOT NULL, title text NOT NULL, sha256 text NOT NULL, uri text, language text NOT NULL,
    text text NOT NULL, nulls integer[] NOT NULL, pages text NOT NULL, blocks text NOT NULL,
    warnings text NOT NULL, places text NOT NULL, lines text NOT NULL,
    characters integer NOT NULL, page_count integer NOT NULL,
    first_passage bigint NOT NULL, last_passage bigint NOT NULL,
    first_sentence bigint NOT NULL, last_sentence bigint NOT NULL,
    PRIMARY KEY (library, id), UNIQUE (library, doc_id),
    FOREIGN KEY (library, file) REFERENCES file ON DELETE CASCADE);
CREATE INDEX document_file ON document (library, file);
CREATE TABLE omission (
    library text COLLATE "C" NOT NULL, id bigint NOT NULL, document bigint NOT NULL,
    reason text NOT NULL, text text NOT NULL, page integer, name text,
    PRIMARY KEY (library, id), FOREIGN KEY (library, document) REFERENCES document ON DELETE CASCADE);
CREATE INDEX omission_document ON omission (library, document);
CREATE TABLE vector (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE, id bigint NOT NULL,
    key bytea NOT NULL, data {vector} NOT NULL, PRIMARY KEY (library, id), UNIQUE (library, key));
CREATE TABLE staged (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE, key bytea NOT NULL,
    data {vector} NOT NULL, PRIMARY KEY (library, key));
CREATE TABLE passage (
    library text COLLATE "C" NOT NULL, id bigint NOT NULL, document bigint NOT NULL,
    start integer NOT NULL, "end" integer NOT NULL, headings text NOT NULL, text text NOT NULL,
    nulls integer[] NOT NULL, vector bigint NOT NULL, PRIMARY KEY (library, id),
    FOREIGN KEY (library, document) REFERENCES document ON DELETE CASCADE,
    FOREIGN KEY (library, vector) REFERENCES vector);
CREATE INDEX passage_document ON passage (library, document);
CREATE INDEX passage_vector ON passage (library, vector, id);
CREATE TABLE sentence (
    library text COLLATE "C" NOT NULL, id bigint NOT NULL, passage bigint NOT NULL,
    document bigint NOT NULL, start integer NOT NULL, "end" integer NOT NULL, vector bigint NOT NULL,
    PRIMARY KEY (library, id),
    FOREIGN KEY (library, passage) REFERENCES passage ON DELETE CASCADE,
    FOREIGN KEY (library, vector) REFERENCES vector);
CREATE INDEX sentence_passage ON sentence (library, passage);
CREATE INDEX sentence_document ON sentence (library, document);
CREATE INDEX sentence_vector ON sentence (library, vector, id);
CREATE TABLE failure (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE,
    uri text COLLATE "C" NOT NULL, name text NOT NULL, size bigint NOT NULL, changed_ns bigint NOT NULL,
    how text NOT NULL, reasons text NOT NULL, PRIMARY KEY (library, uri));
CREATE TABLE text_block (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE, kind smallint NOT NULL,
    block integer NOT NULL, version bigint NOT NULL, texts integer NOT NULL, terms bigint NOT NULL,
    offsets bytea NOT NULL, lengths bytea NOT NULL, PRIMARY KEY (library, kind, block));
CREATE TABLE posting (
    library text COLLATE "C" NOT NULL REFERENCES library ON DELETE CASCADE, kind smallint NOT NULL,
    term text COLLATE "C" NOT NULL, block integer NOT NULL, data bytea NOT NULL,
    PRIMARY KEY (library, kind, term, block));
CREATE INDEX posting_block ON posting (library, kind, block);
ALTER TABLE posting ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE FUNCTION libraries() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = {schema}, pg_temp
    AS 'SELECT library FROM member JOIN pg_roles ON rolname = role '
       'WHERE pg_has_role(session_user, oid, ''member'')';
ALTER TABLE member ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON member USING (library = ANY (ARRAY(SELECT libraries())));
"""
_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY member ON {table} USING (library = ANY (ARRAY(SELECT libraries())));
"""

_STEPS: dict[int, Callable[[Connection[Row]], None]] = {}
"""The migration from each older format to the next."""


def format_of(connection: Connection[Row]) -> int | None:
    """Return the number of the format of the tables; None if there are no tables."""
    row = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.format",)).fetchone()
    if row is None or row[0] is None:
        return None
    number = connection.execute("SELECT number FROM format").fetchone()
    return int(number[0]) if number else 0


def has_library(connection: Connection[Row], library: str) -> bool:
    """Return whether the tables are there, with this library."""
    if format_of(connection) is None:
        return False
    query = "SELECT 1 FROM library WHERE library = %s"
    return connection.execute(query, (library,)).fetchone() is not None


def missing(connection: Connection[Row], address: Address) -> StoreError:
    """Return the error for a library that is not there, or that the policies hide from this role."""
    row = connection.execute("SELECT row_security_active('library')").fetchone()
    code = "library-not-visible" if row is not None and row[0] else "index-missing"
    return StoreError(code, folder=address.name, library=address.library)


def check(connection: Connection[Row], name: str) -> int:
    """Return the format if this program can read or migrate it.

    Raises:
        StoreError: There are no tables, or they are of a newer format.
    """
    number = format_of(connection)
    if number is None:
        raise StoreError("index-missing", folder=name)
    if number > FORMAT:
        raise StoreError("index-format-newer", folder=name, format=number, ours=FORMAT)
    if number < FORMAT and not all(step in _STEPS for step in range(number, FORMAT)):
        raise StoreError("index-format-unknown", folder=name, format=number, ours=FORMAT)
    return number


def create_tables(connection: Connection[Row], name: str) -> None:
    """Create the tables if there are none. Call it inside a transaction.

    Raises:
        StoreError: The database is not in UTF-8, has no pgvector, or too old a version.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (CREATING,))
    if format_of(connection) is not None:
        return
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError("database-encoding", folder=name, encoding=encoding or "")
    vector = _create_extension(connection, name)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(_TABLES.format(vector=vector, schema=SCHEMA).encode())
    connection.execute("INSERT INTO format VALUES (%s)", (FORMAT,))
    for table in TABLES:
        connection.execute(_POLICY.format(table=table).encode())


def _create_extension(connection: Connection[Row], name: str) -> str:
    """Create the extension for vectors if it is missing; return the full name of its type."""
    query = "SELECT extversion, nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace "
    query += "WHERE extname = 'vector'"
    row = connection.execute(query).fetchone()
    if row is None:
        try:
            with connection.transaction():
                connection.execute("CREATE EXTENSION vector WITH SCHEMA public")
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreError("database-extension-permission", folder=name) from error
        except psycopg.Error as error:
            raise StoreError("database-extension-missing", folder=name) from error
        row = connection.execute(query).fetchone()
        register_vectors(connection)
    assert row is not None
    version, schema = row
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < MIN_VECTOR:
        raise StoreError("database-extension-old", folder=name, version=version)
    return f'"{schema}".vector'


def create_library(connection: Connection[Row], library: str, manifest: dict[str, str], words: str) -> None:
    """Create an empty library. Call it inside a transaction."""
    connection.execute(
        "INSERT INTO library (library, identity, generation, stamp, words) VALUES (%s, %s, 0, %s, %s)",
        (library, secrets.randbits(62), new_stamp(), words),
    )
    rows = {"created": now(), "updated": now(), **manifest}
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO manifest VALUES (%s, %s, %s)", [(library, key, value) for key, value in rows.items()]
        )


def migrate(connection: Connection[Row], number: int) -> None:
    """Migrate the tables to the current format. Call it inside a transaction."""
    for step in range(number, FORMAT):
        _STEPS[step](connection)
    connection.execute("UPDATE format SET number = %s", (FORMAT,))


def literal(connection: Connection[Row], text: str) -> str:
    """Return a text as a constant of a statement, for a planner that must know it."""
    return sql.Literal(text).as_string(connection)
