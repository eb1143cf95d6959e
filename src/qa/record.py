"""The answer record: one model defines its type, its JSON schema, its validation and its JSON.

``python -m qa.record`` prints the JSON schema, which the package also contains as ``answer.schema.json``. All
offsets are Unicode code points of the document's text, counted from 0, half-open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic.json_schema import GenerateJsonSchema

from qa.messages import catalogue
from qa.types import PlaceKind

ReasonCode = Literal[
    "no_answer", "phrase_not_found", "language_not_supported", "no_documents", "no_sentences", "not_asked"
]
REASONS: dict[ReasonCode, str] = {code: str(catalogue("en")[code]) for code in get_args(ReasonCode)}
"""The English phrase of each code, with its placeholders."""

DECIMALS = 6
"""Decimals of every number in the JSON, because the last digits differ between machines."""

MatchKind = Literal[
    "answer",  # the words that answer the question
    "lexical",  # a word of the question, in any inflection
    "similar",  # a word with a similar meaning
]

# Some programs break lines at these characters, unlike JSON; and a lone surrogate cannot be encoded.
_TO_ESCAPE = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


def rounded(number: float) -> float:
    """Return a number as in the record."""
    return round(float(number), DECIMALS) + 0.0  # adding zero turns -0.0 into 0.0


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("Input should not be empty")
    return text


def _is_absent(value: object) -> bool:
    return value is None or value == ()


def _never_null(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
    for choice in schema.pop("anyOf", ()):
        schema.update({} if choice == {"type": "null"} else choice)


def _optional(description: str, default: object = None) -> Any:
    """Return a field that the JSON omits if it has no value."""
    return Field(
        default=default, exclude_if=_is_absent, description=description, json_schema_extra=_never_null
    )


# Python accepts true as a whole number, and pydantic "1" as one; a record must not contain either.
_Text = Annotated[str, Strict()]
_Flag = Annotated[bool, Strict()]
_Offset = Annotated[int, Strict(), Field(ge=0)]
_End = Annotated[int, Strict(), Field(ge=1)]
_FromOne = Annotated[int, Strict(), Field(ge=1)]
_Number = Annotated[float, Strict(), PlainSerializer(rounded)]
_Probability = Annotated[float, Strict(), Field(ge=0, le=1), PlainSerializer(rounded)]
# No ``min_length``, which rejects lone surrogates.
_SomeText = Annotated[str, Strict(), AfterValidator(_not_empty), Field(json_schema_extra={"minLength": 1})]
_Date = Annotated[str, Strict(), Field(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")]
_Sha256 = Annotated[str, Strict(), Field(pattern="^[0-9a-f]{64}$")]


# A dataclass, because spans are created with positional arguments.
@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text."""

    start: _Offset
    end: _Offset


@dataclass(frozen=True, slots=True)
class Match(Span):
    """Marked words of a quote, and the reason for the mark."""

    kind: MatchKind | None = _optional("the reason; absent in records of earlier versions")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class FilePlace(_Model):
    """The place of a stretch of text in the file's own terms: a comment, a form field, cells of a sheet."""

    kind: PlaceKind
    label: _Text = Field(description="such as Sheet1!A3:D3, an author, a field's name, 00:01:07")


class Citation(_Model):
    """The place of a quote: W3C Web Annotation position and quote selectors, document, page, line."""

    doc_id: _Text
    title: _Text
    sha256: _Sha256 = Field(description="of the bytes of the original file")
    uri: _Text | None
    page: _FromOne | None = Field(description="of the file, from 1, of the first character")
    page_label: _Text | None = _optional("the label printed on the page, if it differs from page")
    line: _FromOne | None = Field(description="from 1, of the first character")
    place: FilePlace | None = _optional("the place in the file's own terms")
    heading: tuple[_Text, ...] = _optional("path of headings, outermost first", ())
    start: _Offset
    end: _End
    prefix: _Text = Field(description="the characters just before")
    suffix: _Text = Field(description="the characters just after")
    name: _Text | None = _optional("the title with the parties of a contract, which tell it from others")
    author: _Text | None = _optional("the author that the file names")
    publisher: _Text | None = _optional("the publisher that the file names")
    date: _Date | None = _optional("the date of publication that the file names: a year, month or day")

    def __str__(self) -> str:
        return f"{self.doc_id}:{self.start}-{self.end}"


class Context(_Model):
    """The passage around a quote, as a slice of the same document."""

    start: _Offset
    end: _End
    text: _Text


class WordPart(_Model):
    """The contribution of one word of a quote to its score."""

    start: _Offset
    end: _End
    value: _Number


class Part(_Model):
    """The contribution of one measure to the score of a quote; the values of all parts add up to it."""

    label: _Text = Field(description="a fixed term")
    value: _Number
    words: tuple[WordPart, ...] = _optional(
        "the same, word by word; the remainder of their sum belongs to no word", ()
    )


