"""Measures other tools beside this project: the same sentences, model, questions and judging, in one run.

    python benchmarks/peers/run.py FOLDER... [--limit N] [--work DIR] [--save]

Needs what requirements.txt names, in an environment of its own. A FOLDER is that of a question set, as for
benchmarks/quality/run.py, whose indexes and question vectors in the work folder are used where they are
there. What a peer found is remembered there too, for as long as its parameters, the sentences and the
questions are the same: a second run asks only this project again.
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

from qa import encoders
from qa.answer.answerer import Answerer
from qa.evaluate import DEPTH, figures, folded, ndcg, outcome
from qa.record import Answer, Citation, Context, Quote

HERE = Path(__file__).parent
PEERS: tuple[ModuleType, ...] = (txtai_peer, haystack_peer, faiss_peer)
OURS = "this project"
DEEP = 100
"""Results that are taken where documents are graded: enough for ten different documents."""
RESAMPLES = 2000
MODES = ("sentence", "title. sentence")
"""What a peer is given to index."""

Rankings = dict[str, list[list[int]]]


class Clock:
    """Time spent inside ``with``: of the processor, which other work hardly changes, and elapsed."""

    def __init__(self) -> None:
        self.processor = self.elapsed = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time(), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.processor += time.process_time() - self._began[0]
        self.elapsed += time.perf_counter() - self._began[1]

    def a_question(self, questions: int) -> dict[str, float]:
        """Milliseconds."""
        return {"cpu_ms": 1000 * self.processor / questions, "ms": 1000 * self.elapsed / questions}


def text_of(unit: Unit, mode: str) -> str:
    return unit.text if mode == "sentence" else f"{unit.title}. {unit.text}"


def digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def vectors_of(units: Sequence[Unit], mode: str, given: Vectors, work: Path, encoder: Remembering) -> Vectors:
    """The index's own vectors for its sentences; those with a title are made once and kept."""
    if mode == "sentence":
        return given
    texts = [text_of(unit, mode) for unit in units]
    kept = work / f"vectors-{digest(encoder.fingerprint, texts)}.npy"
    if not kept.exists():
        print(f"embedding {len(texts)} sentences with their titles ...", file=sys.stderr)
        np.save(kept, encoder.encode(texts))
    return np.load(kept)


def rankings(
    peer: ModuleType,
    each: QuestionSet,
    units: Sequence[Unit],
    mode: str,
    vectors: Vectors,
    encoder: Remembering,
) -> tuple[Rankings, dict[str, dict[str, float]]]:
    """For every way of a peer the best sentences of every question, and what a question cost.

    Questions that are limited to some documents ask an index of these alone.
    """
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    clocks: dict[str, Clock] = defaultdict(Clock)
    scopes: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, case in enumerate(each.cases):
        scopes[case.documents].append(at)
    for documents, asked in scopes.items():
        rows = [at for at, unit in enumerate(units) if not documents or unit.doc_id in documents]
        texts = [text_of(units[row], mode) for row in rows]
        for search in peer.build(texts, vectors[rows], lambda texts: encoder.encode(texts, query=True)):
            for at in asked:
                clock = Clock()
                with clock:
                    ways = search(each.cases[at].text, depth(each.cases[at]))
                for way, best in ways.items():
                    found[way][at] = [rows[number] for number in best]
                    clocks[way].processor += clock.processor
                    clocks[way].elapsed += clock.elapsed
    number = len(each.cases)
    return (
        {way: [by_case[at] for at in range(number)] for way, by_case in found.items()},
        {way: clock.a_question(number) for way, clock in clocks.items()},
    )


def depth(case: Case) -> int:
    return DEEP if case.gold.relevant else DEPTH


def remembered(
    peer: ModuleType, each: QuestionSet, units: Sequence[Unit], mode: str, given: Vectors, work: Path,
    encoder: Remembering,
) -> tuple[Rankings, dict[str, dict[str, float]]]:  # fmt: skip
    """What `rankings` gives, or gave in an earlier run on the same."""
    asked = [(case.text, case.documents, depth(case)) for case in each.cases]
    sentences = [(unit.doc_id, text_of(unit, mode)) for unit in units]
    key = digest(peer.NAME, peer.FACTS, encoder.fingerprint, asked, sentences)
    kept = work / f"{each.name}-{key}.json"
    if not kept.exists():
        print(f"{each.name}: {peer.NAME}, {mode} ...", file=sys.stderr)
        vectors = vectors_of(units, mode, given, work, encoder)
        kept.write_text(json.dumps(rankings(peer, each, units, mode, vectors, encoder)))
    found, cost = json.loads(kept.read_text())
    return found, cost


