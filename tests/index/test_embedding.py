"""Which texts are embedded together depends on the texts alone; the same files have the same vectors."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from word_encoder import WordEncoder

from qa.encoders import Encoder, Vectors
from qa.index import Index, Options
from qa.index.lock import writer
from qa.index.stores.database import FILE_NAME
from qa.index.stores.sqlite import SqliteStore
from qa.index.update import Update

DOCS = Path(__file__).parents[2] / "docs"


class Recording(WordEncoder):
    """Keeps the texts of each call, and waits for some seconds."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.calls: list[list[str]] = []
        self._seconds = seconds

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.calls.append(list(texts))
        time.sleep(self._seconds)
        return super().encode(texts, query=query)


def vectors(folder: Path) -> dict[bytes, bytes]:
    """Return every vector of an index by its key."""
    with sqlite3.connect(folder / FILE_NAME) as connection:
        keys = dict(connection.execute("SELECT s.id, key FROM sentence s JOIN vector v ON v.id = s.vector"))
    with Index(folder).snapshot() as snapshot:
        return {keys[key]: snapshot.indexes.sentences.vectors([key]).tobytes() for key in keys}


def test_the_same_files_have_the_same_vectors_bit_by_bit(tmp_path: Path, model: Encoder) -> None:
    results = []
    for name in ("one", "two"):
        index = Index.create(tmp_path / name, model)
        index.update([str(DOCS / "formats.md"), str(DOCS / "security.md")], lambda: model)
        results.append(vectors(index.folder))
    assert len(results[0]) > 100
    assert results[0] == results[1]


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small windows, and files of which some are embedded in several parts."""
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 8)
    monkeypatch.setattr(WordEncoder, "characters_at_once", 120)
    monkeypatch.setattr("qa.index.cutting.PART", 8)
    folder = tmp_path / "books"
    folder.mkdir()
    for n in range(24):
        sentences = (f"An engine of {n} and {m}." for m in range(60 if n % 6 == 0 else 3))
        (folder / f"{n:02}.txt").write_text("\n\n".join(sentences))
    return folder


@pytest.mark.parametrize("seconds", [0.0, 0.002])
@pytest.mark.parametrize("pace", [0.0, 7.0, 100.0])
def test_the_clock_does_not_change_which_texts_are_embedded_together(
    books: Path, tmp_path: Path, seconds: float, pace: float
) -> None:
    """Check with fast and slow encoders, and with runs that publish more or less often."""

    def run(folder: Path, encoder: Recording, pace: float) -> int:
        Index.create(folder, encoder)
        ticks = iter(range(10**9))
        with writer(folder):
            store = SqliteStore(folder, writable=True)
            update = Update(
                store, lambda: encoder, encoder.dimension, Options(), lambda _: None,
                clock=lambda: pace * next(ticks),
            )  # fmt: skip
            assert not update.run([str(books)]).failed
            store.close()
        with Index(folder).snapshot() as snapshot:
            return snapshot.indexes.generation

    plain, slow = Recording(), Recording(seconds)
    run(tmp_path / "plain", plain, 0.0)
    generations = run(tmp_path / "other", slow, pace)
    assert slow.calls == plain.calls
    assert len(plain.calls) > 24
    # The clock must have had an effect, or the test would prove nothing.
    assert (generations > 2) == (pace > 0)


def test_a_text_in_many_documents_is_embedded_once(tmp_path: Path, words: WordEncoder) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for n in range(30):
        (docs / f"{n}.txt").write_text(f"An apple.\n\nThe dragon of {n}.")
    Index.create(tmp_path / "index", words).update([str(docs)], lambda: words)
    assert words.embedded.count("An apple.") == 1
    assert len(words.embedded) == len(set(words.embedded)) == 1 + 30 + 30


def test_the_model_is_loaded_once_and_before_all_files_are_read(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for n in range(50):
        (docs / f"{n:02}.txt").write_text(f"The engine of {n}.")
    encoder = Recording()
    loaded, at = [], []

    def load() -> Recording:
        loaded.append(1)
        return encoder

    index = Index.create(tmp_path / "index", encoder)
    index.update([str(docs)], load, progress=lambda progress: at.append((progress.files, len(loaded))))
    assert loaded == [1]
    # At the first file, not after all files are read and nothing else is left to do.
    assert (1, 1) in at
    shutil.rmtree(docs)
    docs.mkdir()
    assert index.update([str(docs)], load, Options(prune=True)).removed
    assert loaded == [1]


def test_vectors_belong_to_their_texts(tmp_path: Path, words: WordEncoder) -> None:
    """Sorting by length assigns no text the vector of another."""
    docs = tmp_path / "docs"
    docs.mkdir()
    names = ("apple", "bread", "candle", "dragon", "engine")
    for at, name in enumerate(names):
        (docs / f"{name}.txt").write_text(f"{'Some more words. ' * at}It is the {name}.")
    index = Index.create(tmp_path / "index", words)
    index.update([str(docs)], lambda: words)
    with index.snapshot() as snapshot:
        for name in names:
            query = words.encode([name], query=True)[0]
            [(key, score)] = snapshot.indexes.sentences.search(query, 1)
            [row] = snapshot.store.passages(snapshot.store.passages_of([key]))
            [span] = [sentence for sentence in row.sentences if sentence.id == key]
            assert row.text[span.start - row.start : span.end - row.start] == f"It is the {name}."
            assert score == pytest.approx(float(query @ words.encode([f"It is the {name}."])[0]), abs=2e-4)
    assert np.isfinite(score)