class Quote(_Model):
    """One or several neighbouring sentences, as one slice: ``text == document.text[start:end]``."""

    rank: _FromOne
    text: _SomeText
    score: _Number = Field(description="higher is better")
    # Records of earlier versions have no such key.
    answers: _Flag = Field(
        default=True,
        description="whether it is part of the answer; false for the closest other passages, and for every "
        "quote if the question is not answered",
    )
    matched: tuple[Match, ...] = Field(
        description="the words that answer or match the question, as offsets in the document, in order and "
        "without overlap"
    )
    citation: Citation
    also: tuple[Citation, ...] = _optional("other places of the same text", ())
    context: Context
    why: tuple[Part, ...] = _optional("the parts of the score, greatest first, if requested", ())

    def __str__(self) -> str:
        return self.text

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "rank", self.rank
        yield "text", self.text
        yield "score", rounded(self.score)
        yield "citation", str(self.citation)


class Scope(_Model):
    """The documents that a question itself named, and that alone were asked."""

    documents: tuple[_Text, ...] = Field(description="their ids")
    title: _Text = Field(description="their name for a person")


class Answer(_Model):
    """The answer of the documents to a question, which is also the record that programs read.

    If ``answered`` is false, ``quotes`` are the nearest passages, not an answer. Otherwise, `Quote.answers`
    distinguishes the quotes that are the answer from other close passages.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["confidence"]}, {"required": ["selected"]}]}
    )

    id: _Text = Field(description="id of the question in its file, else its number from 1")
    question: _Text
    answered: _Flag
    confidence: _Probability = _optional(
        "calibrated probability that the quotes answer the question; absent if a person selected the quote"
    )
    reason: _Text | None = Field(description="a fixed phrase if answered is false, else null")
    # Records of earlier versions have no code.
    reason_code: ReasonCode | None = Field(default=None, description="the code of the reason")
    # Records of earlier versions have no scope.
    scope: Scope | None = Field(
        default=None, description="the documents that the question itself named, if only they were asked"
    )
    understood_with: tuple[_Text, ...] = _optional(
        "earlier questions that this one was read together with", ()
    )
    unreachable: tuple[_Text, ...] = _optional(
        "databases that could not be reached: the answer is from the documents of the others", ()
    )
    input: dict[str, Any] | None = _optional("other columns of the question file's row")
    error: _Text | None = _optional(
        "why this question could not be asked; answered is then false, confidence 0 and quotes empty"
    )
    error_code: _Text | None = _optional("the code of the error")
    selected: _Flag | None = _optional("true if it is no answer, but a quote that a person selected")
    reused: _Flag | None = _optional("true if the answer is of an earlier file of answers")
    quotes: tuple[Quote, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_earlier_version(cls, data: Any) -> Any:
        """Add `Quote.answers` to a record without it: all quotes or none were the answer."""
        if not isinstance(data, dict) or data.get("answered") is not False:
            return data
        quotes = data.get("quotes")
        if not isinstance(quotes, list | tuple):
            return data
        return {**data, "quotes": [{"answers": False, **q} if isinstance(q, dict) else q for q in quotes]}

    @model_validator(mode="after")
    def _with_confidence(self) -> Self:
        if not self.selected and "confidence" not in self.model_fields_set:
            raise ValueError("confidence is required")
        return self

    @property
    def answering(self) -> tuple[Quote, ...]:
        """Quotes that are the answer; empty if the question is not answered."""
        return tuple(quote for quote in self.quotes if self.answered and quote.answers)

    @property
    def closest(self) -> tuple[Quote, ...]:
        """Other quotes: the closest passages that are not part of the answer."""
        return tuple(quote for quote in self.quotes if not (self.answered and quote.answers))

    def __str__(self) -> str:
        answering = self.answering
        return answering[0].text if answering else self.error or self.reason or ""

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "question", self.question
        yield "answered", self.answered
        yield "confidence", rounded(self.confidence)
        yield "reason_code", self.reason_code
        yield "quotes", self.quotes


def not_asked(
    id: str, question: str, error: str, input: dict[str, Any] | None = None, error_code: str | None = None
) -> Answer:
    """Return the record of a question that could not be asked.

    Args:
        id: The id of the question.
        question: The question.
        error: The sentence that says why.
        input: Other columns of the question file's row.
        error_code: The code of the sentence.
    """
    return Answer(
        id=id,
        question=question,
        answered=False,
        confidence=0.0,
        reason=REASONS["not_asked"],
        reason_code="not_asked",
        input=input,
        error=error,
        error_code=error_code,
        quotes=(),
    )


def to_json_line(answer: Answer, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the record as one line of JSON without a line end; equal records give equal bytes.

    Args:
        answer: The record.
        more: Keys that follow those of the record.

    Raises:
        ValueError: A number of ``input`` is not finite, which JSON cannot represent.
    """
    line = json.dumps({**answer.model_dump(), **more}, ensure_ascii=False, allow_nan=False)
    return _TO_ESCAPE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


class _Schema(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:
        return False  # a title would only repeat the key


def schema() -> str:
    """Return the JSON schema of the record, the content of ``answer.schema.json``."""
    return schema_of(Answer)


def schema_of(model: type[BaseModel]) -> str:
    """Return the JSON schema of a model as a file."""
    form = {"$schema": _Schema.schema_dialect, **model.model_json_schema(schema_generator=_Schema)}
    return json.dumps(form, indent=2) + "\n"


if __name__ == "__main__":
    print(schema(), end="")  # noqa: T201
