"""Files that a person adds on the page: kept in the index's folder, indexed, told of one by one."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from qa.embed import Encoder
from qa.errors import QaError
from qa.index import Index, Options, Progress, Report
from qa.readers.refusals import ENCRYPTED, OTHER_PASSWORD
from qa.web.labels import ENGLISH, Labels, Said
from qa.web.markup import attributes, line

FOLDER = "uploads"
"""In the index's folder: a citation's uri must lead to a file that stays."""
KEPT_RUNS = 100

State = Literal["waiting", "reading", "read", "done", "failed"]

_LOCKED = {
    ENCRYPTED: Said("locked"),
    OTHER_PASSWORD: Said("locked-still"),
}
"""What a person at the page can do instead of what the command line says."""
_FORBIDDEN = set('<>:"|?*')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_STEM_BYTES = 150
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: where it lies for now, and what the person calls it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """How far one file is, and a few words about it: of our own, or sentences of its reader.

    ``locked`` where a password would open it.
    """

    name: str
    state: State = "waiting"
    facts: tuple[Said, ...] = ()
    reasons: tuple[str, ...] = ()
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """How far all files are that were added together."""

    items: tuple[Item, ...]
    done: bool = False
    failure: Said | str = ""


class Uploads:
    """Takes files into the library in the background; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Callable[[], Encoder]) -> None:
        self._index = index
        self._encoder = encoder
        self._runs: dict[str, Run] = {}
        # The index has one writer: whoever comes second waits here, and need not be refused.
        self._one_at_a_time = threading.Lock()

    def begin(self, files: Sequence[Upload], password: str | None = None) -> str:
        """Starts indexing files, and gives the name to ask after it with, which nobody can guess.

        ``password`` opens those that are encrypted PDFs; it is forgotten when they are read.
        """
        run = secrets.token_urlsafe(16)
        for old in list(self._runs)[:-KEPT_RUNS]:
            if self._runs[old].done:
                self._runs.pop(old, None)
        self._runs[run] = Run(tuple(Item(file.name) for file in files))
        threading.Thread(
            target=self._carry_out, args=(run, files, password), name="indexing", daemon=True
        ).start()
        return run

    def run(self, name: str) -> Run:
        """How far a run is."""
        return self._runs.get(name, Run((), done=True))

    def _carry_out(self, run: str, files: Sequence[Upload], password: str | None) -> None:
        states = [Item(file.name) for file in files]

        def tell(*, done: bool = False, failure: Said | str = "") -> None:
            self._runs[run] = Run(tuple(states), done, failure)

        failure: Said | str = ""
        try:
            with self._one_at_a_time:
                self._index_files(files, password, states, tell)
        except QaError as error:
            failure = str(error)
        except OSError as error:
            failure = Said("error-files-kept", {"why": error.strerror or str(error)})
        except Exception:
            _log.exception("Indexing failed")
            failure = Said("error-indexing")
        for file in files:
            _discard(file.path)
        tell(done=True, failure=failure)

    def _index_files(
        self, files: Sequence[Upload], password: str | None, states: list[Item], tell: Callable[[], None]
    ) -> None:
        folder = self._index.folder / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        kept = [keep(file, folder) for file in files]

        def progressed(progress: Progress) -> None:
            for at, path in enumerate(kept):
                if path.name == PurePosixPath(progress.name).name:
                    told = (Said("pieces-to-go", {"n": progress.to_embed}),) if progress.to_embed else ()
                    states[at] = Item(files[at].name, "reading", told)
                elif states[at].state == "reading":
                    states[at] = Item(files[at].name, "read")
            tell()

        report = self._index.update(
            [str(path) for path in kept], self._encoder, Options(password=password), progressed
        )
        for at, path in enumerate(kept):
            states[at] = self._outcome(files[at].name, path, report)
            if states[at].state == "failed":
                path.unlink(missing_ok=True)

    def _outcome(self, name: str, path: Path, report: Report) -> Item:
        reasons = [f.reason for f in report.failed if PurePosixPath(f.name).name == path.name]
        documents = [d for d in self._index.documents() if _file_of(d.uri) == path]
        if not documents:
            locked = tuple(_LOCKED[reason] for reason in reasons if reason in _LOCKED)
            others = tuple(reason for reason in reasons if reason not in _LOCKED)
            nothing = () if reasons else (Said("gave-nothing"),)
            return Item(name, "failed", locked or nothing, others, bool(locked))
        facts = [Said("sentences", {"n": sum(d.sentences for d in documents)})]
        if len(documents) > 1:
            facts.insert(0, Said("documents-count", {"n": len(documents)}))
        if path.name != name:
            facts.append(Said("kept-as", {"name": path.name}))
        return Item(name, "done", tuple(facts), tuple(reasons[:3]))


_STATES = {
    "waiting": "waiting",
    "reading": "state-reading",
    "read": "state-read",
    "done": "state-done",
    "failed": "state-failed",
}


def progress(run: Run, labels: Labels = ENGLISH) -> str:
    """A run as HTML."""
    listed = "".join(
        f'<li class="{item.state}"><span class="state">{labels(_STATES[item.state])}</span> '
        f'<bdi>{line(item.name)}</bdi> <span class="detail">{line(_detail(item, labels))}</span>'
        # Until all files are done, the list is shown anew again and again: nobody could type into it.
        f"{_unlocking(item.name, at, labels) if item.locked and run.done else ''}</li>"
        for at, item in enumerate(run.items)
    )
    failure = f'<p class="failure" role="alert">{line(labels.say(run.failure))}</p>' if run.failure else ""
    return f"<ul>{listed}</ul>{failure}"


def _detail(item: Item, labels: Labels) -> str:
    facts = [labels.listed(*map(labels.say, item.facts))] if item.facts else []
    return "; ".join([*facts, *map(labels.say, item.reasons)])


def _unlocking(name: str, at: int, labels: Labels) -> str:
    return (
        f'<span class="unlock"><input type="password" autocomplete="off" placeholder="{labels("password")}" '
        f'aria-label="{labels("password-of", name=line(name))}"><button type="button" class="plain"'
        f"{attributes(do='unlock', at=at)}>{labels('try-again')}</button></span>"
    )


def keep(file: Upload, folder: Path) -> Path:
    """Puts a file into a folder under a safe name of its own; the very same file is kept once."""
    name = PurePosixPath(safe_name(file.name))
    for number in count(1):
        path = folder / (name.name if number == 1 else f"{name.stem} ({number}){name.suffix}")
        if not path.exists():
            shutil.copyfile(file.path, path)
            return path
        if path.read_bytes() == file.path.read_bytes():
            return path
    raise AssertionError


def forget(uri: str | None, folder: Path) -> None:
    """Deletes the copy of a removed document, if it is one that was added on the page."""
    path = _file_of(uri)
    if path is not None and path.parent == folder.resolve():
        path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """A name that any system can keep, as much like the person's own as may be."""
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


def _discard(path: Path) -> None:
    """Removes what was uploaded, with the folder that was made for it alone."""
    with suppress(OSError):
        path.unlink()
        path.parent.rmdir()
