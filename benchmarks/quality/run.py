"""Measures the answers on question sets with gold answers, through the public interface.

    python benchmarks/quality/run.py FOLDER... [--limit N] [--work DIR] [--save]

A FOLDER holds corpus.jsonl and questions.jsonl (or source.txt and questions.jsonl). Beside the answers,
the same run measures the plainest search there is, the same model's similarity of question and sentence
alone, on the same sentences. Every quote is compared with the slice that its citation names.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from sets import Case, QuestionSet, Remembering, load, rows

from qa import encoders
from qa.answer.answerer import Answerer
from qa.answer.confidence import ANSWERED_AT, QUOTES, threshold
from qa.encoders import Encoder
from qa.evaluate import DEPTH, Outcome, auroc, figures, folded, outcome

HERE = Path(__file__).parent
FILES = {"questions.jsonl": "", "questions_grouped.jsonl": ", all places"}
"""Question files of a set, and what is said of them: the second names every place that answers."""
RISK = 0.05
POLICIES = 250


def dense_alone(each: QuestionSet, cases: list[Case], encoder: Encoder) -> float | None:
    """hit@1 of the nearest sentence by cosine similarity and nothing else."""
    asked = [case for case in cases if case.gold.answerable and case.gold.answers]
    if not asked:
        return None
    right = 0
    with each.index.snapshot() as snapshot:
        keys = snapshot.store.document_keys()
        for case in asked:
            allowed = [keys[d] for d in case.documents] if case.documents else None
            query = encoder.encode([case.text], query=True)[0]
            key = snapshot.indexes.sentences.search(query, 1, allowed)[0][0]
            (passage,) = snapshot.store.passages_of([key])
            (row,) = snapshot.store.passages([passage])
            sentence = next(s for s in row.sentences if s.id == key)
            text = folded(row.text[sentence.start - row.start : sentence.end - row.start])
            doc_id = snapshot.store.headers([row.document])[row.document].doc_id
            in_place = case.gold.doc_id in (None, doc_id)
            right += in_place and any(
                a in text or (text in a and len(text) >= len(a) / 2) for a in map(folded, case.gold.answers)
            )
    return right / len(asked)


def ask_all(each: QuestionSet, encoder: Encoder) -> tuple[list[Outcome], int, float]:
    """Every question's outcome, how many quotes were compared with their slices, and seconds."""
    answerer = Answerer(each.index, encoder)
    texts: dict[str, str] = {}
    outcomes, quotes = [], 0
    began = time.perf_counter()
    for at, case in enumerate(each.cases):
        answer = answerer.ask(case.text, k=DEPTH, documents=case.documents)
        outcomes.append(outcome(answer, case.gold))
        for quote in answer.quotes:
            for citation in (quote.citation, *quote.also):
                if citation.doc_id not in texts:
                    document = each.index.document(citation.doc_id)
                    assert document is not None
                    texts[citation.doc_id] = document.text
                here = texts[citation.doc_id][citation.start : citation.end]
                assert here == quote.text, (case.id, citation)
                quotes += 1
        if at % 200 == 199:
            print(f"{each.name}: {at + 1}/{len(each.cases)}", file=sys.stderr)
    return outcomes, quotes, time.perf_counter() - began


def off_topic(each: QuestionSet, encoder: Encoder, questions: list[str]) -> list[float]:
    """Confidences of questions on other matters."""
    answerer = Answerer(each.index, encoder)
    return [answerer.ask(question, k=1).confidence for question in questions]


