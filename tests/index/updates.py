"""A folder of documents, and an index that is updated from it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from word_encoder import WordEncoder

from qa.index import Index, Options, Report

PRUNE = Options(prune=True)


class Library:
    """A folder of documents, and an index that is updated from it."""

    def __init__(self, folder: Path, encoder: WordEncoder) -> None:
        self.docs = folder / "docs"
        self.docs.mkdir()
        self.folder = folder / "index"
        self.encoder = encoder
        self.index = Index.create(self.folder, encoder)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        # Set an older time: a file written just now is examined again.
        os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**10))
        return path

    def update(self, *sources: Path | str, options: Options = Options()) -> Report:  # noqa: B008
        return self.index.update(
            [str(source) for source in sources or [self.docs]], lambda: self.encoder, options
        )

    def ids(self) -> list[str]:
        return [document.doc_id for document in self.index.documents()]

    def text(self, doc_id: str) -> str:
        document = self.index.document(doc_id)
        assert document is not None
        return document.text

    def search(self, *terms: str) -> list[str]:
        """Return the texts of the sentences that contain one of the terms, best first."""
        with self.index.snapshot() as snapshot:
            keys = [key for key, _ in snapshot.indexes.sentence_terms.search(terms, 100)]
            rows = snapshot.store.passages(snapshot.store.passages_of(keys))
            texts = {
                s.id: row.text[s.start - row.start : s.end - row.start] for row in rows for s in row.sentences
            }
            return [texts[key] for key in keys]


def lines(*records: tuple[str, str]) -> str:
    return "".join(json.dumps({"_id": i, "title": f"T{i}", "text": text}) + "\n" for i, text in records)
