"""Evaluates the answers on question sets with gold answers, through the public interface.

    python benchmarks/quality/run.py FOLDER... [--limit N] [--work DIR] [--save]

A FOLDER contains corpus.jsonl and questions.jsonl (or source.txt or PDF files, and questions.jsonl). In addition to the
answers, the same run evaluates the simplest search: the similarity of question and sentence by the same
model, on the same sentences. Every quote is compared with the slice of its citation.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from sets import Case, QuestionSet, Remembering, judge, load, rows

from qa import encoders, rerankers
from qa.answer.answerer import Answerer
from qa.answer.confidence import ANSWERED_AT, QUOTES, threshold
from qa.encoders import Encoder
from qa.evaluate import DEPTH, Outcome, auroc, figures, outcome
from qa.rerankers import READER, Reranker

HERE = Path(__file__).parent
FILES = {"questions.jsonl": "", "questions_grouped.jsonl": ", all places"}
"""Question files of a set, and the suffix of its name: the second file names every place that answers."""
RISK = 0.05
POLICIES = 250


def dense_alone(question_set: QuestionSet, cases: list[Case], encoder: Encoder) -> float | None:
    """Return hit@1 of the nearest sentence by cosine similarity alone."""
    asked = [case for case in cases if case.gold.answerable and case.gold.answers]
    if not asked:
        return None
    right = 0
    with question_set.index.snapshot() as snapshot:
        keys = snapshot.store.document_keys()
        for case in asked:
            allowed = [keys[d.replace("[[]", "[")] for d in case.documents] if case.documents else None
            query = encoder.encode([case.text], query=True)[0]
            key = snapshot.indexes.sentences.search(query, 1, allowed)[0][0]
            (passage,) = snapshot.store.passages_of([key])
            (row,) = snapshot.store.passages([passage])
            sentence = next(s for s in row.sentences if s.id == key)
            text = row.text[sentence.start - row.start : sentence.end - row.start]
            doc_id = snapshot.store.headers([row.document])[row.document].doc_id
            right += judge(case.gold, question_set.clauses)(text, doc_id)
    return right / len(asked)


def ask_all(
    question_set: QuestionSet, encoder: Encoder, reader: Reranker | None
) -> tuple[list[Outcome], int, float]:
    """Return every question's outcome, the number of quotes compared with their slices, and seconds."""
    answerer = Answerer(question_set.index, encoder, reranker=reader)
    texts: dict[str, str] = {}
    outcomes, quotes = [], 0
    began = time.perf_counter()
    for at, case in enumerate(question_set.cases):
        answer = answerer.ask(case.text, k=DEPTH, documents=case.documents)
        judged = outcome(answer, case.gold)
        if question_set.clauses:
            is_right = judge(case.gold, clauses=True)
            right = (q.rank for q in answer.quotes if is_right(q.text, q.citation.doc_id))
            judged = replace(judged, rank=next(right, None) if case.gold.answerable else None)
        outcomes.append(judged)
        for quote in answer.quotes:
            for citation in (quote.citation, *quote.also):
                if citation.doc_id not in texts:
                    document = question_set.index.document(citation.doc_id)
                    assert document is not None
                    texts[citation.doc_id] = document.text
                cited = texts[citation.doc_id][citation.start : citation.end]
                assert cited == quote.text, (case.id, citation)
                quotes += 1
        if at % 200 == 199:
            print(f"{question_set.name}: {at + 1}/{len(question_set.cases)}", file=sys.stderr)
    return outcomes, quotes, time.perf_counter() - began


def off_topic(
    question_set: QuestionSet, encoder: Encoder, reader: Reranker | None, questions: list[str]
) -> list[float]:
    """Return the confidences of questions on unrelated topics."""
    answerer = Answerer(question_set.index, encoder, reranker=reader)
    return [answerer.ask(question, k=1).confidence for question in questions]


