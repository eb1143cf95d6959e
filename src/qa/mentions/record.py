"""The record of a list of mentions: one model defines its types, its JSON schema and its JSON.

``python -m qa.mentions.record`` prints the JSON schema, which the package also contains as
``mentions.schema.json``. Offsets are Unicode code points, counted from 0, half-open.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from qa.record import Citation, Context, rounded, schema_of

FindMode = Literal[
    "exact",  # the words, in any typography and letter case
    "regex",  # a regular expression
    "meaning",  # what a reader accepts as an answer
]
SkipReason = Literal[
    "too_slow",  # the pattern takes too long in this document
    "not_reached",  # the time for all documents ended before
]
CERTAINTY = 0.95
"""Probability that no more passages are missed than `Completeness.missed_at_most`."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Mention(_Model):
    """One place: ``text == document.text[citation.start:citation.end]``."""

    text: str
    score: Annotated[float, PlainSerializer(rounded)] | None = Field(
        description="the reader's logit, above 0; null unless the search is by meaning"
    )
    citation: Citation
    context: Context = Field(description="the sentences around it, as a slice of the same document")


class DocumentCount(_Model):
    """The number of mentions in one document."""

    doc_id: str
    title: str
    mentions: int


class SkippedDocument(_Model):
    """A document that was not searched to its end."""

    doc_id: str
    reason: SkipReason


class Completeness(_Model):
    """How many passages a reader has read, and how many it may have missed.

    The passages are read in the order of a search, best first, until many in a row are refused. Of the
    others, a random sample is read. It bounds the number of passages that the reader would accept and has not
    read: with probability `CERTAINTY`, they are at most ``missed_at_most`` (Clopper and Pearson, 1934).
    """

    passages: int = Field(description="all passages of the searched documents")
    read: int = Field(description="passages that were read, the sample included")
    accepted: int = Field(description="passages that were accepted, the sample included")
    last_accepted: int = Field(description="rank of the last passage accepted in the order of the search")
    sample: int = Field(description="passages of the random sample")
    sample_accepted: int = Field(description="those of them that were accepted")
    missed_at_most: int = Field(description="upper bound on unread passages that would be accepted")
    certainty: float = Field(description="of this bound")


class Mentions(_Model):
    """Every place of what was searched for, by document and in reading order."""

    query: str = Field(description="the words, the pattern or the meaning, as given")
    mode: FindMode
    complete: bool = Field(description="whether every place is known to be counted")
    searched: int = Field(description="number of documents")
    total: int = Field(description="number of places, also beyond those listed")
    documents: tuple[DocumentCount, ...] = Field(description="those with a place, in order")
    skipped: tuple[SkippedDocument, ...]
    completeness: Completeness | None = Field(description="null unless the search is by meaning")
    mentions: tuple[Mention, ...]


def to_json(mentions: Mentions) -> str:
    """Return a list of mentions as one JSON value; equal lists give equal bytes."""
    return json.dumps(mentions.model_dump(mode="json"), ensure_ascii=False, indent=1)


def schema() -> str:
    """Return the JSON schema of a list of mentions, the content of ``mentions.schema.json``."""
    return schema_of(Mentions)


if __name__ == "__main__":
    print(schema(), end="")  # noqa: T201
