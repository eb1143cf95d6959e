"""The sentences for speed measurements: those of a corpus, or synthetic ones."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from qa.text.sentences import segment
from qa.types import Document

sys.path.insert(0, str(Path(__file__).parents[1] / "library"))
from corpus import document


def documents(corpus: Path | None) -> Iterator[tuple[str, str]]:
    """Yield title and text of each document: of a file of JSON lines with title and text, or synthetic ones."""
    if corpus is None:
        for seed in range(10_000):
            yield f"Record {seed}", document(seed, 40)
        return
    seen = set()
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["text"] not in seen:
                seen.add(record["text"])
                yield str(record.get("title", "")), record["text"]


def cut(text: str) -> list[str]:
    """Return the sentences of a text, as this project segments it."""
    passages = segment(Document(doc_id="", title="", text=text, sha256="", uri=None))
    return [text[sentence.start : sentence.end] for passage in passages for sentence in passage.sentences]


def write(folder: Path, corpus: Path | None, sentences: int) -> list[str]:
    """Write text files with so many distinct sentences, and return the sentences."""
    folder.mkdir()
    written: dict[str, None] = {}
    for number, (title, text) in enumerate(documents(corpus)):
        if len(written) >= sentences:
            break
        (folder / f"{number:05d}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
        written.update(dict.fromkeys(cut(text)))
    return list(written)


def sample(corpus: Path | None, count: int) -> list[str]:
    """Return so many distinct sentences, in a fixed order that mixes their lengths."""
    distinct: dict[str, None] = {}
    for _, text in documents(corpus):
        distinct.update(dict.fromkeys(cut(text)))
        if len(distinct) >= count:
            break
    sentences = list(distinct)[:count]
    random.Random(0).shuffle(sentences)
    return sentences
