"""Danish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

DANISH = Language(
    code="da",
    name="Danish",
    legal_forms=words("aps as"),
    quotation_marks="»«›‹",
    stemmer="danish",
    dotted_ordinals=True,
    stop_words=words(
        """
        og i at det er en til af på den der for med som ikke de et har han var jeg om sig fra kan blev
        hvem hvor hvornår hvorfor hvilken hvilket hvad hvordan vi vores min mit mine får må skal mig os
        denne dette eller
        """
    ),
    months=words(
        """
        januar februar marts april maj juni juli august september oktober november december
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("art bil ca fig kap kl litra nr pkt s stk tab"),
        before_words=words("bl.a dvs f.eks fhv hr inkl jf jfr pga prof resp"),
    ),
    question_columns=words("spørgsmål"),
    division_words="artikel|bilag|del|kapitel|afsnit",
    contents_titles=frozenset({"indhold", "indholdsfortegnelse"}),
    page_words="side",
    page_of="af",
    page_references=r"sider?|s\.",
    quotation_notes=(r"min fremhævelse|fremhævet af mig"),
)
