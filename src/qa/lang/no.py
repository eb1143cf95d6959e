"""Norwegian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

NORWEGIAN = Language(
    code="no",
    name="Norwegian",
    legal_forms=words("asa"),
    quotation_marks="«»“”",
    stemmer="norwegian",
    dotted_ordinals=True,
    stop_words=words(
        """
        og i det er en på til som av for at med den har de ikke et om var men jeg seg fra kan så ble
        hvem hvor hvorfor hvilken hvilket hva hvordan når vi vår vårt min mitt mine får må skal meg oss
        denne dette eller
        """
    ),
    months=words(
        """
        januar februar mars april mai juni juli august september oktober november desember
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("art bokst fig kap kl nr pkt s tab"),
        before_words=words("bl.a dvs f.eks inkl jf jfr pga prof"),
    ),
    question_columns=words("spørsmål"),
    division_words="artikkel|vedlegg|del|kapittel|avsnitt",
    contents_titles=frozenset({"innhold", "innholdsfortegnelse"}),
    page_words="side",
    page_of="av",
    page_references=r"sider?|s\.",
    quotation_notes=(r"min uthevelse|uthevet av meg"),
)
