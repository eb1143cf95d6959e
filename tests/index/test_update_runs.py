"""Updates that are stopped, publish in parts, or are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from updates import Library, lines
from word_encoder import WordEncoder

from qa import parsers
from qa.errors import ModelError, ReadError
from qa.index import Options, Progress
from qa.index.lock import writer
from qa.index.stores.sqlite import SqliteStore
from qa.index.update import Update
from qa.types import Document, Omission


class StopsAt:
    """An encoder that is interrupted, as by Ctrl-C, after so many texts."""

    def __init__(self, encoder: WordEncoder, texts: int, error: type[BaseException]) -> None:
        self.inner, self.left, self.error = encoder, texts, error
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.characters_at_once = encoder.characters_at_once

    def encode(self, texts: list[str], *, query: bool = False):  # type: ignore[no-untyped-def]
        if self.left < len(texts):
            raise self.error
        self.left -= len(texts)
        return self.inner.encode(texts, query=query)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_stopped_run_leaves_a_sound_index_and_embeds_nothing_twice(
    library: Library, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 2)
    library.write("old.txt", "An apple.")
    library.update()
    library.encoder.embedded.clear()
    for n in range(10):
        library.write(f"{n}.txt", f"An engine of number {n}. A forest of number {n}. A garden of {n}.")
    stopping = StopsAt(library.encoder, 12, error)
    try:
        report = library.index.update([str(library.docs)], lambda: stopping)
        assert report.interrupted
    except MemoryError:
        pass
    assert 0 < len(library.encoder.embedded) <= 12
    assert "old.txt" in library.ids()
    for doc_id in library.ids():
        assert library.text(doc_id)
    library.update()
    assert len(library.ids()) == 11
    assert len(library.encoder.embedded) == len(set(library.encoder.embedded)) == 40


def test_a_stop_keeps_the_texts_embedded_before_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordEncoder, "characters_at_once", 30)
    library.write("a.txt", "An engine that is old. A forest that is dark. A garden that is large.")
    report = library.index.update(
        [str(library.docs)], lambda: library.encoder, stop=lambda: len(library.encoder.embedded) > 1
    )
    assert report.interrupted
    before = len(library.encoder.embedded)
    assert 1 < before < 4
    library.update()
    assert len(library.encoder.embedded) == len(set(library.encoder.embedded)) == 4
    assert library.ids() == ["a.txt"]


def test_progress_reports_the_texts_read_waiting_and_lost(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.write("b.txt", " ")
    library.write("c.txt", "A dragon.")
    reports: list[Progress] = []
    library.index.update([str(library.docs)], lambda: library.encoder, progress=reports.append)
    assert [(report.name, [lost.name for lost in report.lost]) for report in reports if report.lost] == [
        ("c.txt", ["b.txt"])
    ]
    (embedding,) = [report for report in reports if report.stage == "embedding"]
    assert embedding.bytes_done == embedding.bytes_of == 19
    assert embedding.characters == (0, len("a\nAn apple.An apple.c\nA dragon.A dragon."))
    assert reports[-1].characters == (embedding.characters[1], 0)


def test_an_update_that_publishes_in_parts_builds_the_same_index(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.publishing.PUBLISH_AT_LEAST", 2)
    for n in range(7):
        library.write(f"{n}.txt", f"An engine of number {n}. A forest. A garden of {n}.")
    seen: Callable[[object], None] = lambda _: counts.append(len(library.ids()))  # noqa: E731
    counts: list[int] = []
    library.index.update([str(library.docs)], lambda: library.encoder, progress=seen)
    assert counts[0] == 0
    assert len(set(counts)) > 3
    assert counts == sorted(counts)
    assert len(library.ids()) == 7
    assert len(library.search("forest")) == 7


class Clock:
    """A clock that advances by some seconds with each embedded text and each publishing."""

    def __init__(self, encoder: WordEncoder, store: SqliteStore, seconds: float, publishing: float) -> None:
        self._encoder, self._store, self._seconds, self._publishing = encoder, store, seconds, publishing

    def __call__(self) -> float:
        embedding = self._seconds * len(self._encoder.embedded)
        return embedding + self._publishing * self._store.generation()


def published(library: Library, seconds: float, publishing: float = 0.0) -> list[int]:
    """Return the numbers of searchable documents at each step of a run, without repetitions."""
    counts: dict[int, None] = {}

    def progress(_: object) -> None:
        counts.setdefault(len(library.ids()))

    def encoder() -> WordEncoder:
        return library.encoder

    folder = library.index.folder
    with writer(folder):
        store = SqliteStore(folder, writable=True)
        clock = Clock(library.encoder, store, seconds, publishing)
        update = Update(store, encoder, library.index.dimension, Options(), progress, clock=clock)
        assert not update.run([str(library.docs)]).failed
        store.close()
    return list(counts)


def test_a_long_run_publishes_every_minute(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 1)
    for n in range(12):
        library.write(f"{n:02}.txt", f"An engine of number {n}. A forest of {n}. A garden of {n}.")
    # Four texts per document: half a minute.
    assert published(library, seconds=7.5) == [0, 2, 4, 6, 8, 10, 12]
    assert len(library.ids()) == 12


def test_a_short_run_publishes_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 1)
    for n in range(12):
        library.write(f"{n:02}.txt", f"An engine of number {n}. A forest of {n}. A garden of {n}.")
    assert published(library, seconds=1.0) == [0]
    assert len(library.ids()) == 12


def test_publishing_takes_at_most_its_share_of_a_run(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 1)
    for n in range(12):
        library.write(f"{n:02}.txt", f"An engine of number {n}. A forest of {n}. A garden of {n}.")
    # A publishing takes 15 seconds, so the first comes after 150 at the earliest: five documents.
    assert published(library, seconds=7.5, publishing=15.0) == [0, 2, 7, 12]


def test_finished_documents_do_not_wait_for_a_long_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 1)
    library.write("a.txt", "An engine. A forest.")
    library.write("b.txt", "A garden of an apple. " * 40_000)
    library.write("c.txt", "A kettle.")
    assert published(library, seconds=0.001)[:2] == [0, 1]


def test_another_model_is_refused_before_anything_changes(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.update()
    library.write("b.txt", "A candle.")
    other_model = WordEncoder(("pear",), "others")
    with pytest.raises(
        ModelError, match=r"was built with the model words-of-the-tests .*; use that model, or"
    ):
        library.index.update([str(library.docs)], lambda: other_model)
    assert library.ids() == ["a.txt"]


def test_a_record_moved_to_a_corpus_read_earlier_is_there_after_the_next_run(library: Library) -> None:
    library.write("b.jsonl", lines(("r1", "An apple."), ("r2", "A dragon.")))
    library.write("a.jsonl", lines(("r3", "A candle.")))
    library.update()
    library.write("b.jsonl", lines(("r2", "A dragon. It sleeps.")))
    library.write("a.jsonl", lines(("r3", "A candle. It burns."), ("r1", "An apple.")))
    first = library.update()
    assert [failure.name for failure in first.failed] == ["a.jsonl"]
    second = library.update()
    assert second.failed == []
    assert library.ids() == ["r1", "r2", "r3"]


def test_a_corpus_that_fails_in_the_middle_loses_no_record(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write("a.jsonl", lines(("r1", "An apple."), ("r2", "A dragon.")))
    library.update()
    library.write("a.jsonl", lines(("r1", "An apple. It is red."), ("r2", "A dragon.")))
    read = parsers.read

    def broken(*arguments: object, **options: object) -> Iterator[Document | ReadError]:
        yield next(read(*arguments, **options))  # type: ignore[arg-type]
        raise ReadError("the disk does not answer; try again.")

    with monkeypatch.context() as patch:
        patch.setattr("qa.parsers.read", broken)
        assert library.update().failed != []
    assert library.ids() == ["r1", "r2"]
    assert library.update().failed == []
    assert library.text("r1") == "An apple. It is red."


def test_an_unreadable_successor_does_not_remove_the_old_text(library: Library, tmp_path: Path) -> None:
    old = library.write("a.txt", "An apple.")
    library.update()
    old.unlink()
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    (other_folder / "a.txt").write_bytes(b"")
    assert library.update(other_folder).failed != []
    assert library.ids() == ["a.txt"]
    (other_folder / "a.txt").write_text("A candle.")
    library.update(other_folder)
    assert library.ids() == ["a.txt"]
    assert library.text("a.txt") == "A candle."


def test_pages_omitted_as_scans_are_read_when_recognition_is_requested(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write("a.txt", "An apple.")
    library.write("b.txt", "A dragon.")
    read = parsers.read

    def scanned(path: Path, doc_id: str, *, ocr: bool = False, **options: object) -> Iterator[object]:
        for document in read(path, doc_id):
            assert isinstance(document, Document)
            if doc_id == "b.txt":
                yield document
            elif ocr:
                yield replace(document, text="An apple. A candle.")
            else:
                yield replace(document, omissions=(Omission("scan", page=2),))

    monkeypatch.setattr("qa.parsers.read", scanned)
    assert library.update().added == ["a.txt", "b.txt"]
    assert library.update().unchanged == ["a.txt", "b.txt"]
    report = library.update(options=Options(ocr=True))
    assert (report.changed, report.unchanged) == (["a.txt"], ["b.txt"])
    assert library.text("a.txt") == "An apple. A candle."
    assert library.update(options=Options(ocr=True)).unchanged == ["a.txt", "b.txt"]
