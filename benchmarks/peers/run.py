"""Compares other tools with this project: the same sentences, model, questions and evaluation, in one run.

    python benchmarks/peers/run.py FOLDER... [--limit N] [--work DIR] [--save]

Needs the packages of requirements.txt, in a separate environment. A FOLDER is that of a question set, as for
benchmarks/quality/run.py, whose indexes and question vectors in the work folder are used if present. The
results of the peers are cached there too, by their parameters, the sentences and the questions: a second run
asks only this project again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import faiss_peer
import haystack_peer
import numpy as np
import txtai_peer
from threadpoolctl import threadpool_limits
from units import Unit, Vectors, units_of

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))

from sets import SEED, Case, QuestionSet, Remembering, load

from qa import encoders, rerankers
from qa.answer.answerer import Answerer
from qa.evaluate import DEPTH, figures, folded, ndcg, outcome
from qa.record import Answer, Citation, Context, Quote

HERE = Path(__file__).parent
PEERS: tuple[ModuleType, ...] = (txtai_peer, haystack_peer, faiss_peer)
OURS = "this project"
DEEP = 100
"""Number of results where documents are graded: enough for ten different documents."""
RESAMPLES = 2000
MODES = ("sentence", "title. sentence")
"""Texts that a peer indexes."""

Rankings = dict[str, list[list[int]]]


class Clock:
    """Measures the time inside ``with``: processor time, which other work hardly changes, and elapsed time."""

    def __init__(self) -> None:
        self.processor = self.elapsed = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.processor += time.process_time() - self._began[0]
        self.elapsed += time.perf_counter() - self._began[1]

    def per_question(self, questions: int) -> dict[str, float]:
        """Return milliseconds per question."""
        return {"cpu_ms": 1000 * self.processor / questions, "ms": 1000 * self.elapsed / questions}


def text_of(unit: Unit, mode: str) -> str:
    return unit.text if mode == "sentence" else f"{unit.title}. {unit.text}"


def digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def vectors_of(
    units: Sequence[Unit], mode: str, sentence_vectors: Vectors, work: Path, encoder: Remembering
) -> Vectors:
    """Return the index's own vectors of its sentences, or vectors with titles, which are computed once and
    cached."""
    if mode == "sentence":
        return sentence_vectors
    texts = [text_of(unit, mode) for unit in units]
    cache = work / f"vectors-{digest(encoder.fingerprint, texts)}.npy"
    if not cache.exists():
        print(f"embedding {len(texts)} sentences with their titles ...", file=sys.stderr)
        np.save(cache, encoder.encode(texts))
    return np.load(cache)


def rankings(
    peer: ModuleType,
    question_set: QuestionSet,
    units: Sequence[Unit],
    mode: str,
    vectors: Vectors,
    encoder: Remembering,
) -> tuple[Rankings, dict[str, dict[str, float]]]:
    """Return the best sentences of every question for each way of a peer, and the cost of a question.

    Questions that are limited to some documents ask an index of these alone.
    """
    best_of_ways: dict[str, dict[int, list[int]]] = defaultdict(dict)
    clocks: dict[str, Clock] = defaultdict(Clock)
    scopes: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, case in enumerate(question_set.cases):
        scopes[case.documents].append(at)
    for documents, asked in scopes.items():
        rows = [at for at, unit in enumerate(units) if not documents or unit.doc_id in documents]
        texts = [text_of(units[row], mode) for row in rows]
        for search in peer.build(texts, vectors[rows], lambda texts: encoder.encode(texts, query=True)):
            for at in asked:
                clock = Clock()
                with clock:
                    ways = search(question_set.cases[at].text, depth(question_set.cases[at]))
                for way, best in ways.items():
                    best_of_ways[way][at] = [rows[number] for number in best]
                    clocks[way].processor += clock.processor
                    clocks[way].elapsed += clock.elapsed
    number = len(question_set.cases)
    return (
        {way: [by_case[at] for at in range(number)] for way, by_case in best_of_ways.items()},
        {way: clock.per_question(number) for way, clock in clocks.items()},
    )


def depth(case: Case) -> int:
    return DEEP if case.gold.relevant else DEPTH


def cached_rankings(
    peer: ModuleType, question_set: QuestionSet, units: Sequence[Unit], mode: str, sentence_vectors: Vectors, work: Path,
    encoder: Remembering,
) -> tuple[Rankings, dict[str, dict[str, float]]]:  # fmt: skip
    """Return the result of `rankings`, possibly from an earlier run on the same inputs."""
    asked = [(case.text, case.documents, depth(case)) for case in question_set.cases]
    sentences = [(unit.doc_id, text_of(unit, mode)) for unit in units]
    key = digest(peer.NAME, peer.FACTS, encoder.fingerprint, asked, sentences)
    cache = work / f"{question_set.name}-{key}.json"
    if not cache.exists():
        print(f"{question_set.name}: {peer.NAME}, {mode} ...", file=sys.stderr)
        vectors = vectors_of(units, mode, sentence_vectors, work, encoder)
        cache.write_text(json.dumps(rankings(peer, question_set, units, mode, vectors, encoder)))
    rankings_of_ways, cost = json.loads(cache.read_text())
    return rankings_of_ways, cost


def citation(unit: Unit) -> Citation:
    end = unit.end
    return Citation(
        doc_id=unit.doc_id, title=unit.title, sha256="0" * 64, uri=None, page=None, line=None,
        start=end - len(unit.text), end=end, prefix="", suffix="",
    )  # fmt: skip


def as_answer(case: Case, ranking: Iterable[Unit], places: dict[str, list[Unit]]) -> Answer:
    """Return a ranking in the form of this project's answers, for evaluation by the same function.

    The same words elsewhere count as another place of the sentence, as they do in this project's quotes.
    """
    quotes = tuple(
        Quote(
            rank=rank,
            text=unit.text,
            score=0.0,
            matched=(),
            citation=citation(unit),
            context=Context(start=unit.end - len(unit.text), end=unit.end, text=unit.text),
            also=tuple(
                citation(place)
                for place in places[folded(unit.text)]
                if not case.documents or place.doc_id in case.documents
            ),
        )
        for rank, unit in enumerate(ranking, start=1)
    )
    return Answer(id="1", question=case.text, answered=True, confidence=1.0, reason=None, quotes=quotes)


def judge(cases: Sequence[Case], answers: Iterable[Answer]) -> dict[str, Any]:
    outcomes = [outcome(answer, case.gold) for case, answer in zip(cases, answers, strict=True)]
    result = figures(outcomes)
    hit = result.hit or {}
    return {
        "each": [ndcg(o.gains, o.gold.relevant) if o.gold.relevant else float(o.rank == 1) for o in outcomes],
        "questions": result.questions,
        **{f"hit_{k}": hit[k] for k in (1, 3, DEPTH)},
        "ndcg_10": result.ndcg,
        "words": result.words,
    }


def ahead(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean difference of two lists, and a 95 % interval by resampling the questions (bootstrap)."""
    differences = np.array(first) - np.array(second)
    drawn = np.random.default_rng(SEED).choice(differences, (RESAMPLES, len(differences))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(differences.mean()), float(low), float(high)


def ours(question_set: QuestionSet, units: Sequence[Unit], encoder: Remembering) -> list[dict[str, Any]]:
    """Return this project's answers: with their full quotes, and with the matching sentence of each only."""
    answerer = Answerer(question_set.index, encoder, reranker=rerankers.load())
    clock, answers = Clock(), []
    for case in question_set.cases:
        with clock:
            answers.append(answerer.ask(case.text, k=DEPTH, documents=case.documents))
    cost = clock.per_question(len(question_set.cases))
    # A quote extends only to the sentences before it: its last sentence is the matching one.
    sentences = {(unit.doc_id, unit.end): unit.text for unit in units}
    cut = [
        answer.model_copy(
            update={
                "quotes": tuple(
                    quote.model_copy(update={"text": sentences[quote.citation.doc_id, quote.citation.end]})
                    for quote in answer.quotes
                )
            }
        )
        for answer in answers
    ]
    results = [
        {"way": "quotes as given", **judge(question_set.cases, answers), **cost},
        {"way": "their last sentence only", **judge(question_set.cases, cut), **cost},
    ]
    if any(case.gold.relevant for case in question_set.cases):
        deep, clock = [], Clock()
        for case in question_set.cases:
            with clock:
                deep.append(answerer.ask(case.text, k=DEEP, documents=case.documents))
        cost = clock.per_question(len(question_set.cases))
        results.append({"way": f"{DEEP} quotes", **judge(question_set.cases, deep), **cost})
    return [{"set": question_set.name, "tool": OURS, "text": "", **result} for result in results]


def measure(question_set: QuestionSet, work: Path, encoder: Remembering) -> list[dict[str, Any]]:
    """Measure every tool, text and way on one set."""
    units, sentence_vectors = units_of(question_set.index)
    results = ours(question_set, units, encoder)
    places: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        places[folded(unit.text)].append(unit)
    for peer in PEERS:
        for mode in MODES:
            rankings_of_ways, cost = cached_rankings(
                peer, question_set, units, mode, sentence_vectors, work, encoder
            )
            for way, best in rankings_of_ways.items():
                answers = (
                    as_answer(case, [units[at] for at in ranking], places)
                    for case, ranking in zip(question_set.cases, best, strict=True)
                )
                named = {"set": question_set.name, "tool": peer.NAME, "text": mode, "way": way}
                results.append({**named, **judge(question_set.cases, answers), **cost[way]})
    # Compare equal units: the last row of this project is one sentence, or as deep as the peers.
    like = next(result["each"] for result in reversed(results) if result["tool"] == OURS)
    for result in results:
        values = result.pop("each")
        result["ahead"] = None if result["tool"] == OURS else ahead(like, values)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=1500, help="questions a set, drawn with a fixed seed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write results.json and results.md here")
    options = parser.parse_args()
    work = options.work / "peers"
    work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    results: list[dict[str, Any]] = []
    for folder in options.folders:
        question_set = load(folder, options.work, encoder, options.limit)
        # Results for unanswerable questions cannot be right: only answerable questions are asked.
        cases = tuple(case for case in question_set.cases if case.gold.answerable)
        encoder.encode([case.text for case in cases], query=True)
        with threadpool_limits(1):
            results += measure(replace(question_set, cases=cases), work, encoder)
        print(table(best_of(results, question_set.name)))
    if options.save:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "results.md").write_text(markdown(results))


