"""Compares the full ranking with its parts: the results without some of the features.

    python benchmarks/quality/ablations.py FOLDER... [--limit N] [--work DIR] [--save]

Every ranking has the same candidates with the same features, the same quote selection and the same
evaluation, so only the order differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
from sets import QuestionSet, Remembering, load

from qa import encoders
from qa.answer import quotes as chosen_quotes
from qa.answer.quotes import quotes_of
from qa.evaluate import DEPTH, Figures, figures, outcome
from qa.record import Answer, Quote
from qa.search.result import SearchResult
from qa.search.searcher import Searcher
from qa.types import Hit

HERE = Path(__file__).parent
RRF = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""

Order = Callable[[tuple[Hit, ...]], np.ndarray]


def as_answer(question: str, quotes: tuple[Quote, ...]) -> Answer:
    return Answer(id="1", question=question, answered=True, confidence=1.0, reason=None, quotes=quotes)


def column(hits: tuple[Hit, ...], name: str) -> np.ndarray:
    return np.array([getattr(hit.features, name) for hit in hits])


def only(*names: str) -> Order:
    """Return the sum of some features, unchanged."""
    return lambda hits: sum(column(hits, name) for name in names)


def normalised(**weights: float) -> Order:
    """Return a weighted sum of features, each normalised to 0 to 1 over a question's candidates."""

    def score(hits: tuple[Hit, ...]) -> np.ndarray:
        total = np.zeros(len(hits))
        for name, weight in weights.items():
            values = column(hits, name)
            total += weight * (values - values.min()) / (np.ptp(values) or 1)
        return total

    return score


def by_rank(*names: str) -> Order:
    """Return reciprocal rank fusion."""

    def score(hits: tuple[Hit, ...]) -> np.ndarray:
        ranks = [np.argsort(np.argsort(-column(hits, name), kind="stable")) for name in names]
        return sum(1 / (RRF + 1 + rank) for rank in ranks)

    return score


FULL = "full ranking"
ORDERS: dict[str, Order] = {
    "dense, sentence": only("dense_sentence"),
    "dense, both granularities": only("dense_sentence", "dense_passage"),
    "BM25, sentence": only("lexical_sentence"),
    "BM25, both granularities": only("lexical_sentence", "lexical_passage"),
    "sentences only": normalised(dense_sentence=1, lexical_sentence=1),
    "passages only": normalised(dense_passage=1, lexical_passage=1),
    "normalised sum 2:2:1:1": normalised(
        dense_sentence=2, dense_passage=2, lexical_sentence=1, lexical_passage=1
    ),
    "rank fusion": by_rank("dense_sentence", "dense_passage", "lexical_sentence", "lexical_passage"),
}


def reordered(result: SearchResult, order: Order) -> SearchResult:
    """Return the same hits with another score, in its order."""
    values = order(result.hits)
    ranked = sorted(range(len(result.hits)), key=lambda at: (-values[at], at))
    hits = [replace(result.hits[at], score=float(values[at]), rank=n) for n, at in enumerate(ranked, 1)]
    return replace(result, hits=tuple(hits))


@contextmanager
def diversity_penalty(penalty: float):
    """Use a fixed diversity penalty; the program's own penalty is on the scale of the full score."""
    original, chosen_quotes._diversity_penalty = chosen_quotes._diversity_penalty, lambda result: penalty
    yield
    chosen_quotes._diversity_penalty = original


def measure(question_set: QuestionSet, encoder: Remembering) -> dict[str, Figures]:
    searcher = Searcher(question_set.index, encoder)
    outcomes: dict[str, list] = {name: [] for name in (FULL, f"{FULL}, without diversity penalty", *ORDERS)}
    encoder.encode([case.text for case in question_set.cases], query=True)
    with question_set.index.snapshot() as snapshot:
        for at, case in enumerate(question_set.cases):
            if not case.gold.answerable:
                continue
            result = searcher.search(snapshot, case.text, case.documents)
            for name, outcomes_of_order in outcomes.items():
                ranked_result = reordered(result, ORDERS[name]) if name in ORDERS else result
                # If documents are graded, one quote from each is best for any order.
                strict = name in ORDERS and case.gold.relevant
                with nullcontext() if name == FULL else diversity_penalty(1e9 if strict else 0.0):
                    quotes = tuple(quotes_of(snapshot, ranked_result, DEPTH))
                outcomes_of_order.append(outcome(as_answer(case.text, quotes), case.gold))
            if at % 200 == 199:
                print(f"{question_set.name}: {at + 1}/{len(question_set.cases)}", file=sys.stderr)
    return {name: figures(outcomes_of_order) for name, outcomes_of_order in outcomes.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=1500, help="questions a set, drawn with a fixed seed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write ablations.json and ablations.md here")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    results: dict[str, dict[str, list[float]]] = {}
    for folder in options.folders:
        question_set = load(folder, options.work, encoder, options.limit)
        results[question_set.name] = {}
        for name, figures_of_set in measure(question_set, encoder).items():
            hits = [] if figures_of_set.ndcg is not None else list((figures_of_set.hit or {}).values())
            results[question_set.name][name] = (
                [figures_of_set.ndcg] if figures_of_set.ndcg is not None else hits
            )
            print(question_set.name, name, [round(value, 3) for value in results[question_set.name][name]])
    table = markdown(results)
    print(table)
    if options.save:
        (HERE / "ablations.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "ablations.md").write_text(table)


def markdown(results: dict[str, dict[str, list[float]]]) -> str:
    names = list(next(iter(results.values())))
    lines = [
        "# The full ranking and its parts",
        "",
        "Written by `python benchmarks/quality/ablations.py FOLDER... --save`: hit@1 / hit@3 / hit@10, for cisi nDCG@10. All",
        "rankings have the same candidates and evaluation; on cisi the partial rankings return one quote per document, which is",
        "best for them. The last line is the first figure of the full ranking minus that of the best partial ranking.",
        "",
        "| | " + " | ".join(results) + " |",
        "|---|" + "---|" * len(results),
    ]
    for name in names:
        cells = [
            " / ".join(f"{value:.3f}" for value in figures_of_set[name])
            for figures_of_set in results.values()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    best = [max(figures_of_set[name][0] for name in ORDERS) for figures_of_set in results.values()]
    gains = [
        figures_of_set[FULL][0] - best_value
        for figures_of_set, best_value in zip(results.values(), best, strict=True)
    ]
    lines += ["| full ranking minus best part | " + " | ".join(f"{gain:+.3f}" for gain in gains) + " |", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
