"""Romanian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

ROMANIAN = Language(
    code="ro",
    name="Romanian",
    own_letters=r"[ășțşţ]\b|ă|ț|ţ",
    quotation_marks="„”‚’",
    stemmer="romanian",
    stop_words=words(
        """
        de și în la a cu o pe care din nu un este că mai să pentru au fi ca sunt prin dar sau fost ce
        ale al lui dintre era se cine unde când câți câte cum cât eu meu mea noi nostru noastră am pot
        poate trebuie aveți acest această
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("alin art cap fig lit nr p pag par pct vol"),
        before_words=words("av dl dna dr d-l d-na ing prof str ș.a"),
    ),
    question_columns=words("întrebare întrebări"),
)
