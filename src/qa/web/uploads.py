"""Files that a person adds on the page: stored in the index's folder and indexed, with their progress."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from qa import Failure, Library, Progress, Report
from qa.errors import QaError
from qa.messages import Message
from qa.web.failures import public
from qa.web.labels import ENGLISH, Labels
from qa.web.pool import BusyError, Pool
from qa.web.scratch import Bin
from qa.web.templates import render

FOLDER = "uploads"
"""Folder of the files, in the index's folder: a citation's uri must lead to a file that stays."""
KEPT_RUNS = 100
"""Number of runs whose progress can be asked for."""
MOST_WAITING = 20
"""Maximum number of runs that wait for the current one."""

State = Literal["waiting", "reading", "read", "done", "failed", "stopped"]

LOCKED = frozenset({"pdf-encrypted", "pdf-password-wrong"})
"""Codes of failures that a password solves."""
_UNFINISHED = ("waiting", "reading", "read")
_CORPUS = ".jsonl"
_FORBIDDEN = set('<>:"|?*')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_STEM_BYTES = 150
_EMBEDDED_SHARE = 2
"""Characters embedded for a character of a document: as a sentence, and within its passage."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its temporary path, and its name on the person's machine."""

    path: Path
    name: str
    bin: Bin | None = None

    def discard(self) -> None:
        """Remove the file."""
        if self.bin is not None:
            self.bin.drop()
        else:
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Item:
    """The state of one file, with facts and reasons to show; ``locked`` if a password would open it."""

    name: str
    state: State = "waiting"
    facts: tuple[Message, ...] = ()
    reasons: tuple[Message, ...] = ()
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The progress of files that were added together."""

    items: tuple[Item, ...]
    done: bool = False
    failure: Message | None = None
    stopping: bool = False
    left: float | None = None
    """Estimated seconds left, if known."""

    def count(self, state: State) -> int:
        """Return the number of files in a state."""
        return sum(item.state == state for item in self.items)


class Uploads:
    """Adds files to the library in the background; thread-safe."""

    def __init__(self, library: Library, added: Callable[[str], object] = lambda _: None) -> None:
        """Create a queue of files.

        Args:
            library: The library.
            added: Called with the id of each document of an added file.
        """
        self._library = library
        self._added = added
        self._runs: dict[str, Run] = {}
        self._stopping: set[str] = set()
        self._waiting: dict[str, Callable[[], None]] = {}
        # One run at a time, because the index has one writer.
        self._pool = Pool("indexing", 1, MOST_WAITING)

    def begin(self, files: Sequence[Upload], password: str | None = None) -> str:
        """Start indexing files.

        Args:
            files: The files.
            password: Opens encrypted PDFs; it is discarded after they are read.

        Returns:
            The name of the run, which nobody can guess.

        Raises:
            BusyError: Too many runs wait already.
        """
        run = secrets.token_urlsafe(16)
        for old in list(self._runs)[:-KEPT_RUNS]:
            if self._runs[old].done:
                self._runs.pop(old, None)
        states = [Item(file.name) for file in files]

        def carry_out() -> None:
            self._waiting.pop(run, None)
            self._carry_out(run, files, states, password)

        for file in files:
            if file.bin is not None:
                file.bin.in_use = True
        self._runs[run] = Run(tuple(states))
        self._waiting[run] = carry_out
        try:
            self._pool.submit(carry_out)
        except BusyError:
            del self._waiting[run], self._runs[run]
            for file in files:
                file.discard()
            raise
        return run

    def run(self, name: str) -> Run:
        """Return the progress of a run."""
        run = self._runs.get(name, Run((), done=True))
        return replace(run, stopping=name in self._stopping and not run.done)

    def stop(self, name: str) -> None:
        """Stop a run; files that are already indexed stay."""
        run = self.run(name)
        if run.done:
            return
        self._stopping.add(name)
        waiting = self._waiting.get(name)
        if waiting is not None and self._pool.cancel(waiting):
            # The run starts only to report that it was stopped.
            threading.Thread(target=waiting, name="indexing", daemon=True).start()

    def close(self) -> None:
        """Stop all runs."""
        self._stopping.update(self._runs)

    def _carry_out(self, run: str, files: Sequence[Upload], states: list[Item], password: str | None) -> None:
        def publish(left: float | None = None, *, done: bool = False, failure: Message | None = None) -> None:
            self._runs[run] = Run(tuple(states), done, failure, left=left)

        def stopped() -> bool:
            return run in self._stopping

        failure: Message | None = None
        try:
            if files and not stopped():
                self._index_files(files, password, states, publish, stopped)
        except QaError as error:
            failure = public(error.message)
        except OSError as error:
            failure = Message.of("files-not-kept", cause=error.strerror or error)
        except Exception:
            _log.exception("Indexing failed")
            failure = Message("indexing-failed")
        for file in files:
            file.discard()
        for at, item in enumerate(states):
            if stopped() and item.state in _UNFINISHED:
                states[at] = Item(item.name, "stopped")
        publish(done=True, failure=failure)
        self._stopping.discard(run)

    def _index_files(
        self,
        files: Sequence[Upload],
        password: str | None,
        states: list[Item],
        publish: Callable[[float | None], None],
        stopped: Callable[[], bool],
    ) -> None:
        # Resolved, as in citations: the path of an index is often relative or leads through a link.
        folder = (self._library.folder / FOLDER).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        paths = [store(file, folder) for file in files]
        current, before = "", 0

        def show_progress(progress: Progress) -> None:
            nonlocal current, before
            embedded, waiting = progress.characters
            if current != (current := PurePosixPath(progress.name).name):
                before = embedded
            for at, path in enumerate(paths):
                name = files[at].name
                reasons = _reasons(progress.lost, path)
                if reasons:
                    states[at] = _failed(name, reasons)
                elif states[at].state == "failed":
                    continue
                elif progress.stage != "publishing" and path.name == current:
                    states[at] = Item(name, "reading", share(embedded - before, waiting, progress.document))
                elif states[at].state == "reading":
                    states[at] = Item(name, "read")
            publish(progress.seconds_left)

        report = self._library.add(*paths, password=password, on_progress=show_progress, stop=stopped)
        for at, path in enumerate(paths):
            # A part of a corpus may be indexed already; adding the corpus again continues after it.
            partial = report.interrupted and path.suffix.lower() == _CORPUS and path.name == current
            states[at], indexed = self._outcome(files[at].name, path, report, partial=partial)
            if not indexed:
                path.unlink(missing_ok=True)

    def _outcome(self, name: str, path: Path, report: Report, *, partial: bool) -> tuple[Item, bool]:
        """Return the outcome for a file, and whether documents of it are in the library."""
        reasons = _reasons(report.failed, path)
        documents = [d for d in self._library.documents() if _file_of(d.uri) == path]
        if not documents:
            stopped = report.interrupted and not reasons
            return (Item(name, "stopped") if stopped else _failed(name, reasons)), False
        for document in documents:
            self._added(document.doc_id)
        pages = sum(document.pages for document in documents)
        facts = [Message("pages", {"n": pages})] if pages else []
        if len(documents) > 1:
            facts.insert(0, Message("documents-count", {"n": len(documents)}))
        if path.name != name:
            facts.append(Message("kept-as", {"name": path.name}))
        return Item(name, "stopped" if partial else "done", tuple(facts), tuple(reasons[:3])), True


def _reasons(failures: Iterable[Failure], path: Path) -> list[Message]:
    return [public(failure.message) for failure in failures if PurePosixPath(failure.name).name == path.name]


def share(done: int, waiting: int, document: int) -> tuple[Message, ...]:
    """Return how much of a file is done, once its text is known; a long one is embedded in parts."""
    if not waiting:
        return ()
    whole = max(done + waiting, _EMBEDDED_SHARE * document)
    return (Message("percent-done", {"n": int(100 * done / whole)}),)


def _failed(name: str, reasons: Sequence[Message]) -> Item:
    facts = () if reasons else (Message("gave-nothing"),)
    return Item(name, "failed", facts, tuple(reasons), any(reason.code in LOCKED for reason in reasons))


_STATES = {
    "waiting": "waiting",
    "reading": "state-reading",
    "read": "state-read",
    "done": "state-done",
    "failed": "state-failed",
    "stopped": "state-stopped",
}


def progress(run: Run, labels: Labels = ENGLISH) -> str:
    """Return the progress of a run as HTML."""
    return render("parts/uploads.html", run=run, states=_STATES, detail=_detail, labels=labels)


def _detail(item: Item, labels: Labels, left: float | None) -> str:
    facts = [*item.facts, _left(left)] if item.state == "reading" and left is not None else item.facts
    parts = [labels.listed(*map(labels.say, facts))] if facts else []
    return "; ".join([*parts, *map(labels.say, item.reasons)])


def _left(seconds: float) -> Message:
    # Rounded up, because exact numbers would flicker.
    if seconds < 60:
        return Message("seconds-left", {"n": max(5, 5 * ceil(seconds / 5))})
    if seconds < 3 * 3600:
        return Message("minutes-left", {"n": ceil(seconds / 60)})
    return Message("hours-left", {"n": ceil(seconds / 3600)})


def store(file: Upload, folder: Path) -> Path:
    """Copy a file into a folder under a safe, unused name, unless the same file is there already."""
    name = PurePosixPath(safe_name(file.name))
    for number in count(1):
        path = folder / (name.name if number == 1 else f"{name.stem} ({number}){name.suffix}")
        if not path.exists():
            shutil.copyfile(file.path, path)
            return path
        if path.read_bytes() == file.path.read_bytes():
            return path
    raise AssertionError


def delete_copy(uri: str | None, folder: Path) -> None:
    """Delete the stored copy of a removed document, if it was added on the page."""
    path = _file_of(uri)
    if path is not None and path.parent == folder.resolve():
        path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """Return a file name that is valid on every system, as similar to the original as possible."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c.isprintable() and c not in _FORBIDDEN).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    while len(stem.encode()) > _STEM_BYTES:
        stem = stem[:-1]
    stem = stem.rstrip(" .") or "document"
    if stem.casefold() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}.{extension[:20]}" if extension else stem


def _file_of(uri: str | None) -> Path | None:
    parts = urlsplit(uri or "")
    return Path(unquote(parts.path)) if parts.scheme == "file" else None
