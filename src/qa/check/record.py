"""The record of a checked draft: one model defines its types, its JSON schema and its JSON.

``python -m qa.check.record`` prints the JSON schema, which the package also contains as
``check.schema.json``. Offsets are Unicode code points, counted from 0, half-open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.record import Citation, schema_of

Verdict = Literal["verbatim", "typographic", "altered", "stitched", "not_found"]
VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        "verbatim": "the quotation is in the document, character for character",
        "typographic": (
            "it differs only in spaces, line breaks, hyphenation, quotation marks, kinds of dashes, "
            "ligatures, letter case, emphasis signs, marks of footnotes, a full stop or comma before the "
            "closing mark, an ellipsis at its start or end, or words in square brackets that replace none "
            "of the source"
        ),
        "stitched": (
            "each part around an ellipsis, or around words in square brackets that replace others, is in one "
            "document, in this order, with no difference but typography"
        ),
        "altered": (
            "a word, a number or a punctuation mark is different, added, missing or in another place, or two "
            "parts are joined without an ellipsis"
        ),
        "not_found": "no passage of the documents is close enough; the nearest one is named",
    }
)
"""What each verdict means: the contract, which every output prints."""
PASSING: frozenset[Verdict] = frozenset({"verbatim", "typographic", "stitched"})
"""Verdicts of quotations that need no correction."""

ChangeKind = Literal[
    "same",  # the same characters
    "typographic",  # a difference that makes no difference
    "changed",  # other words
    "added",  # words that only the draft has
    "missing",  # words that only the source has
    "announced",  # words in square brackets, or a remark such as "emphasis added"
    "omitted",  # an ellipsis; the source's words are not repeated
]
QuotationKind = Literal[
    "marks",  # in quotation marks
    "block",  # a block quote
    "passage",  # a row of a list, or the text of a request
]
SkipReason = Literal[
    "short",  # fewer words than a quotation has, and no reference behind it
    "title",  # words that begin with capitals, as in a title, and no reference behind it
    "unclosed",  # a quotation mark that is not closed
    "empty",  # a row without text
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Change(_Model):
    """One piece of a quotation, and the piece of the source at the same place."""

    kind: ChangeKind
    draft: str
    source: str


class Part(_Model):
    """One part of a stitched quotation."""

    start: int = Field(description="offset in the draft's extracted text")
    end: int
    citation: Citation


class Reference(_Model):
    """The page that the draft names beside a quotation."""

    text: str
    start: int = Field(description="offset in the draft's extracted text")
    end: int
    first: int = Field(description="the page that it names")
    last: int = Field(description="the last page, if it names several")
    agrees: bool | None = Field(description="null if the quotation or its page is unknown")


class Nearest(_Model):
    """The nearest passage to a quotation that no document has."""

    text: str
    citation: Citation


class Quotation(_Model):
    """One quotation of a draft, with its verdict."""

    id: str = Field(description="number from 1, or the id of the row")
    kind: QuotationKind
    text: str = Field(description="as in the draft, without the quotation marks around it")
    start: int = Field(description="offset in the draft's extracted text")
    end: int
    page: int | None = Field(description="of the draft, from 1, if it has pages")
    line: int | None = Field(description="of the draft, from 1")
    verdict: Verdict
    citation: Citation | None = Field(description="the place in the documents; null if not_found")
    source: str | None = Field(description="the text at this place")
    also: tuple[Citation, ...] = Field(description="other places of the same text")
    places: int = Field(description="number of places, also beyond those listed")
    difference: tuple[Change, ...] = Field(description="piece by piece; empty if verbatim or not_found")
    parts: tuple[Part, ...] = Field(description="the parts of a stitched quotation")
    reference: Reference | None
    nearest: Nearest | None = Field(description="only if not_found")

    @property
    def passes(self) -> bool:
        """Whether the quotation needs no correction."""
        return self.verdict in PASSING


class Skipped(_Model):
    """Words in quotation marks that were not checked, and the reason."""

    reason: SkipReason
    text: str
    start: int
    end: int


class DraftCheck(_Model):
    """The quotations of a draft with their verdicts, in the order of the draft."""

    draft: str = Field(description="name of the file")
    sha256: str = Field(description="of its bytes")
    contract: dict[Verdict, str] = Field(description="what each verdict means")
    counts: dict[Verdict, int]
    excluded: tuple[str, ...] = Field(
        description="documents that are the draft itself, and were not searched"
    )
    quotations: tuple[Quotation, ...]
    skipped: tuple[Skipped, ...]

    @property
    def passes(self) -> bool:
        """Whether no quotation is altered or not found."""
        return all(quotation.passes for quotation in self.quotations)


def to_json(check: DraftCheck | Quotation) -> str:
    """Return a check as one JSON value; equal checks give equal bytes."""
    return json.dumps(check.model_dump(mode="json"), ensure_ascii=False, indent=1)


def schema() -> str:
    """Return the JSON schema of a check, the content of ``check.schema.json``."""
    return schema_of(DraftCheck)


def counted(quotations: Any) -> dict[Verdict, int]:
    """Return the number of quotations of each verdict."""
    counts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    for quotation in quotations:
        counts[quotation.verdict] += 1
    return counts


if __name__ == "__main__":
    print(schema(), end="")  # noqa: T201
