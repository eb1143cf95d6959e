"""Measures the whole against its own parts: what remains when some of the features is left out.

    python benchmarks/quality/ablations.py FOLDER... [--limit N] [--work DIR] [--save]

Every way of ordering sees the same candidates with the same features, is cut into quotes by the same code
and judged alike, so that nothing but the order differs.
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
    """The sum of some measures as they are."""
    return lambda hits: sum(column(hits, name) for name in names)


def normalised(**weights: float) -> Order:
    """A weighted sum of measures, each brought to 0 to 1 over a question's candidates."""

    def score(hits: tuple[Hit, ...]) -> np.ndarray:
        total = np.zeros(len(hits))
        for name, weight in weights.items():
            values = column(hits, name)
            total += weight * (values - values.min()) / (np.ptp(values) or 1)
        return total

    return score


def by_rank(*names: str) -> Order:
    """Reciprocal rank fusion."""

    def score(hits: tuple[Hit, ...]) -> np.ndarray:
        ranks = [np.argsort(np.argsort(-column(hits, name), kind="stable")) for name in names]
        return sum(1 / (RRF + 1 + rank) for rank in ranks)

    return score


WHOLE = "the whole"
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


def reordered(found: SearchResult, order: Order) -> SearchResult:
    """The same hits with another score, in its order."""
    values = order(found.hits)
    ranked = sorted(range(len(found.hits)), key=lambda at: (-values[at], at))
    hits = [replace(found.hits[at], score=float(values[at]), rank=n) for n, at in enumerate(ranked, 1)]
    return replace(found, hits=tuple(hits))


@contextmanager
def turns(taken: float):
    """Documents take turns so; the program's own measure of it is on the scale of the whole's score."""
    own, chosen_quotes._diversity_penalty = chosen_quotes._diversity_penalty, lambda result: taken
    yield
    chosen_quotes._diversity_penalty = own


def measure(each: QuestionSet, encoder: Remembering) -> dict[str, Figures]:
    searcher = Searcher(each.index, encoder)
    outcomes: dict[str, list] = {name: [] for name in (WHOLE, f"{WHOLE}, documents in no turns", *ORDERS)}
    encoder.encode([case.text for case in each.cases], query=True)
    with each.index.snapshot() as snapshot:
        for at, case in enumerate(each.cases):
            if not case.gold.answerable:
                continue
            found = searcher.search(snapshot, case.text, case.documents)
            for name, made in outcomes.items():
                here = reordered(found, ORDERS[name]) if name in ORDERS else found
                # Where documents are graded, one quote of each is what serves any order best.
                strict = name in ORDERS and case.gold.relevant
                with nullcontext() if name == WHOLE else turns(1e9 if strict else 0.0):
                    quotes = tuple(quotes_of(snapshot, here, DEPTH))
                made.append(outcome(as_answer(case.text, quotes), case.gold))
            if at % 200 == 199:
                print(f"{each.name}: {at + 1}/{len(each.cases)}", file=sys.stderr)
    return {name: figures(made) for name, made in outcomes.items()}


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
        each = load(folder, options.work, encoder, options.limit)
        results[each.name] = {}
        for name, found in measure(each, encoder).items():
            hits = [] if found.ndcg is not None else list((found.hit or {}).values())
            results[each.name][name] = [found.ndcg] if found.ndcg is not None else hits
            print(each.name, name, [round(value, 3) for value in results[each.name][name]])
    table = markdown(results)
    print(table)
    if options.save:
        (HERE / "ablations.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "ablations.md").write_text(table)


def markdown(results: dict[str, dict[str, list[float]]]) -> str:
    names = list(next(iter(results.values())))
    lines = [
        "# The whole against its parts",
        "",
        "Made by `python benchmarks/quality/ablations.py FOLDER... --save`: hit@1 / hit@3 / hit@10, for cisi nDCG@10. All",
        "ways see the same candidates and are judged alike; on cisi the others give one quote a document, which serves them",
        "best. The last line is the first figure of the whole less that of the best other way.",
        "",
        "| | " + " | ".join(results) + " |",
        "|---|" + "---|" * len(results),
    ]
    for name in names:
        cells = [" / ".join(f"{value:.3f}" for value in found[name]) for found in results.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    best = [max(found[name][0] for name in ORDERS) for found in results.values()]
    gains = [found[WHOLE][0] - other for found, other in zip(results.values(), best, strict=True)]
    lines += ["| whole less best part | " + " | ".join(f"{gain:+.3f}" for gain in gains) + " |", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
