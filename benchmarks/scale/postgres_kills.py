"""Kills writers, server processes and the server of an index in PostgreSQL at random instants.

    python benchmarks/scale/postgres_kills.py [--kills 500] [--seed 1]

Each trial changes some documents, lets a process update the index, and at a random instant kills the process
(SIGKILL), ends its server process (pg_terminate_backend), or stops the whole server without a checkpoint and
starts it again. Meanwhile a reader takes one snapshot after the other. Every snapshot must have all documents
as before the change or all as after, with the terms and vectors of exactly these; a change that the process
has confirmed must be there; the doctor must find no fault, and the same command must complete the work.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psycopg

from qa.errors import QaError
from qa.index import Index, Options, doctor

sys.path[:0] = [str(Path(__file__).parents[2] / "tests"), str(Path(__file__).parents[1] / "library")]
import corpus  # noqa: E402
import postgres_server  # noqa: E402
from encoder import TinyEncoder  # noqa: E402

DOCUMENTS = 12
State = dict[str, str]


def update(url: str, docs: Path) -> None:
    encoder = TinyEncoder()
    Index(url).update([str(docs)], lambda: encoder, Options(prune=True))


def state_of(index: Index) -> State:
    """Return the checksum of each document, and check that the search indexes have exactly these documents."""
    with index.snapshot() as snapshot:
        infos = snapshot.store.documents()
        state = {}
        for info in infos:
            document = snapshot.store.document(info.doc_id)
            assert document is not None, info.doc_id
            state[info.doc_id] = info.sha256
            text = document.text
            for row in snapshot.store.passages(snapshot.store.passage_keys([info.key])):
                assert row.text == text[row.start : row.end], "a passage is not of its document"
        keys = {info.key for info in infos}
        indexes = snapshot.indexes
        number = sum(info.sentences for info in infos)
        assert len(indexes.sentences) == len(indexes.sentence_terms) == number, "numbers differ"
        for entries in (indexes.sentences.entries(), indexes.sentence_terms.entries()):
            assert {entry[1] for entry in entries} == keys, "a search index has other documents"
        for info in infos[:3]:
            name = snapshot.store.text(info.key).split()[1]
            hits = indexes.passage_terms.search([name], 50)
            owners = snapshot.store.passages(key for key, _ in hits)
            assert info.key in {row.document for row in owners}, "a document is not found"
    return state


class Reader(threading.Thread):
    """Takes snapshots until it is stopped; counts them, and keeps each that is neither before nor after."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._index = Index(url)
        self.allowed: list[State] = []
        self.snapshots = self.refused = 0
        self.wrong: list[str] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            allowed = list(self.allowed)
            try:
                state = state_of(self._index)
            except QaError:
                self.refused += 1
                time.sleep(0.02)
                continue
            except AssertionError as error:
                self.wrong.append(str(error))
                continue
            self.snapshots += 1
            if state not in allowed and state not in self.allowed:
                self.wrong.append(f"neither before nor after: {sorted(state)}")


def changed(docs: Path, chance: random.Random, serial: int) -> None:
    """Add, change and remove some documents."""
    names = sorted(docs.glob("*.txt"))
    for number in range(chance.randint(1, 4)):
        kind = chance.choice(("add", "change", "remove")) if len(names) > 4 else "add"
        path = docs / f"{serial:05d}-{number}.txt" if kind == "add" else chance.choice(names)
        if kind == "remove":
            path.unlink(missing_ok=True)
        else:
            path.write_text(corpus.document(serial * 10 + number, chance.randint(3, 40)))


def state_in(docs: Path) -> State:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in docs.glob("*.txt")}


def trial(
    server: postgres_server.Server, url: str, docs: Path, chance: random.Random, event: str, pause: float
) -> bool:
    """Run one update and disturb it; return whether it was confirmed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with suppress(BaseException):
            update(url, docs)
            os.write(write, b"1")
        os._exit(0)
    os.close(write)
    time.sleep(pause)
    if event == "writer":
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    elif event == "server process":
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE %s",
                (f"qa: process {child} %",),
            )
    else:
        server.stop("immediate")
        server.start()
    confirmed = os.read(read, 1) == b"1"
    os.close(read)
    os.waitpid(child, 0)
    return confirmed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    counts: Counter[str] = Counter()
    failures: list[str] = []
    end = time.monotonic() + 60 * options.minutes
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server.running({"fsync": "on", "synchronous_commit": "on"}) as server,
    ):
        docs = Path(folder)
        url = server.url()
        corpus.write(docs, DOCUMENTS, 20)
        for path in list(docs.rglob("*.txt")):
            path.rename(docs / path.name)
        Index.create(url, TinyEncoder()).close()
        update(url, docs)
        before = state_of(Index(url))
        reader = Reader(url)
        reader.allowed = [before]
        reader.start()
        duration = 1.0
        for serial in range(1, options.kills + 1):
            if time.monotonic() > end:
                break
            changed(docs, chance, serial)
            after = state_in(docs)
            reader.allowed = [before, after]
            event = chance.choices(("writer", "server process", "server"), (5, 4, 1))[0]
            confirmed = trial(server, url, docs, chance, event, 1.3 * chance.random() * duration)
            counts[event] += 1
            index = Index(url)
            state = state_of(index)
            counts["confirmed"] += confirmed
            counts["completed"] += state == after
            if state not in (before, after):
                failures.append(f"{serial} {event}: half-done")
            if confirmed and state != after:
                failures.append(f"{serial} {event}: a confirmed change is lost")
            began = time.monotonic()
            update(url, docs)
            if state != after:
                duration += 0.2 * (time.monotonic() - began - duration)
            if state_of(index) != after:
                failures.append(f"{serial} {event}: the next run did not complete the work")
            if serial % 10 == 0 and (faults := doctor.check(url)):
                failures.append(f"{serial} {event}: {faults[0]}")
            index.close()
            before = after
            reader.allowed = [before]
            if serial % 25 == 0:
                print(dict(counts), reader.snapshots, reader.refused, failures, reader.wrong[:3], flush=True)
        reader.stopped.set()
        reader.join()
    failures += reader.wrong
    kills = counts["writer"] + counts["server process"] + counts["server"]
    options.output.write_text(
        f"# Kills at random instants: PostgreSQL\n\n"
        f"`python benchmarks/scale/postgres_kills.py --kills {options.kills} --seed {options.seed}`\n\n"
        f"| kills | of the writer | of its server process | of the server | changes confirmed or completed "
        f"| snapshots meanwhile | of these wrong | lost or half-done |\n|---|---|---|---|---|---|---|---|\n"
        f"| {kills} | {counts['writer']} | {counts['server process']} | {counts['server']} "
        f"| {counts['completed']} | {reader.snapshots:,} | {len(reader.wrong)} "
        f"| {len(failures) - len(reader.wrong)} |\n"
    )
    print("\n".join(failures) or "nothing lost, nothing half-done")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
