"""Cuts the training texts into passages and finds the hard negatives of every question.

Texts are segmented exactly like the documents of a user. The negatives are the passages that a plain hybrid of
vectors and BM25 ranks highest. A passage with the answer's own words may answer as well, so it is neither
right nor wrong, and is left out.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from qa import encoders
from qa.encoders import Encoder
from qa.text.sentences import segment
from qa.text.tokens import terms
from qa.types import Document
from training.sources import Question, TrainingSet, load

SEED = 1
CANDIDATES = 40
"""Passages that each measure contributes before they are ranked together."""
NEGATIVES = 10
"""Passages stored for a question besides the right ones."""
BLOCK = 64
K1, B = 1.2, 0.75
SHORT_ANSWER = 4
"""Characters up to which an answer's string is no sign of another right sentence: "1853", "two"."""
FRAGMENT_WORDS = 5
"""A stretch with fewer words is no gold sentence if a longer one has the answer too: it is a heading."""


@dataclass(frozen=True)
class Cut:
    """A passage with its sentences, as offsets into its own text."""

    text_id: str
    start: int
    text: str
    headings: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]


def cut(training_set: TrainingSet) -> list[Cut]:
    """Return the passages of all texts of a set."""
    passages = []
    for text in training_set.texts.values():
        document = Document(text.id, text.title, text.text, "0" * 64)
        for passage in segment(document):
            spans = tuple(
                (each.start - passage.start, each.end - passage.start) for each in passage.sentences
            )
            body = text.text[passage.start : passage.end]
            passages.append(Cut(text.id, passage.start, body, passage.headings, spans))
    return passages


class Lexical:
    """BM25 of many questions over many texts at once, as a product of sparse matrices."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._ids: dict[str, int] = {}
        counts = [self._count(text) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        mean = max(1.0, float(lengths.mean()))
        frequency = np.zeros(len(self._ids), dtype=np.float32)
        for count in counts:
            frequency[list(count)] += 1
        self._idf = np.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
        row, column, value = [], [], []
        for at, count in enumerate(counts):
            norm = K1 * (1 - B + B * lengths[at] / mean)
            for term, number in count.items():
                row.append(at)
                column.append(term)
                value.append(number / (number + norm))
        self._matrix = csr_matrix(
            (value, (row, column)), shape=(len(texts), len(self._ids)), dtype=np.float32
        )

    def _count(self, text: str) -> dict[int, int]:
        count: dict[int, int] = defaultdict(int)
        for term in terms(text, "en"):
            count[self._ids.setdefault(term, len(self._ids))] += 1
        return count

    def scores(self, questions: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the score of each of these texts (column) for each question (row), divided by its upper bound."""
        query = np.zeros((len(questions), len(self._ids)), dtype=np.float32)
        for at, question in enumerate(questions):
            for term in set(terms(question, "en")):
                if term in self._ids:
                    query[at, self._ids[term]] = self._idf[self._ids[term]]
        query /= np.maximum(query.sum(axis=1, keepdims=True), 1e-6)
        return np.asarray((self._matrix[texts] @ csr_matrix(query).T).todense(), dtype=np.float32).T