def at_risk(outcomes: list[Outcome], outside: list[float], risk: float) -> tuple[float, float]:
    """The share of answerable questions that is answered at a risk, and the share of answers that is wrong."""
    least = threshold(risk)
    inside = [o for o in outcomes if o.gold.answerable and o.confidence >= least]
    right = sum(o.rank is not None and o.rank <= QUOTES for o in inside)
    answered = len(inside) + sum(confidence >= least for confidence in outside)
    asked = sum(o.gold.answerable for o in outcomes)
    return len(inside) / asked, 1 - right / answered if answered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--off-topic", type=Path, help="a question file whose questions no set answers")
    parser.add_argument("--limit", type=int, default=2000, help="questions a set, drawn with a fixed seed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write results.json and results.md here")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    far = list(rows(options.off_topic)) if options.off_topic else []
    policies = [
        row["question"]
        for folder in options.folders
        if folder.name == "policyqa_dev"
        for row in list(rows(folder / "questions.jsonl"))[:POLICIES]
    ]
    encoder.recall_queries(options.work / "queries.npz")
    results = []
    files = [(f, name) for f in options.folders for name in FILES if (f / name).exists()]
    for folder, file in files:
        each = load(folder, options.work, encoder, options.limit, file)
        dense = dense_alone(each, list(each.cases), encoder)
        outcomes, quotes, seconds = ask_all(each, encoder)
        found = figures(outcomes)
        result = {
            "set": each.name + FILES[file],
            **asdict(found),
            "dense_alone_hit_1": dense,
            "quotes_equal_to_their_slice": quotes,
            "ms_a_question": 1000 * seconds / len(outcomes),
        }
        # Such a file says against which collections its questions have no answer; questions about privacy
        # policies have none in an encyclopedia.
        others = [row["question"] for row in far if each.name.split("_")[0] in row.get("use_against", [])]
        others = others or (policies if each.name != "policyqa_dev" else [])
        if others:
            inside = [o.confidence for o in outcomes if o.gold.answerable]
            outside = off_topic(each, encoder, others)
            result["off_topic_auroc"] = auroc(inside, outside)
            result["off_topic_answered"] = sum(c >= ANSWERED_AT for c in outside) / len(outside)
            result["risk_answered"], result["risk_wrong"] = at_risk(outcomes, outside, RISK)
        results.append(result)
        print(json.dumps(result))
    table = markdown(results)
    print(table)
    if options.save:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "results.md").write_text(table)


def markdown(results: list[dict]) -> str:
    def shown(value: float | None, places: int = 3) -> str:
        return "-" if value is None else f"{value:.{places}f}"

    lines = [
        "# Quality of the answers",
        "",
        "Made by `python benchmarks/quality/run.py FOLDER... --off-topic FILE --save`. hit@k: one of the first k quotes",
        "holds the gold answer, in the gold document. *dense* is hit@1 of the nearest sentence by the same model alone,",
        "in the same run. *words* are those of the first quote. AUROC: an answerable question gets more confidence than",
        "one without an answer in the set (*near*: questions on the same articles; *far*: on other matters: web",
        "questions for policyqa and cisi, questions about privacy policies for the others). *Wrong* is the share of",
        "what `--risk 0.05` answers, on other matters too, without a right quote among the first three.",
        "",
        "| set | questions | hit@1 | dense | hit@3 | hit@10 | MRR | nDCG@10 | words | answered | right when answered"
        " | AUROC near | AUROC far | far answered | ECE | answered at risk 0.05 | wrong |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in results:
        hit = r["hit"] or {}
        cells = [
            r["set"], str(r["questions"]), shown(hit.get(1)), shown(r["dense_alone_hit_1"]), shown(hit.get(3)),
            shown(hit.get(10)), shown(r["mrr"]), shown(r["ndcg"]), shown(r["words"], 1), shown(r["answered"]),
            shown(r["right_when_answered"]), shown(r["auroc"]), shown(r.get("off_topic_auroc")),
            shown(r.get("off_topic_answered")), shown(r["ece"]), shown(r.get("risk_answered")),
            shown(r.get("risk_wrong")),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    total = sum(r["quotes_equal_to_their_slice"] for r in results)
    lines += ["", f"{total:,} quotes were compared with the slice that their citation names: all equal.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
