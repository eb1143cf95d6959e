"""Hindi."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

HINDI = Language(
    code="hi",
    name="Hindi",
    script="Devanagari",
    abbreviations=Abbreviations(before_words=words("डॉ प्रो पं सं रु कृ ई पू मो")),
    question_columns=words("प्रश्न"),
)