def merit(result: dict[str, Any]) -> tuple[float, ...]:
    return result["ndcg_10"] or 0.0, result["hit_1"], result["hit_3"], result["hit_10"]


def best_of(results: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return all rows of this project, and for every peer the text and way with the best result on this set."""
    results_of_set = [result for result in results if result["set"] == name]
    peers = [[result for result in results_of_set if result["tool"] == peer.NAME] for peer in PEERS]
    return [r for r in results_of_set if r["tool"] == OURS] + [max(rows, key=merit) for rows in peers]


def table(results: Iterable[dict[str, Any]]) -> str:
    lines = [
        "| set | questions | tool | hit@1 | hit@3 | hit@10 | nDCG@10 | ahead | words | CPU ms | ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        how = ", ".join(part for part in (result["text"], result["way"]) if part)
        quality = [
            "-" if result[k] is None else f"{result[k]:.3f}" for k in ("hit_1", "hit_3", "hit_10", "ndcg_10")
        ]
        ahead = "-" if result["ahead"] is None else "{:+.3f} ({:+.3f} to {:+.3f})".format(*result["ahead"])
        cost = [f"{result[k]:.1f}" for k in ("words", "cpu_ms", "ms")]
        lines.append(
            "| "
            + " | ".join(
                [result["set"], str(result["questions"]), f"{result['tool']} ({how})", *quality, ahead, *cost]
            )
            + " |"
        )
    return "\n".join(lines)


def markdown(results: Sequence[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(result["set"] for result in results))
    best = [result for name in names for result in best_of(results, name)]
    facts = [f"- **{peer.NAME}**: {peer.FACTS}" for peer in PEERS]
    return f"""# Comparison with other tools

Written by `python benchmarks/peers/run.py FOLDER... --save`. Every tool has the same sentences (those of this
project's index, so all return the same unit), the vectors of the same model (all-MiniLM-L6-v2), the same
answerable questions and the same evaluation (`qa.evaluate.outcome`): hit@k, one of the first k results contains
the gold answer in the gold document; nDCG@10, graded documents in the order of their best sentence.

Advantages of each side:

- A peer runs with the sentence alone and with the title in front, and with each of its ways of joining; the first
  table shows **the best variant on each set**, chosen afterwards. This project has one setting.
- If a set limits questions to some documents (policyqa), a peer has an index of only these documents.
- If documents are graded (cisi), peers return {DEEP} sentences, this project {DEPTH} quotes, which are fewer than
  {DEPTH} documents; with {DEEP} quotes it has another row.
- This project's quote includes the previous sentence if it cannot be understood without it, which also makes
  it easier to contain the answer: *words* are those of the first result, and *their last sentence only* evaluates
  the matching sentence without that extension.
- The weights of this project's score were fitted on selqa_dev (and on a part of SQuAD's training set), and its features
  were chosen with knowledge of squad11; the peers have their default weights.

*ahead* is this project's hit@1 (cisi: nDCG@10) minus the peer's, with a 95 % interval over the questions;
it compares *their last sentence only*, one sentence against one (cisi: *{DEEP} quotes*).
An interval that contains 0 means that the questions do not distinguish the two.

*CPU ms* is processor time per question, *ms* elapsed time on a machine with much other work, both on one thread;
both exclude the embedding of the question (the same for all) and the building of the index. This project's times
include citations and confidence. A peer's times are cached with its results; this project's are those of the last run.

{table(best)}

The peers, with numpy {version("numpy")}, torch {version("torch")}:

{chr(10).join(facts)}

## All variants

{table(results)}
"""


if __name__ == "__main__":
    main()
