"""Measures follow-up questions: alone, after the previous question, and complete questions after another.

    python benchmarks/followups/run.py DATA SOURCE [--work DIR] [--save]

DATA is the folder of the question sets; SOURCE is the folder of source.txt with its questions. pairs.jsonl
contains follow-ups written by hand after real questions of the sets. The rules were developed on the part
``dev`` and never saw ``held``. topic_changes.jsonl contains real, complete questions, each after one on
another topic; the same is measured with random questions of squad11 after random others, and with questions of
sets whose questions are complete, each after another question about the same document. With --no-reader
nothing is read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "quality"))

from sets import SEED, QuestionSet, Remembering, load, rows  # noqa: E402

from qa import encoders, rerankers  # noqa: E402
from qa.answer.answerer import Answerer  # noqa: E402
from qa.encoders import Encoder  # noqa: E402
from qa.evaluate import Outcome, gold_of, outcome  # noqa: E402
from qa.record import Answer  # noqa: E402
from qa.rerankers import Reranker  # noqa: E402
from qa.search.followups import sign  # noqa: E402

SHOWN = 3
RANDOM = 300
RELATED = 150
DIALOGUES = 200


def judge(answer: Answer, row: Mapping[str, Any]) -> Outcome:
    return outcome(answer, gold_of(row))


def hit(result: Outcome, k: int = SHOWN) -> bool:
    return result.rank is not None and result.rank <= k


def pairs(answerers: Mapping[str, Answerer]) -> list[dict[str, Any]]:
    """Ask every follow-up alone and after the previous question."""
    comparisons = []
    for row in rows(HERE / "pairs.jsonl"):
        asker, scope = answerers[row["set"]], row.get("documents", ())
        alone = asker.ask(row["follow_up"], k=10, documents=scope)
        after = asker.ask(row["follow_up"], k=10, documents=scope, after=[row["first"]])
        before = asker.ask(row["first"], k=1, documents=scope).quotes[0]
        comparisons.append(
            {
                **{key: row[key] for key in ("id", "set", "part", "first", "follow_up")},
                "sign": sign(row["follow_up"]),
                "recognised": after.understood_with == (row["first"],),
                "alone_rank": judge(alone, row).rank,
                "after_rank": judge(after, row).rank,
                "answered": after.answered,
                "repeats": after.quotes[0].text == before.text,
            }
        )
    return comparisons


def changes(answerers: Mapping[str, Answerer], asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask every second question alone and after the unrelated first question."""
    comparisons = []
    for row in asked:
        asker, scope = answerers[row["set"]], row.get("documents", ())
        alone = asker.ask(row["second"], k=10, documents=scope)
        after = asker.ask(row["second"], k=10, documents=scope, after=[row["first"]])
        comparisons.append(
            {
                **{key: row[key] for key in ("id", "set", "first", "second")},
                "sign": sign(row["second"]),
                "together": bool(after.understood_with),
                "same_record": alone == after,
                "alone_rank": judge(alone, row).rank,
                "after_rank": judge(after, row).rank,
                "alone_answered": alone.answered,
                "after_answered": after.answered,
            }
        )
    return comparisons


def dialogues(folder: Path, work: Path, encoder: Encoder, reader: Reranker | None) -> list[dict[str, Any]]:
    """Ask the follow-ups of real dialogues about a page, alone and after what the user said before."""
    question_set = load(folder, work, encoder)
    asker = Answerer(question_set.index, encoder, reranker=reader)
    follow_ups = [case for case in question_set.cases if case.row.get("follow_up")]
    comparisons = []
    for case in random.Random(SEED).sample(follow_ups, DIALOGUES):
        earlier = [turn["text"] for turn in case.row["history"] if turn["speaker"] == "user"]
        alone = asker.ask(case.text, k=10, documents=case.documents)
        after = asker.ask(case.text, k=10, documents=case.documents, after=earlier)
        comparisons.append(
            {
                "id": case.id,
                "together": bool(after.understood_with),
                "alone_rank": judge(alone, case.row).rank,
                "after_rank": judge(after, case.row).rank,
            }
        )
    return comparisons


def random_changes(question_set: QuestionSet) -> list[dict[str, Any]]:
    chance = random.Random(SEED)
    seconds, firsts = chance.sample(question_set.cases, RANDOM), chance.choices(question_set.cases, k=RANDOM)
    return [
        {**second.row, "set": question_set.name, "first": first.text, "second": second.text}
        for first, second in zip(firsts, seconds, strict=True)
    ]


def related_changes(question_set: QuestionSet) -> list[dict[str, Any]]:
    """Return questions, each with another question about the same document."""
    chance = random.Random(SEED)
    comparisons = []
    for case in chance.sample(question_set.cases, min(RELATED, len(question_set.cases))):
        others = [
            other.text
            for other in question_set.cases
            if other.row.get("doc_id") == case.row.get("doc_id") and other.text != case.text
        ]
        if others:
            first = chance.choice(others)
            row = {**case.row, "documents": case.documents, "set": question_set.name}
            comparisons.append({**row, "first": first, "second": case.text})
    return comparisons


