"""Measures questions that name their document, and what that does to questions that name none.

    python benchmarks/named/run.py DATA [--work DIR] [--ask N] [--save]

DATA is the folder of the question sets. contracts_pdf and nda_contractnli are indexed as files, and their
questions are given a party, a title or a file name by fixed templates (questions.py); agreements.json lists
the parties of the agreements, read by a person. The rules were chosen on every other document (*tuned*), and
are reported on the rest (*held*). The other sets have questions of people who named no document: every
narrowing that leaves out the right one is wrong.

hit@1 is that of the questions that were narrowed and have an answer, before (``named=False``) and after; at
most ``--ask`` of each row. A right first quote is in the right document and contains a gold answer, is
contained in one, or shares half of its words with one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import questions as sets_of  # noqa: E402
from questions import Asked  # noqa: E402
from sets import Remembering, indexed  # noqa: E402

from qa import encoders, rerankers  # noqa: E402
from qa.answer.answerer import Answerer  # noqa: E402
from qa.answer.scope import Scopes  # noqa: E402
from qa.encoders import Encoder  # noqa: E402
from qa.evaluate import folded  # noqa: E402
from qa.index import Index  # noqa: E402
from qa.record import Answer  # noqa: E402

QUESTIONS = 600
XQUAD = ("en", "de", "zh")


def question_sets(data: Path, work: Path) -> Iterator[tuple[str, Path, list[Asked]]]:
    """Yield the name of each set, what to index, and its questions."""
    yield "contracts_pdf", data / "contracts_pdf" / "pdf", sets_of.contracts(data / "contracts_pdf")
    yield "nda_contractnli", _agreements(data, work), sets_of.agreements(data / "nda_contractnli")
    for name in ("squad11", "selqa_dev", "policyqa_dev", *(f"xquad/{code}" for code in XQUAD)):
        yield name, data / name / "corpus.jsonl", sets_of.plain(data / name, QUESTIONS)
    articles = sets_of.plain(data / "squad11", QUESTIONS, grouped=True)
    yield "squad11, whole articles", _articles(data / "squad11", work), articles


def _agreements(data: Path, work: Path) -> Path:
    folder = work / "agreements"
    folder.mkdir(exist_ok=True)
    for row in sets_of.rows(data / "nda_contractnli" / "corpus.jsonl"):
        (folder / sets_of.file_of(row)).write_text(row["text"], encoding="utf-8")
    return folder


def _articles(folder: Path, work: Path) -> Path:
    texts: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for row in sets_of.rows(folder / "corpus.jsonl"):
        texts.setdefault(row["source_doc"], []).append(row["text"])
        titles[row["source_doc"]] = row["title"]
    path = work / "articles.jsonl"
    rows = ({"_id": key, "title": titles[key], "text": "\n\n".join(each)} for key, each in texts.items())
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def is_right(answer: Answer, question: Asked) -> bool:
    """Return whether the first quote is in the right document and has the answer."""
    if not answer.quotes or answer.quotes[0].citation.doc_id != question.gold:
        return False
    quote = folded(answer.quotes[0].text)
    words = {*quote.split()}
    for gold in map(folded, question.answers):
        own = {*gold.split()}
        if gold and (gold in quote or (len(words) >= 8 and quote in gold)):
            return True
        if 2 * len(words & own) >= len(words | own) > 0:
            return True
    return False


def place(named: frozenset[str] | None, question: Asked) -> str:
    """Return how a question was narrowed."""
    if named is None:
        return "not"
    if not question.documents:
        return "right" if question.gold in named else "wrong"
    if named == question.documents:
        return "right"
    return "wider" if question.gold in named else "wrong"


def measure(
    name: str, index: Index, questions: Sequence[Asked], encoder: Encoder, ask: int
) -> list[dict[str, Any]]:
    """Return a result for each kind of question and each half."""
    answerer, scopes = Answerer(index, encoder, reranker=rerankers.load()), Scopes()
    results = []
    kinds = dict.fromkeys(
        (question.kind, question.tuning or question.kind == "none") for question in questions
    )
    for kind, tuning in kinds:
        rows = [q for q in questions if q.kind == kind and (kind == "none" or q.tuning == tuning)]
        places: dict[Asked, str] = {}
        seconds = []
        with index.snapshot() as snapshot:
            for question in rows:
                began = time.process_time()
                narrowed = scopes.of(snapshot, question.text, ())
                seconds.append(time.process_time() - began)
                places[question] = place(narrowed and frozenset(narrowed.scope.documents), question)
        narrowed = [q for q in rows if places[q] != "not" and q.answers]
        asked = narrowed[:: max(1, -(-len(narrowed) // ask))] if narrowed else []
        before = [is_right(answerer.ask(q.text, k=1, named=False), q) for q in asked]
        answers = [answerer.ask(q.text, k=1) for q in asked]
        after = [is_right(answer, q) for answer, q in zip(answers, asked, strict=True)]
        counts = Counter(places.values())
        results.append(
            {
                "set": name,
                "names": kind,
                "half": "" if kind == "none" else "tuned" if tuning else "held",
                "questions": len(rows),
                **{each: counts[each] / len(rows) for each in ("right", "wider", "wrong", "not")},
                "asked": len(asked),
                "hit_before": sum(before) / len(asked) if asked else None,
                "hit_after": sum(after) / len(asked) if asked else None,
                "left_for_all": sum(answer.scope is None for answer in answers) / len(asked)
                if asked
                else None,
                "median_ms": 1000 * sorted(seconds)[len(seconds) // 2],
            }
        )
        print(json.dumps(results[-1]), flush=True)
    return results


def markdown(results: Sequence[dict[str, Any]]) -> str:
    """Return the results as a table."""
    lines = [
        "# Named documents",
        "",
        "Written by `python benchmarks/named/run.py DATA --save`; the columns are described there. *right*: narrowed to",
        "the documents named (for questions that name none: to documents with the right one); *wider*: to these and",
        "others; *wrong*: without the right one. *all*: the share that was answered from all documents after all.",
        "*ms*: median processor time to find the names.",
        "",
        "| set | named by | half | questions | right | wider | wrong | not | asked | hit@1 before | after | all | ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]

    def shown(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    for each in results:
        shares = [shown(each[key]) for key in ("right", "wider", "wrong", "not")]
        hits = [shown(each[key]) for key in ("hit_before", "hit_after", "left_for_all")]
        cells = [
            each["set"], each["names"], each["half"], str(each["questions"]), *shares, str(each["asked"]), *hits,
            f"{each['median_ms']:.1f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-named")
    parser.add_argument(
        "--ask", type=int, default=100, help="questions that are asked for hit@1, of each row"
    )
    parser.add_argument(
        "--sets", default="", help="only these sets, separated by commas; others keep their results"
    )
    parser.add_argument("--save", action="store_true", help="write results.json and results.md here")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    saved = HERE / "results.json"
    results = json.loads(saved.read_text()) if options.sets and saved.exists() else []
    for name, source, questions in question_sets(options.data, options.work):
        if options.sets and name not in options.sets.split(","):
            continue
        index = indexed(
            source, options.work / name.replace("/", "-").replace(", ", "-").replace(" ", "-"), encoder
        )
        results = [each for each in results if each["set"] != name]
        results += measure(name, index, questions, encoder, options.ask)
        if options.save:
            saved.write_text(json.dumps(results, indent=1) + "\n")
            (HERE / "results.md").write_text(markdown(results))
    print(markdown(results))


if __name__ == "__main__":
    main()
