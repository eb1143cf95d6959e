"""What a run over files is asked to do, how far it is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from qa.index.sources import Failure

Stage = Literal["looking", "reading", "embedding", "publishing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done of all, sentences read and texts embedded, and the file at hand.

    ``bytes_done`` of ``bytes_of`` are those of the new and changed files alone, which take the time;
    ``characters`` are those embedded, and those that wait for it. ``lost`` are the files of which nothing
    could be read, each told once. ``texts_per_second`` and ``seconds_left`` are None until there is enough to
    tell by. ``str`` gives one line for a person.
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
    """Adds speed and time left to the progress of one run; all times are in seconds."""

    def __init__(self, now: float) -> None:
        self._working = now

    def timed(self, progress: Progress, now: float) -> Progress:
        """Returns the progress with its speed and the time left, where they are known already."""
        if progress.stage == "looking":
            self._working = now
            return progress
        elapsed = now - self._working
        rate = progress.embedded / elapsed if progress.embedded and elapsed > 0 else None
        return replace(progress, texts_per_second=rate, seconds_left=_left(progress, elapsed))


def _left(progress: Progress, elapsed: float) -> float | None:
    """Returns the seconds left, by bytes: a folder's files differ too much in size to count them."""
    # What is read is not yet embedded: that part of the work still lies ahead.
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
    """What a run did, by ``doc_id``; ``failed`` with reasons. ``interrupted`` where it was stopped.

    ``unread`` is how many of the added and changed documents are in each language (ISO 639-1) that the
    model of the index does not read.

    Nothing stands in it that is not in the index: a document is noted when it has been published.
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

    def as_json(self) -> dict[str, Any]:
        """Returns the report as JSON can hold it: each failure and warning with its code and sentence."""
        notes = {"failed": self.failed, "warnings": self.warnings}
        return {
            field.name: [note.as_json() for note in notes[field.name]]
            if field.name in notes
            else getattr(self, field.name)
            for field in fields(self)
        }


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: prune what is gone, only say what would happen, a password, OCR for scans."""

    prune: bool = False
    dry_run: bool = False
    password: str | None = None
    ocr: bool = False
