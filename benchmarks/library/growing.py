"""Measures whether an answer keeps its fate while the library grows around its document.

    python benchmarks/library/growing.py DATA [--work DIR] [--reranker NAME] [--save]

DATA is the folder of the question sets. Contracts, agreements and handbook pages (contracts_pdf, nda_contractnli,
doc2dial) are in one fixed shuffled list. A library of size k is a document with the next k - 1 of the list; the last
has a thousand paragraphs of reports and books besides. The document's questions are asked of each library, with and
without its title. Then the document is taken out, and every question is unanswerable among near misses.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "quality"))

from sets import SEED, Remembering, indexed, judge, rows  # noqa: E402

from qa import encoders, rerankers  # noqa: E402
from qa.answer.answerer import Answerer  # noqa: E402
from qa.evaluate import Gold, gold_of  # noqa: E402
from qa.rerankers import READER, Reranker  # noqa: E402

SETS = ("contracts_pdf", "nda_contractnli", "doc2dial")
OTHERS = ("tatqa", "fairytaleqa")
SIZES = (1, 2, 5, 10, 20, 40)
PARAGRAPHS = 1000
STARTS = 16
QUESTIONS = 12
"""Maximum questions of a document."""
SHOWN = 3


@dataclass(frozen=True)
class Text:
    """A document with its questions."""

    id: str
    title: str
    text: str
    clauses: bool
    asked: tuple[tuple[str, Gold], ...]


def texts(data: Path) -> list[Text]:
    """Return all documents in a fixed shuffled order."""
    result = []
    for name in SETS:
        asked: dict[str, list[tuple[str, Gold]]] = {}
        for row in rows(data / name / "questions.jsonl"):
            if row["answerable"] and not row.get("follow_up"):
                asked.setdefault(row["doc_id"], []).append((row["question"], gold_of(row)))
        for row in rows(data / name / "corpus.jsonl"):
            questions = tuple(asked.get(row["doc_id"], ())[:QUESTIONS])
            clauses = name == "contracts_pdf"
            result.append(Text(row["doc_id"], row["title"], row["text"], clauses, questions))
    random.Random(SEED).shuffle(result)
    return result


def paragraphs(data: Path) -> list[dict[str, str]]:
    """Return paragraphs of reports and books."""
    every = [row for name in OTHERS for row in rows(data / name / "corpus.jsonl")]
    chosen = random.Random(SEED).sample(every, min(PARAGRAPHS, len(every)))
    return [{"_id": row["doc_id"], "title": row["title"], "text": row["text"]} for row in chosen]


def libraries(
    every: list[Text], start: int, others: list[dict[str, str]]
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield the name of each library of a document, and its records."""
    ring = [*every[start:], *every[:start]]
    records = [{"_id": each.id, "title": each.title, "text": each.text} for each in ring]
    for size in SIZES:
        yield str(size), records[:size]
    yield f"{SIZES[-1]} and paragraphs", [*records[: SIZES[-1]], *others]
    yield "without it", records[1 : SIZES[-1] + 1]


def ask_all(document: Text, answerer: Answerer, size: str, start: int) -> Iterator[dict[str, Any]]:
    """Yield the judged answer to each question, with and without the title."""
    for number, (question, gold) in enumerate(document.asked):
        is_right = judge(gold, document.clauses)
        for is_named in (False, True):
            text = f"{document.title}: {question}" if is_named else question
            answer = answerer.ask(text, k=SHOWN)
            right = [
                quote.citation.doc_id == document.id and is_right(quote.text, document.id)
                for quote in answer.quotes
            ]
            first = answer.quotes[0] if answer.quotes else None
            yield {
                "start": start, "question": number, "named": is_named, "size": size, "right": right,
                "answered": answer.answered, "confidence": round(answer.confidence, 4),
                "own": bool(first and first.citation.doc_id == document.id), "first": first.text if first else "",
            }  # fmt: skip


def run(data: Path, work: Path, reader: Reranker | None) -> list[dict[str, Any]]:
    """Ask all questions of all libraries."""
    encoder = Remembering(encoders.load())
    every, others = texts(data), paragraphs(data)
    results: list[dict[str, Any]] = []
    starts = [at for at, each in enumerate(every) if len(each.asked) > 2]
    for start in random.Random(SEED).sample(starts, STARTS):
        for size, records in libraries(every, start, others):
            folder = work / "library"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            corpus = folder / "corpus.jsonl"
            corpus.write_text("".join(json.dumps(record) + "\n" for record in records))
            index = indexed(corpus, folder / "index", encoder)
            results += ask_all(every[start], Answerer(index, encoder, reranker=reader), size, start)
        print(f"{every[start].id}: {len(results)} answers", file=sys.stderr, flush=True)
    return results


def share(values: list[bool]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else "-"


def table(results: list[dict[str, Any]], named: bool) -> list[str]:
    """Return the figures by size."""
    by_key: dict[tuple[int, int], dict[str, dict[str, Any]]] = {}
    for each in results:
        if each["named"] == named:
            by_key.setdefault((each["start"], each["question"]), {})[each["size"]] = each
    lines = [
        "| documents | right first | right among 3 | refused | answered from another document | given at 1, refused here"
        " | right to wrong | wrong to right | confidence of an unchanged quote, mean change |",
        "|---" * 9 + "|",
    ]
    before: str | None = None
    for size in (*map(str, SIZES), f"{SIZES[-1]} and paragraphs"):
        here = [sizes[size] for sizes in by_key.values()]
        answered_alone = [s for s in by_key.values() if s["1"]["answered"] and any(s["1"]["right"])]
        steps = [(s[before], s[size]) for s in by_key.values()] if before else []
        unchanged = [b["confidence"] - a["confidence"] for a, b in steps if a["first"] == b["first"]]
        lines.append(
            f"| {size} | {share([e['right'][:1] == [True] for e in here])} | {share([any(e['right']) for e in here])} | "
            f"{share([not e['answered'] for e in here])} | {share([e['answered'] and not e['own'] for e in here])} | "
            f"{share([not s[size]['answered'] for s in answered_alone])} | "
            f"{share([a['right'][:1] == [True] and b['right'][:1] != [True] for a, b in steps])} | "
            f"{share([a['right'][:1] != [True] and b['right'][:1] == [True] for a, b in steps])} | "
            f"{sum(unchanged) / len(unchanged) if unchanged else 0:+.3f} |"
        )
        before = size
    out = [s["without it"] for s in by_key.values()]
    lines += [
        "",
        f"Without the document, {share([e['answered'] for e in out])} of {len(out)} questions are answered.",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-growing")
    parser.add_argument("--reranker", default=READER, help="as for the command line")
    parser.add_argument("--save", action="store_true", help="write growing.md here")
    options = parser.parse_args()
    results = run(options.data, options.work, rerankers.load(options.reranker))
    lines = [
        "# A library that grows",
        "",
        "Written by `python benchmarks/library/growing.py DATA --save`. *Refused*: no answer, although the document is there.",
        "Another document may answer the same question as well: most contracts name a governing law.",
        "",
        "## Questions alone",
        "",
        *table(results, False),
        "",
        "## Questions after the title of their document",
        "",
        *table(results, True),
        "",
    ]
    print("\n".join(lines))
    if options.save:
        (HERE / "growing.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
