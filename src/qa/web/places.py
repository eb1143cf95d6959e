"""Every place of words in the documents as HTML: counted and listed by document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from qa import Mention, Mentions
from qa.render import displayable, single_line
from qa.render.phrases import title_of
from qa.web.cards import located, opens_at
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

FIRST, MORE, MOST = 100, 400, 1_000
"""Numbers of places that are listed at first, that each request adds, and that are listed at most."""
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "md": "text/markdown",
}
"""The formats in which places can be saved, with their media types."""
AROUND = 90
"""Maximum characters shown on either side of a place."""
_MARKS = " \t\r\n\"'“”„‟«»‹›「」『』"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place with the text around it on one line."""

    mention: Mention
    before: str
    text: str
    after: str


def searched(words: str) -> str:
    """Return words without the quotation marks around them."""
    return words.strip(_MARKS)


def listing(mentions: Mentions, labels: Labels = ENGLISH) -> str:
    """Return the places by document as HTML, with a button for more if not all are listed."""
    listed = {
        doc_id: tuple(map(_place, group))
        for doc_id, group in groupby(mentions.mentions, key=lambda mention: mention.citation.doc_id)
    }
    shown = len(mentions.mentions)
    return render(
        "parts/places.html",
        counts=mentions.documents,
        listed=listed,
        skipped=len(mentions.skipped),
        more=min(shown + MORE, MOST) if shown < min(mentions.total, MOST) else 0,
        labels=labels,
        located=located,
        title_of=title_of,
        whole=mentions.mode == "meaning",
        opens=_opens,
    )


def summary(mentions: Mentions, labels: Labels = ENGLISH) -> str:
    """Return how many places there are, and in how many documents."""
    if not mentions.total:
        return labels("no-passages-like" if mentions.mode == "meaning" else "no-places")
    documents = labels("documents-count", n=len(mentions.documents))
    return labels("places-summary", places=labels("places-count", n=mentions.total), documents=documents)


def _place(mention: Mention) -> _Place:
    start, end = mention.citation.start, mention.citation.end
    context = mention.context
    before = displayable(context.text[: start - context.start])
    after = displayable(context.text[end - context.start :])
    return _Place(mention, _last_words(before), single_line(mention.text), _first_words(after))


def _first_words(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return re.sub(r"\S*$", "", text[:AROUND]).rstrip() + " …"


def _last_words(text: str) -> str:
    if len(text) <= AROUND:
        return text
    return "… " + re.sub(r"^\S*", "", text[-AROUND:]).lstrip()


def _opens(mention: Mention) -> str:
    return opens_at(mention.citation, f"{mention.context.start}-{mention.context.end}")
