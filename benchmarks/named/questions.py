"""Questions that name their document, made by fixed templates, and questions that name none."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

HERE = Path(__file__).parent
SEED = 11

PARTY = (
    "Agreement with {name}: {question}",
    "In the {name} contract, {question}",
    "{question} (agreement with {name})",
    "{question} in the agreement with {name}?",
    "{name} {question}",
    "What does our contract with {name} say about this: {question}",
    "{question} - {name}",
)
"""Where a party's name may be in a question; the fifth is in lower case, as typed into a search box."""
TITLE = ("In the {name}, {question}", "{question} in the {name}?", "{name}: {question}")
FILE = ("{question} ({name})", "{question} in {name}?", "{name}: {question}")

_FORMS = re.compile(
    r"[,.\s]+(?:inc|corp|corporation|co|ltd|llc|l\.l\.c|limited|gmbh|ab|b\.v|sa|company)\b\.?", re.IGNORECASE
)
_ROLES = re.compile(
    r"party [a-z].*|the .*|an? .*|.*\b(?:and|together|each|is)\b.*\b(?:party|parties|referred)\b.*|[^a-z]*|"
    r"reseller|company|professional|sponsor|owner|servicer|racing|service provider|acquiror|developer|"
    r"customer|franchisee|parent|spinco|joint venture company|employer|executive|producer|consultant|"
    r"distributor|seller|purchaser|[\"'“].*|.*\b(?:mr|ms)\b.*|usa, inc\.",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set.

    Attributes:
        text: The question.
        documents: The documents that it names; empty if it names none.
        gold: The document with the answer.
        answers: The gold answers; empty if its document has none.
        kind: How it names its document.
        tuning: Whether it belongs to the half on which the rules were chosen.
    """

    text: str
    documents: frozenset[str]
    gold: str
    answers: tuple[str, ...]
    kind: str
    tuning: bool


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def filled(template: str, name: str, question: str) -> str:
    """Return a question with the name of its document."""
    bare = question.rstrip("?. ")
    if template.startswith("{question} in "):
        question = bare
    text = template.format(name=name, question=question)
    return text.lower() if template == "{name} {question}" else text


def contracts(folder: Path) -> list[Asked]:
    """Return questions to the contracts as PDF: by a party, by the title, by the file, by nothing."""
    files = {_plain(path.name): path.name for path in (folder / "pdf").iterdir()}
    questions = [row for row in rows(folder / "questions.jsonl") if _plain(row["doc_id"]) in files]
    parties: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for row in questions:
        document = files[_plain(row["doc_id"])]
        for answer in row["answers"]:
            if row["category"] == "Parties" and len(answer.split()) < 8 and not _ROLES.fullmatch(answer):
                for name in {answer, _FORMS.sub("", answer).strip()}:
                    parties.setdefault(name, set()).add(document)
            if row["category"] == "Document Name":
                titles.setdefault(answer.removesuffix(" is").title(), set()).add(document)
    asked = [row for row in questions if row["category"] not in ("Parties", "Document Name")]
    gold = [(row["question"], files[_plain(row["doc_id"])], tuple(row["answers"])) for row in asked]
    stems = {name.rsplit(".", 1)[0]: {name} for name in files.values()} | {
        name: {name} for name in files.values()
    }
    return [
        *_named(gold, parties, PARTY, "party"),
        *_named(gold, titles, TITLE, "title"),
        *_named(gold, stems, FILE, "file"),
        *_unnamed(gold, "none"),
    ]


def agreements(folder: Path) -> list[Asked]:
    """Return questions to the agreements on confidentiality: by a party, by the file, by nothing."""
    files = {row["doc_id"]: file_of(row) for row in rows(folder / "corpus.jsonl")}
    listed: Mapping[str, list[str]] = json.loads((HERE / "agreements.json").read_text(encoding="utf-8"))
    parties = {name: {files[document] for document in documents} for name, documents in listed.items()}
    gold = [
        (row["question"], files[row["doc_id"]], tuple(row["answers"]))
        for row in rows(folder / "questions.jsonl")
    ]
    stems = {name.rsplit(".", 1)[0]: {name} for name in files.values()}
    return [
        *_named(gold, parties, PARTY, "party"),
        *_named(gold, stems, FILE, "file"),
        *_unnamed(gold, "none"),
    ]


def plain(folder: Path, limit: int, *, grouped: bool = False) -> list[Asked]:
    """Return questions of a set that were not made for one document.

    Args:
        folder: The folder of the set.
        limit: Maximum number of questions, drawn with a fixed seed.
        grouped: Whether the documents are the articles that the paragraphs come from.
    """
    source = {row["doc_id"]: row.get("source_doc", row["doc_id"]) for row in rows(folder / "corpus.jsonl")}
    questions = [row for row in rows(folder / "questions.jsonl") if row.get("answerable", True)]
    drawn = random.Random(SEED).sample(questions, min(limit, len(questions)))
    gold = [
        (row["question"], source[row["doc_id"]] if grouped else row["doc_id"], tuple(row["answers"]))
        for row in drawn
    ]
    return list(_unnamed(gold, "none"))


def file_of(row: Mapping[str, Any]) -> str:
    """Return the name of the file that an agreement is written to."""
    return unquote(row["title"]).replace("/", "_").rsplit(".", 1)[0] + ".txt"


def _named(
    gold: Sequence[tuple[str, str, tuple[str, ...]]],
    names: Mapping[str, Iterable[str]],
    templates: Sequence[str],
    kind: str,
) -> Iterator[Asked]:
    names_of: dict[str, list[str]] = {}
    for name, documents in names.items():
        for document in documents:
            names_of.setdefault(document, []).append(name)
    order = sorted(names_of)
    asked: dict[str, int] = {}
    for question, document, answers in gold:
        if document not in names_of:
            continue
        at = asked[document] = asked.get(document, -1) + 1
        choices = sorted(names_of[document])
        name = choices[at % len(choices)]
        # Each name is asked in each template in turn.
        text = filled(templates[at // len(choices) % len(templates)], name, question)
        tuning = order.index(document) % 2 == 0
        yield Asked(text, frozenset(names[name]), document, answers, kind, tuning)


def _unnamed(gold: Sequence[tuple[str, str, tuple[str, ...]]], kind: str) -> Iterator[Asked]:
    for at, (question, document, answers) in enumerate(gold):
        yield Asked(question, frozenset(), document, answers, kind, at % 2 == 0)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower().rsplit(".pdf", 1)[0])
