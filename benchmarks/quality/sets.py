"""Question sets as folders of corpus.jsonl and questions.jsonl, indexed once and cached in a work folder."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.encoders import Encoder, Vectors, WordwiseEncoder
from qa.evaluate import Gold, gold_of, is_right_text
from qa.index import Index

SEED = 20
LEAST_WORDS, LEAST_OVERLAP = 8, 0.5
"""Words of a quote that may be part of a gold clause, and share of the words of both that counts as right: the
threshold of CUAD."""
Judge = Callable[[str, str], bool]
"""Tells whether the text of a sentence, in a document, is right."""


@dataclass(frozen=True)
class Case:
    """A question of a set with its gold answers, and the documents it is limited to."""

    id: str
    text: str
    gold: Gold
    documents: tuple[str, ...]
    row: dict[str, Any]


@dataclass(frozen=True)
class QuestionSet:
    """A set: its name, its index, its questions, and whether its answers are clauses (see `judge`)."""

    name: str
    index: Index
    cases: tuple[Case, ...]
    clauses: bool = False


class Remembering:
    """Encodes no text twice in a run: sets share questions, and samples share sentences."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, bool], Vectors] = {}
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.languages, self.characters_at_once = encoder.languages, encoder.characters_at_once

    def keep_queries(self, path: Path) -> None:
        """Save the vectors of questions for the next run."""
        queries = [text for text, query in self._known if query]
        np.savez(path, texts=np.array(queries), vectors=self.encode(queries, query=True))

    def recall_queries(self, path: Path) -> None:
        """Load the vectors that `keep_queries` saved, if they exist."""
        if path.exists():
            saved = np.load(path)
            for text, vector in zip(saved["texts"].tolist(), saved["vectors"], strict=True):
                self._known[text, True] = vector

    def remember(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Add vectors that are already in an index."""
        for text, vector in zip(texts, vectors, strict=True):
            self._known[text, False] = vector

    def words(self, words: Sequence[str]) -> Vectors | None:
        return self._encoder.words(words) if isinstance(self._encoder, WordwiseEncoder) else None

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if (text, query) not in self._known]
        for at in range(0, len(missing), 512):
            part = missing[at : at + 512]
            for text, vector in zip(part, self._encoder.encode(part, query=query), strict=True):
                self._known[text, query] = vector
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[text, query] for text in texts])


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def indexed(corpus: Path, folder: Path, encoder: Encoder) -> Index:
    """Return the index of a corpus file, after an update."""
    index = Index(folder) if Index.exists(folder) else Index.create(folder, encoder)
    report = index.update([str(corpus)], lambda: encoder)
    if report.failed:
        raise SystemExit(f"{corpus}: {report.failed[0].reason}")
    return index


def load(
    folder: Path, work: Path, encoder: Encoder, limit: int | None = None, file: str = "questions.jsonl"
) -> QuestionSet:
    """Return the set in a folder; with a limit, that many questions drawn with a fixed seed."""
    name = "-".join(folder.parts[-2:]).removeprefix("data-")
    renamed: dict[str, str] = {}
    corpus = folder / "corpus.jsonl"
    if (folder / "source.txt").is_file():
        corpus, name = folder / "source.txt", "source"
    elif (folder / "pdf").is_dir():
        corpus = folder / "pdf"
        renamed = {row["doc_id"]: Path(row["path"]).name for row in rows(folder / "manifest.jsonl")}
    print(f"{name}: indexing ...", file=sys.stderr)
    index = indexed(corpus, work / name, encoder)
    group_of: dict[str, str] = {}
    scopes: dict[str, list[str]] = {}
    if corpus.suffix == ".jsonl":
        for row in rows(corpus):
            group_of[row["doc_id"]] = row.get("source_doc") or row["doc_id"]
            scopes.setdefault(group_of[row["doc_id"]], []).append(row["doc_id"])
    cases = []
    for row in rows(folder / file):
        if row.get("answerable", True) is None:
            continue  # without a judgement
        if renamed:
            row["doc_id"] = renamed[row["doc_id"]]
            group_of[row["doc_id"]], scopes[row["doc_id"]] = row["doc_id"], [row["doc_id"]]
        group = group_of.get(str(row.get("doc_id"))) or row.get("source_doc")
        scope = scopes[group] if row.get("scope") and group else ()
        documents = tuple(each.replace("[", "[[]") for each in scope)
        cases.append(Case(row["id"], row["question"], gold_of(row), documents, row))
    if limit is not None:
        # Shuffled even if all are used: then a part of them does not come from one article.
        cases = random.Random(SEED).sample(cases, min(limit, len(cases)))
    return QuestionSet(name, index, tuple(cases), clauses=bool(renamed))


def judge(gold: Gold, clauses: bool = False) -> Judge:
    """Return a judge of sentences.

    Args:
        gold: The gold answer.
        clauses: Whether the answers are clauses that lawyers marked. Then a sentence is right if it contains
            one, is part of one, or shares half of the words with one.
    """
    if gold.relevant:
        relevant = gold.relevant
        return lambda text, doc_id: float(relevant.get(doc_id, 0)) > 0
    if not clauses:
        return lambda text, doc_id: (
            gold.doc_id in (None, doc_id) and (not gold.answers or is_right_text(text, gold))
        )
    wanted = [_letters(answer) for answer in gold.answers if _letters(answer)]

    def is_right(text: str, doc_id: str) -> bool:
        text = _letters(text)
        words = text.split()
        return any(
            answer in text
            or (len(words) >= LEAST_WORDS and text in answer)
            or _overlap(set(words), set(answer.split())) >= LEAST_OVERLAP
            for answer in wanted
        )

    return is_right


def _letters(text: str) -> str:
    """Return the words of a text without line ends, marks and case, as contracts.py compares them."""
    return re.sub(r"[^a-z0-9$%.]+", " ", text.lower().replace("- ", "")).strip()


def _overlap(first: set[str], second: set[str]) -> float:
    return len(first & second) / max(1, len(first | second))
