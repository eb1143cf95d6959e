"""Updates: changes by content, names, corpora and bad files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from updates import PRUNE, Library, lines
from word_encoder import WordEncoder

from qa.errors import UsageError
from qa.index import Index, Options

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
