"""Notes for people beside the answers: what an index's model does not support, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from qa import lang
from qa.answer.calibration import loads
from qa.encoders import DEFAULT_MODEL
from qa.index import CALIBRATION, DocumentInfo, Index
from qa.messages import Message

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
"""Model for most languages."""
WIDEST = "sentence-transformers/LaBSE"
"""Model for the languages that `MULTILINGUAL` does not support."""


def multilingual(language: str) -> str:
    """Return the model to index with for a language (ISO 639-1) in addition to English."""
    return WIDEST if lang.get(language).needs_wide_model else MULTILINGUAL


def on_documents(unread: Mapping[str, int], model: str) -> list[Message]:
    """Return a note for each language of documents that a model does not support.

    Args:
        unread: The number of documents, by language.
        model: The name of the model.
    """
    return _notes("documents-unsupported", unread, model)


def on_questions(unread: Mapping[str, int], model: str) -> list[Message]:
    """Return a note for each language of questions that a model does not support.

    Args:
        unread: The number of questions, by language.
        model: The name of the model.
    """
    return _notes("questions-unsupported", unread, model)


def on_calibration(index: Index) -> Message | None:
    """Return a note if no calibration fits the index's model, which makes the confidence less reliable."""
    stored = index.manifest().get(CALIBRATION)
    if loads(stored):
        return None
    if stored:
        return Message.of("calibration-outdated")
    if index.is_default_model:
        return None
    return Message.of("calibration-of-other-model", model=DEFAULT_MODEL)


def on_index(index: Index, documents: Iterable[DocumentInfo]) -> list[Message]:
    """Return every note on an index with these documents."""
    languages = Counter(document.language for document in documents)
    supported = index.languages
    unread = {code: n for code, n in languages.items() if supported is not None and code not in supported}
    note = on_calibration(index)
    return [*on_documents(unread, index.model), *([note] if note else [])]


def _notes(code: str, unread: Mapping[str, int], model: str) -> list[Message]:
    return [
        Message.of(code, n=n, language=lang.get(language).name, model=model, better=multilingual(language))
        for language, n in sorted(unread.items())
    ]
