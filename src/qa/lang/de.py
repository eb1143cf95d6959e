"""German."""

from __future__ import annotations

from qa.lang.base import Abbreviations, AnswerSigns, FollowUpSigns, Language, words

GERMAN = Language(
    code="de",
    name="German",
    legal_forms=words("gmbh ag kg kgaa ug ohg se"),
    short_name_openers="nachfolgend|nachstehend|im folgenden",
    own_letters="ß",
    capital_nouns=True,
    quotation_marks="„“‚‘",
    stemmer="german",
    dotted_ordinals=True,
    stop_words=words(
        """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an
        werden aus war wird wurde hat sind bei nach um am einer einem einen er sie vom zum zur durch
        gibt was welchem welcher welche wer wo wann wie warum wieso weshalb wem wen wessen welches
        welchen wofür woher worauf woran worin womit wozu wodurch wovon worüber wohin wieviel ich wir
        mein meine meinen meiner unser unsere unseren habe haben kann können darf dürfen muss müssen
        soll gilt diese dieser dieses oder wenn ob
        """
    ),
    name_particles=words("der den des von zu"),
    months=words(
        """
        januar februar märz april mai juni juli august september oktober november dezember jänner
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words(
            """
            abb abs abschn alt anh anl anm art aufl az beil bd bde bl bsp bst buchst ca fn hs kap lfd
            lit nr nrn rdnr rn rnr rz s st tab teilbd tz u unterabs urt uabs v var vom z ziff ziffn zit
            etwa max min mind
            """
        ),
        before_words=words(
            """
            abw allg bes bspw bzw ca dgl d.h dipl dr einschl entspr evtl frl gem ggf hrsg i.d.f i.d.r
            i.s i.s.d i.s.v i.v.m insb insbes inkl m.e m.w.n mind mio mrd o.g prof rspr s.a s.o s.u sog
            st str u.a u.u ua usf vgl z.b zb zzgl
            """
        ),
        in_names=words("a.g e.v gmbh usw"),
    ),
    clause_words=r"Ziffern?|Ziff\.?|Abschnitte?|Artikels?|Absatz|Abs\.|Klauseln?|Nummern?|Nr\.|Punkte?",
    division_words="Anhang|Anlage|Teil|Kapitel",
    contents_titles=frozenset({"inhalt", "inhaltsverzeichnis", "inhaltsübersicht"}),
    document_kinds=frozenset(
        {
            "arbeitsvertrag",
            "bericht",
            "dienstvertrag",
            "geschäftsbedingungen",
            "geschäftsbericht",
            "gesetz",
            "gutachten",
            "handbuch",
            "hausordnung",
            "jahresbericht",
            "kaufvertrag",
            "leitfaden",
            "mietvertrag",
            "nutzungsbedingungen",
            "ordnung",
            "protokoll",
            "richtlinie",
            "satzung",
            "vereinbarung",
            "verordnung",
            "vertrag",
            "werkvertrag",
        }
    ),
    signature_labels="Unterschrift|Name|Datum|Ort|Ort, Datum|Titel|Funktion",
    address_labels=r"z\. ?Hd\.|Telefon|Tel|Fax|Telefax|E-?Mail|Anschrift|Adresse",
    question_labels=words("frage"),
    question_columns=words("frage fragen fragetext"),
    answer_columns=words("antwort antworten rückmeldung stellungnahme"),
    comment_columns=words(
        "kommentar kommentare bemerkung bemerkungen anmerkung anmerkungen erläuterung erläuterungen"
    ),
    source_columns=(
        "Quelle",
        "Quellen",
        "Fundstelle",
        "Fundstellen",
        "Beleg",
        "Belege",
        "Nachweis",
        "Nachweise",
    ),
    page_words="seiten?|blatt",
    page_of="von",
    asks_further=words("was wer wem wen wann warum wie"),
    look_up_words=words(
        """
        steht stehen kommt vor vorkommt erwähnt genannt finde suche zeige wort wörter begriff satz
        dokument dokumente stelle stellen vertrag
        """
    ),
    follow_ups=FollowUpSigns(
        opens="und|aber|oder|also|dann|was ist mit|wie steht es mit|wie sieht es mit",
        references=(
            "er ihn ihm sein seine seinen ihr ihre ihren es sie ihnen dieser diese dieses diesen das dort"
            " dazu davon dabei darüber damals beide andere anderen"
        ),
        asks=(
            "wer wen wem wessen was welche welcher welches wann wo wohin woher warum wieso weshalb wie"
            " ist sind wurde wurden war waren hat haben wird werden kann können"
        ),
        measure="wie",
    ),
    page_references=r"Seiten?|S\.|Bl(?:att|\.)",
    quotation_notes=(
        r"(?:eigene )?Herv(?:orhebung(?:en)?|\.)(?: (?:de[sr]|durch|d\.|im|von|nur|hinzu)[^()\[\]]{0,30})?"
        r"|(?:Fußnoten?|Nachweise?|Zitate?) (?:ausgelassen|weggelassen|entfernt)"
        r"|Übers(?:etzung|\.) [^()\[\]]{1,30}"
    ),
    answer_signs=AnswerSigns(
        date=r"wann\b|(?:seit|bis|ab) wann\b|(?:an|zu) welchem (?:datum|tag)\b|(?:.*\b)?\w*datum$",
        amount=r"wie ?viel (?:kostet|kosten|beträgt|geld|euro|muss|müssen|wird|zahlt|zahlen)\b|wie hoch\b"
        r"|(?:.*\b)?\w*(?:preis|betrag|kosten|gebühr|gebühren|miete|gehalt|höhe)$",
        number=r"wie ?viele?\b|wie (?:lange|oft|alt|groß|weit)\b|(?:.*\b)?(?:anzahl|dauer|laufzeit)$",
        name=r"we(?:r|m|n|ssen)\b|(?:.*\b)?(?:name|namen|parteien|vertragsparteien)$",
        yes_no=r"(?:ist|sind|war|waren|hat|haben|kann|können|darf|dürfen|muss|müssen|soll|sollen|wird|werden"
        r"|gibt es"
        r"|gilt|gelten|besteht|bestehen)\b",
        yes="ja",
        no="nein",
        months=(
            r"jan(?:uar|\.)?|jänner",
            r"feb(?:ruar|\.)?",
            r"märz|mär\.?",
            r"apr(?:il|\.)?",
            "mai",
            r"juni?\.?",
            r"juli?\.?",
            r"aug(?:ust|\.)?",
            r"sept?(?:ember|\.)?",
            r"okt(?:ober|\.)?",
            r"nov(?:ember|\.)?",
            r"dez(?:ember|\.)?",
        ),
        currencies="euro|dollar|cent|franken|pfund|prozent",
    ),
)
