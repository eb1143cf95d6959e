"""English."""

from __future__ import annotations

from qa.lang.base import Abbreviations, AnswerSigns, BookParts, FollowUpSigns, Language, words

ENGLISH = Language(
    code="en",
    name="English",
    legal_forms=words(
        """
        inc incorporated corp corporation co company ltd limited llc llp lp plc pte pty pvt bank trust
        university foundation association institute group holdings holding
        """
    ),
    short_name_openers="here(?:in)?after",
    stemmer="english",
    ordinal_endings=words("nd rd st th"),
    stop_words=words(
        """
        a about according all am an and any are as at be been being but by can could did do does doing
        done for from had has have having he her here hers him his how i if in into is it its itself
        just me more most my no nor not of off on once only or other our out over own said same she
        should so some such than that the their theirs them then there these they this those to too
        under until up us very was we were what when where which while who whom whose why will with
        would you your yours
        """
    ),
    months=words(
        """
        january february march april june july august september october november december jan feb mar
        apr jun jul aug sep sept oct nov dec
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words(
            """
            app appx art arts ch chap chaps cir cl cls col cols cor div eq eqs ex exh exhs exs fig figs
            fol ll n no nos nn p par para paras pars pp pt pts r reg regs rr s sch schs sec secs sect
            ser ss sub subs supp tit v ver vol vols approx ca circa max min jan feb mar apr jun jul aug
            sep sept oct nov dec lit nr rm ste ed edn ext tel ref stat cal const ann
            """
        ),
        before_words=words(
            """
            mr mrs ms dr prof st sr jr gen col lt sgt capt rev hon gov sen rep messrs mme mmes mlle cf
            vs v viz al e.g i.e approx ca esp incl excl resp c.f
            """
        ),
        in_names=words(
            """
            ann app ass assn bankr bros cal cir civ co code comm cong const corp crim ct dec dept dist
            ed etc evid fed ga inc ind intl jur llc llp ltd mfg natl proc reg rev rptr stat super supp
            u.k u.s univ
            """
        ),
    ),
    contractions=r"\b(?:ca|wo|sha)n['’]t\b|(?<=\w)(?:n['’]t|['’](?:s|re|ve|ll|d|m))\b",
    sentence_openers=(
        "The|A|An|In|On|At|It|He|She|They|We|This|That|These|Those|However|But|And|As|After|Before"
        "|When|While|If|For|Since|There|His|Her|Its|Their|Our|By|From|With|Although|Most|Many|Some|Such"
    ),
    leans_back=(
        "He|She|It|They|This|These|Those|That|His|Her|Its|Their|Such|Both|Another|However|But|Also|Thus"
        "|Therefore|Instead|Otherwise|Moreover|Furthermore|Similarly|Likewise|Then|Later|Afterwards"
    ),
    clause_words=(
        r"(?:sub-?)?(?:clauses?|sections?|articles?|paragraphs?|rules?|regulations?)|paras?\.?|sec\.?"
        r"|art\.?|cl\.?"
        "|items?|points?|schedules?|annex(?:es)?|appendix|appendices|§{1,2}"
    ),
    division_words=(
        "exhibits?|schedules?|annex(?:es)?|appendix|appendices|attachments?|part|chapter|volume|book"
    ),
    contents_titles=frozenset({"contents", "table of contents", "index", "list of contents"}),
    document_kinds=frozenset(
        {
            "act",
            "addendum",
            "agreement",
            "amendment",
            "bylaws",
            "charter",
            "constitution",
            "contract",
            "deed",
            "guarantee",
            "guaranty",
            "guide",
            "handbook",
            "indenture",
            "lease",
            "letter",
            "licence",
            "license",
            "manual",
            "memorandum",
            "note",
            "plan",
            "policy",
            "procedure",
            "prospectus",
            "protocol",
            "regulation",
            "regulations",
            "report",
            "resolution",
            "specification",
            "statute",
            "terms",
        }
    ),
    signature_labels=(
        "by|name|title|its|date|signed|signature|per|print(?:ed)? name|witness|for and on behalf of"
    ),
    address_labels=(
        "attn|attention|tel|telephone|phone|fax|facsimile|telefax|e-?mail|address|c/o|cc|with a copy to|if to"
    ),
    question_labels=words("question"),
    question_columns=frozenset(
        {"questions", "question text", "questiontext", "question(s)", "query", "queries"}
    ),
    answer_columns=words("answer answers response responses reply replies"),
    comment_columns=words("comment comments explanation explanations remarks notes"),
    source_columns=("Source", "Sources", "Reference", "References", "Evidence", "Citation", "Citations"),
    page_words="pages?|pp?|pg",
    page_of="of",
    book_parts=BookParts(
        levels=("volume", "book", "part", "act", "chapter", "scene", "section"),
        matter=words("prologue epilogue preface foreword afterword introduction conclusion appendix"),
        counted=words("one two three four five six seven eight nine ten first second third last"),
    ),
    question_opening=(
        "who(?:m|se)?|what|when|where|which|why|how"
        r"|(?:do|does|did|is|are|was|were|can|could|should|would|will|may|must|has|have|am)\b.*\b"
        "(?:the|your|our|their|there|this|that|you|they|with)"
    ),
    asks_further=words("what who whom whose when why how"),
    look_up_words=words(
        """
        say says said mention mentions mentioned find found appear appears occur occurs contain contains
        read reads written wrote quote quoted quotes state states stated use uses used exist exists
        stand stands word words phrase phrases term terms expression sentence sentences passage passages
        clause text document documents page pages file files section contract agreement place places
        exact exactly search look locate show list every everywhere there please anywhere does
        """
    ),
    follow_ups=FollowUpSigns(
        opens=(
            "and|but|or|so|then|also|what about|how about|what else|who else|where else|why not|like what"
        ),
        references=(
            "he him his she her hers it its they them their theirs this that these those there then ones"
            " same latter such else instead afterwards"
        ),
        asks=(
            "who whom whose what which when where why how do does did is are was were can could will"
            " would shall should may might must has have had am"
        ),
        measure="how",
        points="this these those same such",
        idle=(
            "(?:is|are|was|were|be|been|has|have|had) there|there (?:is|are|was|were|be|been)"
            "|(?:is|was) this an?|is it (?:true|possible|necessary|allowed|legal|safe)(?: that)?"
            "|(?:the|a) same .* as"
        ),
    ),
    page_references=r"pages?|pp?\.?|pg\.?|at",
    quotation_notes=(
        r"(?:my |bold )?(?:emphasis|emphases|italics?)(?: (?:is|are))?"
        r"(?: (?:added|mine|supplied|ours|in (?:the )?original|omitted))?"
        r"|(?:internal )?(?:footnotes?|citations?|references?|quotation marks) omitted|translation mine|sic"
    ),
    answer_signs=AnswerSigns(
        date=r"when\b|(?:on|by|from|until|since|in) (?:what|which) (?:date|day|month|year)\b|(?:what"
        r"|which) (?:date|day)\b"
        r"|(?:.*\b)?dates?$",
        amount=r"how much\b|(?:.*\b)?(?:price|prices|fee|fees|cost|costs|amount|amounts|rent|salary|premium"
        r"|royalty|payment)$"
        r"|(?:at )?what (?:price|cost|amount|percentage|rate)\b",
        number=r"how (?:many|long|often|old|far|large|big)\b|what number\b|(?:.*\b)?(?:number|duration)$",
        name=r"who(?:m|se)?\b|(?:.*\b)?(?:names?|parties)$|what is the name\b|which (?:person|party"
        r"|company)\b",
        yes_no=r"(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have"
        r"|had)\b",
        yes="yes",
        no="no",
        months=(
            r"jan(?:uary|\.)?",
            r"feb(?:ruary|\.)?",
            r"mar(?:ch|\.)?",
            r"apr(?:il|\.)?",
            "may",
            r"june?\.?",
            r"july?\.?",
            r"aug(?:ust|\.)?",
            r"sept?(?:ember|\.)?",
            r"oct(?:ober|\.)?",
            r"nov(?:ember|\.)?",
            r"dec(?:ember|\.)?",
        ),
        currencies="dollars?|euros?|pounds?(?: sterling)?|cents?|percent|per cent|yen|rupees|francs?",
    ),
)
