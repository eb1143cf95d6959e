"""Dutch."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

DUTCH = Language(
    code="nl",
    name="Dutch",
    legal_forms=words("bv nv"),
    short_name_openers="hierna",
    stemmer="dutch",
    stop_words=words(
        """
        de van het een en in is dat op te zijn met voor die niet aan er om als maar dan bij ook door
        naar uit was werd wordt heeft zich hoe wie waar wanneer waarom welke welk hoeveel ik mijn we wij
        ons onze heb hebben mag moet moeten kan kunnen deze dit of veel
        """
    ),
    name_particles=words("de den der van"),
    months=words(
        """
        januari februari maart april mei juni juli augustus september oktober november december
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("afb art artt bijl blz ca fig hfdst hfst nr nrs p par pp r ro rov sub vol"),
        before_words=words(
            """
            bijv bv cf d.w.z dhr dr drs i.h.b i.v.m incl jo jr m.b.t m.n mevr mr mw o.a prof resp t.a.v
            vgl
            """
        ),
    ),
    question_labels=words("vraag"),
    question_columns=words("vraag vragen"),
    division_words="artikel|bijlage|deel|hoofdstuk",
    contents_titles=frozenset({"inhoud", "inhoudsopgave"}),
    page_words="pagina",
    page_of="van",
    page_references=r"pagina|blz\.|pp?\.",
    quotation_notes=(r"(?:mijn )?cursivering(?: (?:toegevoegd|van mij))?|nadruk toegevoegd"),
)
