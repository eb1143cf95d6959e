"""Greek."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

GREEK = Language(
    code="el",
    name="Greek",
    script="Greek",
    quotation_marks="«»“”",
    stemmer="greek",
    keeps_accents=True,
    abbreviations=Abbreviations(
        before_numbers=words("αρ άρθρ κεφ παρ περ σ σελ εδ"),
        before_words=words("βλ δηλ δρ κ κα πρβλ π.χ"),
    ),
    question_columns=words("ερώτηση ερωτήσεις"),
)