def citation(unit: Unit) -> Citation:
    end = unit.end
    return Citation(
        doc_id=unit.doc_id, title=unit.title, sha256="0" * 64, uri=None, page=None, line=None,
        start=end - len(unit.text), end=end, prefix="", suffix="",
    )  # fmt: skip


def as_answer(case: Case, found: Iterable[Unit], places: dict[str, list[Unit]]) -> Answer:
    """A ranking as this project writes an answer, so that it is judged by the same function.

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
                citation(other)
                for other in places[folded(unit.text)]
                if not case.documents or other.doc_id in case.documents
            ),
        )
        for rank, unit in enumerate(found, start=1)
    )
    return Answer(id="1", question=case.text, answered=True, confidence=1.0, reason=None, quotes=quotes)


def judged(cases: Sequence[Case], answers: Iterable[Answer]) -> dict[str, Any]:
    outcomes = [outcome(answer, case.gold) for case, answer in zip(cases, answers, strict=True)]
    found = figures(outcomes)
    hit = found.hit or {}
    return {
        "each": [ndcg(o.gains, o.gold.relevant) if o.gold.relevant else float(o.rank == 1) for o in outcomes],
        "questions": found.questions,
        **{f"hit_{k}": hit[k] for k in (1, 3, DEPTH)},
        "ndcg_10": found.ndcg,
        "words": found.words,
    }


def ahead(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """The mean of one less that of the other, and a 95 % interval by resampling the questions (bootstrap)."""
    differences = np.array(one) - np.array(other)
    drawn = np.random.default_rng(SEED).choice(differences, (RESAMPLES, len(differences))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(differences.mean()), float(low), float(high)


def ours(each: QuestionSet, units: Sequence[Unit], encoder: Remembering) -> list[dict[str, Any]]:
    """This project's own answers: as they are given, and cut to the one sentence that was found."""
    answerer, clock, answers = Answerer(each.index, encoder), Clock(), []
    for case in each.cases:
        with clock:
            answers.append(answerer.ask(case.text, k=DEPTH, documents=case.documents))
    cost = clock.a_question(len(each.cases))
    # A quote grows only to the sentences before it: the sentence that was found is its last.
    sentences = {(unit.doc_id, unit.end): unit.text for unit in units}
    cut = [
        replace(
            answer,
            quotes=tuple(
                replace(quote, text=sentences[quote.citation.doc_id, quote.citation.end])
                for quote in answer.quotes
            ),
        )
        for answer in answers
    ]
    results = [
        {"way": "quotes as given", **judged(each.cases, answers), **cost},
        {"way": "their last sentence only", **judged(each.cases, cut), **cost},
    ]
    if any(case.gold.relevant for case in each.cases):
        deep, clock = [], Clock()
        for case in each.cases:
            with clock:
                deep.append(answerer.ask(case.text, k=DEEP, documents=case.documents))
        cost = clock.a_question(len(each.cases))
        results.append({"way": f"{DEEP} quotes", **judged(each.cases, deep), **cost})
    return [{"set": each.name, "tool": OURS, "text": "", **result} for result in results]


def measure(each: QuestionSet, work: Path, encoder: Remembering) -> list[dict[str, Any]]:
    """Every tool, text and way on one set."""
    units, given = units_of(each.index)
    results = ours(each, units, encoder)
    places: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        places[folded(unit.text)].append(unit)
    for peer in PEERS:
        for mode in MODES:
            found, cost = remembered(peer, each, units, mode, given, work, encoder)
            for way, best in found.items():
                answers = (
                    as_answer(case, [units[at] for at in ranking], places)
                    for case, ranking in zip(each.cases, best, strict=True)
                )
                named = {"set": each.name, "tool": peer.NAME, "text": mode, "way": way}
                results.append({**named, **judged(each.cases, answers), **cost[way]})
    # Like with like: of this project's rows the last is one sentence against one, or as deep as the peers.
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
        each = load(folder, options.work, encoder, options.limit)
        # What a peer finds where there is no answer cannot be right: only answerable questions are asked.
        cases = tuple(case for case in each.cases if case.gold.answerable)
        encoder.encode([case.text for case in cases], query=True)
        with threadpool_limits(1):
            results += measure(replace(each, cases=cases), work, encoder)
        print(table(best_of(results, each.name)))
    if options.save:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "results.md").write_text(markdown(results))


