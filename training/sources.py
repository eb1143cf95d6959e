"""The training sets: texts, questions, and where their answers are."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A text as it would be indexed.

    Attributes:
        id: The id within the set.
        title: The title, possibly empty.
        text: The text.
        group: What a question of narrow scope is limited to: a contract, a report, an article.
    """

    id: str
    title: str
    text: str
    group: str


@dataclass(frozen=True)
class Question:
    """A question about the texts of a set.

    Attributes:
        id: The id within the set.
        text: The question.
        text_id: The text that it was written for.
        spans: The answers in that text, in code points; empty if it has none.
        strings: The answers as strings, to recognise them in other texts.
        scoped: Whether it is asked of the texts of its group only.
        whole: Whether the answer is the whole text and no sentence of it is known to be the right one.
    """

    id: str
    text: str
    text_id: str
    spans: tuple[Span, ...]
    strings: tuple[str, ...] = ()
    scoped: bool = False
    whole: bool = False


@dataclass
class TrainingSet:
    """Texts and questions from one source."""

    name: str
    texts: dict[str, Text] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def add_text(self, text: Text) -> None:
        """Add a text once."""
        self.texts.setdefault(text.id, text)


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _paragraphs(path: Path, name: str, *, skip: str | None = None) -> TrainingSet:
    """Read a set whose rows each have their paragraph."""
    result = TrainingSet(name)
    ids: dict[str, str] = {}
    for row in rows(path):
        if skip and row.get(skip):
            continue
        context = row["context"]
        text_id = ids.setdefault(context, f"{name}-{len(ids)}")
        result.add_text(Text(text_id, row.get("title") or "", context, row.get("title") or text_id))
        spans = tuple((answer["start"], answer["start"] + len(answer["text"])) for answer in row["answers"])
        strings = tuple(answer["text"] for answer in row["answers"])
        result.questions.append(Question(row["id"], row["question"], text_id, spans, strings))
    return result


def _corpus(
    folder: Path,
    name: str,
    *,
    scoped: bool = False,
    articles: Callable[[str], bool] | None = None,
    keep: Callable[[Row], bool] = lambda row: True,
) -> TrainingSet:
    """Read a set with a corpus and questions.

    Args:
        folder: The folder of the set.
        name: Its name.
        scoped: whether questions are asked of one group only.
        articles: Selects texts by title.
        keep: Selects questions.
    """
    result = TrainingSet(name)
    for row in rows(folder / "corpus.jsonl"):
        if articles is None or articles(row.get("title", "")):
            group = row.get("source_doc") or (row["doc_id"] if scoped else row.get("title", ""))
            result.add_text(Text(row["doc_id"], row.get("title", ""), row["text"], group))
    for row in rows(folder / "questions.jsonl"):
        if row["doc_id"] not in result.texts or not keep(row):
            continue
        strings = tuple(row["answers"]) if row["answerable"] else ()
        starts = row.get("answer_starts") or ()
        spans = tuple((start, start + len(text)) for start, text in zip(starts, strings, strict=False))
        result.questions.append(
            Question(
                row["id"],
                row["question"],
                row["doc_id"],
                spans,
                strings,
                scoped,
                whole=row["answerable"] and row.get("unit") == "paragraph",
            )
        )
    return result


def held_out(wording: str) -> bool:
    """Return whether a wording of a contract question is for evaluation and is never trained on."""
    return sum(wording.encode()) % 4 == 0


def _reworded(training_set: TrainingSet, folder: Path) -> TrainingSet:
    """Ask each question of a review list in its published wording too, and in others of its category.

    Wordings that are held out are replaced.
    """
    wordings = {
        name: [each["text"] for each in (value["variants"] if isinstance(value, dict) else value)]
        for name, value in json.loads((folder / "variants.json").read_text(encoding="utf-8")).items()
    }
    order = random.Random(0)
    known = {row["id"]: row for row in rows(folder / "questions.jsonl")}
    result = TrainingSet(training_set.name, training_set.texts)
    for question in training_set.questions:
        row = known[question.id]
        category = row["category"] if row["category"] in wordings else row["id"].rpartition("::")[2]
        allowed = [text for text in wordings[category] if not held_out(text)]
        texts = [] if held_out(question.text) else [question.text]
        if question.strings:
            texts.append(row.get("question_official") or row["hypothesis"])
            texts += order.sample(allowed, min(2, len(allowed)))
        for number, text in enumerate(dict.fromkeys(texts or order.sample(allowed, 1))):
            result.questions.append(replace(question, id=f"{question.id}::{number}", text=text))
    return result


