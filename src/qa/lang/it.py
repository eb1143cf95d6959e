"""Italian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

ITALIAN = Language(
    code="it",
    name="Italian",
    legal_forms=words("srl spa"),
    short_name_openers="di seguito",
    quotation_marks="«»“”",
    stemmer="italian",
    ordinal_endings=words("ª º"),
    stop_words=words(
        """
        di e il la che in un a per è una sono del si con non le da dei come anche lo alla della nel gli
        più i al fu era ha stato stata delle degli nella chi dove quando perché quale quali quanto
        quanti quante cosa io mio mia miei noi nostro nostra ho hai posso può devo deve ci se quanta
        """
    ),
    name_particles=words("da de della di e i la"),
    months=words(
        """
        gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words(
            """
            all art artt cap cfr co comm ed fig lett n nn num p pag pagg par pp sez tab tit vol
            """
        ),
        before_words=words("avv cfr dott ecc dr ing p.es prof sig sigg sigra st ss spett v"),
        in_names=words("cass ecc s.p.a s.r.l trib"),
    ),
    question_labels=words("domanda"),
    question_columns=words("domanda domande"),
    division_words="articolo|allegato|parte|capo|titolo",
    contents_titles=frozenset({"indice", "sommario"}),
    page_words="pagina|pag",
    page_of="di",
    page_references=r"pagin[ae]|pagg?\.|pp?\.",
    quotation_notes=(r"corsiv[oi] (?:mi[oe]i?|aggiunt[oi]|nostr[oi])|enfasi aggiunta"),
)
