"""The words of the page in the language of whoever reads it.

Documents, questions and the answer record stay as they are: only what stands around them on the page is in
another language. ``labels/*.json`` is the one source of those words, for the HTML that is made here and for
the scripts of the page; a test holds that they are plain text, so they go into HTML as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from qa import messages
from qa.messages import Message, Template, Value

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "zh": "简体中文"}
"""Codes with the languages' own names; the first is shown where a browser asks for none of them."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language."""

    language: str
    texts: Mapping[str, Template]

    def __call__(self, key: str, **values: Value) -> str:
        """A label with its values put in: a text as it is, a number as the language writes it.

        The number ``n`` decides between one and many.
        """
        return messages.fill(self.texts[key], values, self.language, "page")

    def say(self, message: Message) -> str:
        """A label with its values, or else the sentence of a message as it helps a person at the page."""
        if message.code in self.texts:
            return self(message.code, **message.params)
        return messages.text(message, self.language, "page")

    def listed(self, first: str, *more: str) -> str:
        """Words one after the other."""
        for one in more:
            first = self("and", first=first, second=one)
        return first

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the language writes it."""
        return messages.number(value, self.language, decimals)

    def date(self, day: datetime) -> str:
        """A day, its month in a short form."""
        month = self("months").split(" ")[day.month - 1]
        return self("date", day=str(day.day), month=month, year=str(day.year))


@cache
def texts(language: str) -> dict[str, Template]:
    """The labels of a language by their keys."""
    file = resources.files("qa.web").joinpath("labels", f"{language}.json")
    found: dict[str, Template] = json.loads(file.read_text(encoding="utf-8"))
    return found


def labels_in(language: object) -> Labels:
    """The labels of a language; the English ones for whatever else is asked for."""
    known = language if isinstance(language, str) and language in LANGUAGES else "en"
    return Labels(known, texts(known))


ENGLISH = labels_in("en")
