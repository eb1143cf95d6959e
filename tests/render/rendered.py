"""A question with an answer and without, and copies with other fields."""

from __future__ import annotations

from typing import TypeVar

from answer_strategies import citation
from pydantic import BaseModel

from qa.record import Answer, Context, Match, Quote
from qa.types import Document, Page

Model = TypeVar("Model", bound=BaseModel)

TEXT = "One.\nIt was the best of times,\nit was the worst of times. End."
DOCUMENT = Document("two.txt", "Two Cities", TEXT, "ab" * 32, (Page(212, 0, len(TEXT)),), "file:///x/two.txt")
START, END = 5, 57
QUOTE = Quote(
    rank=1,
    text=TEXT[START:END],
    score=0.81234567,
    matched=(Match(16, 20, "lexical"), Match(45, 50)),
    citation=citation(DOCUMENT, START, END, ("Book One", "Chapter I")),
    context=Context(start=0, end=len(TEXT), text=TEXT),
)
ANSWER = Answer(id="1", question="What was it?", answered=True, confidence=0.93, reason=None, quotes=(QUOTE,))


def replace(model: Model, **fields: object) -> Model:
    """Return a model with other fields, validated like a new one."""
    return type(model)(**{**dict(model), **fields})


NO_ANSWER = replace(
    ANSWER,
    answered=False,
    confidence=0.12,
    reason="nothing close enough was found",
    reason_code="no_answer",
)
