"""The approximate index of a library's vectors, and the statistics of its tables."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import Connection

from qa.index.postgres.connections import Row
from qa.index.postgres.session import Session

AT_LEAST = 20_000
"""Vectors below which an exact search is as fast."""
MEMORY = "1GB"
"""Memory for building the index; with less, the build takes many times as long."""
_ANALYSE_AGAIN = 1.5
"""Growth of a table since its last statistics at which the planner needs new ones."""


def name_of(library: str) -> str:
    """Return the name of the index of a library's vectors."""
    return f"vector_hnsw_{library}"


def build(session: Session, connection: Connection[Row]) -> None:
    """Build the index once a library has enough vectors. Call it outside of transactions.

    This needs a role that owns the tables; without it, searches stay exact.
    """
    row = connection.execute(
        "SELECT has_hnsw, last_vector, (SELECT value FROM manifest m WHERE m.library = l.library "
        "AND key = 'dimension') FROM library l WHERE library = %s",
        (session.library,),
    ).fetchone()
    if row is None or row[0] or row[1] < AT_LEAST:
        return
    with suppress(psycopg.Error):
        _build(connection, session.library, int(row[2]))


def _build(connection: Connection[Row], library: str, dimension: int) -> None:
    name = f'"{name_of(library)}"'
    # What a killed build left is not valid.
    connection.execute(f"DROP INDEX IF EXISTS {name}")
    connection.execute(f"SET maintenance_work_mem = '{MEMORY}'")
    statement = (
        f"CREATE INDEX CONCURRENTLY {name} ON vector USING hnsw ((data::halfvec({dimension})) "
        f"halfvec_ip_ops) WHERE library = '{library}'"
    ).encode()
    try:
        connection.execute(statement)
    except psycopg.Error:
        # In a container without shared memory, a build by several processes fails.
        connection.execute(f"DROP INDEX IF EXISTS {name}")
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(statement)
    connection.execute("UPDATE library SET has_hnsw = true WHERE library = %s", (library,))


def analyse(connection: Connection[Row]) -> None:
    """Refresh outdated statistics, if this role owns the tables. Call it outside of transactions."""
    row = connection.execute(
        "SELECT reltuples, (SELECT sum(sentences) FROM library) FROM pg_class "
        "WHERE oid = 'sentence'::regclass"
    ).fetchone()
    if row and row[1] and row[1] > _ANALYSE_AGAIN * max(0, row[0]):
        with suppress(psycopg.Error):
            connection.execute("ANALYZE document, vector, passage, sentence, posting")
