"""The words of the project: frozen values that every other module passes on and none alters.

Answers are in `qa.record`. All offsets are Unicode code points, counted from 0, half-open:
``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.messages import Message

BlockKind = Literal["paragraph", "heading", "item", "row", "code"]
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
    # A copy is in the text.
    "repeated",
    "overprinted",
    # Left out; nobody sees it, or it numbers the page and says nothing.
    "script",
    "style",
    "hidden",
    "metadata",
    "placeholder",
    "pronunciation",
    "page number",
    "line number",
    "time code",
    # Left out, although a person sees it.
    "navigation",
    "deleted",
    "struck",
    "contents",
    # Unread: the file shows something that is no text, or that cannot be read.
    "scan",  # a page that is a picture
    "unrecognised",  # one that no text could be recognised on
    "picture",  # one among the text
    "drawing",
    "attachment",
    "program form",
    "unknown letters",
    "damaged",
    "protected",
    "missing",
    "uncalculated",  # the value of a formula
]


QUOTES = 3
"""Quotes of an answer unless more or fewer are asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document and its stretch of text; ``number`` counts from 1, ``label`` is printed on it."""

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch that the source itself sets apart.

    ``level`` (from 1) is the depth of a heading, or of a numbered item among others; else it is 0.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of text is in the file's own terms: a sheet's cells, a comment, a form field."""

    start: int
    end: int
    kind: PlaceKind
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """The line of the file, from 1, that the text at ``start`` comes from."""

    start: int
    number: int


@dataclass(frozen=True, slots=True)
class Omission:
    """Words of a file that are not in its text, and why.

    ``text`` is empty where the words cannot be read; ``name`` is that of the part (a file, a picture).
    ``page`` is the file's page, from 1.
    """

    reason: OmissionReason
    text: str = ""
    page: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source: its extracted text, the only thing that is ever quoted, and where it came from.

    ``doc_id`` is stable (the path relative to the indexed folder, or the record's own id);
    ``sha256`` is that of the original bytes, in lower-case hexadecimal. ``pages`` is empty where the
    format has none, else in order and without gaps. ``blocks`` is in order and without overlap, and
    empty where the source has no structure but blank lines. ``warnings`` are sentences for a person
    about what could not be read. ``omissions`` account for every word of the file that ``text`` lacks.
    ``places`` and ``lines`` are in order; ``lines`` is empty where the lines of the text are the file's.
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


@dataclass(frozen=True, slots=True)
class Features:
    """How well a sentence matches a question, measure by measure; the score is made of these.

    ``dense_*`` are cosine similarities with the question in [-1, 1]. ``nearest_words`` is the mean, by idf
    weight, of the similarity of the nearest word of the sentence to each word of the question
    (`qa.search.vocabulary`; ``coverage_sentence`` where the model has no word vectors). All others are in
    [0, 1]. ``lexical_*`` are BM25 scores divided by their upper bound. ``coverage_*`` are shares of the
    question's idf weight in the sentence, in its passage, in its window (title, headings, the previous
    sentence and the sentence) and in title and headings alone; ``coverage_plain`` is that of the window for
    words that are not names. ``names`` and ``numbers`` are the shares of the question's names and numbers in
    the window (1 where it has none). ``unopposed`` is 0 where the window has the opposite of a word of the
    question; ``negated`` is 0 where the question is negative and the sentence is not (`qa.search.contrary`);
    else both are 1. ``bigram_overlap`` is the share of the question's word pairs that are neighbours in the
    sentence. ``expected`` says how likely the sentence has the kind of thing asked for (number, date, name).
    ``first_in_passage`` is 1 for the first sentence of a passage. ``reader`` is a reranker's score, if any.
    """

    dense_sentence: float
    dense_passage: float
    nearest_words: float
    lexical_sentence: float
    lexical_passage: float
    coverage_sentence: float
    coverage_passage: float
    coverage_window: float
    coverage_title: float
    coverage_plain: float
    names: float
    numbers: float
    unopposed: float
    negated: float
    bigram_overlap: float
    expected: float
    first_in_passage: float
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found, its features, its one score (higher is better) and its rank from 1."""

    sentence: Sentence
    features: Features
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """How many of many questions have been asked; ``str`` gives one line for a person."""

    questions: int
    of: int

    def __str__(self) -> str:
        return f"{self.questions:,} of {self.of:,} questions"
