"""An index follows its files by content, repeats nothing, leaves nothing behind, and survives bad files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa import parsers
from qa.errors import ModelError, ReadError, UsageError
from qa.index import Index, Options, Progress, Report
from qa.index.lock import writer
from qa.index.stores.sqlite import SqliteStore
from qa.index.update import Update
from qa.types import Document, Omission

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


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Library:
    return Library(tmp_path, words)


# Changes, by content


def test_only_new_or_changed_files_are_read_and_only_new_words_are_embedded(library: Library) -> None:
    library.write("a.txt", "An apple. A candle.")
    library.write("b.txt", "A dragon.")
    assert library.update().added == ["a.txt", "b.txt"]
    assert sorted(library.encoder.embedded) == [
        "A candle.", "A dragon.", "An apple.", "a\nAn apple. A candle.", "b\nA dragon.",
    ]  # fmt: skip
    library.encoder.embedded.clear()
    library.write("a.txt", "An apple. An engine.")
    library.write("c.txt", "A dragon. A forest.")
    report = library.update()
    assert (report.added, report.changed, report.unchanged) == (["c.txt"], ["a.txt"], ["b.txt"])
    assert sorted(library.encoder.embedded) == [
        "A forest.", "An engine.", "a\nAn apple. An engine.", "c\nA dragon. A forest.",
    ]  # fmt: skip
    assert library.text("a.txt") == "An apple. An engine."
    assert library.search("candl") == []
    assert library.search("engin") == ["An engine."]


def test_a_touched_file_is_unchanged_and_loads_no_model(library: Library) -> None:
    path = library.write("a.txt", "An apple.")
    library.update()

    def refused() -> WordEncoder:
        raise AssertionError("the model was loaded")

    for seconds in (1, 2_000_000_000):
        os.utime(path, (seconds, seconds))
        report = library.index.update([str(library.docs)], refused)
        assert (report.unchanged, report.added, report.changed) == (["a.txt"], [], [])


def test_an_immediate_change_of_the_same_length_is_detected(library: Library) -> None:
    path = library.docs / "a.txt"
    path.write_text("An apple.")
    library.update()
    stat = path.stat()
    path.write_text("A candle.")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert library.update().changed == ["a.txt"]
    assert library.text("a.txt") == "A candle."


def test_a_renamed_file_keeps_its_vectors(library: Library) -> None:
    old = library.write("old.md", "# A river\n\nThe river runs past the tower.")
    library.update()
    library.encoder.embedded.clear()
    old.rename(library.docs / "new.md")
    report = library.update(options=PRUNE)
    assert (report.added, report.removed) == (["new.md"], ["old.md"])
    assert library.encoder.embedded == []
    assert library.ids() == ["new.md"]


def test_a_deleted_file_stays_until_it_is_pruned(library: Library) -> None:
    library.write("a.txt", "An apple.")
    report_without_pruning = library.write("sub/b.txt", "A candle.")
    library.update()
    report_without_pruning.unlink()
    assert library.update().removed == []
    assert library.ids() == ["a.txt", "sub/b.txt"]
    assert library.update(options=PRUNE).removed == ["sub/b.txt"]
    assert library.ids() == ["a.txt"]
    assert library.search("candl") == []


def test_pruning_keeps_files_that_exist(library: Library) -> None:
    # A glob's folder counted as fully named: documents that the glob did not match were removed.
    library.write("a.txt", "An apple.")
    library.write("b.md", "A candle.")
    library.update()
    assert library.update(f"{library.docs}/*.md", options=PRUNE).removed == []
    assert library.ids() == ["a.txt", "b.md"]


def test_pruning_an_emptied_folder_removes_only_its_files(library: Library, tmp_path: Path) -> None:
    path = library.write("a.txt", "An apple.")
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    (other_folder / "b.txt").write_text("A candle.")
    library.update(library.docs, other_folder)
    path.unlink()
    (other_folder / "b.txt").unlink()
    assert library.update(options=PRUNE).removed == ["a.txt"]
    assert library.ids() == ["b.txt"]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_dry_run_reports_changes_and_writes_no_file(library: Library) -> None:
    library.write("a.txt", "An apple.")
    deleted = library.write("b.txt", "A candle.")
    library.update()
    before = contents(library.folder)
    library.encoder.embedded.clear()
    deleted.unlink()
    library.write("a.txt", "An engine.")
    library.write("c.txt", "A dragon.")
    report = library.update(options=Options(prune=True, dry_run=True))
    assert (report.added, report.changed, report.removed) == (["c.txt"], ["a.txt"], ["b.txt"])
    assert library.encoder.embedded == []
    assert {name: data for name, data in contents(library.folder).items() if "-shm" not in name} == {
        name: data for name, data in before.items() if "-shm" not in name
    }


def test_a_removed_document_leaves_no_byte_in_any_file_of_the_index(library: Library) -> None:
    rare = "Xylokarpion"
    library.write("a.md", f"# About {rare}\n\nThe {rare} grows by the river. " + "It is rare. " * 500)
    library.write("b.txt", "An apple.")
    library.update()
    assert any(rare.encode() in data for data in contents(library.folder).values())
    library.index.remove(["a.md"])
    assert library.ids() == ["b.txt"]
    for name, data in contents(library.folder).items():
        for word in (rare, rare.lower(), "xylokarpion"[:9]):
            assert word.encode() not in data, name
    assert library.search("river") == []


def test_a_replaced_document_leaves_no_byte(library: Library) -> None:
    library.write("a.txt", "The Xylokarpion grows. " * 300)
    library.update()
    library.write("a.txt", "An apple.")
    library.update()
    assert not any(b"ylokarpio" in data for data in contents(library.folder).values())


def test_removing_an_unknown_document_is_refused_and_removes_nothing(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.update()
    with pytest.raises(UsageError, match=r"no document b\.txt; see: qa list"):
        library.index.remove(["a.txt", "b.txt"])
    assert library.ids() == ["a.txt"]


def test_a_removed_document_returns_when_its_file_is_named_again(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.update()
    library.index.remove(["a.txt"])
    assert library.update().added == ["a.txt"]
    assert library.search("appl") == ["An apple."]


# Names


def test_files_of_one_name_in_two_folders_are_two_documents(library: Library, tmp_path: Path) -> None:
    for folder, words in (("x", "An apple."), ("y", "A candle.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text(words)
    assert library.update(tmp_path / "x", tmp_path / "y").added == ["same.txt", "y/same.txt"]
    assert (library.text("same.txt"), library.text("y/same.txt")) == ("An apple.", "A candle.")
    (tmp_path / "y" / "same.txt").write_text("A dragon, changed.")
    assert library.update(tmp_path / "y").changed == ["y/same.txt"]
    assert library.text("same.txt") == "An apple."


@pytest.mark.parametrize("name", ["a [1] {b}?.txt", "ü 中文.txt", "a#b%20.txt", "-k.txt", "it's.txt"])
def test_a_file_of_any_name_is_indexed_under_it(library: Library, name: str) -> None:
    library.write(name, "An apple.")
    assert library.update().added == [name]
    assert library.update().unchanged == [name]
    assert library.update(library.docs / name).unchanged == [name]


def test_a_name_that_is_not_utf_8_does_not_stop_the_others(library: Library) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(library.docs) + b"/caf\xe9.txt"))).write_text("A candle.")
    except OSError:
        pytest.skip("this disk has no such names")
    library.write("a.txt", "An apple.")
    assert "a.txt" in library.update().added
    assert library.text("a.txt") == "An apple."


def test_folders_globs_and_files_name_each_file_once_and_the_same(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.write("sub/b.txt", "A candle.")
    library.write(".hidden.txt", "A dragon.")
    report = library.update(library.docs, library.docs / "a.txt", f"{library.docs}/**/*.txt")
    assert report.added == ["a.txt", "sub/b.txt"]
    assert library.update(f"{library.docs}/s*/*").unchanged == ["sub/b.txt"]


def test_the_index_does_not_index_itself(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "a.txt").write_text("An apple.")
    folder = tmp_path / "index"
    report = Index.create(folder, words).update([str(tmp_path)], lambda: words)
    assert (report.added, report.failed) == (["a.txt"], [])


# Corpora


def lines(*records: tuple[str, str]) -> str:
    return "".join(json.dumps({"_id": i, "title": f"T{i}", "text": text}) + "\n" for i, text in records)


def test_a_corpus_is_updated_record_by_record(library: Library) -> None:
    library.write("c.jsonl", lines(("1", "An apple."), ("2", "A candle."), ("3", "A dragon.")))
    assert library.update().added == ["1", "2", "3"]
    library.encoder.embedded.clear()
    library.write("c.jsonl", lines(("1", "An apple."), ("2", "An engine."), ("4", "A forest.")))
    report = library.update()
    assert (report.added, report.changed, report.unchanged, report.removed) == (["4"], ["2"], ["1"], ["3"])
    assert sorted(library.encoder.embedded) == ["A forest.", "An engine.", "T2\nAn engine.", "T4\nA forest."]
    assert library.ids() == ["1", "2", "4"]
    assert library.search("candl", "dragon") == []


def test_a_bad_line_of_a_corpus_is_reported_and_the_others_are_indexed(library: Library) -> None:
    library.write("c.jsonl", lines(("1", "An apple.")) + "no json\n" + lines(("2", "A candle.")))
    report = library.update()
    assert report.added == ["1", "2"]
    assert [(f.name, f.reason[:8]) for f in report.failed] == [("c.jsonl", "line 2: ")]


def test_an_id_in_two_corpora_is_reported_and_not_overwritten(library: Library) -> None:
    library.write("a.jsonl", lines(("1", "An apple.")))
    library.write("b.jsonl", lines(("1", "A candle."), ("2", "A dragon.")))
    report = library.update()
    assert report.added == ["1", "2"]
    assert "another file already has the id 1" in report.failed[0].reason
    assert library.text("1") == "An apple."


# Bad files


def test_a_bad_file_does_not_stop_the_others(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.write("bad.pdf", b"%PDF-1.4 torn")
    library.write("empty.txt", b"")
    library.write("image.png", b"\x89PNG")
    library.write("z.txt", "A candle.")
    report = library.update(library.docs, library.docs / "missing.txt")
    assert report.added == ["a.txt", "z.txt"]
    assert sorted(Path(failure.name).name for failure in report.failed) == [
        "bad.pdf", "empty.txt", "image.png", "missing.txt",
    ]  # fmt: skip
    for failure in report.failed:
        assert failure.reason.endswith(".")
        assert ";" in failure.reason


def test_a_file_that_becomes_unreadable_keeps_its_old_text(library: Library) -> None:
    library.write("a.txt", "An apple.")
    library.update()
    library.write("a.txt", b"")
    assert [failure.name for failure in library.update().failed] == ["a.txt"]
    assert library.text("a.txt") == "An apple."
    library.write("a.txt", "A candle.")
    assert library.update().changed == ["a.txt"]


# Interruptions


class StopsAt:
    """An encoder that is interrupted, as by Ctrl-C, after so many texts."""

    def __init__(self, encoder: WordEncoder, texts: int, error: type[BaseException]) -> None:
        self.inner, self.left, self.error = encoder, texts, error
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension

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
    monkeypatch.setattr("qa.index.embedding.EMBED_CHARACTERS", 30)
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
