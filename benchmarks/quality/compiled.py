"""Compares the answers of the compiled encoder with those of sentence-transformers, set by set.

    python benchmarks/quality/compiled.py FOLDER... [--limit N] [--work DIR] [--save]

Each FOLDER contains corpus.jsonl (or source.txt) and questions.jsonl. Each backend has a separate index with
its own vectors. Sets with results in the work folder are not measured again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from sets import load

from qa import encoders
from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.evaluate import DEPTH, figures, outcome

HERE = Path(__file__).parent
BACKENDS = ("sentence-transformers", "openvino")
RANKS = (1, 3, 10)


def encoder_of(backend: str) -> Encoder:
    os.environ["QA_ENCODER"] = backend
    return encoders.load()


def measure(folder: Path, work: Path, limit: int, models: dict[str, Encoder]) -> dict[str, object]:
    """Return the figures of both backends on one set, and how many first quotes are the same."""
    first: dict[str, list[tuple[str, int, int] | None]] = {}
    result: dict[str, object] = {}
    for backend, model in models.items():
        question_set = load(folder, work / backend, model, limit)
        answerer = Answerer(question_set.index, model)
        outcomes = []
        first[backend] = []
        for case in question_set.cases:
            answer = answerer.ask(case.text, k=DEPTH, documents=case.documents)
            outcomes.append(outcome(answer, case.gold))
            place = answer.quotes[0].citation if answer.quotes else None
            first[backend].append((place.doc_id, place.start, place.end) if place else None)
        measured = figures(outcomes)
        result |= {"set": question_set.name, "questions": len(question_set.cases)}
        result[backend] = {"hit": measured.hit, "auroc": measured.auroc, "answered": measured.answered}
        print(f"{question_set.name}: {backend}: {result[backend]}", file=sys.stderr)
    pairs = list(zip(*first.values(), strict=True))
    result["same_first"] = sum(plain_place == compiled_place for plain_place, compiled_place in pairs) / len(
        pairs
    )
    return result


def markdown(results: list[dict[str, dict]]) -> str:
    lines = [
        "# The compiled encoder and sentence-transformers",
        "",
        "Written by `python benchmarks/quality/compiled.py FOLDER... --save`. The same questions to two indexes of the same",
        "documents, one embedded by sentence-transformers in float32, one by the compiled encoder (documents in bfloat16",
        "where the processor has it, questions in float32). hit@k: one of the first k quotes has the gold answer.",
        "",
        "| set | questions | "
        + " | ".join(f"hit@{k} | compiled" for k in RANKS)
        + " | difference at 1 | same first quote |",
        "|---|---|" + "---|---|" * len(RANKS) + "---|---|",
    ]
    for result in results:
        plain, compiled = (result[backend]["hit"] for backend in BACKENDS)
        cells = [str(result["set"]), str(result["questions"])]
        for k in RANKS:
            cells += [f"{plain[str(k)]:.4f}", f"{compiled[str(k)]:.4f}"] if plain else ["-", "-"]
        cells.append(f"{compiled['1'] - plain['1']:+.4f}" if plain else "-")
        cells.append(f"{result['same_first']:.4f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join((*lines, ""))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=2000, help="questions a set, drawn with a fixed seed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-compiled")
    parser.add_argument("--save", action="store_true", help="write compiled.json and compiled.md here")
    options = parser.parse_args()
    models: dict[str, Encoder] = {}
    results = []
    for folder in options.folders:
        stored = options.work / f"{folder.parent.name}-{folder.name}-{options.limit}.json"
        if not stored.exists():
            for backend in BACKENDS:
                (options.work / backend).mkdir(parents=True, exist_ok=True)
            models = models or {backend: encoder_of(backend) for backend in BACKENDS}
            stored.write_text(json.dumps(measure(folder, options.work, options.limit, models)))
        results.append(json.loads(stored.read_text()))
    print(markdown(results))
    if options.save:
        (HERE / "compiled.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "compiled.md").write_text(markdown(results))


if __name__ == "__main__":
    main()
