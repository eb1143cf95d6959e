"""Serbian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

SERBIAN = Language(
    code="sr",
    name="Serbian",
    legal_forms=words("doo"),
    script="Cyrillic",
    own_letters="[јљњћђ]",
    quotation_marks="„”‚’",
    dotted_ordinals=True,
    abbreviations=Abbreviations(
        before_numbers=words("чл ст бр стр т"),
        before_words=words("др нпр проф св тј"),
    ),
)
