"""Hungarian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

HUNGARIAN = Language(
    code="hu",
    name="Hungarian",
    legal_forms=words("kft zrt"),
    own_letters="[őű]",
    quotation_marks="„”‚’",
    stemmer="hungarian",
    dotted_ordinals=True,
    stop_words=words(
        """
        a az és hogy nem is egy ez volt de meg mint már csak ha el van vagy még aki azt ezt ki hol mikor
        miért melyik hány mi nekem kell lehet van-e mennyi hogyan
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("kb sz ábra old"),
        before_words=words("dr id ifj ill pl prof ún vö"),
    ),
    question_columns=words("kérdés kérdések"),
)
