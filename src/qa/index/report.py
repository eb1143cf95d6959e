"""The options, the progress and the report of a run over files."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from qa.index.sources import Failure, Skipped

if TYPE_CHECKING:
    from qa.cluster import Cluster

Stage = Literal["looking", "reading", "embedding", "publishing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run. ``str`` returns one line for a person.

    Attributes:
        files: Number of finished files.
        of: Number of all files.
        sentences: Number of sentences read.
        embedded: Number of texts embedded.
        to_embed: Number of texts that wait to be embedded.
        name: The current file.
        stage: The current stage.
        bytes_done: Bytes that are finished of the new and changed files, which take most of the time.
        bytes_of: Bytes of all new and changed files.
        characters: Number of characters embedded, and of those that wait.
        lost: Files that could not be read at all, each reported once.
        texts_per_second: Speed of embedding, None until it is known.
        seconds_left: Estimated time left, None until it is known.
        document: Characters of the text of the document that is being read.
    """

    files: int
    of: int
    sentences: int
    embedded: int
    to_embed: int
    name: str
    stage: Stage = "reading"
    bytes_done: int = 0
    bytes_of: int = 0
    characters: tuple[int, int] = (0, 0)
    lost: tuple[Failure, ...] = ()
    texts_per_second: float | None = None
    seconds_left: float | None = None
    document: int = 0

    def __str__(self) -> str:
        if self.stage == "looking":
            return self.stage
        parts = [self.stage, f"{self.files:,} of {self.of:,} files"]
        if self.sentences:
            parts.append(f"{self.sentences:,} sentences")
        if self.texts_per_second is not None:
            parts.append(f"{self.texts_per_second:,.0f} texts/s")
        if self.seconds_left is not None:
            parts.append(f"{_duration(self.seconds_left)} left")
        return ", ".join(parts)


class Pace:
    """Adds the speed and the time left to the progress of one run; all times are in seconds."""

    def __init__(self, now: float) -> None:
        self._start = now

    def timed(self, progress: Progress, now: float) -> Progress:
        """Return the progress with the speed and the time left, as far as they are known."""
        if progress.stage == "looking":
            self._start = now
            return progress
        elapsed = now - self._start
        rate = progress.embedded / elapsed if progress.embedded and elapsed > 0 else None
        return replace(progress, texts_per_second=rate, seconds_left=_left(progress, elapsed))


def _left(progress: Progress, elapsed: float) -> float | None:
    """Return the seconds left, estimated by bytes, since the files of a folder differ too much in size."""
    # Texts that wait to be embedded are not finished.
    embedded, waiting = progress.characters
    share = embedded / (embedded + waiting) if waiting else 1.0
    done = progress.bytes_done * share
    if elapsed < 2 or done <= 0 or done >= progress.bytes_of:
        return None
    return elapsed * (progress.bytes_of - done) / done


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


@dataclass(slots=True)
class Report:
    """The changes that a run made. It lists only published documents.

    Attributes:
        added: Ids of new documents.
        changed: Ids of documents with new content.
        unchanged: Ids of documents without a change.
        removed: Ids of removed documents.
        failed: Files, or parts of them, that could not be read, with the reasons.
        warnings: Documents that were read in part, and folders that were skipped, with the reasons.
        unread: Number of added and changed documents in each language (ISO 639-1) that the model of the index
            does not support.
        sentences: Number of sentences read.
        embedded: Number of texts embedded.
        interrupted: Whether the run was stopped.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    sentences: int = 0
    embedded: int = 0
    interrupted: bool = False

    def add_source(self, failure: Failure) -> None:
        """Add a source, or a part of it, that cannot be read or was skipped."""
        (self.warnings if isinstance(failure, Skipped) else self.failed).append(failure)

    def as_json(self) -> dict[str, Any]:
        """Return the report for JSON: each failure and warning with its code and sentence."""
        notes = {"failed": self.failed, "warnings": self.warnings}
        return {
            field.name: [note.as_json() for note in notes[field.name]]
            if field.name in notes
            else getattr(self, field.name)
            for field in fields(self)
        }


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a run.

    Attributes:
        prune: Whether to remove the documents of files that no longer exist.
        dry_run: Whether to report only what would change.
        password: The password of encrypted PDF files.
        ocr: Whether to read scanned pages by optical character recognition.
        workers: Number of processes that read files; None for a number that fits the machine and the files.
        cluster: The cluster whose machines read files; None for this machine alone.
    """

    prune: bool = False
    dry_run: bool = False
    password: str | None = None
    ocr: bool = False
    workers: int | None = None
    cluster: Cluster | None = None
