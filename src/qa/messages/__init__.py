"""What the program has to say, as codes with parameters; sentences are made of them here and nowhere else.

``<language>.json`` beside this module has a sentence for each code. English has them all, and serves where a
language lacks one. A key such as ``pdf-scan@page`` is the sentence for a person at the page, who has no
terminal. A sentence is a template: ``{n}`` is a number as the language writes it, ``{n:d}`` its plain digits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union

Value = Union[str, int, "Message"]
Template = str | list[str] | dict[str, str]
"""A sentence with placeholders; the clauses of one, of which the first is what is wrong and the next what to
do; or its plural forms by their names in CLDR."""
Audience = Literal["terminal", "page"]

UNCODED = "uncoded"
"""The code of a sentence that an earlier version stored as it is."""
# Thousands separator and decimal point, as in CLDR and so in browsers.
_SEPARATORS = {"de": (".", ","), "fr": ("\u202f", ","), "es": (".", ",")}
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Message:
    """A code and the parameters of its sentence; as a string, the sentence in English."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, /, **params: object) -> Message:
        """Returns a message; parameters other than numbers and messages become strings, errors messages."""
        return cls(code, {name: _plain(value) for name, value in params.items()})

    def __str__(self) -> str:
        return text(self)

    def to_json(self) -> list[Any]:
        """Returns the message as JSON can hold it: ``[code, params]``."""
        params = {n: v.to_json() if isinstance(v, Message) else v for n, v in self.params.items()}
        return [self.code, params]


def from_json(value: object, depth: int = 0) -> Message:
    """Returns the message that `Message.to_json` wrote; a bare sentence is one of an earlier version.

    Raises:
        ValueError: It is neither.
    """
    match value:
        case str():
            return Message(UNCODED, {"text": value})
        case [str(code), dict(params)] if depth < _DEEPEST:
            return Message(code, {str(name): _value(param, depth) for name, param in params.items()})
    raise ValueError("not a message")


def _value(param: object, depth: int) -> Value:
    return param if isinstance(param, str | int) else from_json(param, depth + 1)


def joined(messages: list[Message]) -> Message | None:
    """Returns several messages as one, None for none."""
    if not messages:
        return None
    first, *rest = messages
    for message in rest:
        first = Message.of("two-messages", first=first, second=message)
    return first


def brief(message: Message) -> str:
    """Returns what is wrong in English, without what to do about it."""
    template = catalogue("en").get(message.code)
    problem = template[0] if isinstance(template, list) else template
    return fill(problem, message.params, "en").rstrip(".") if problem else message.code


def text(message: Message, language: str = "en", audience: Audience = "terminal") -> str:
    """Returns the sentence of a message.

    A message that this version does not know, as another version may have stored it, shows its code.
    """
    template = _template(message.code, language, audience)
    if template is None:
        return " ".join((message.code, *(f"{name}={value}" for name, value in message.params.items())))
    try:
        return fill(template, message.params, language, audience)
    except (KeyError, ValueError):
        return message.code


def fill(
    template: Template, values: Mapping[str, Value], language: str, audience: Audience = "terminal"
) -> str:
    """Returns a template with its values put in; the number ``n`` decides between one and many."""
    if isinstance(template, list):
        template = "; ".join(template) + "."
    elif isinstance(template, dict):
        one = "one" in template and (values["n"] == 1 or (language == "fr" and values["n"] == 0))
        template = template["one" if one else "other"]
    return template.format_map({name: _shown(value, language, audience) for name, value in values.items()})


def number(value: float, language: str, decimals: int = 0) -> str:
    """Returns a number as the language writes it."""
    # Spanish separates no thousands where there are only four figures.
    grouped = "" if language == "es" and abs(value) < 10_000 else ","
    thousands, point = _SEPARATORS.get(language, (",", "."))
    return f"{value:{grouped}.{decimals}f}".translate({ord(","): thousands, ord("."): point})


@cache
def catalogue(language: str) -> Mapping[str, Template]:
    """Returns the templates of a language by their codes; none for a language without any."""
    file = Path(__file__).with_name(f"{language}.json")
    templates: dict[str, Template] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return templates


def _template(code: str, language: str, audience: Audience) -> Template | None:
    keys = (f"{code}@page", code) if audience == "page" else (code,)
    every = ((key, catalogue(one)) for one in dict.fromkeys((language, "en")) for key in keys)
    return next((templates[key] for key, templates in every if key in templates), None)


@dataclass(frozen=True, slots=True)
class _Number:
    value: int
    language: str

    def __format__(self, spec: str) -> str:
        return str(self.value) if spec == "d" else number(self.value, self.language)


def _shown(value: Value, language: str, audience: Audience) -> str | _Number:
    if isinstance(value, Message):
        return text(value, language, audience)
    return _Number(value, language) if isinstance(value, int) else value


def _plain(value: object) -> Value:
    # An error that carries a message stands for it.
    message = getattr(value, "message", value)
    return message if isinstance(message, str | int | Message) else str(value)
