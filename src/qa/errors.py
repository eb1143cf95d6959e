"""Errors, each with a code and the parameters of its sentence: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from qa.messages import Message, Value


class QaError(Exception):
    """An error that the program reports in one line instead of a traceback.

    As a string it is the English sentence of its message. Programs distinguish errors by their ``code``.
    """

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.message = Message.of(code, **params)

    @property
    def code(self) -> str:
        """Identifier of the kind of error."""
        return self.message.code

    @property
    def params(self) -> Mapping[str, Value]:
        """Parameters of the sentence."""
        return self.message.params

    def __str__(self) -> str:
        return str(self.message)


class UsageError(QaError):
    """An invalid call, for example with arguments that do not exist (exit code 2)."""


class ReadError(QaError):
    """A file that cannot be read as a document; the rest of the work continues."""


class QuestionError(QaError):
    """A question that cannot be asked: empty, or far too long."""


class ModelError(QaError):
    """A model that is missing or damaged, or an embedding model that is not the index's."""


class StoreError(QaError):
    """An index that is missing, foreign, damaged, locked or not writable."""
