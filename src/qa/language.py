"""Which language a text is written in, as far as cutting, stemming and the model need to know."""

from __future__ import annotations

import re
from collections import Counter

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
_SCRIPT_PATTERNS = tuple((code, re.compile(pattern)) for code, pattern in _SCRIPTS)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")

# The commonest short words of each language; a text of a few sentences holds several of its own.
_COMMON = {
    "en": (
        "the of and to in is that it was for with as his on be at by this had are but from or have an "
        "they which"
    ),
    "de": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an "
        "werden aus"
    ),
    "fr": (
        "le de un à être et en avoir que pour dans ce il qui ne sur se pas plus par je avec tout les "
        "des une du est"
    ),
    "es": (
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o es fue"
    ),
    "it": (
        "di e il la che in un a per è una sono del si con non le da dei come anche lo alla della nel gli più"
    ),
    "pt": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao das à são"
    ),
    "nl": (
        "de van het een en in is dat op te zijn met voor die niet aan er om als maar dan bij ook door "
        "naar uit"
    ),
    "sv": "och i att det som en på är av för med till den har de inte om ett men var jag sig från så kan",
    "da": "og i at det er en til af på den der for med som ikke de et har han var jeg om sig fra kan",
    "no": "og i det er på en til som av for at med den har de ikke et om var men jeg seg fra kan så",
    "fi": "ja on ei se että oli hän mutta ovat kun myös sen joka tai ole niin kuin jos sitä olla",
    "pl": "i w na z do się nie to jest że o jak po co tak za od przez dla ale są był przy oraz jego",
    "cs": "a se v na je že to s z do o i ale jako za by pro jsou byl po od ve jeho které tak",
    "ro": "și de în la a cu o pe care din nu un este că mai să pentru au fi ca sunt prin dar sau",
    "hu": "a az és hogy nem is egy ez volt de meg mint már csak ha el van vagy még aki azt ezt",
    "tr": "ve bir bu da de için ile olarak çok daha en gibi ne olan ama kadar sonra var her o değil",
    "vi": "và của là có trong được cho một các không người với những để đã khi này từ đến ông về năm",
    "id": (
        "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada"
    ),
}
_COMMON_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language that most of the text is in; "en" where nothing speaks for one.

    By script where the script tells, by the commonest short words among languages in Latin letters.
    """
    sample = text[:SAMPLE]
    counts = Counter({code: len(pattern.findall(sample)) for code, pattern in _SCRIPT_PATTERNS})
    latin = len(_LATIN.findall(sample))
    code, most = counts.most_common(1)[0]
    # A page of Chinese holds Latin names and figures, and each of its characters says more than a letter;
    # Japanese is told from Chinese by any fair share of kana.
    if counts["ja"] * 10 > counts["zh"] and counts["ja"] > 0 and counts["ja"] + counts["zh"] > latin / 2:
        return "ja"
    if most > latin / 2:
        return code
    words = Counter(word.lower() for word in _WORD.findall(sample))
    scores = {language: sum(words[word] for word in common) for language, common in _COMMON_WORDS.items()}
    best = max(scores, key=lambda language: (scores[language], language == "en"))
    return best if scores[best] > scores["en"] else "en"


def common_words(language: str) -> frozenset[str]:
    """The commonest short words of a language, which say nothing of what a text is about; none if unknown."""
    return _COMMON_WORDS.get(language, frozenset())