def cost(answerer: Answerer, question_set: QuestionSet) -> dict[str, float]:
    """Return milliseconds per question that depends on another, asked alone and after one."""
    questions = [case.text for case in question_set.cases if sign(case.text) != "none"][:60]
    spent = {}
    for name, after in (("alone", ()), ("after", (question_set.cases[-1].text,))):
        began = time.perf_counter()
        for question in questions:
            answerer.ask(question, after=after)
        spent[name] = 1000 * (time.perf_counter() - began) / len(questions)
    return spent


def share(values: list[bool]) -> str:
    return f"{sum(values) / len(values):.2f}" if values else "-"


def markdown(results: dict[str, Any]) -> str:
    lines = [
        "# Follow-up questions",
        "",
        "Written by `python benchmarks/followups/run.py DATA SOURCE --save`. *hit@k*: one of the first k quotes has",
        "the gold answer, in the gold document. *Recognised*: combined with the previous question.",
        "*Repeats*: the first quote is that of the previous answer.",
        "",
        "| set | part | pairs | hit@3 alone | hit@1 after | hit@3 after | recognised | repeats |",
        "|---|---|---|---|---|---|---|---|",
    ]
    names = list(dict.fromkeys(row["set"] for row in results["pairs"]))
    groups = [(name, part) for name in names for part in ("dev", "held")]
    groups += [("all", "dev"), ("all", "held"), ("all", "all")]
    for name, part in groups:
        group = [r for r in results["pairs"] if name in ("all", r["set"]) and part in ("all", r["part"])]
        cells = [
            share([(r["alone_rank"] or 99) <= SHOWN for r in group]),
            share([r["after_rank"] == 1 for r in group]),
            share([(r["after_rank"] or 99) <= SHOWN for r in group]),
            share([r["recognised"] for r in group]),
            share([r["repeats"] for r in group]),
        ]
        lines.append(f"| {name} | {part} | {len(group)} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Complete questions after one on another topic, or after another one about the same document. *Merged*: combined",
        "with it. *Lost*: right at rank 3 alone, but not after the other.",
        "",
        "| questions | number | merged | hit@3 alone | hit@3 after | answered alone | after | lost | won |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    groups_of = {
        "another topic, written down": results["changes"],
        "another topic, random, squad11": results["random"],
        **{f"same document, {name}": group for name, group in results["related"].items()},
    }
    for name, group in groups_of.items():
        alone = [(r["alone_rank"] or 99) <= SHOWN for r in group]
        after = [(r["after_rank"] or 99) <= SHOWN for r in group]
        both = list(zip(alone, after, strict=True))
        cells = [
            str(sum(r["together"] for r in group)),
            share(alone),
            share(after),
            share([r["alone_answered"] for r in group]),
            share([r["after_answered"] for r in group]),
            str(sum(a and not b for a, b in both)),
            str(sum(b and not a for a, b in both)),
        ]
        lines.append(f"| {name} | {len(group)} | " + " | ".join(cells) + " |")
    spoken = results["dialogues"]
    alone, after = ([(row[key] or 99) <= SHOWN for row in spoken] for key in ("alone_rank", "after_rank"))
    lines += [
        "",
        f"Follow-ups in dialogues about pages of a government handbook (doc2dial, {len(spoken)}): hit@3 alone "
        f"{share(alone)}, after what was said before {share(after)}; combined with it "
        f"{share([row['together'] for row in spoken])}.",
    ]
    ms = results["ms"]
    lines += [
        "",
        f"A question that may be a follow-up takes {ms['after']:.0f} ms after another question and {ms['alone']:.0f} ms "
        f"alone, {ms['after'] / ms['alone']:.1f} times as long (squad11).",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("source", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write results.json and results.md here")
    parser.add_argument("--no-reader", action="store_true", help="rank without the reader")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    folders = [options.data / name for name in ("squad11", "selqa_dev", "policyqa_dev")]
    sets = {
        question_set.name: question_set
        for question_set in (load(f, options.work, encoder) for f in (*folders, options.source))
    }
    related_sets = [
        *(load(options.data / name, options.work, encoder) for name in ("contracts_pdf", "nda_contractnli")),
        *(sets[name] for name in ("source", "policyqa_dev", "squad11")),
    ]
    reader = None if options.no_reader else rerankers.load()
    answerers = {
        name: Answerer(question_set.index, encoder, reranker=reader) for name, question_set in sets.items()
    }
    results = {
        "pairs": pairs(answerers),
        "changes": changes(answerers, list(rows(HERE / "topic_changes.jsonl"))),
        "dialogues": dialogues(options.data / "doc2dial", options.work, encoder, reader),
        "random": changes(answerers, random_changes(sets["squad11"])),
        "related": {
            each.name: changes(
                {each.name: Answerer(each.index, encoder, reranker=reader)}, related_changes(each)
            )
            for each in related_sets
        },
        "ms": cost(Answerer(sets["squad11"].index, encoders.load(), reranker=reader), sets["squad11"]),
    }
    table = markdown(results)
    print(table)
    if options.save:
        # Of the last groups only what was combined: the others have the same record as alone.
        related = results["related"].items()
        results["related"] = {name: [row for row in group if row["together"]] for name, group in related}
        (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        (HERE / "results.md").write_text(table)


if __name__ == "__main__":
    main()
