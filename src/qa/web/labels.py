"""The words of the page in the language of whoever reads it.

Documents, questions and the answer record stay as they are: only what stands around them on the page is in
another language. ``labels/*.json`` is the one source of those words, for the HTML that is made here and for
the scripts of the page; a test holds that they are plain text, so they go into HTML as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources

from qa.web import remedies

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "zh": "简体中文"}
"""Codes with the languages' own names; the first is shown where a browser asks for none of them."""

Text = str | dict[str, str]
"""A label, or its plural forms by their names in CLDR."""

# What parts thousands and what begins the decimals, as in CLDR and so in browsers.
_SEPARATORS = {"de": (".", ","), "fr": ("\u202f", ","), "es": (".", ",")}


@dataclass(frozen=True, slots=True)
class Said:
    """A label to be put into words when it is known in which language."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language."""

    language: str
    texts: Mapping[str, Text]

    def __call__(self, key: str, **values: str | int) -> str:
        """A label with its values put in: a text as it is, a number as the language writes it.

        The number ``n`` decides between one and many.
        """
        text = self.texts[key]
        if not isinstance(text, str):
            one = "one" in text and (values["n"] == 1 or (self.language == "fr" and values["n"] == 0))
            text = text["one" if one else "other"]
        return text.format_map(
            {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        )

    def say(self, said: Said | str) -> str:
        """A label, or a fixed English sentence of the program in this language; any other as it is."""
        if isinstance(said, Said):
            return self(said.key, **said.values)
        if remedy := remedies.label_of(said):
            key, values = remedy
            return self(key, **values)
        return self(_keys()[said]) if said in _keys() else said

    def listed(self, first: str, *more: str) -> str:
        """Words one after the other."""
        for one in more:
            first = self("and", first=first, second=one)
        return first

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the language writes it."""
        # Spanish parts no thousands where there are only four figures.
        grouped = "" if self.language == "es" and abs(value) < 10_000 else ","
        thousands, point = _SEPARATORS.get(self.language, (",", "."))
        return f"{value:{grouped}.{decimals}f}".translate({ord(","): thousands, ord("."): point})

    def date(self, day: datetime) -> str:
        """A day, its month in a short form."""
        month = self("months").split(" ")[day.month - 1]
        return self("date", day=str(day.day), month=month, year=str(day.year))


@cache
def texts(language: str) -> dict[str, Text]:
    """The labels of a language by their keys."""
    file = resources.files("qa.web").joinpath("labels", f"{language}.json")
    found: dict[str, Text] = json.loads(file.read_text(encoding="utf-8"))
    return found


def labels_in(language: object) -> Labels:
    """The labels of a language; the English ones for whatever else is asked for."""
    known = language if isinstance(language, str) and language in LANGUAGES else "en"
    return Labels(known, texts(known))


@cache
def _keys() -> dict[str, str]:
    return {text: key for key, text in texts("en").items() if isinstance(text, str) and "{" not in text}


ENGLISH = labels_in("en")
