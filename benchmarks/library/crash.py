"""Kills the writer of an index repeatedly, and checks each time whether anything was lost.

Each trial changes a folder of documents, lets a process update the index, and kills it (SIGKILL) or makes one
of its writes fail. Afterwards the index must open, the doctor must find no fault, every document must be as
before or every one as after, acknowledged changes must be there, a search must answer, and running the same
command again must complete the work without repeating an embedding.

    python benchmarks/library/crash.py [--random 400] [--seed 1] [--output benchmarks/library/crash]
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import pickle
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import corpus
from encoder import TinyEncoder

from qa.errors import QaError
from qa.index import Index, Options, doctor, embedding, segments
from qa.index.lexical import postings
from qa.index.lexical.postings import PostingsIndex
from qa.index.stores.database import FILE_NAME
from qa.index.vectors import faiss
from qa.index.vectors.faiss import FaissIndex

KINDS = ("add", "change", "remove", "prune")
DOCUMENTS = 12
State = dict[str, str]


# -- boundaries: every place at which something becomes durable ---------------------------------------


@dataclass
class Boundary:
    """Counts the places at which something becomes durable, and acts at one of them."""

    at: int
    act: Callable[[str], None]
    count: int = 0
    names: list[str] = field(default_factory=list)

    def reach(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count == self.at:
            self.act(name)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.reach(f"before {name}")
            result = function(*args, **kwargs)
            self.reach(f"after {name}")
            return result

        return wrapped

    def install(self) -> None:
        """Wrap them in this process, which is a fork and ends after one run."""
        boundary = self
        for name in ("fsync", "rename", "replace", "link", "mkdir", "unlink", "rmdir"):
            setattr(os, name, self.around(name, getattr(os, name)))
        FaissIndex.save = self.around("save", FaissIndex.save)  # type: ignore[method-assign]
        PostingsIndex.add = self.around("add", PostingsIndex.add)  # type: ignore[method-assign]

        class Counting(sqlite3.Connection):
            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
                if sql.startswith(("COMMIT", "BEGIN IMMEDIATE", "PRAGMA wal_checkpoint", "VACUUM")):
                    boundary.reach(f"before {sql}")
                    result = super().execute(sql, *args)
                    boundary.reach(f"after {sql}")
                    return result
                return super().execute(sql, *args)

        connect = sqlite3.connect
        sqlite3.connect = lambda *a, **k: connect(*a, factory=Counting, **k)  # type: ignore[assignment]


def kill(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(name: str) -> None:
    """Fail as on a full disk."""
    if "COMMIT" in name or "PRAGMA" in name or "BEGIN" in name or "VACUUM" in name:
        raise sqlite3.OperationalError("database or disk is full")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# -- processes --------------------------------------------------------------------------------------


def forked(work: Callable[[], Any], kill_after: float | None = None) -> tuple[int, Any]:
    """Run a function in a child process, and return the exit status and the result if it completed."""
    read, write = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            result: Any = ("ok", work())
        except QaError as error:
            result = ("refused", str(error))
        except BaseException as error:
            result = ("raised", repr(error))
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(write)
    if kill_after is not None:
        time.sleep(kill_after)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    try:
        return status, pickle.loads(data)
    except (EOFError, pickle.UnpicklingError):
        return status, None


# -- the library ------------------------------------------------------------------------------------


@dataclass
class Library:
    """A folder of documents, its index, and the state of both."""

    root: Path
    chance: random.Random
    serial: int = 0

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def folder(self) -> Path:
        return self.root / "index"

    def text(self) -> str:
        self.serial += 1
        # A word that is in only one version of one document, so its traces can be searched for.
        return f"Zq{self.serial:06d}xv is the word. " + corpus.document(self.serial, 8)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.docs.iterdir())

    def fill(self, number: int) -> None:
        """Add documents to the folder, or remove some, until it has so many."""
        for name in self.names()[number:]:
            (self.docs / name).unlink()
        while len(self.names()) < number:
            (self.docs / f"d{self.serial:06d}.txt").write_text(self.text())

    def begin(self, kind: str) -> tuple[Callable[[TinyEncoder], Any], list[str]]:
        """Change the folder, and return the command to run and the words that must disappear after it."""
        names = self.names()
        chosen = self.chance.sample(names, 3)
        words = [(self.docs / name).read_text().split()[0] for name in chosen]
        if kind == "add":
            self.fill(DOCUMENTS + 3)
            return self.update, []
        if kind == "change":
            for name in chosen:
                path = self.docs / name
                path.write_text(self.text() + path.read_text().split(" ", 4)[4])
            return self.update, words
        for name in chosen:
            (self.docs / name).unlink()
        if kind == "prune":
            return self.update, words
        return (lambda _: self.remove(chosen)), words

    def update(self, encoder: TinyEncoder) -> None:
        Index(self.folder).update([str(self.docs)], lambda: encoder, Options(prune=True))

    def remove(self, names: list[str]) -> None:
        index = Index(self.folder)
        existing = {info.doc_id for info in index.documents()}
        if wanted := [name for name in names if name in existing]:
            index.remove(wanted)

    def state(self) -> State:
        return {info.doc_id: info.sha256 for info in Index(self.folder).documents()}

    def vectors(self) -> int:
        with sqlite3.connect(self.folder / FILE_NAME) as connection:
            return int(connection.execute("SELECT count(*) FROM vector").fetchone()[0])

    def look(self) -> dict[str, Any]:
        """Return faults, documents and the number of vectors, as a separate process sees them."""
        faults = [str(fault) for fault in doctor.check(self.folder)]
        index = Index(self.folder)
        state = self.state()
        with index.snapshot() as snapshot:
            keys = {key: doc_id for doc_id, key in snapshot.store.document_keys().items()}
            derived = snapshot.indexes
            owners = dict(derived.sentences.entries())
            inside = {keys.get(document) for document in owners.values()}
            doc_id = sorted(state)[0]
            document = snapshot.store.document(doc_id)
            assert document is not None
            word = document.text.split("Zq", 1)[1].split()[0]
            hits = derived.sentence_terms.search([f"zq{word}"], 3)
            texts = [key for key, _ in hits if key in owners]
        if inside != set(state):
            faults.append("the vectors are of other documents")
        if len(texts) != 1:
            faults.append(f"a search for Zq{word} of {doc_id} finds {len(texts)} sentences")
        return {"faults": faults, "state": state, "vectors": self.vectors()}

    def traces(self, words: list[str]) -> list[str]:
        """Return the files of the index that still contain a word."""
        traces = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes().lower()
                traces += [f"{word} in {path.name}" for word in words if word.lower().encode() in data]
        return traces


@dataclass
class Tally:
    """The number of trials, their outcomes, and everything that went wrong."""

    trials: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    boundaries: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        self.wrong.append(problem)
        print("WRONG", problem, flush=True)


def trial(
    library: Library,
    kind: str,
    how: str,
    tally: Tally,
    run: Callable[[Callable[[], Any]], tuple[int, Any]],
) -> None:
    """Run one change: disturbed, checked, completed, and checked again."""
    label = f"{how} of {kind} {tally.trials[how]}"

    def undisturbed() -> State:
        library.fill(DOCUMENTS)
        library.update(TinyEncoder())
        return library.state()

    _, (_, before) = forked(undisturbed)
    library.serial += DOCUMENTS  # The other process may have used these words.
    command, words = library.begin(kind)
    after = {name: _sha256(library.docs / name) for name in library.names()}
    embedding.EMBED_AT_ONCE = 8
    # So small that most changes merge segments, and some are cut.
    segments._SMALLEST, faiss.MOST, postings.MOST = 2, 48, 48
    status, result = run(lambda: command(TinyEncoder()))
    acknowledged = result is not None and result[0] == "ok"
    killed = os.WIFSIGNALED(status)
    tally.trials[how] += 1
    if result is not None and result[0] == "raised":
        tally.note(f"{label}: not reported in one sentence: {result[1]}")

    def wrong(problem: str) -> None:
        tally.note(f"{label}: {problem}")

    _, looked = forked(library.look)
    if looked is None or looked[0] != "ok":
        wrong(f"does not open: {looked}")
        return
    state_after_run = looked[1]
    for fault in state_after_run["faults"]:
        wrong(fault)
    outcome = (
        "after"
        if state_after_run["state"] == after
        else "before"
        if state_after_run["state"] == before
        else "between"
    )
    tally.outcomes[f"{'killed' if killed else 'refused' if not acknowledged else 'done'}, {outcome}"] += 1
    if outcome == "between" or (acknowledged and outcome != "after"):
        wrong(f"the documents are {outcome}, acknowledged: {acknowledged}")

    def complete() -> int:
        encoder = TinyEncoder()
        command(encoder)
        library.update(encoder)
        return encoder.texts

    _, completed = forked(complete)
    _, (_, end) = forked(library.look)
    if completed is None or completed[0] != "ok" or end["state"] != after or end["faults"]:
        wrong(f"cannot be completed: {completed}, {end['faults']}")
    elif kind == "add" and completed[1] != end["vectors"] - state_after_run["vectors"]:
        wrong(
            f"{completed[1]} texts embedded where {end['vectors'] - state_after_run['vectors']} were missing"
        )
    # The old words of a changed document may stay in SQLite's file until something is removed.
    traces = library.traces(words)
    if traces := [at for at in traces if kind != "change" or FILE_NAME not in at]:
        wrong(f"traces: {traces}")


def try_boundaries(
    library: Library, kind: str, tally: Tally, act: Callable[[str], None], how: str, step: int, first: int = 1
) -> int:
    """Run one trial at each boundary of one kind of change, until a run reaches no more."""
    for at in range(first, 10_000, step):

        def work(run: Callable[[], Any], at: int = at) -> Any:
            boundary = Boundary(at, act)
            boundary.install()
            run()
            return boundary.count < at

        done: list[Any] = []

        def disturbed(run: Callable[[], Any], done: list[Any] = done) -> tuple[int, Any]:
            status, result = forked(lambda: work(run))
            done.append(result)
            return status, result

        trial(library, kind, how, tally, disturbed)
        if done[0] is not None and done[0][0] == "ok" and done[0][1]:
            return at - 1
    raise AssertionError


def run_with_size_limit(size: int, run: Callable[[], Any]) -> tuple[int, Any]:
    """Run with a limit on file sizes, which makes every kind of write fail, in SQLite as well as in Python."""

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            run()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return forked(work)


def run_on_full_disk(folder: Path, free: int, run: Callable[[], Any]) -> tuple[int, Any]:
    """Run with only so many bytes free on the disk of the folder."""
    filler = folder / "filler"
    left = shutil.disk_usage(folder).free - free
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, left))
    try:
        return forked(run)
    finally:
        filler.unlink()


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def new(root: Path, seed: int) -> Library:
    """Return an indexed library of a few documents."""
    library = Library(root, random.Random(seed))
    library.docs.mkdir(parents=True)
    for _ in range(DOCUMENTS):
        (library.docs / f"d{library.serial:06d}.txt").write_text(library.text())

    def make() -> None:
        Index.create(library.folder, TinyEncoder())
        library.update(TinyEncoder())

    _, result = forked(make)
    if result[0] != "ok":
        raise RuntimeError(result[1])
    return library


def mounted(root: Path, megabytes: int) -> Iterator[Path]:
    """Mount a small separate disk, where the system allows it."""
    root.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(root)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return
    try:
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=400, help="kills at random instants")
    parser.add_argument(
        "--step", type=int, default=2, help="take every so many boundaries (after one is before the next)"
    )
    parser.add_argument("--limits", type=int, default=40, help="runs with a limit on the size of files")
    parser.add_argument("--full", type=int, default=40, help="runs on a full disk, where one can be mounted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        library = new(Path(name, "library"), options.seed)
        for kind in KINDS:
            try_boundaries(library, kind, tally, fail, "failure at a boundary", 3 * options.step)
            tally.boundaries[kind] = try_boundaries(
                library, kind, tally, kill, "kill at a boundary", options.step
            )
            print(f"{kind}: {tally.boundaries[kind]} boundaries, {len(tally.wrong)} wrong", flush=True)
        times = {}
        for kind in KINDS:
            command, _ = library.begin(kind)
            start = time.monotonic()
            forked(lambda command=command: command(TinyEncoder()))  # type: ignore[misc]
            times[kind] = time.monotonic() - start
        for number in range(options.random):
            kind = KINDS[number % len(KINDS)]
            delay = library.chance.uniform(0, times[kind] * 1.05)
            trial(library, kind, "kill at random", tally, lambda run, delay=delay: forked(run, delay))
        print(f"random: {len(tally.wrong)} wrong", flush=True)
        for number in range(options.limits):
            kind, size = KINDS[number % len(KINDS)], int(2 ** library.chance.uniform(6, 17))
            trial(
                library, kind, "limit on files", tally, lambda run, size=size: run_with_size_limit(size, run)
            )
        for disk in mounted(Path(name, "disk"), 8):
            library = new(disk / "library", options.seed + 1)
            for number in range(options.full):
                kind, free = KINDS[number % len(KINDS)], int(2 ** library.chance.uniform(8, 20))
                trial(
                    library,
                    kind,
                    "full disk",
                    tally,
                    lambda run, free=free, disk=disk: run_on_full_disk(disk, free, run),
                )
    return report(tally, time.monotonic() - began, options.output)


def report(tally: Tally, seconds: float, output: Path | None) -> int:
    """Print the results, and write them as JSON and as Markdown."""
    kills = tally.trials["kill at a boundary"] + tally.trials["kill at random"]
    results = {
        "kills": kills,
        "trials": dict(tally.trials),
        "boundaries": dict(tally.boundaries),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "wrong": tally.wrong,
        "seconds": round(seconds, 1),
    }
    lines = [
        "# Killing the writer",
        "",
        "Written by `python benchmarks/library/crash.py`. After every disturbed run: the index opens, the doctor",
        "finds no fault, all documents are as before or all as after, acknowledged changes are there, a search",
        "answers, the same command completes the work and embeds nothing twice, and no word of a removed document",
        "remains in any file (of a changed document: in no search index and not in the log).",
        "",
        "| Disturbance | Trials |",
        "|---|---|",
        *(f"| {how} | {count:,} |" for how, count in tally.trials.items()),
        f"| **all kills** | **{kills:,}** |",
        f"| **faults afterwards** | **{len(tally.wrong):,}** |",
        "",
        "Boundaries (before and after each fsync, rename, link, mkdir, unlink, write, begin, commit, checkpoint) "
        + "of a run: "
        + ", ".join(f"{kind} {count}" for kind, count in tally.boundaries.items())
        + ".",
        "",
        "| End of the run, and state of the documents | Times |",
        "|---|---|",
        *(f"| {outcome} | {count:,} |" for outcome, count in sorted(tally.outcomes.items())),
    ]
    print("\n".join(lines))
    if output is not None:
        output.with_suffix(".md").write_text("\n".join(lines) + "\n")
        output.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
