"""Failures, each with a code and the parameters of its sentence: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from qa.messages import Message, Value


class QaError(Exception):
    """Anything that the program reports in one line instead of a traceback.

    As a string it is the English sentence of its message. Programs tell errors apart by their ``code``.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.message = Message.of(code, **params)

    @property
    def code(self) -> str:
        """Which error it is."""
        return self.message.code

    @property
    def params(self) -> Mapping[str, Value]:
        """What the sentence of the code is filled with."""
        return self.message.params

    def __str__(self) -> str:
        return str(self.message)


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
