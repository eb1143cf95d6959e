"""Ukrainian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

UKRAINIAN = Language(
    code="uk",
    name="Ukrainian",
    script="Cyrillic",
    own_letters="[іїєґ]",
    quotation_marks="«»“”",
    abbreviations=Abbreviations(
        before_numbers=words("абз гл п пп рис с ст стор табл т ч"),
        before_words=words("акад див ім напр проф т.зв вул"),
    ),
    question_columns=words("питання"),
)
