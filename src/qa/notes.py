"""What a person is told beside the answers: what the model of an index does not do, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from qa import lang
from qa.answer.calibration import loads
from qa.encoders import DEFAULT_MODEL
from qa.index import CALIBRATION, DocumentInfo, Index
from qa.messages import Message

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
WIDEST = "sentence-transformers/LaBSE"


def multilingual(language: str) -> str:
    """The model to index with for a language (ISO 639-1) beside English."""
    return WIDEST if lang.get(language).needs_wide_model else MULTILINGUAL


def on_documents(unread: Mapping[str, int], model: str) -> list[Message]:
    """A line for each language that a model does not read, given how many documents are in it."""
    return [
        _unread("documents-unsupported", language, unread[language], model) for language in sorted(unread)
    ]


def on_questions(unread: Mapping[str, int], model: str) -> list[Message]:
    """The same of questions."""
    return [
        _unread("questions-unsupported", language, unread[language], model) for language in sorted(unread)
    ]


def on_calibration(index: Index) -> Message | None:
    """That the confidence means less than it says, where no calibration fits the index's model."""
    kept = index.manifest().get(CALIBRATION)
    if loads(kept):
        return None
    if kept:
        return Message.of("calibration-outdated")
    if index.is_default_model:
        return None
    return Message.of("calibration-of-other-model", model=DEFAULT_MODEL)


def on_index(index: Index, documents: Iterable[DocumentInfo]) -> list[Message]:
    """Every such line of an index, which holds these documents."""
    languages = Counter(document.language for document in documents)
    reads = index.languages
    unread = {code: n for code, n in languages.items() if reads is not None and code not in reads}
    note = on_calibration(index)
    return [*on_documents(unread, index.model), *([note] if note else [])]


def _unread(code: str, language: str, n: int, model: str) -> Message:
    return Message.of(code, n=n, language=lang.get(language).name, model=model, better=multilingual(language))
