"""Question sets as folders of corpus.jsonl and questions.jsonl, indexed once and cached in a work folder."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.encoders import Encoder, Vectors, WordwiseEncoder
from qa.evaluate import Gold, gold_of
from qa.index import Index

SEED = 20
TEXTS = ("squad11", "squad11_train_part", "squad20", "selqa_dev", "cisi")


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
    """A set: its name, its index, its questions."""

    name: str
    index: Index
    cases: tuple[Case, ...]


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


def everything(data: Path, train: Path) -> Iterator[dict]:
    """Yield every text of the sets and of the training data once, except privacy policies, as rows of a
    corpus."""
    seen: set[str] = set()
    texts = [row for name in TEXTS for row in rows(data / name / "corpus.jsonl")]
    for file in sorted(train.glob("*/train.jsonl")):
        texts += ({"title": row.get("title") or "", "text": row["context"]} for row in rows(file))
    for number, row in enumerate(texts):
        if row["text"] not in seen:
            seen.add(row["text"])
            doc_id = row.get("doc_id") or row.get("_id") or str(number)
            yield {"_id": f"{doc_id}", "title": row.get("title", ""), "text": row["text"]}


def indexed(corpus: Path, folder: Path, encoder: Encoder) -> Index:
    """Return the index of a corpus file, after an update."""
    index = Index(folder) if Index.exists(folder) else Index.create(folder, encoder)
    report = index.update([str(corpus)], lambda: encoder)
    if report.failed:
        raise SystemExit(f"{corpus}: {report.failed[0].reason}")
    return index


def largest(data: Path, train: Path, work: Path, encoder: Encoder) -> Index:
    """Return the index of all texts."""
    corpus = work / "everything.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in everything(data, train)))
    return indexed(corpus, work / "everything", encoder)


def load(
    folder: Path, work: Path, encoder: Encoder, limit: int | None = None, file: str = "questions.jsonl"
) -> QuestionSet:
    """Return the set in a folder; with a limit, that many questions drawn with a fixed seed."""
    if (folder / "source.txt").is_file():
        corpus, name = folder / "source.txt", "source"
    else:
        corpus, name = folder / "corpus.jsonl", "-".join(folder.parts[-2:]).removeprefix("data-")
    print(f"{name}: indexing ...", file=sys.stderr)
    index = indexed(corpus, work / name, encoder)
    scopes: dict[str, list[str]] = {}
    group_of: dict[str, str] = {}
    if corpus.suffix == ".jsonl":
        for row in rows(corpus):
            group_of[row["doc_id"]] = row.get("source_doc") or row["doc_id"]
            scopes.setdefault(group_of[row["doc_id"]], []).append(row["doc_id"])
    cases = []
    for row in rows(folder / file):
        if row.get("answerable", True) is None:
            continue  # without a judgement
        scope = tuple(scopes[group_of[row["doc_id"]]]) if row.get("scope") else ()
        cases.append(Case(row["id"], row["question"], gold_of(row), scope, row))
    if limit is not None:
        # Shuffled even if all are used: then a part of them does not come from one article.
        cases = random.Random(SEED).sample(cases, min(limit, len(cases)))
    return QuestionSet(name, index, tuple(cases))
