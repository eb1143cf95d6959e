"""Arbitrary documents, and valid answers that quote them with correct slices, pages and lines."""

from __future__ import annotations

import hashlib
import itertools
from typing import get_args

from hypothesis import strategies as st

from qa.record import (
    REASONS,
    Answer,
    Citation,
    Context,
    Match,
    MatchKind,
    Part,
    Quote,
    Scope,
    WordPart,
)
from qa.text.lines import line_number
from qa.types import Document, Page

# Characters that an attacker, or a normal PDF, puts into a document.
HOSTILE = (
    "<script>alert(1)</script>",
    "</blockquote><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; <b>bold</b>",
    "\x1b[2J\x1b]0;title\x07",
    "\u202egnp.exe\u2066",
    "# Heading\n- item\n1. one\n> quote\n    code",
    "a*b*c _d_ `e` [f](javascript:alert(1)) ![g](h) <http://i> http://j www.k.de",
    "=1+2|cmd\n+x\n-y\n@z",
    "| a | b |\n|---|---|\n===\n---\n~~s~~ $m$ \\",
    "quotes \"double\" and 'single'",
    "a\r\nb\u2028c\x0cd\x00",
    "中文，😀 e\u0301",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
hostile = st.lists(st.one_of(st.sampled_from(HOSTILE), texts), min_size=1, max_size=4).map(" ".join)
names = st.one_of(st.sampled_from(HOSTILE), texts)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return a document with any text, with or without pages."""
    text = draw(hostile)
    cuts = draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=3)) if len(text) > 1 else set()
    edges = [0, *sorted(cuts), len(text)]
    pages = tuple(Page(n, a, b) for n, (a, b) in enumerate(itertools.pairwise(edges), start=1))
    return Document(
        doc_id=draw(names),
        title=draw(names),
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        pages=draw(st.sampled_from([(), pages])),
        uri=draw(st.sampled_from([None, "https://example.org/a", "javascript:alert(1)"])),
    )


def citation(document: Document, start: int, end: int, heading: tuple[str, ...] = ()) -> Citation:
    """Return the correct citation of a slice, computed the slow way."""
    page = next((p.number for p in document.pages if p.start <= start < p.end), None)
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        sha256=document.sha256,
        uri=document.uri,
        page=page,
        line=line_number(document.text, start),
        start=start,
        end=end,
        prefix=document.text[max(0, start - 32) : start],
        suffix=document.text[end : end + 32],
        heading=heading,
    )


@st.composite
def quotes(draw: st.DrawFn, document: Document, rank: int = 1) -> Quote:
    """Return a valid quote of the document."""
    size = len(document.text)
    start = draw(st.integers(0, size - 1))
    end = draw(st.integers(start + 1, size))
    matched = []
    for _ in range(draw(st.integers(0, 3))):
        a = draw(st.integers(start, end - 1))
        kind = draw(st.sampled_from([None, *get_args(MatchKind)]))
        matched.append(Match(a, draw(st.integers(a + 1, end)), kind))
    begin, stop = draw(st.integers(0, start)), draw(st.integers(end, size))
    words = (WordPart(start=start, end=end, value=draw(st.floats(-1, 1))),)
    parts = (
        Part(label="meaning of the sentence", value=0.3, words=words),
        Part(label="words side by side", value=0.1),
    )
    here = citation(document, start, end, tuple(draw(st.lists(names, max_size=2))))
    return Quote(
        rank=rank,
        text=document.text[start:end],
        score=draw(st.floats(-5, 5)),
        answers=draw(st.booleans()),
        matched=tuple(matched),
        citation=here,
        context=Context(start=begin, end=stop, text=document.text[begin:stop]),
        also=(here,) if draw(st.booleans()) else (),
        why=parts if draw(st.booleans()) else (),
    )


@st.composite
def answers(draw: st.DrawFn, document: Document | None = None) -> Answer:
    """Return any valid answer."""
    source = draw(documents()) if document is None else document
    answered = draw(st.booleans())
    code = None if answered else draw(st.sampled_from(sorted(REASONS)))
    count = draw(st.integers(1 if answered else 0, 3))
    return Answer(
        id="1",
        question=draw(names),
        answered=answered,
        confidence=draw(st.floats(0, 1)),
        reason=None if code is None else REASONS[code],
        reason_code=code,
        quotes=tuple(draw(quotes(source, rank)) for rank in range(1, count + 1)),
        scope=draw(st.none() | st.builds(Scope, documents=st.lists(names, max_size=3), title=names)),
        understood_with=tuple(draw(st.lists(names, max_size=2))),
    )
