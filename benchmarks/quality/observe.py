"""Keeps what the search sees of each question, for `fit.py`.

    python benchmarks/quality/observe.py DATA SOURCE [--work DIR] [--reader FOLDER] [--sets NAME...]

DATA is the folder of the question sets, SOURCE that of the project's own source text. Every question is asked once
with the reader. A row has the features of every sentence that was read and of the next best, and whether each is right.
Questions on other topics are asked as well. A set that was observed is not observed again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sets import Case, QuestionSet, Remembering, judge, load, rows

from qa import encoders, rerankers
from qa.index import Snapshot
from qa.search.features import MEASURES
from qa.search.searcher import Searcher

sys.path.insert(0, str(Path(__file__).parents[2]))
from training.sources import half

SENTENCES = 160
"""Number of sentences kept for each question, in addition to those that were read."""
OFF_TOPIC = 150
ENCYCLOPEDIA = ("squad11", "squad20", "selqa_dev", "clapnq", "boolq")
SETS = {
    "source": 24,
    "squad11": 800,
    "squad20": 800,
    "selqa_dev": 400,
    "policyqa_dev": 400,
    "cisi": 112,
    "contracts_pdf": 1025,
    "nda_contractnli": 612,
    "clapnq": 162,
    "doc2dial": 500,
    "boolq": 300,
    "tatqa": 196,
    "fairytaleqa": 316,
    "pubmedqa_yesno": 300,
}
"""Number of questions of each set."""


@dataclass(frozen=True)
class Asked:
    """A question to observe.

    Attributes:
        id: Its id.
        text: The question.
        kind: ``in`` if the set has an answer, ``near`` if its documents do not, ``far`` if it is on another topic.
        case: The case, if it is from the set.
        article: What it is about, to split a set.
    """

    id: str
    text: str
    kind: str
    case: Case | None = None
    article: str = ""


def questions(question_set: QuestionSet, folder: Path, far: list[str]) -> Iterator[Asked]:
    """Yield the questions of a set, without those that a reader may have been trained on."""
    titles: dict[str, str] = {}
    if question_set.name == "squad20":
        titles = {row["doc_id"]: row["title"] for row in rows(folder / "corpus.jsonl")}
    for case in question_set.cases:
        title = titles.get(str(case.row.get("doc_id")), str(case.row.get("doc_id")))
        if titles and half(title):
            continue
        if case.row.get("follow_up"):
            continue
        yield Asked(case.id, case.text, "in" if case.gold.answerable else "near", case, title)
    for number, text in enumerate(far):
        yield Asked(f"far-{number}", text, "far")


def observe(searcher: Searcher, snapshot: Snapshot, asked: Asked, clauses: bool) -> dict[str, Any]:
    """Ask one question, and return what the search saw."""
    documents = asked.case.documents if asked.case else ()
    began = time.perf_counter()
    result = searcher.search(snapshot, asked.text, documents)
    seconds = time.perf_counter() - began
    is_right = judge(asked.case.gold, clauses) if asked.case and asked.kind == "in" else None
    hits = [hit for hit in result.hits if hit.features.reader is not None]
    hits += [hit for hit in result.hits if hit.features.reader is None][:SENTENCES]
    places: dict[str, int] = {}
    row = {
        "id": asked.id, "kind": asked.kind, "article": asked.article, "seconds": round(seconds, 4),
        "unknown": round(result.unknown, 4), "stage": result.stage,
        "documents": [places.setdefault(hit.sentence.doc_id, len(places)) for hit in hits],
        "passages": [result.passage(hit).id for hit in hits],
        "starts": [hit.sentence.start for hit in hits],
        "features": [_numbers(hit.features) for hit in hits],
        "right": [],
    }  # fmt: skip
    if is_right:
        for hit in hits:
            passage = result.passage(hit)
            text = passage.text[hit.sentence.start - passage.start : hit.sentence.end - passage.start]
            row["right"].append(is_right(text, hit.sentence.doc_id))
    if asked.case and asked.case.gold.relevant:
        row["grades"] = [asked.case.gold.relevant.get(doc_id, 0) for doc_id in places]
        row["relevant"] = sorted(asked.case.gold.relevant.values(), reverse=True)
    return row


def _numbers(features: Any) -> list[float | None]:
    values = [getattr(features, name) for name in (*MEASURES, "reader", "reader_passage")]
    return [None if value is None else round(value, 4) for value in values]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--reader", default=rerankers.READER, help="the reader, as for --reranker")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    options = parser.parse_args()
    target = options.work / "observations"
    target.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    reader = rerankers.load(options.reader)
    web = [row["question"] for row in rows(options.data / "abstention" / "questions.jsonl")]
    policies = [row["question"] for row in rows(options.data / "policyqa_dev" / "questions.jsonl")]
    for name in options.sets:
        path = target / f"{name}.jsonl"
        if path.exists():
            continue
        folder = options.source if name == "source" else options.data / name
        question_set = load(folder, options.work, encoder, SETS[name])
        # An encyclopedia may answer a question from a search engine, but not one on a privacy policy.
        far = (policies if name in ENCYCLOPEDIA else web)[-OFF_TOPIC:]
        searcher = Searcher(question_set.index, encoder, reader)
        with question_set.index.snapshot() as snapshot, path.with_suffix(".tmp").open("w") as file:
            for number, asked in enumerate(questions(question_set, folder, far)):
                row = observe(searcher, snapshot, asked, question_set.clauses)
                file.write(json.dumps({"set": name, **row}) + "\n")
                if number % 100 == 99:
                    print(f"{name}: {number + 1}", file=sys.stderr, flush=True)
        path.with_suffix(".tmp").replace(path)
        encoder.keep_queries(options.work / "queries.npz")


if __name__ == "__main__":
    main()
