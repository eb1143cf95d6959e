"""What a person is told beside the answers: what the model of an index does not do, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from qa import lang
from qa.answer.calibration import loads
from qa.encoders import DEFAULT_MODEL
from qa.index import CALIBRATION, DocumentInfo, Index

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
WIDEST = "sentence-transformers/LaBSE"


def multilingual(language: str) -> str:
    """The model to index with for a language (ISO 639-1) beside English."""
    return WIDEST if lang.get(language).needs_wide_model else MULTILINGUAL


def on_documents(unread: Mapping[str, int], model: str) -> list[str]:
    """A line for each language that a model does not read, given how many documents are in it."""
    return [_unread(language, unread[language], "document", model) for language in sorted(unread)]


def on_questions(unread: Mapping[str, int], model: str) -> list[str]:
    """The same of questions."""
    return [_unread(language, unread[language], "question", model) for language in sorted(unread)]


def on_calibration(index: Index) -> str | None:
    """That the confidence means less than it says, where no calibration fits the index's model."""
    kept = index.manifest().get(CALIBRATION)
    if loads(kept):
        return None
    if kept:
        return (
            "The confidence of this index was calibrated with an older version of the program, which counts "
            "no more; run: qa calibrate QUESTIONS"
        )
    if index.is_default_model:
        return None
    return (
        f"The confidence is calibrated for {DEFAULT_MODEL}, not for this model; run: qa calibrate QUESTIONS"
    )


def on_index(index: Index, documents: Iterable[DocumentInfo]) -> list[str]:
    """Every such line of an index, which holds these documents."""
    languages = Counter(document.language for document in documents)
    reads = index.languages
    unread = {code: n for code, n in languages.items() if reads is not None and code not in reads}
    note = on_calibration(index)
    return [*on_documents(unread, index.model), *([note] if note else [])]


def _unread(language: str, count: int, noun: str, model: str) -> str:
    name = lang.get(language).name
    they, found = (f"{noun}s are", "they are found") if count != 1 else (f"{noun} is", "it is found")
    if noun == "question":
        found = "answers are found"
    return (
        f"{count:,} {they} in {name}, which the model {model} does not read: {found} by words alone. "
        f"For {name} too, index into a new folder with --model {multilingual(language)}"
    )
