"""Render answers as the lines of a TREC run: the documents of each question, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.record import Answer

TAG = "qa"
"""Name of the runs that this program writes."""
_BLANK = re.compile(r"\s")


def trec_id(name: str) -> str:
    """Return an id as TREC files have it: their columns are separated by blanks, so an id has none."""
    return _BLANK.sub(lambda blank: "".join(f"%{byte:02X}" for byte in blank[0].encode()), name) or "%"


def ranking(answer: Answer) -> tuple[str, ...]:
    """Return the ids of the distinct documents of an answer, in the order of their first quotes."""
    return tuple(dict.fromkeys(quote.citation.doc_id for quote in answer.quotes))


def run_lines(id: str, documents: Iterable[str]) -> Iterator[str]:
    """Yield the lines of one question.

    The score is 1/rank, because the order of quotes is not only that of their scores.

    Args:
        id: The id of the question.
        documents: The ids of its documents, best first.
    """
    for rank, document in enumerate(documents, start=1):
        yield f"{trec_id(id)} Q0 {trec_id(document)} {rank} {1 / rank:.6f} {TAG}\n"
