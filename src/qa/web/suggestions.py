"""Suggestions for questions that the documents do not answer."""

from __future__ import annotations

from collections.abc import Collection

from qa import lang
from qa.lang.detect import language_of
from qa.record import Answer
from qa.text.tokens import tokens


def suggestions(record: Answer, limited: bool, languages: Collection[str]) -> list[str]:
    """Return the labels of suggestions, the most useful first; none for an answer.

    Args:
        record: The answer.
        limited: Whether only some documents were asked.
        languages: The languages of all documents.
    """
    if record.answered or record.reason_code == "no_documents":
        return []
    keys = ["try-language"] if is_foreign(record.question, languages) else []
    if not keys and record.reason_code == "language_not_supported":
        # The model does not support the language, so other words alone would not help.
        keys = ["try-model"]
    keys.append("try-unquoted" if record.reason_code == "phrase_not_found" else "try-words")
    return [*keys, "try-all"] if limited else keys


def is_foreign(question: str, languages: Collection[str]) -> bool:
    """Return whether a question is certainly in none of the languages."""
    language = language_of(question)
    if not languages or language in languages:
        return False
    # English is also the result for a question without evidence of any language.
    common = lang.get(language).stop_words
    return language != "en" or any(word.lower() in common for word, _, _ in tokens(question))