def _sentences(path: Path, name: str, *, skip: str | None = None) -> TrainingSet:
    """Read pairs of a question and a sentence without its paragraph."""
    result = TrainingSet(name)
    ids: dict[str, str] = {}
    for row in rows(path):
        if skip and row.get(skip):
            continue
        text_id = ids.setdefault(row["sentence"], f"{name}-{len(ids)}")
        result.add_text(Text(text_id, "", row["sentence"], text_id))
        result.questions.append(
            Question(row["id"], row["question"], text_id, ((0, len(row["sentence"])),), (row["sentence"],))
        )
    return result


def _government(path: Path, name: str) -> TrainingSet:
    """Read scenarios with their evidence: the evidence and other sentences of the page make a text."""
    result = TrainingSet(name)
    order = random.Random(0)
    for row in rows(path):
        evidence = [sentence for sentence in row["sentences"] if sentence.strip()]
        parts = [*evidence, *row.get("other_sentences", ())[:12]]
        order.shuffle(parts)
        text, starts = "", {}
        for part in parts:
            text += "\n\n" if text else ""
            starts[part] = len(text)
            text += part
        result.add_text(Text(row["id"], row["title"], text, row["id"]))
        question = row["question"]
        if row.get("scenario") and order.random() < 0.5:
            question = f"{row['scenario']} {question}"
        spans = tuple((starts[sentence], starts[sentence] + len(sentence)) for sentence in evidence)
        result.questions.append(Question(row["id"], question, row["id"], spans, tuple(evidence), scoped=True))
    return result


def half(title: str) -> bool:
    """Return whether an article of SQuAD 2.0 is one to train on; the others are for evaluation."""
    return sum(title.encode()) % 2 == 0


def load(data: Path, train: Path) -> Iterator[tuple[TrainingSet, int]]:
    """Yield every set with the number of questions to take from it."""
    yield _corpus(data / "squad11_train_part", "squad11_train_part"), 12000
    yield (
        _paragraphs(
            train / "squad11_train_paragraphs" / "train.jsonl",
            "squad11_train_paragraphs",
            skip="in_squad11_train_part",
        ),
        3533,
    )
    yield (
        _sentences(
            train / "squad11_train_sentences" / "pairs.jsonl",
            "squad11_train_sentences",
            skip="in_squad11_train_part",
        ),
        1000,
    )
    yield _paragraphs(train / "squadshifts_new_wiki" / "train.jsonl", "squadshifts_new_wiki"), 8000
    yield _paragraphs(train / "squadshifts_amazon" / "train.jsonl", "squadshifts_amazon"), 5000
    yield _paragraphs(train / "tydiqa_en" / "train.jsonl", "tydiqa_en"), 3692
    yield _paragraphs(train / "mlqa_en_dev" / "train.jsonl", "mlqa_en_dev"), 1145
    yield _paragraphs(train / "qed_nq_dev" / "train.jsonl", "qed_nq_dev"), 1206
    yield _paragraphs(train / "quoref_contrast" / "train.jsonl", "quoref_contrast"), 1106
    yield _corpus(data / "squad20", "squad20", articles=half), 1752
    cuad, nda = train / "cuad", train / "nda_contractnli"
    certain = _corpus(cuad, "cuad", scoped=True, keep=lambda row: not row.get("negative_risk"))
    yield _reworded(certain, cuad), 12500
    yield _reworded(_corpus(nda, "nda_contractnli", scoped=True), nda), 6500
    yield _government(train / "conditionalqa_gov" / "pairs.jsonl", "conditionalqa_gov"), 2065
    yield _corpus(train / "tatqa", "tatqa", scoped=True), 1142
    yield _corpus(train / "fairytaleqa", "fairytaleqa", scoped=True), 2611
    yield _corpus(train / "boolq", "boolq"), 1959
    yield _paragraphs(train / "qamr" / "train.jsonl", "qamr"), 2500
