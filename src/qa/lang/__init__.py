"""What the program knows of languages: one object a language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from qa.lang.base import Language
from qa.lang.cs import CZECH
from qa.lang.da import DANISH
from qa.lang.de import GERMAN
from qa.lang.el import GREEK
from qa.lang.en import ENGLISH
from qa.lang.es import SPANISH
from qa.lang.fi import FINNISH
from qa.lang.fr import FRENCH
from qa.lang.hi import HINDI
from qa.lang.hu import HUNGARIAN
from qa.lang.id import INDONESIAN
from qa.lang.it import ITALIAN
from qa.lang.ja import JAPANESE
from qa.lang.nl import DUTCH
from qa.lang.no import NORWEGIAN
from qa.lang.others import OTHERS
from qa.lang.pl import POLISH
from qa.lang.pt import PORTUGUESE
from qa.lang.ro import ROMANIAN
from qa.lang.ru import RUSSIAN
from qa.lang.sr import SERBIAN
from qa.lang.sv import SWEDISH
from qa.lang.tr import TURKISH
from qa.lang.uk import UKRAINIAN
from qa.lang.vi import VIETNAMESE
from qa.lang.zh import CHINESE

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            ENGLISH,
            GERMAN,
            FRENCH,
            SPANISH,
            ITALIAN,
            PORTUGUESE,
            DUTCH,
            SWEDISH,
            DANISH,
            NORWEGIAN,
            FINNISH,
            POLISH,
            CZECH,
            ROMANIAN,
            HUNGARIAN,
            TURKISH,
            VIETNAMESE,
            INDONESIAN,
            RUSSIAN,
            UKRAINIAN,
            SERBIAN,
            GREEK,
            CHINESE,
            JAPANESE,
            HINDI,
            *OTHERS,
        )
    }
)
"""Every language that something is known of, by its ISO 639-1 code."""


_SAME = {"nb": "no", "nn": "no"}


def get(code: str) -> Language:
    """Returns a language by its code; one without any words where the code is unknown."""
    return LANGUAGES.get(_SAME.get(code, code)) or Language(code=code, name=code)


def in_any(field: str) -> frozenset[str]:
    """Returns the words of all languages that are in a field, which is a set of words."""
    return frozenset[str]().union(*(getattr(language, field) for language in LANGUAGES.values()))


def alternatives(field: str) -> str:
    """Returns the alternatives of all languages that are in a field, which is a pattern."""
    return "|".join(filter(None, (getattr(language, field) for language in LANGUAGES.values())))
