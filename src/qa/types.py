"""The data types of the project: frozen values that all modules share.

Answers are in `qa.record`. All offsets are Unicode code points, counted from 0, half-open:
``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from qa.messages import Message

BlockKind = Literal[
    "paragraph",
    "heading",
    "item",
    "row",
    "code",
    "running",  # a header or footer that pages repeat: part of the text, but never quoted
]
PlaceKind = Literal[
    "cells",  # of a sheet: the label is "Sheet1!A3:D3"
    "comment",  # beside the text: the label is its author, and its date where there is one
    "annotation",  # a note on a printed page
    "form",  # the value of a form field: the label is the field's name
    "signature",
    "note",  # a footnote or endnote: the label is its mark
    "speaker notes",
    "alternative text",  # of a picture
    "time",  # of a recording: the label is "00:01:07"
    "headers",  # of a mail
]
OmissionReason = Literal[
    # The text has a copy.
    "repeated",
    "overprinted",
    # Left out: invisible to a person, or only numbering.
    "script",
    "style",
    "hidden",
    "metadata",
    "placeholder",
    "pronunciation",
    "page number",
    "line number",
    "time code",
    # Left out, although visible to a person.
    "navigation",
    "deleted",
    "struck",
    "contents",
    # Not read: the file shows something other than text, or something unreadable.
    "scan",  # a page that is a picture
    "unrecognised",  # a scan in which no text was recognised
    "picture",  # a picture among the text
    "drawing",
    "attachment",
    "program form",
    "unknown letters",
    "damaged",
    "protected",
    "missing",
    "uncalculated",  # the value of a formula
]


AUTHOR, PUBLISHER, DATE = "author", "publisher", "date"
"""The names of omissions that say where a document comes from: words of its file's properties."""
QUOTES = 3
"""Default number of quotes in an answer."""
DEPTH = 10
"""Number of quotes that an evaluation judges for each question."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its stretch of text; ``number`` counts from 1, ``label`` is printed on the page."""

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch that the source itself separates from others.

    ``level`` (from 1) is the depth of a heading, or of a numbered item among others; otherwise it is 0.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a stretch in the file's own terms: cells of a sheet, a comment, a form field."""

    start: int
    end: int
    kind: PlaceKind
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """The line of the file, from 1, from which the text at ``start`` comes."""

    start: int
    number: int


@dataclass(frozen=True, slots=True)
class Omission:
    """Words of a file that its text does not have, and the reason.

    Attributes:
        reason: The reason.
        text: The words; empty if they cannot be read.
        page: The file's page, from 1.
        name: The name of the part (a file, a picture).
    """

    reason: OmissionReason
    text: str = ""
    page: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source: its extracted text, the only thing that is ever quoted, and its origin.

    Attributes:
        doc_id: A stable id: the path relative to the indexed folder, or the record's own id.
        title: The title.
        text: The extracted text.
        sha256: The hash of the original bytes, in lower-case hexadecimal.
        pages: The pages, in order and without gaps; empty if the format has none.
        uri: The address of the original.
        blocks: The blocks, in order and without overlap; empty if the source has no structure but blank
            lines.
        warnings: Messages for a person about unreadable parts.
        places: The places in the file's own terms, in order.
        lines: The lines of the file, in order; empty if they are the lines of the text.
        omissions: Every word of the file that the text lacks.
        is_renamed: Whether a person chose the title.
    """

    doc_id: str
    title: str
    text: str
    sha256: str
    pages: tuple[Page, ...] = ()
    uri: str | None = None
    blocks: tuple[Block, ...] = ()
    warnings: tuple[Message, ...] = ()
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = ()
    omissions: tuple[Omission, ...] = ()
    is_renamed: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is embedded and quoted."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph-like block, the context of a quote, with its sentences and its path of headings."""

    doc_id: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    headings: tuple[str, ...] = ()


class Features(NamedTuple):
    """How well a sentence matches a question, measure by measure; the score combines them.

    Similarities are cosine similarities in [-1, 1]; lexical measures are in [0, 1]. Shares of the question's
    terms are weighted by idf. The window of a sentence is the title, the headings, the previous sentence and
    the sentence.

    Attributes:
        dense_sentence: Similarity of the sentence with the question.
        dense_passage: Similarity of the passage with the question.
        lexical_passage: BM25 score of the passage divided by its upper bound.
        coverage_sentence: Share of the question's terms in the sentence.
        coverage_window: Share of the terms in its window.
        reader: A reranker's logit of the sentence; None if its passage was not read.
        reader_passage: A reranker's logit of the passage; None if it was not read.
    """

    dense_sentence: float
    dense_passage: float
    lexical_passage: float
    coverage_sentence: float
    coverage_window: float
    reader: float | None = None
    reader_passage: float | None = None


class Hit(NamedTuple):
    """A sentence in a search result.

    Attributes:
        sentence: The sentence.
        features: Its features.
        score: Its one score; higher is better.
        rank: Its rank, from 1.
        answers: The stretches of the document that answer the question, as start and end, if a reader marked
            them.
    """

    sentence: Sentence
    features: Features
    score: float
    rank: int
    answers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """How many of many questions have been asked; ``str`` returns one line for a person."""

    questions: int
    of: int

    def __str__(self) -> str:
        return f"{self.questions:,} of {self.of:,} questions"
