"""Polish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

POLISH = Language(
    code="pl",
    name="Polish",
    own_letters="[łżźś]",
    quotation_marks="„”‚’",
    dotted_ordinals=True,
    stop_words=words(
        """
        i w na z do się nie to jest że o jak po co tak za od przez dla ale są był przy oraz jego była
        było kto gdzie kiedy dlaczego który która które jaki jaka jakie ile czy mam ma mogę może muszę
        musi można wolno mój moja moje nasz nasza jakim jakiej ten ta te mi
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("art lit nr par pkt poz pp rozdz rys s str tab ust zał zd ok"),
        before_words=words("dr hab im inż in itp m.in mec mgr np prof św tj tzn tzw ul wg zob por"),
    ),
    question_columns=words("pytanie pytania"),
    division_words="artykuł|załącznik|część|rozdział",
    contents_titles=frozenset({"spis treści"}),
    page_words="strona|str",
    page_of="z",
    page_references=r"stron[ay]|str\.|s\.",
    quotation_notes=(r"podkreślenie (?:moje|dodane)|wyróżnienie (?:moje|dodane)"),
)
