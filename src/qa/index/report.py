"""What a run over files is asked to do, how far it is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from qa.index.sources import Failure

Stage = Literal["looking", "reading", "embedding", "publishing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done of all, sentences read and texts embedded, and the file at hand.

    ``bytes_done`` of ``bytes_of`` are those of the new and changed files alone, which take the time;
    ``characters`` are those embedded, and those that wait for it. ``lost`` are the files of which nothing
    could be read, each told once.
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
