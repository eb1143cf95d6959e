"""What to try where the documents hold no answer."""

from __future__ import annotations

from collections.abc import Collection

from qa import lang
from qa.lang.detect import language_of
from qa.record import Answer
from qa.text.tokens import tokens


def tries(record: Answer, limited: bool, languages: Collection[str]) -> list[str]:
    """Keys of suggestions, the likeliest to help first; none for an answer.

    ``limited`` says whether only chosen documents were asked, ``languages`` are those of all documents.
    """
    if record.answered or record.reason_code == "no_documents":
        return []
    found = ["try-language"] if is_foreign(record.question, languages) else []
    if not found and record.reason_code == "language_not_supported":
        # Other words in the same language would not be read either.
        found = ["try-model"]
    found.append("try-unquoted" if record.reason_code == "phrase_not_found" else "try-words")
    return [*found, "try-all"] if limited else found


def is_foreign(question: str, languages: Collection[str]) -> bool:
    """Whether a question is surely in none of the languages."""
    language = language_of(question)
    if not languages or language in languages:
        return False
    # English is also what is said of a question that no word speaks for.
    common = lang.get(language).stop_words
    return language != "en" or any(word.lower() in common for word, _, _ in tokens(question))
