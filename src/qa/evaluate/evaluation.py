"""An evaluation: the judged answers to a set of questions, their figures, and limits on the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Literal

from qa.errors import UsageError
from qa.evaluate import trec
from qa.evaluate.figures import Figures, figures
from qa.evaluate.judged import Judged
from qa.messages import Message

VERSION = 1
"""Version of the JSON of an evaluation."""

Format = Literal["text", "json", "html"]
FORMATS: tuple[Format, ...] = ("text", "json", "html")
LOWER_IS_BETTER = frozenset({"answered_wrongly", "ece"})
"""Figures of faults."""
_NO_LIMIT = frozenset({"questions", "answerable", "words"})
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Judged answers to a set of questions.

    Attributes:
        results: The judged answers, in the order of the questions.
        measures: The mean of each TREC measure, over the questions with right documents; None if there are
            none.
    """

    results: tuple[Judged, ...]
    measures: Mapping[str, float | None] = field(default_factory=dict)

    @classmethod
    def of(cls, results: Sequence[Judged], measures: Sequence[str] = ()) -> Evaluation:
        """Return the evaluation of judged answers.

        Args:
            results: The judged answers.
            measures: Names of TREC measures, as in ir-measures.

        Raises:
            UsageError: A measure is unknown, or the package ir-measures is missing.
        """
        values = trec.measures(results, measures)
        means = {name: sum(each.values()) / len(each) if each else None for name, each in values.items()}
        return cls(tuple(results), means)

    @property
    def figures(self) -> Figures:
        """The figures over all questions."""
        return figures([each.outcome for each in self.results])

    @property
    def misses(self) -> tuple[Judged, ...]:
        """The answers that are wrong or missing, and answers to questions without one."""
        return tuple(each for each in self.results if each.miss is not None)

    def by_name(self) -> dict[str, float | None]:
        """Return each figure and measure by its name, such as ``hit@1``."""
        return {**self.figures.by_name(), **self.measures}

    def broken_limits(
        self, under: Mapping[str, float] | None = None, over: Mapping[str, float] | None = None
    ) -> list[Message]:
        """Return a message for each figure that is below its minimum or above its maximum, or has no value.

        Args:
            under: Minimums by the names of figures.
            over: Maximums by the names of figures.
        """
        values = self.by_name()
        broken = []
        for limits, sign, code in ((under or {}, 1, "figure-too-low"), (over or {}, -1, "figure-too-high")):
            for name, limit in limits.items():
                value = values.get(name)
                if value is None:
                    broken.append(Message.of("figure-no-value", name=name))
                elif sign * value < sign * limit:
                    broken.append(
                        Message(code, {"name": name, "value": _plain(value), "limit": _plain(limit)})
                    )
        return broken

    def report(self, format: Format = "text") -> str:
        """Return the figures and the misses as text, as one JSON object, or as an HTML page."""
        from qa.evaluate import reports

        return self.to_json() if format == "json" else getattr(reports, f"evaluation_{format}")(self)

    def to_json(self) -> str:
        """Return one JSON object: the figures, and ``results`` with the judged answers."""
        values = {
            "version": VERSION,
            **asdict(self.figures),
            "measures": dict(self.measures),
            "results": [each.to_json() for each in self.results],
        }
        return json.dumps(values)


def parse_limit(text: str, measures: Sequence[str] = ()) -> tuple[str, float]:
    """Return the name and the value of a limit such as ``hit@1=0.8``.

    Args:
        text: The limit.
        measures: Names of TREC measures that can have limits, too.

    Raises:
        UsageError: It has another form, or names no figure.
    """
    name, sign, number = text.rpartition("=")
    name = (
        name.strip() if name.strip() in measures else name.strip().lower().replace("-", "_").replace(" ", "_")
    )
    known = [*(each for each in figures(()).by_name() if each not in _NO_LIMIT), *measures]
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not (sign and isfinite(value)):
        raise UsageError("limit-invalid", text=text)
    if name not in known:
        raise UsageError("limit-unknown", name=name, known=", ".join(known))
    return name, value


def _plain(value: float) -> str:
    """Return a number with as many decimals as it needs: a figure never looks equal to its limit."""
    return f"{round(value, _DECIMALS):.{_DECIMALS}f}".rstrip("0").rstrip(".")
