"""The labels of the page in several languages.

Only the text around documents, questions and answers is translated; they themselves and the answer record
stay as they are. ``labels/*.json`` is the only source of labels, for the HTML that the server makes and for
the scripts of the page. A test checks that labels are plain text, so they go into HTML without escaping.
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
"""Language codes and the languages' own names; the first is the default."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one language."""

    language: str
    texts: Mapping[str, Template]

    def __call__(self, key: str, **values: Value) -> str:
        """Return a label with its values: texts as they are, numbers as the language writes them.

        The number ``n`` decides between singular and plural.
        """
        return messages.fill(self.texts[key], values, self.language, "page")

    def say(self, message: Message) -> str:
        """Return the label of a message with its values, or else its sentence for a person at the page."""
        if message.code in self.texts:
            return self(message.code, **message.params)
        return messages.text(message, self.language, "page")

    def listed(self, first: str, *more: str) -> str:
        """Return words as a list."""
        for item in more:
            first = self("and", first=first, second=item)
        return first

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as the language writes it."""
        return messages.number(value, self.language, decimals)

    def date(self, day: datetime) -> str:
        """Return a date with a short month."""
        month = self("months").split(" ")[day.month - 1]
        return self("date", day=str(day.day), month=month, year=str(day.year))


@cache
def texts(language: str) -> dict[str, Template]:
    """Return the labels of a language by their keys."""
    file = resources.files("qa.web").joinpath("labels", f"{language}.json")
    labels: dict[str, Template] = json.loads(file.read_text(encoding="utf-8"))
    return labels


def labels_in(language: object) -> Labels:
    """Return the labels of a language; the English ones if the language is unknown."""
    known = language if isinstance(language, str) and language in LANGUAGES else "en"
    return Labels(known, texts(known))


ENGLISH = labels_in("en")
