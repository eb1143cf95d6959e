"""Files, folders and globs: which files they name, and the name of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa.index import Index
from qa.index.sources import Failure, Skipped, SourceFile, expand, gone


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "a.txt",
        "b.md",
        "sub/c.txt",
        "sub/deep/d.txt",
        ".git/e.txt",
        "index/library.db",
        "x[1].txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*sources: str) -> list[str]:
    entries = list(expand(sources, leave_out=Path("index")))
    return [
        item.doc_id if isinstance(item, SourceFile) else f"! {item.name} {item.reason}" for item in entries
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".", ["a.txt", "b.md", "x[1].txt", "sub/c.txt", "sub/deep/d.txt"]),
        ("sub", ["c.txt", "deep/d.txt"]),
        ("sub/c.txt", ["c.txt"]),
        ("*.txt", ["a.txt", "x[1].txt"]),
        ("sub/*/*.txt", ["deep/d.txt"]),
        ("x[1].txt", ["x[1].txt"]),
        ("nothing.txt", ["! nothing.txt does not exist; check the path."]),
        ("*.pdf", ["! *.pdf matches no file; check the pattern."]),
    ],
)
def test_a_source_names_these_files(tree: Path, source: str, expected: list[str]) -> None:
    assert names(source) == expected


def test_every_file_is_named_once_under_its_first_name(tree: Path) -> None:
    assert names("sub", ".", "sub/c.txt", "**/*.txt") == ["c.txt", "deep/d.txt", "a.txt", "b.md", "x[1].txt"]


def test_a_link_out_of_the_folder_is_named_and_not_followed(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("x")
    (tree / "sub" / "link.txt").symlink_to(outside / "secret.txt")
    (tree / "sub" / "folder").symlink_to(outside)
    (tree / "sub" / "dangling.txt").symlink_to(tree / "gone")
    (tree / "sub" / "loop").symlink_to(tree / "sub")
    sources = list(expand(["sub"], leave_out=Path("index")))
    assert [item.doc_id for item in sources if isinstance(item, SourceFile)] == ["c.txt", "deep/d.txt"]
    failures = {Path(item.name).name: item.reason for item in sources if isinstance(item, Failure)}
    assert "place outside the folder" in failures["link.txt"]
    assert "link to a folder" in failures["folder"]
    assert "not followed" in failures["loop"]
    assert failures["dangling.txt"]
    assert names("sub/dangling.txt") == ["! sub/dangling.txt is a broken link; repair the link or omit it."]


def test_a_name_with_a_tilde_is_not_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Word's lock file of an open document.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "~$report.txt").write_text("x")
    sources = list(expand(["~$report.txt", "~$nothing.txt", "~$n*.txt"], leave_out=Path("index")))
    assert [source.doc_id if isinstance(source, SourceFile) else source.name for source in sources] == [
        "~$report.txt",
        "~$nothing.txt",
        "~$n*.txt",
    ]
    uri = (tmp_path / "~$nothing.txt").as_uri()
    assert list(gone(["~$nothing.txt"], [uri])) == [uri]


def test_an_empty_source_is_not_the_current_folder(tree: Path) -> None:
    [failure] = expand([""], leave_out=Path("index"))
    assert isinstance(failure, Failure)
    assert failure.reason == "is empty; name a file, a folder or a glob."


@pytest.fixture
def indexes(tree: Path, words: WordEncoder) -> Path:
    """Two indexes of this program among the documents, and a file of another program with the same name."""
    for name in ("own", "sub/other"):
        index = Index.create(tree / name, words)
        index.update([str(tree / "a.txt")], lambda: words)
        index.close()
        # Search files of earlier versions would be read as documents.
        (tree / name / "derived" / "terms.txt").write_text("appl\n")
    (tree / "films").mkdir()
    (tree / "films" / "library.db").write_bytes(b"SQLite format 3\0" + bytes(200))
    (tree / "films" / "f.txt").write_text("x")
    return tree


@pytest.mark.parametrize("source", [".", "**/*.txt", "**", "*"])
def test_an_index_among_the_documents_is_skipped_and_named_once(indexes: Path, source: str) -> None:
    items = list(expand([source, ".", "sub"], leave_out=indexes / "own"))
    files = {item.path for item in items if isinstance(item, SourceFile)}
    assert indexes / "films" / "f.txt" in files
    assert not [path for path in files if {"own", "other"} & {*path.relative_to(indexes).parts}]
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert sorted(item.name for item in skipped) == [str(indexes / "own"), str(indexes / "sub" / "other")]
    assert {item.reason for item in skipped} == {
        "is an index of this program and was skipped; to add files in it, name them one by one."
    }


def test_a_skipped_index_is_a_warning_and_no_failure(indexes: Path, words: WordEncoder) -> None:
    report = Index(indexes / "own").update([str(indexes)], lambda: words)
    assert {failure.name for failure in report.warnings} == {
        str(indexes / "own"),
        str(indexes / "sub" / "other"),
    }
    assert {Path(failure.name).parts[0] for failure in report.failed} == {"films", "index"}, "two .db files"
    assert sorted(report.added) == ["b.md", "films/f.txt", "sub/c.txt", "sub/deep/d.txt", "x[1].txt"]


def test_an_index_that_is_named_is_refused_and_a_file_in_it_is_read(indexes: Path) -> None:
    (indexes / "own" / "source.txt").write_text("x")
    assert names("own/source.txt") == ["source.txt"]
    [failure] = expand(["own"], leave_out=indexes / "index")
    assert isinstance(failure, Failure)
    assert not isinstance(failure, Skipped)
    assert failure.message.code == "path-is-index"