def at_risk(outcomes: list[Outcome], outside: list[float], risk: float) -> tuple[float, float]:
    """Return the share of answerable questions answered at a risk, and the share of wrong answers."""
    least = threshold(risk)
    inside = [o for o in outcomes if o.gold.answerable and o.confidence >= least]
    right = sum(o.rank is not None and o.rank <= QUOTES for o in inside)
    answered = len(inside) + sum(confidence >= least for confidence in outside)
    asked = sum(o.gold.answerable for o in outcomes)
    return len(inside) / asked, 1 - right / answered if answered else 0.0


COLLECTIONS = {"contracts": "cuad"}
"""Names of collections in a file of off-topic questions, if they are not those of the sets."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--off-topic", type=Path, help="a question file whose questions no set answers")
    parser.add_argument("--limit", type=int, default=2000, help="questions a set, drawn with a fixed seed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write results.json and results.md here")
    parser.add_argument("--reranker", default=READER, help="as for the command line")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(encoders.load())
    reader = rerankers.load(options.reranker)
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
        question_set = load(folder, options.work, encoder, options.limit, file)
        dense = dense_alone(question_set, list(question_set.cases), encoder)
        outcomes, quotes, seconds = ask_all(question_set, encoder, reader)
        result_figures = figures(outcomes)
        result = {
            "set": question_set.name + FILES[file],
            **asdict(result_figures),
            "dense_alone_hit_1": dense,
            "quotes_equal_to_their_slice": quotes,
            "ms_a_question": 1000 * seconds / len(outcomes),
        }
        name = question_set.name.split("_")[0]
        # Such a file names the collections that do not answer its questions; an encyclopedia answers no
        # questions about privacy policies.
        excluded = [
            row["question"] for row in far if COLLECTIONS.get(name, name) in row.get("use_against", [])
        ]
        excluded = excluded or (policies if question_set.name != "policyqa_dev" else [])
        if excluded:
            inside = [o.confidence for o in outcomes if o.gold.answerable]
            outside = off_topic(question_set, encoder, reader, excluded)
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
        "Written by `python benchmarks/quality/run.py FOLDER... --off-topic FILE --save`. hit@k: one of the first k quotes",
        "contains the gold answer, in the gold document. *dense* is hit@1 of the nearest sentence by the same model alone,",
        "in the same run. *words* are those of the first quote. AUROC: an answerable question has more confidence than",
        "one without an answer in the set (*near*: questions on the same articles; *far*: on other topics: web",
        "questions for policyqa and cisi, questions about privacy policies for the others). *Wrong* is the share of",
        "the answers at `--risk 0.05`, including other topics, without a right quote among the first three. *Wrongly*: the",
        "share of the questions without an answer in the set that are answered. For contracts_pdf a quote is right if it",
        "contains a clause that lawyers marked, is part of one, or shares half of the words with one.",
        "",
        "| set | questions | hit@1 | dense | hit@3 | hit@10 | MRR | nDCG@10 | words | answered | wrongly | right when answered"
        " | AUROC near | AUROC far | far answered | ECE | answered at risk 0.05 | wrong |",
        "|---" * 18 + "|",
    ]
    for result in results:
        hit = result["hit"] or {}
        cells = [
            result["set"], str(result["questions"]), shown(hit.get(1)), shown(result["dense_alone_hit_1"]), shown(hit.get(3)),
            shown(hit.get(10)), shown(result["mrr"]), shown(result["ndcg"]), shown(result["words"], 1), shown(result["answered"]),
            shown(result["answered_wrongly"]), shown(result["right_when_answered"]), shown(result["auroc"]), shown(result.get("off_topic_auroc")),
            shown(result.get("off_topic_answered")), shown(result["ece"]), shown(result.get("risk_answered")),
            shown(result.get("risk_wrong")),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    total = sum(result["quotes_equal_to_their_slice"] for result in results)
    lines += ["", f"{total:,} quotes were compared with the slice of their citation: all equal.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
