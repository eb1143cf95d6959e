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
from qa.index import Index, Progress, Report
from qa.web.markup import counted, line

FOLDER = "uploads"
"""In the index's folder: a citation's uri must lead to a file that stays."""
KEPT_RUNS = 100

State = Literal["waiting", "reading", "read", "done", "failed"]

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
    """How far one file is, and a few words about it."""

    name: str
    state: State = "waiting"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """How far all files are that were added together."""

    items: tuple[Item, ...]
    done: bool = False
    failure: str = ""


class Uploads:
    """Takes files into the library in the background; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Callable[[], Encoder]) -> None:
        self._index = index
        self._encoder = encoder
        self._runs: dict[str, Run] = {}
        # The index has one writer: whoever comes second waits here, and need not be refused.
        self._one_at_a_time = threading.Lock()

    def begin(self, files: Sequence[Upload]) -> str:
        """Starts indexing files, and gives the name to ask after it with, which nobody can guess."""
        run = secrets.token_urlsafe(16)
        for old in list(self._runs)[:-KEPT_RUNS]:
            if self._runs[old].done:
                self._runs.pop(old, None)
        self._runs[run] = Run(tuple(Item(file.name) for file in files))
        threading.Thread(target=self._carry_out, args=(run, files), name="indexing", daemon=True).start()
        return run

    def run(self, name: str) -> Run:
        """How far a run is."""
        return self._runs.get(name, Run((), done=True))

    def _carry_out(self, run: str, files: Sequence[Upload]) -> None:
        states = [Item(file.name) for file in files]

        def tell(*, done: bool = False, failure: str = "") -> None:
            self._runs[run] = Run(tuple(states), done, failure)

        failure = ""
        try:
            with self._one_at_a_time:
                self._index_files(files, states, tell)
        except QaError as error:
            failure = str(error)
        except OSError as error:
            why = error.strerror or error
            failure = f"The files could not be kept ({why}); free some space and add them again."
        except Exception:
            _log.exception("Indexing failed")
            failure = "Indexing failed in a way that nobody foresaw; the terminal says more."
        for file in files:
            _discard(file.path)
        tell(done=True, failure=failure)

    def _index_files(self, files: Sequence[Upload], states: list[Item], tell: Callable[[], None]) -> None:
        folder = self._index.folder / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        kept = [keep(file, folder) for file in files]

        def progressed(progress: Progress) -> None:
            for at, path in enumerate(kept):
                if path.name == PurePosixPath(progress.name).name:
                    told = f"{counted(progress.to_embed, 'piece')} to go" if progress.to_embed else ""
                    states[at] = Item(files[at].name, "reading", told)
                elif states[at].state == "reading":
                    states[at] = Item(files[at].name, "read")
            tell()

        report = self._index.update([str(path) for path in kept], self._encoder, progress=progressed)
        for at, path in enumerate(kept):
            states[at] = self._outcome(files[at].name, path, report)
            if states[at].state == "failed":
                path.unlink(missing_ok=True)

    def _outcome(self, name: str, path: Path, report: Report) -> Item:
        reasons = [f.reason for f in report.failed if PurePosixPath(f.name).name == path.name]
        documents = [d for d in self._index.documents() if _file_of(d.uri) == path]
        if not documents:
            return Item(name, "failed", " ".join(reasons) or "It gave no document.")
        facts = [counted(sum(d.sentences for d in documents), "sentence")]
        if len(documents) > 1:
            facts.insert(0, counted(len(documents), "document"))
        if path.name != name:
            facts.append(f"kept as {path.name}")
        return Item(name, "done", "; ".join([", ".join(facts), *reasons[:3]]))


def progress(run: Run) -> str:
    """A run as HTML."""
    words = {
        "waiting": "Waiting",
        "reading": "Reading",
        "read": "Read",
        "done": "Added",
        "failed": "Not added",
    }
    listed = "".join(
        f'<li class="{item.state}"><span class="state">{words[item.state]}</span> '
        f'<bdi>{line(item.name)}</bdi> <span class="detail">{line(item.detail)}</span></li>'
        for item in run.items
    )
    failure = f'<p class="failure" role="alert">{line(run.failure)}</p>' if run.failure else ""
    return f"<ul>{listed}</ul>{failure}"


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
