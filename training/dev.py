"""Candidates of the tuning sets, to measure a reader between checkpoints: what the search brings, judged.

    python -m training dev DATA SOURCE WORK

Each question is asked of an index of its set, within its document where the set says so. A row has the first
passages of the hybrid with, for every sentence, the measures of the first stage and whether it is right.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qa import encoders
from qa.encoders import Encoder
from qa.evaluate import LEAST_SHARE, Gold, folded, gold_of
from qa.index import Index
from qa.search.features import MEASURES
from qa.search.searcher import Searcher
from qa.types import Hit
from training.sources import half, rows

PASSAGES = 40
SEED = 7
SETS = {
    "source": 24,
    "squad11": 400,
    "squad20": 400,
    "contracts_pdf": 400,
    "nda_contractnli": 300,
    "clapnq": 162,
    "selqa_dev": 300,
    "policyqa_dev": 300,
    "cisi": 112,
    "boolq": 200,
    "tatqa": 196,
    "fairytaleqa": 200,
    "doc2dial": 200,
    "pubmedqa_yesno": 200,
}
Judge = Callable[[str, str], bool]


def _contract_words(text: str) -> str:
    return re.sub(r"[^a-z0-9$%.]+", " ", text.lower().replace("- ", "")).strip()


def contract_judge(gold: Gold) -> Judge:
    """Return a judge for lawyers' clauses: contains one, is within one, or shares half of the words (CUAD's own
    threshold)."""
    answers = [_contract_words(answer) for answer in gold.answers]

    def is_right(text: str, doc_id: str) -> bool:
        text = _contract_words(text)
        words = set(text.split())
        for answer in filter(None, answers):
            if answer in text or (len(text.split()) >= 8 and text in answer):
                return True
            wanted = set(answer.split())
            if len(words & wanted) / max(1, len(words | wanted)) >= 0.5:
                return True
        return False

    return is_right


def plain_judge(gold: Gold) -> Judge:
    """Return a judge as in `qa.evaluate.is_right`."""
    answers = [folded(answer) for answer in gold.answers]

    def is_right(text: str, doc_id: str) -> bool:
        if gold.relevant:
            return float(gold.relevant.get(doc_id, 0)) > 0
        if gold.doc_id is not None and doc_id != gold.doc_id:
            return False
        if not answers and gold.answerable:
            return True
        text = folded(text)
        return any(
            wanted in text or (text in wanted and len(text) >= LEAST_SHARE * len(wanted))
            for wanted in answers
        )

    return is_right


def _cases(folder: Path, name: str) -> list[dict[str, Any]]:
    every = list(rows(folder / "questions.jsonl"))
    if name == "squad20":
        titles = {row["doc_id"]: row["title"] for row in rows(folder / "corpus.jsonl")}
        every = [row for row in every if not half(titles[row["doc_id"]])]
    if name == "doc2dial":
        every = [row for row in every if not row.get("follow_up")] + [
            row for row in every if row.get("follow_up")
        ]
    every = [row for row in every if row.get("answerable", True) is not None]
    order = random.Random(SEED)
    if name == "contracts_pdf":
        order.shuffle(every)
        yes = [row for row in every if row["answerable"]]
        no = [row for row in every if not row["answerable"]]
        return yes[: SETS[name] // 2] + no[: SETS[name] // 2]
    return order.sample(every, min(len(every), SETS[name]))


def _index(folder: Path, name: str, work: Path, encoder: Encoder) -> tuple[Index, dict[str, str]]:
    """Return the index of a set, and the id in it of each document of the questions."""
    target = work / "index" / name
    source = folder / "corpus.jsonl"
    renamed: dict[str, str] = {}
    if name == "source":
        source = folder / "source.txt"
    if name == "contracts_pdf":
        source = folder / "pdf"
        renamed = {row["doc_id"]: Path(row["path"]).name for row in rows(folder / "manifest.jsonl")}
    index = Index(target) if Index.exists(target) else Index.create(target, encoder)
    index.update([str(source)], lambda: encoder)
    return index, renamed


def _scope(row: dict[str, Any], scopes: dict[str, list[str]], renamed: dict[str, str]) -> list[str]:
    if not row.get("scope"):
        return []
    if renamed:
        return [renamed[row["doc_id"]].replace("[", "[[]")]
    if row.get("source_doc") in scopes:
        return [doc_id.replace("[", "[[]") for doc_id in scopes[row["source_doc"]]]
    return [row["doc_id"].replace("[", "[[]")]


def _measures(hit: Hit | None) -> list[float]:
    # A sentence without the question's quoted phrase is no hit.
    return [round(getattr(hit.features, name), 4) if hit else 0.0 for name in MEASURES]


def prepare(folder: Path, name: str, work: Path, encoder: Encoder) -> None:
    """Write the candidates of one set."""
    target = work / f"{name}.jsonl"
    if target.exists():
        return
    index, renamed = _index(folder, name, work, encoder)
    scopes: dict[str, list[str]] = {}
    if (folder / "corpus.jsonl").exists():
        for row in rows(folder / "corpus.jsonl"):
            if row.get("source_doc"):
                scopes.setdefault(row["source_doc"], []).append(row["doc_id"])
        by_doc = {doc: source for source, docs in scopes.items() for doc in docs}
    searcher = Searcher(index, encoder)
    fresh = target.with_suffix(".tmp")
    reachable = 0
    cases = _cases(folder, name)
    with fresh.open("w", encoding="utf-8") as file, index.snapshot() as snapshot:
        for row in cases:
            if scopes and not row.get("source_doc") and row.get("doc_id"):
                row["source_doc"] = by_doc.get(row["doc_id"])
            gold = gold_of(row)
            judge = contract_judge(gold) if name == "contracts_pdf" else plain_judge(gold)
            result = searcher.search(snapshot, row["question"], _scope(row, scopes, renamed))
            order: dict[int, list] = {}
            for hit in result.hits:
                order.setdefault(result.passages[hit.sentence].id, []).append(hit)
            headers = snapshot.store.headers(
                {result.passages[hits[0].sentence].document for hits in order.values()}
            )
            passages = []
            for hits in list(order.values())[:PASSAGES]:
                passage = result.passages[hits[0].sentence]
                place = {(hit.sentence.start, hit.sentence.end): hit for hit in hits}
                header = headers[passage.document]
                texts = [
                    passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences
                ]
                spans = [(s.start, s.end) for s in passage.sentences]
                passages.append(
                    {
                        "title": header.title,
                        "doc_id": header.doc_id,
                        "headings": list(passage.headings),
                        "text": passage.text,
                        "sentences": [[s - passage.start, e - passage.start] for s, e in spans],
                        "score": [place[span].score if span in place else 0.0 for span in spans],
                        "measures": [_measures(place.get(span)) for span in spans],
                        "right": [bool(gold.answerable and judge(text, header.doc_id)) for text in texts],
                    }
                )
            reachable += any(any(p["right"]) for p in passages)
            json.dump(
                {
                    "id": row["id"],
                    "question": row["question"],
                    "official": row.get("question_official"),
                    "answerable": gold.answerable,
                    "relevant": gold.relevant,
                    "answers": list(gold.answers),
                    "sentences": result.sentences,
                    "passages": passages,
                },
                file,
                ensure_ascii=False,
            )
            file.write("\n")
    fresh.replace(target)
    print(
        f"{name}: {len(cases)} questions, {reachable} with a right sentence among the candidates",
        file=sys.stderr,
    )


def prepare_all(data: Path, source: Path, work: Path) -> None:
    """Write the candidates of every set that has none yet."""
    (work / "index").mkdir(parents=True, exist_ok=True)
    encoder = encoders.load()
    for name in SETS:
        prepare(source if name == "source" else data / name, name, work, encoder)
