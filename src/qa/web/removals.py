"""Removals of documents that can be undone: the document stays in the library until its time is over."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from qa import DocumentInfo, Library
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.web import uploads
from qa.web.failures import public

HOLD_SECONDS = 20.0
"""Seconds in which a removal can be undone; the page offers that for a little less."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A document that is removed when a time has come."""

    document: DocumentInfo
    due: float
    timer: threading.Timer


class Removals:
    """Removes documents, at once or after a while; thread-safe.

    A removal that was not undone is carried out also if the browser is gone, and when the server ends.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._held: dict[str, _Held] = {}
        self._leaving: set[str] = set()
        """Documents that are being removed now, which takes a while on a busy machine."""
        self._failures: dict[str, Message] = {}
        self._lock = threading.Lock()

    def hold(self, name: str) -> float:
        """Remove a document after a while, and return the seconds until then.

        Raises:
            UsageError: There is no such document.
        """
        document = self._existing(name)
        with self._lock:
            self._failures.pop(name, None)
            if name not in self._held:
                timer = threading.Timer(HOLD_SECONDS, self._carry_out, [name])
                timer.daemon = True
                self._held[name] = _Held(document, time.monotonic() + HOLD_SECONDS, timer)
                timer.start()
            return self._held[name].due - time.monotonic()

    def undo(self, name: str) -> bool:
        """Keep a document after all; return whether it was still in time."""
        with self._lock:
            held = None if name in self._leaving else self._held.pop(name, None)
        if held is not None:
            held.timer.cancel()
        return held is not None

    def seconds(self) -> dict[str, float]:
        """Return the documents that are about to be removed, with the seconds until then."""
        now = time.monotonic()
        with self._lock:
            return {name: max(held.due - now, 0.0) for name, held in self._held.items()}

    def failures(self) -> dict[str, Message]:
        """Return the documents that could not be removed, with the reasons."""
        with self._lock:
            return dict(self._failures)

    def remove(self, name: str) -> None:
        """Remove a document at once, and its copy if it was added on the page."""
        self.undo(name)
        uri = next((d.uri for d in self._library.documents() if d.doc_id == name), None)
        self._library.remove(name)
        # Other documents may be lines, or attachments, of the same file.
        file = (uri or "").partition("#")[0]
        if not any((d.uri or "").partition("#")[0] == file for d in self._library.documents()):
            uploads.delete_copy(uri, self._library.folder / uploads.FOLDER)

    def close(self) -> None:
        """Carry out the removals that were not undone."""
        for name, held in list(self._held.items()):
            if not self._carry_out(name):
                held.timer.join()

    def _carry_out(self, name: str) -> bool:
        """Remove a document; return whether it was not being removed already."""
        with self._lock:
            held = self._held.get(name)
            if held is None or name in self._leaving:
                return False
            self._leaving.add(name)
        held.timer.cancel()
        failure: Message | None = None
        try:
            # Its file may have been indexed again meanwhile: then it is another document.
            if _version(self._existing(name)) == _version(held.document):
                self.remove(name)
        except QaError as error:
            failure = public(error.message)
        except Exception:
            _log.exception("A removal failed")
            failure = Message("unforeseen")
        with self._lock:
            del self._held[name]
            self._leaving.discard(name)
            if failure is not None and failure.code != "unknown-document":
                self._failures[name] = failure
        return True

    def _existing(self, name: str) -> DocumentInfo:
        known = next((d for d in self._library.documents() if d.doc_id == name), None)
        if known is None:
            raise UsageError("unknown-document", name=name)
        return known


def _version(document: DocumentInfo) -> tuple[str, str]:
    return document.sha256, document.indexed_at
