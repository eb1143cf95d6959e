"""Compare the answers to the same questions over two versions of the documents."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from qa import arguments
from qa.check.answers import answers_of, by_id, check_same, name_of
from qa.check.wording import Piece, same_words, word_difference
from qa.errors import UsageError
from qa.record import Answer, Citation, Quote, rounded

ChangeKind = Literal[
    "vanished",  # answered before, not any more
    "appeared",  # not answered before
    "changed",  # other words, or other quotes, or in another order
    "moved",  # the same words at another place
    "confidence",  # the same quotes at the same places, with another confidence
]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
KIND_WORDS: Mapping[ChangeKind, str] = {
    "vanished": "answer vanished",
    "appeared": "answer appeared",
    "changed": "changed",
    "moved": "moved",
    "confidence": "confidence changed",
}
"""How an answer differs, in words."""
CONFIDENCE_STEP = 0.05
"""Minimum change of a confidence that counts."""
VERSION = 1
"""Version of the JSON of a difference."""

Format = Literal["text", "json", "html"]
Answers: TypeAlias = str | os.PathLike[str] | Iterable[Answer | str]


class QuotePair(NamedTuple):
    """A quote of the old answer beside the quote of the new one in its place; None for no quote.

    Attributes:
        old: The old quote.
        new: The new quote.
        difference: The texts of both, piece by piece.
    """

    old: Quote | None
    new: Quote | None
    difference: tuple[Piece, ...]

    @property
    def is_comparable(self) -> bool:
        """Whether the quotes have words in common, and so a difference to show."""
        return any(piece.kind == "same" and any(map(str.isalnum, piece.old)) for piece in self.difference)


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer differs.

    Attributes:
        kind: How it differs.
        old: The old answer.
        new: The new answer.
    """

    kind: ChangeKind
    old: Answer
    new: Answer

    @property
    def pairs(self) -> tuple[QuotePair, ...]:
        """The quotes of both answers, side by side: those with the same words, then the others by rank."""
        old, new = list(_quotes(self.old, self.kind)), list(_quotes(self.new, self.kind))
        pairs: list[tuple[Quote | None, Quote | None]] = []
        for quote in list(old):
            twin = next((each for each in new if same_words(each.text, quote.text)), None)
            if twin is not None:
                pairs.append((quote, twin))
                old.remove(quote)
                new.remove(twin)
        pairs += zip_longest(old, new)
        return tuple(
            QuotePair(a, b, word_difference(a.text if a else "", b.text if b else "")) for a, b in pairs
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "id": self.new.id,
            "question": self.new.question,
            "kind": self.kind,
            "old": _side(self.old),
            "new": _side(self.new),
            "quotes": [
                {
                    "old": _quote(pair.old),
                    "new": _quote(pair.new),
                    "difference": [piece._asdict() for piece in pair.difference],
                }
                for pair in self.pairs
            ],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences between two sets of answers to the same questions.

    Attributes:
        names: The names of the old and the new answers.
        questions: The number of questions.
        changes: Those whose answers differ, in the order of the new answers.
    """

    names: tuple[str, str]
    questions: int
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """The number of changes of each kind."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in KINDS}

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        total, changed = self.questions, len(self.changes)
        counts = [f"{count:,} {KIND_WORDS[kind]}" for kind, count in self.counts.items() if count]
        counts.append(f"{total - changed:,} the same")
        return f"{total:,} question{'' if total == 1 else 's'}: {', '.join(counts)}"

    def report(self, format: Format = "text", *, colour: bool = False) -> str:
        """Return the differences as text, as one JSON object, or as an HTML page.

        Args:
            format: The format.
            colour: Whether a text has ANSI colours.
        """
        from qa.check import diff_reports

        if format == "json":
            return self.to_json()
        return diff_reports.html_page(self) if format == "html" else diff_reports.text(self, colour)

    def to_json(self) -> str:
        """Return one JSON object: the number of changes of each kind, and ``changes``."""
        values = {
            "version": VERSION,
            "old": self.names[0],
            "new": self.names[1],
            "questions": self.questions,
            "counts": self.counts,
            "changes": [change.to_json() for change in self.changes],
        }
        return json.dumps(values)


def diff(
    old: Answers,
    new: Answers,
    *,
    ignore: str | Iterable[str] = (),
    confidence_step: float = CONFIDENCE_STEP,
    names: tuple[str, str] | None = None,
) -> Difference:
    """Compare the answers to the same questions over two versions of the documents.

    Only quotes that answer are compared: the nearest passages of a question without an answer are none.

    Args:
        old: The earlier answers: a JSON file of `qa batch`, or answers, or their JSON texts.
        new: The later answers.
        ignore: Kinds of changes to leave out, such as ``moved``.
        confidence_step: The minimum change of a confidence that counts, above 0.
        names: Names of the old and the new answers; by default those of their files.

    Raises:
        UsageError: The answers cannot be read, or are of different questions.
    """
    ignored = arguments.texts("ignore", ignore)
    if unknown := [kind for kind in ignored if kind not in KINDS]:
        raise UsageError("change-kind-unknown", name=unknown[0], known=", ".join(KINDS))
    step = arguments.number("confidence_step", confidence_step)
    if not 0 < step <= 1:
        raise UsageError("confidence-step-invalid", value=str(step))
    names = names or (name_of(old, "OLD"), name_of(new, "NEW"))
    before, after = (
        by_id(answers_of(each, name), name) for each, name in zip((old, new), names, strict=True)
    )
    check_same(_questions(before), _questions(after), *names)
    pairs = ((before[id], answer) for id, answer in after.items())
    kinds = ((_kind(one, two, step), one, two) for one, two in pairs)
    changes = (Change(kind, one, two) for kind, one, two in kinds if kind and kind not in ignored)
    return Difference(names, len(after), tuple(changes))


def _questions(answers: Mapping[str, Answer]) -> dict[str, str]:
    return {id: answer.question for id, answer in answers.items()}


def _kind(old: Answer, new: Answer, step: float) -> ChangeKind | None:
    if old.answered != new.answered:
        return "appeared" if new.answered else "vanished"
    one, two = old.answering, new.answering
    if len(one) != len(two) or not all(same_words(a.text, b.text) for a, b in zip(one, two, strict=True)):
        return "changed"
    if [_place(quote.citation) for quote in one] != [_place(quote.citation) for quote in two]:
        return "moved"
    # As in the record: two confidences of the record are as far apart as their digits say.
    return "confidence" if rounded(abs(old.confidence - new.confidence)) >= step else None


def _place(citation: Citation) -> tuple[object, ...]:
    return citation.doc_id, citation.start, citation.end, citation.page


def _quotes(answer: Answer, kind: ChangeKind) -> tuple[Quote, ...]:
    """Return the quotes that answer; if only the other answer has some, the nearest passage beside them."""
    return answer.answering or (answer.quotes[:1] if kind in ("vanished", "appeared") else ())


def _side(answer: Answer) -> dict[str, Any]:
    return {
        "answered": answer.answered,
        "confidence": rounded(answer.confidence),
        "reason": answer.reason,
        "reason_code": answer.reason_code,
        "error": answer.error,
    }


def _quote(quote: Quote | None) -> dict[str, Any] | None:
    if quote is None:
        return None
    return {"text": quote.text, "answers": quote.answers, "citation": quote.citation.model_dump(mode="json")}
