"""Swedish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

SWEDISH = Language(
    code="sv",
    name="Swedish",
    legal_forms=words("ab"),
    quotation_marks="””’’",
    stemmer="swedish",
    stop_words=words(
        """
        och i att det som en på är av för med till den har de inte om ett men var jag sig från så kan
        vad blev finns vem vilken vilket vilka varför hur när vi vår vårt min mitt mina får ska måste
        mig oss denna detta eller många
        """
    ),
    months=words("januari februari mars april maj juni juli september oktober november december"),
    abbreviations=Abbreviations(
        before_numbers=words("art bil ca fig kap kl mom nr p s sid st tab"),
        before_words=words("bl.a d.v.s dr dvs enl exkl f.d f.n inkl jfr prof resp s.k t.ex"),
    ),
    question_columns=words("fråga frågor"),
    division_words="artikel|bilaga|del|kapitel|avsnitt",
    contents_titles=frozenset({"innehåll", "innehållsförteckning"}),
    page_words="sida|sidan",
    page_of="av",
    page_references=r"sidan|sid\.|s\.",
    quotation_notes=(r"min kursivering|kursiv(?:ering)? tillagd"),
)
