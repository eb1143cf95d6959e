"""Documents for large libraries: real sentences, and beyond their number sentences recombined from them."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

SENTENCES, PARAGRAPH = 100, 4
"""Sentences of a document, and of a paragraph."""
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LETTERS = 20
_KEYS = ("text", "context", "passage")


def real_sentences(folders: list[Path]) -> list[str]:
    """Return the different sentences of all JSONL files in folders, in order."""
    sentences: dict[str, None] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.jsonl")):
        if path.name.startswith("questions"):
            continue
        for line in path.open():
            row = json.loads(line)
            text = next((row[key] for key in _KEYS if isinstance(row.get(key), str)), "")
            for sentence in _END.split(text):
                if _LETTERS < len(sentence) < 20 * _LETTERS:
                    sentences[" ".join(sentence.split())] = None
    return list(sentences)


def sentences(real: list[str], seed: int = 0) -> Iterator[str]:
    """Yield real sentences, then without end the first half of one with the second half of another."""
    yield from real
    chance = random.Random(seed)
    while True:
        first, second = chance.choice(real).split(), chance.choice(real).split()
        yield " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])


def document(title: str, texts: list[str]) -> str:
    """Return a document in Markdown, in paragraphs."""
    paragraphs = (" ".join(part) for part in _parts([_ended(text) for text in texts]))
    return f"# {title}\n\n" + "\n\n".join(paragraphs) + "\n"


def _parts(texts: list[str]) -> Iterator[list[str]]:
    return (texts[at : at + PARAGRAPH] for at in range(0, len(texts), PARAGRAPH))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def write(folder: Path, number: int, real: list[str]) -> None:
    """Write documents with about so many sentences, those that do not exist yet."""
    texts = sentences(real)
    for at in range(number // SENTENCES):
        part = list(itertools.islice(texts, SENTENCES))
        path = folder / f"{at // 500:03d}" / f"{at:06d}.md"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(document(f"Record {at}", part))
