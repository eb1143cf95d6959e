"""Notes for people beside the answers: what an index's model does not support, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from qa import lang
from qa.answer.calibration import loads
from qa.encoders import DEFAULT_MODEL
from qa.index import CALIBRATION, DocumentInfo, Index
from qa.index.embedding import DEVICES
from qa.messages import Message

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
"""Model for most languages."""
WIDEST = "sentence-transformers/LaBSE"
"""Model for the languages that `MULTILINGUAL` does not support."""


def multilingual(language: str) -> str:
    """Return the model to index with for a language (ISO 639-1) in addition to English."""
    return WIDEST if lang.get(language).needs_wide_model else MULTILINGUAL


def on_documents(unread: Mapping[str, int], model: str) -> list[Message]:
    """Return a note on the documents in languages that a model does not support, for each better model.

    Args:
        unread: The number of documents, by language.
        model: The name of the model.
    """
    return _notes("documents-unsupported", "documents-unsupported-languages", unread, model)


def on_questions(unread: Mapping[str, int], model: str) -> list[Message]:
    """Return a note on the questions in languages that a model does not support, for each better model.

    Args:
        unread: The number of questions, by language.
        model: The name of the model.
    """
    return _notes("questions-unsupported", "questions-unsupported-languages", unread, model)


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
    rest = (on_calibration(index), on_devices(index))
    return [*on_documents(unread, index.model), *(note for note in rest if note)]


def on_devices(index: Index) -> Message | None:
    """Return a note if different kinds of devices computed the index's vectors."""
    devices = index.manifest().get(DEVICES, "").split()
    return Message.of("index-mixed-devices", devices=", ".join(devices)) if len(devices) > 1 else None


def _notes(one: str, several: str, unread: Mapping[str, int], model: str) -> list[Message]:
    """Return a note for each better model, with the code for one language or for several."""
    by_model: dict[str, dict[str, int]] = {}
    for language, n in sorted(unread.items()):
        by_model.setdefault(multilingual(language), {})[lang.get(language).name] = n
    notes = []
    for better, languages in by_model.items():
        most_first = sorted(languages, key=lambda language: -languages[language])
        named = (
            {"language": most_first[0]}
            if len(languages) == 1
            else {"languages": ", ".join(f"{language} {languages[language]}" for language in most_first)}
        )
        code, n = one if len(languages) == 1 else several, sum(languages.values())
        notes.append(Message.of(code, n=n, model=model, better=better, **named))
    return notes
