"""Finnish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

FINNISH = Language(
    code="fi",
    name="Finnish",
    legal_forms=words("oy oyj"),
    quotation_marks="””’’",
    stemmer="finnish",
    dotted_ordinals=True,
    stop_words=words(
        """
        ja on ei se että oli hän mutta ovat kun myös sen joka tai ole niin kuin jos sitä olla kuka mikä
        missä milloin miksi kuinka mitä minun meidän voiko voinko pitääkö saako onko paljonko montako
        minä me
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("art kpl kuva luku mom n nro s taul"),
        before_words=words("ent esim ks mm ml muun prof ts vrt"),
    ),
    question_columns=words("kysymys kysymykset"),
)