class Hybrid:
    """Ranks the passages of a set by sentence and passage, vector and BM25."""

    def __init__(self, passages: Sequence[Cut], titles: Sequence[str], encoder: Encoder) -> None:
        self._encoder = encoder
        self._owner = np.array([at for at, each in enumerate(passages) for _ in each.sentences])
        sentences = [each.text[start:end] for each in passages for start, end in each.sentences]
        whole = [
            "\n".join(filter(None, (title, *each.headings, each.text)))
            for title, each in zip(titles, passages, strict=True)
        ]
        self._sentence_vectors = encoder.encode(sentences)
        self._passage_vectors = encoder.encode(whole)
        self._sentence_terms = Lexical(sentences)
        self._passage_terms = Lexical(whole)

    def scores(self, questions: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the score of each of these passages (column), ascending, for each question (row)."""
        query = self._encoder.encode(questions, query=True)
        mine = np.flatnonzero(np.isin(self._owner, passages))
        sentences = query @ self._sentence_vectors[mine].T + self._sentence_terms.scores(questions, mine)
        starts = np.searchsorted(self._owner[mine], passages)
        best = np.maximum.reduceat(sentences, starts, axis=1)
        return (
            best + query @ self._passage_vectors[passages].T + self._passage_terms.scores(questions, passages)
        )


@lru_cache(maxsize=500_000)
def folded(text: str) -> str:
    """Return a text in lower case with its letters and digits only, single-spaced."""
    return " ".join(re.findall(r"\w+", text.lower()))


def labelled(passage: Cut, question: Question) -> dict[str, Any]:
    """Return a passage as a training row: its gold sentences, its answer spans, its doubtful sentences."""
    spans = []
    if passage.text_id == question.text_id:
        for start, end in question.spans:
            at, to = max(0, start - passage.start), min(len(passage.text), end - passage.start)
            if at < to:
                spans.append((at, to))
    gold = [
        n for n, (start, end) in enumerate(passage.sentences) if any(s < end and e > start for s, e in spans)
    ]
    longer = [n for n in gold if len(passage.text[slice(*passage.sentences[n])].split()) >= FRAGMENT_WORDS]
    strings = [f" {folded(text)} " for text in question.strings]
    doubtful = [
        n
        for n, (start, end) in enumerate(passage.sentences)
        if any(
            len(each) > SHORT_ANSWER and each in f" {folded(passage.text[start:end])} " for each in strings
        )
    ]
    if question.whole and passage.text_id == question.text_id:
        longer = gold = list(range(len(passage.sentences)))
    return {
        "text": passage.text,
        "headings": list(passage.headings),
        "sentences": [list(span) for span in passage.sentences],
        "gold": longer or gold,
        "ignored": sorted(set(doubtful) | set(gold) - set(longer) if longer else set(doubtful) - set(gold)),
        "spans": [list(span) for span in spans] if not question.whole else [],
    }


def prepare(training_set: TrainingSet, number: int, encoder: Encoder, target: Path) -> None:
    """Write the questions of a set with their passages, right ones first, then by the hybrid's rank."""
    order = random.Random(SEED)
    questions = training_set.questions
    if len(questions) > number:
        questions = order.sample(questions, number)
    else:
        questions = order.sample(questions, len(questions))
    passages = cut(training_set)
    titles = [training_set.texts[each.text_id].title for each in passages]
    hybrid = Hybrid(passages, titles, encoder)
    own: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(passages):
        own[each.text_id].append(at)
    lost = 0
    fresh = target.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8") as file:
        for block, columns in _blocks(questions, training_set, passages):
            scores = hybrid.scores([question.text for question in block], columns)
            for question, score in zip(block, scores, strict=True):
                place = {int(at): n for n, at in enumerate(columns)}
                right = []
                for at in own[question.text_id]:
                    row = labelled(passages[at], question)
                    if row["gold"]:
                        rank = int((score > score[place[at]]).sum())
                        right.append({**row, "title": titles[at], "rank": rank})
                if question.spans and not right:
                    lost += 1
                    continue
                ranked = columns[np.argsort(-score, kind="stable")]
                wrong = _wrong(question, [passages[at] for at in ranked[:CANDIDATES]], training_set)
                json.dump(
                    {
                        "set": training_set.name,
                        "id": question.id,
                        "question": question.text,
                        "right": right[:6],
                        "wrong": wrong,
                        "scoped": question.scoped,
                    },
                    file,
                    ensure_ascii=False,
                )
                file.write("\n")
    fresh.replace(target)
    print(
        f"{training_set.name}: {len(passages)} passages, {len(questions)} questions, {lost} without their answer",
        file=sys.stderr,
    )


def _blocks(
    questions: Sequence[Question], training_set: TrainingSet, passages: Sequence[Cut]
) -> Iterator[tuple[list[Question], NDArray[np.int64]]]:
    """Yield questions with the passages that they are asked of."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(passages):
        groups[training_set.texts[each.text_id].group].append(at)
    scoped: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        scoped[training_set.texts[question.text_id].group if question.scoped else ""].append(question)
    for group, asked in scoped.items():
        columns = np.array(groups[group] if asked[0].scoped else range(len(passages)), dtype=np.int64)
        if not len(columns):
            continue
        for first in range(0, len(asked), BLOCK):
            yield asked[first : first + BLOCK], columns


def _wrong(question: Question, ranked: Sequence[Cut], training_set: TrainingSet) -> list[dict[str, Any]]:
    """Return the best passages that do not answer; a question's own comes first if nothing answers it."""
    wrong = []
    for rank, passage in enumerate(ranked):
        row = labelled(passage, question)
        if not row["gold"] and not (row["ignored"] and question.strings):
            title, own = training_set.texts[passage.text_id].title, passage.text_id == question.text_id
            wrong.append({**row, "title": title, "rank": rank, "own": own})
            if len(wrong) == NEGATIVES:
                break
    if not question.strings and not question.whole and not question.scoped:
        # A question of SQuAD 2.0 without an answer was only judged against its own paragraph.
        wrong.sort(key=lambda row: not row["own"])
    return wrong


def prepare_all(data: Path, train: Path, work: Path) -> None:
    """Prepare every set that is not prepared yet."""
    work.mkdir(parents=True, exist_ok=True)
    encoder = encoders.load()
    for training_set, number in load(data, train):
        target = work / f"{training_set.name}.jsonl"
        if not target.exists():
            prepare(training_set, number, encoder, target)
