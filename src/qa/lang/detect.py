"""Which language a text is written in, as far as cutting, stemming and the model need to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

SAMPLE = 20_000
"""Characters looked at: the language of a document shows in its first pages."""

# Scripts that tell the language, or the one that writes most of what is met in it.
_SCRIPTS = (
    ("ja", r"[\u3040-\u30ff]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("ko", r"[\uac00-\ud7af\u1100-\u11ff]"),
    ("th", r"[\u0e00-\u0e7f]"),
    ("hi", r"[\u0900-\u097f]"),
    ("ar", r"[\u0600-\u06ff\u0750-\u077f]"),
    ("he", r"[\u0590-\u05ff]"),
    ("ru", r"[\u0400-\u04ff]"),
    ("el", r"[\u0370-\u03ff]"),
    ("hy", r"[\u0530-\u058f]"),
    ("ka", r"[\u10a0-\u10ff]"),
    ("bn", r"[\u0980-\u09ff]"),
    ("ta", r"[\u0b80-\u0bff]"),
    ("my", r"[\u1000-\u109f]"),
    ("km", r"[\u1780-\u17ff]"),
    ("am", r"[\u1200-\u137f]"),
)
# Languages that share a script with one above, by letters that the one above does not write.
_SISTERS = (
    ("ru", "uk", r"[іїєґ]"),
    ("ru", "sr", r"[јљњћђ]"),
    ("ar", "ur", r"[ٹڈڑںےہ]"),
    ("ar", "fa", r"[پچژگ]"),
)
_SISTER_LETTERS = tuple((code, sister, re.compile(letters)) for code, sister, letters in _SISTERS)
_SCRIPT_PATTERNS = tuple((code, re.compile(pattern)) for code, pattern in _SCRIPTS)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

# The commonest short words of each language; a text of a few sentences holds several of its own.
_COMMON = {
    "en": (
        "the of and to in is that it was for with as his on be at by this had are but from or have an "
        "they which were did do does has he she can there their its not been a i if who what when where why "
        "how whom whose more than into about my you your we our will all any some"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an "
        "werden aus war wird wurde hat sind bei nach um am einer einem einen er sie vom zum zur durch gibt "
        "was welchem welcher welche"
    ),
    "fr": (
        "le de un à être et en avoir que pour dans ce il qui ne sur se pas plus par je avec tout les "
        "des une du est la au aux sont ont été était fut son sa ses cette"
    ),
    "es": (
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o es "
        "fue son era ha han cuál qué"
    ),
    "it": (
        "di e il la che in un a per è una sono del si con non le da dei come anche lo alla della nel gli "
        "più i al fu era ha stato stata delle degli nella chi"
    ),
    "pt": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao das à "
        "são era foram pelo pela ou seu sua"
    ),
    "nl": (
        "de van het een en in is dat op te zijn met voor die niet aan er om als maar dan bij ook door "
        "naar uit was werd wordt heeft zich hoe"
    ),
    "sv": (
        "och i att det som en på är av för med till den har de inte om ett men var jag sig från så kan "
        "vad blev finns"
    ),
    "da": "og i at det er en til af på den der for med som ikke de et har han var jeg om sig fra kan blev",
    "no": "og i det er en på til som av for at med den har de ikke et om var men jeg seg fra kan så ble",
    "fi": "ja on ei se että oli hän mutta ovat kun myös sen joka tai ole niin kuin jos sitä olla",
    "pl": (
        "i w na z do się nie to jest że o jak po co tak za od przez dla ale są był przy oraz jego była było"
    ),
    "cs": "a se v na je že to s z do o i ale jako za by pro jsou byl po od ve jeho které tak byla bylo",
    "ro": (
        "de și în la a cu o pe care din nu un este că mai să pentru au fi ca sunt prin dar sau fost "
        "ce ale al lui dintre era se"
    ),
    "hu": "a az és hogy nem is egy ez volt de meg mint már csak ha el van vagy még aki azt ezt",
    "tr": (
        "ve bir bu da de için ile olarak çok daha en gibi ne olan ama kadar sonra var her o değil "
        "nedir kaç hangi kim mi mı oldu idi neydi "
        "neyi kimdi kimdir yılında hangisi"
    ),
    "vi": (
        "và của là có trong được cho một các không người với những để đã khi này từ đến ông về năm "
        "gì nào ở đâu bao nhiêu ai đó"
    ),
    "id": (
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada "
        "adalah"
    ),
}
# Words that open a question, in no language that an English question would be taken for: they count twice.
_OPENING = {
    "de": "wer wo wann wie warum wieso weshalb wem wen wessen welche welcher welches welchen wofür woher",
    "fr": "qui quand où pourquoi combien quel quelle quels quelles",
    "es": "quién quiénes cuándo dónde cuál cuáles cómo cuánto cuántos cuánta cuántas qué",
    "it": "dove quando perché quale quali quanto quanti quante cosa",
    "pt": "quem onde quando qual quais quanto quantos quantas",
    "nl": "wie waar wanneer waarom welke welk hoeveel",
    "sv": "vem vilken vilket vilka varför hur",
    "da": "hvem hvor hvornår hvorfor hvilken hvilket hvad hvordan",
    "no": "hvem hvor hvorfor hvilken hvilket hva hvordan",
    "fi": "kuka mikä missä milloin miksi kuinka mitä",
    "pl": "kto gdzie kiedy dlaczego który która które jaki jaka jakie ile",
    "cs": "kdo kde kdy proč který která jaký jaká kolik",
    "ro": "cine unde când câți câte cum ce cât",
    "hu": "ki hol mikor miért melyik hány mi",
    "tr": "kim nerede hangi neden nasıl kaç kimdi kimdir nedir neydi nelerdir",
    "vi": "ai khi tại",
    "id": "siapa apa kapan dimana mengapa bagaimana berapa",
}
_COMMON_WORDS = {
    language: frozenset((words + " " + _OPENING.get(language, "")).split())
    for language, words in _COMMON.items()
}
_OPENING_WORDS = {language: frozenset(words.split()) for language, words in _OPENING.items()}
_ASKED_IN_ENGLISH = re.compile(r"\W*(?:who(?:m|se)?|what|when|where|which|why|how)\b", re.IGNORECASE)
QUESTION = 300
"""Characters up to which a text that opens as an English question is one, whatever names stand in it."""

# Letters and signs that no other language here writes.
_LETTERS = {
    "de": r"ß",
    "es": r"ñ",
    "ro": r"[ășțşţ]\b|ă|ț|ţ",
    "tr": r"[ğış]",
    "vi": r"[ơưđ\u1ea0-\u1ef9]",
    "pl": r"[łżźś]",
    "cs": r"[řěů]",
    "hu": r"[őű]",
    "pt": r"[ãõ]",
}
_LETTER_PATTERNS = {language: re.compile(letters) for language, letters in _LETTERS.items()}
_SIGNS = 2
"""A language in Latin letters speaks by that many words at least."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_GENITIVE = re.compile(r"['’]s\b")
_SPANISH_SIGNS = re.compile(r"[¿¡]")
# Words that stand within names of people and places in any language.
_WITHIN_NAMES = frozenset("da das de del della den der des di do dos du e el i la le van von y zu".split())  # noqa: SIM905


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language that most of the text is in; "en" where nothing speaks for one."""
    return recognised(text) or "en"


def recognised(text: str) -> str | None:
    """The ISO 639-1 code of the language that most of the text is in, None where too little speaks for one.

    By script where the script tells, by the commonest short words among languages in Latin letters. Made
    to err towards English: an English question full of foreign names is one.
    """
    sample = text[:SAMPLE]
    if len(text) <= QUESTION and _ASKED_IN_ENGLISH.match(text):
        return "en"
    return _by_script(sample) or _by_words(sample)


def unread(text: str, reads: Collection[str] | None) -> str | None:
    """The language of a text where it is told and is none of those that a model reads; all, where None."""
    language = recognised(text)
    return None if reads is None or language is None or language in reads else language


def _by_script(sample: str) -> str | None:
    counts = {code: len(pattern.findall(sample)) for code, pattern in _SCRIPT_PATTERNS}
    latin = len(_LATIN.findall(sample))
    code = max(counts, key=lambda each: counts[each])
    # Japanese is told from Chinese by any fair share of kana.
    if counts["ja"] > 0 and counts["zh"] < counts["ja"] * 10:
        code = "ja"
        counts["ja"] += counts["zh"]
    # A page of Chinese holds Latin names and figures, and each of its characters says more than a letter.
    says = 3 if code in ("zh", "ja", "ko") else 1
    if counts[code] * says <= latin / 2:
        return None
    for shared, sister, letters in _SISTER_LETTERS:
        # One letter in fifty: more than quoted names bring in, less than any text in it has.
        if code == shared and len(letters.findall(sample.lower())) * 50 > counts[code]:
            return sister
    return code


def _by_words(sample: str) -> str | None:
    words = _WORD.findall(_ENGLISH_GENITIVE.sub("", sample))
    if not words:
        return None
    scores = Counter({"es": _SIGNS * len(_SPANISH_SIGNS.findall(sample))})
    for at, word in enumerate(words):
        lower = word.lower()
        # A capital inside a sentence is of a name, or of a noun in German, and says nothing.
        if (at and word != lower) or (lower in _WITHIN_NAMES and _is_within_name(words, at)):
            continue
        for language, common in _COMMON_WORDS.items():
            letters = _LETTER_PATTERNS.get(language)
            scores[language] += lower in common or bool(letters and letters.search(lower))
    for language, opening in _OPENING_WORDS.items():
        # Turkish asks at the end.
        scores[language] += words[0].lower() in opening or words[-1].lower() in opening
    best = max(scores, key=lambda language: (scores[language], language == "en"))
    if best == "en":
        return "en" if scores["en"] else None
    return best if scores[best] >= _SIGNS else None


def _is_within_name(words: list[str], at: int) -> bool:
    after = next((word for word in words[at + 1 :] if word not in _WITHIN_NAMES), "")
    return at > 0 and not words[at - 1].islower() and after[:1].isupper()
