"""Messages of the program: codes with parameters, from which sentences are made only here.

``<language>.json`` beside this module has a sentence for each code. English has all codes, and is the
fallback for other languages. A key such as ``pdf-scan@page`` is the sentence for a person at the page, who
has no terminal. A sentence is a template: ``{n}`` is a number in the language's notation, ``{n:d}`` its plain
digits.
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
"""A sentence with placeholders; or the clauses of a sentence, of which the first says what is wrong and the
next what to do; or its plural forms by their names in CLDR."""
Audience = Literal["terminal", "page"]
"""Where a person reads a sentence."""

UNCODED = "uncoded"
"""The code of a sentence that an earlier version stored as text."""
# Thousands separator and decimal point, as in CLDR and so in browsers.
_SEPARATORS = {"de": (".", ","), "fr": ("\u202f", ","), "es": (".", ",")}
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Message:
    """A code and the parameters of its sentence; as a string, the sentence in English."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, /, **params: object) -> Message:
        """Return a message; errors become messages, and all but numbers and messages become strings.

        An error of the operating system becomes its text and its file, without its number.
        """
        return cls(code, {name: _plain(value) for name, value in params.items()})

    def __str__(self) -> str:
        return text(self)

    def to_json(self) -> list[Any]:
        """Return the message as a JSON value: ``[code, params]``."""
        params = {n: v.to_json() if isinstance(v, Message) else v for n, v in self.params.items()}
        return [self.code, params]


def from_json(value: object, depth: int = 0) -> Message:
    """Return the message that `Message.to_json` wrote; a bare sentence is from an earlier version.

    Raises:
        ValueError: The value is neither.
    """
    match value:
        case str():
            return Message(UNCODED, {"text": value})
        case [str(code), dict(params)] if depth < _MAX_DEPTH:
            return Message(code, {str(name): _value(param, depth) for name, param in params.items()})
    raise ValueError("not a message")


def _value(param: object, depth: int) -> Value:
    return param if isinstance(param, str | int) else from_json(param, depth + 1)


def joined(messages: list[Message]) -> Message | None:
    """Join several messages to one; None for no message."""
    if not messages:
        return None
    combined, *rest = messages
    for message in rest:
        combined = Message.of("two-messages", first=combined, second=message)
    return combined


def has_sentence(message: Message) -> bool:
    """Return whether a message, and each message in it, has an English sentence and all its parameters."""
    try:
        fill(catalogue("en")[message.code], message.params, "en")
    except (KeyError, ValueError):
        return False
    return all(has_sentence(value) for value in message.params.values() if isinstance(value, Message))


def visible(name: str) -> str:
    """Return a name for a sentence, in quotation marks if it is empty or blank."""
    return name if name.strip() else f'"{name}"'


def brief(message: Message) -> str:
    """Return what is wrong in English, without what to do about it."""
    template = catalogue("en").get(message.code)
    problem = template[0] if isinstance(template, list) else template
    return fill(problem, message.params, "en").rstrip(".") if problem else message.code


def text(message: Message, language: str = "en", audience: Audience = "terminal") -> str:
    """Return the sentence of a message.

    For a code that this version does not know, because another version stored it, return the code and its
    parameters.
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
    """Return a template with its values; the number ``n`` selects the plural form."""
    if isinstance(template, list):
        template = "; ".join(template) + "."
    elif isinstance(template, dict):
        is_singular = "one" in template and (values["n"] == 1 or (language == "fr" and values["n"] == 0))
        template = template["one" if is_singular else "other"]
    return template.format_map({name: _shown(value, language, audience) for name, value in values.items()})


def number(value: float, language: str, decimals: int = 0) -> str:
    """Return a number in the language's notation."""
    # Spanish has no separator in numbers of four digits.
    grouped = "" if language == "es" and abs(value) < 10_000 else ","
    thousands, point = _SEPARATORS.get(language, (",", "."))
    return f"{value:{grouped}.{decimals}f}".translate({ord(","): thousands, ord("."): point})


@cache
def catalogue(language: str) -> Mapping[str, Template]:
    """Return the templates of a language by their codes; empty for an unknown language."""
    file = Path(__file__).with_name(f"{language}.json")
    templates: dict[str, Template] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return templates


def _template(code: str, language: str, audience: Audience) -> Template | None:
    keys = (f"{code}@page", code) if audience == "page" else (code,)
    templates_of = ((key, catalogue(each)) for each in dict.fromkeys((language, "en")) for key in keys)
    return next((templates[key] for key, templates in templates_of if key in templates), None)


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
    if isinstance(value, OSError) and value.strerror:
        return value.strerror if value.filename is None else f"{value.strerror}: {value.filename}"
    # An error is replaced by its message.
    message = getattr(value, "message", value)
    return message if isinstance(message, str | int | Message) else str(value)
