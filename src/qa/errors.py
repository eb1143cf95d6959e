"""Failures, each with one sentence for a person: what is wrong, and what to do."""

from __future__ import annotations


class QaError(Exception):
    """Anything that the program reports in one line instead of a traceback; the message is that line."""


class UsageError(QaError):
    """The call itself cannot be carried out as it was made (exit code 2)."""


class ReadError(QaError):
    """A file could not be read as a document; the rest of the work goes on."""


class QuestionError(QaError):
    """A question cannot be asked: empty, or far too long."""


class ModelError(QaError):
    """The embedding model is missing, damaged, or not the one that the index was made with."""


class StoreError(QaError):
    """The index is missing, foreign, damaged, locked or not writable."""