def merit(result: dict[str, Any]) -> tuple[float, ...]:
    return result["ndcg_10"] or 0.0, result["hit_1"], result["hit_3"], result["hit_10"]


def best_of(results: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """All of ours, and of every peer the text and way that did best on this very set."""
    here = [result for result in results if result["set"] == name]
    peers = [[result for result in here if result["tool"] == peer.NAME] for peer in PEERS]
    return [r for r in here if r["tool"] == OURS] + [max(found, key=merit) for found in peers]


def table(results: Iterable[dict[str, Any]]) -> str:
    lines = [
        "| set | questions | tool | hit@1 | hit@3 | hit@10 | nDCG@10 | ahead | words | CPU ms | ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in results:
        how = ", ".join(part for part in (r["text"], r["way"]) if part)
        quality = ["-" if r[k] is None else f"{r[k]:.3f}" for k in ("hit_1", "hit_3", "hit_10", "ndcg_10")]
        ahead = "-" if r["ahead"] is None else "{:+.3f} ({:+.3f} to {:+.3f})".format(*r["ahead"])
        cost = [f"{r[k]:.1f}" for k in ("words", "cpu_ms", "ms")]
        lines.append(
            "| "
            + " | ".join([r["set"], str(r["questions"]), f"{r['tool']} ({how})", *quality, ahead, *cost])
            + " |"
        )
    return "\n".join(lines)


def markdown(results: Sequence[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(result["set"] for result in results))
    best = [result for name in names for result in best_of(results, name)]
    facts = [f"- **{peer.NAME}**: {peer.FACTS}" for peer in PEERS]
    return f"""# Beside other tools

Made by `python benchmarks/peers/run.py FOLDER... --save`. Every tool has the same sentences (those of this
project's index, so that all find the same unit), the vectors of the same model (all-MiniLM-L6-v2), the same
answerable questions, and is judged by the same function (`qa.evaluate.outcome`): hit@k, one of the first k
results holds the gold answer in the gold document; nDCG@10, graded documents in the order of their best sentence.

What favours whom:

- A peer is tried with the sentence alone and with the title in front, and in every way of joining it has; the first
  table shows **the one that did best on that very set**, chosen after the fact. This project has one setting.
- Where a set limits questions to some documents (policyqa), a peer has an index of these documents alone.
- Where documents are graded (cisi), peers give {DEEP} sentences, this project {DEPTH} quotes, which are fewer than
  {DEPTH} documents; with {DEEP} quotes it is shown as well.
- This project's quote takes in the sentence before where it cannot be understood without it, which also makes
  it easier to hold the answer: *words* are those of the first result, and *their last sentence only* judges the
  sentence that was found without what it grew by.
- The weights of this project's score were fitted on selqa_dev (and on a part of SQuAD's training set), and squad11 was
  looked at while its measures were chosen; the peers have the weights that they come with.

*ahead* is what this project's hit@1 (cisi: nDCG@10) is above the peer's, with a 95 % interval over the questions;
there it stands for *their last sentence only*, one sentence against one (cisi: for *{DEEP} quotes*).
An interval that holds 0 means that the questions do not tell the two apart.

*CPU ms* is processor time a question, *ms* elapsed time on a machine with much other work, both on one thread;
neither has the embedding of the question (the same for all) nor building the index in it. This project's includes
citations and confidence. A peer's times are remembered with what it found, this project's are those of the last run.

{table(best)}

The peers, with numpy {version("numpy")}, torch {version("torch")}:

{chr(10).join(facts)}

## All ways

{table(results)}
"""


if __name__ == "__main__":
    main()
