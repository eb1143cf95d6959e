"""`import qa`: opening a library and changing its documents."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from library_cases import OLD, SOURCE, TEXT, refused, tree
from word_encoder import VOCABULARY, WordEncoder

import qa
from qa import encoders
from qa.encoders import Encoder
from qa.index.stores.database import FILE_NAME
from qa.record import to_json_line

# With the real model


def test_three_lines_answer_from_the_shipped_text(tmp_path: Path, model: Encoder) -> None:
    with qa.open(tmp_path / "index", model=model) as library:
        report = library.add(SOURCE)
        answer = library.ask("What should happen to Cold War mentality?")
    assert report.added == ["source.txt"]
    assert answer.answered
    [best, *_] = answer.quotes
    text = SOURCE.read_text(encoding="utf-8")
    assert best.text == "The mentality of the Cold War should be eliminated entirely."
    assert text[best.citation.start : best.citation.end] == best.text
    assert best.citation.page is None
    assert best.citation.line == text[: best.citation.start].count("\n") + 1


def test_the_library_returns_the_answer_of_the_command_line(
    source_folder: Path, model: Encoder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(encoders, "load", lambda *_, **__: model)
    from qa.cli import main

    question = "Who did the Chinese Foreign Minister speak with?"
    assert main(["ask", question, "--format", "json", "--index", str(source_folder)]) == 0
    printed = capsys.readouterr().out
    with qa.open(str(source_folder), read_only=True) as library:
        answer = library.ask(question)
    assert to_json_line(answer) == printed.rstrip("\n")
    assert capsys.readouterr() == ("", "")


# Opening


def test_a_new_library_is_empty_and_creates_its_folder_when_needed(
    tmp_path: Path, words: WordEncoder
) -> None:
    index = tmp_path / "new" / "index"
    with qa.open(index, model=words, reranker="none") as library:
        assert (library.documents(), library.failures(), library.notes()) == ([], [], [])
        assert library.get("a.txt") is None
        assert repr(library) == f"<qa.Library {str(index)!r}, no index yet>"
        assert not index.parent.exists()
        answer = library.ask("Where is the apple?")
        assert (answer.answered, answer.reason) == (False, "there are no documents in the index")
        assert library.exists
        assert repr(library) == f"<qa.Library {str(index)!r}, model words-of-the-tests>"


@pytest.mark.parametrize("source", ["docs.txt", "missing.txt"])
def test_an_unknown_model_is_refused_before_anything_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    index, empty = tmp_path / "index", tmp_path / "empty"
    (tmp_path / "docs.txt").write_text("An apple.")
    empty.mkdir()
    for model, code in (("no-such-model", "model-unknown"), (empty, "model-without-weights")):
        with pytest.raises(qa.ModelError) as caught:
            qa.open(index, model=model)
        assert caught.value.code == code
        with pytest.raises(qa.ModelError) as caught:
            qa.Library(index, model=model).add(tmp_path / source)
        assert caught.value.code == code
    with pytest.raises(qa.ModelError):
        qa.Library(index, model=empty).add(tmp_path / source, dry_run=True)
    # A dry run downloads nothing, so the model may exist.
    qa.Library(index, model="no-such-model").add(tmp_path / source, dry_run=True)
    assert not index.exists()


def test_adding_nothing_creates_no_folder(tmp_path: Path, words: WordEncoder) -> None:
    with qa.open(tmp_path / "index", model=words) as library:
        report = library.add(tmp_path / "missing.txt")
        assert [failure.name for failure in report.failed] == [str(tmp_path / "missing.txt")]
        assert library.add(SOURCE, dry_run=True).added == ["source.txt"]
        assert not library.exists
        with refused(qa.UsageError, "nothing to add"):
            library.add()
    assert not words.embedded


@pytest.mark.parametrize("options", [{"create": False}, {"read_only": True}])
def test_a_missing_library_is_refused_at_once_if_it_must_exist(
    tmp_path: Path, options: dict[str, bool]
) -> None:
    with refused(qa.StoreError, "no index in"):
        qa.open(tmp_path / "index", **options)


def test_a_damaged_index_is_refused_at_once_but_can_be_examined(library: qa.Library) -> None:
    (library.folder / FILE_NAME).write_bytes(b"")
    with refused(qa.StoreError, "damaged"):
        qa.open(library.folder)
    damaged = qa.Library(library.folder)
    assert "cannot be opened" in repr(damaged)
    with refused(qa.StoreError, "damaged"):
        damaged.documents()


def test_an_index_of_an_older_format_is_migrated_unless_read_only(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    shutil.copy(OLD, index / FILE_NAME)
    with refused(qa.StoreError, "format 1"):
        qa.open(index, read_only=True)
    with qa.open(index) as library:
        assert library.documents()
        assert not library.migrate()


def test_a_model_is_a_folder_or_an_object_and_must_be_that_of_the_index(
    library: qa.Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[object, bool]] = []

    def load(name: str, *, fetch: bool = False) -> WordEncoder:
        calls.append((name, fetch))
        return WordEncoder(VOCABULARY[:5], name)

    monkeypatch.setattr(encoders, "load", load)
    for model in (Path("other"), "other"):
        with (
            qa.open(library.folder, model=model, reranker="none") as second,
            refused(qa.ModelError, "other"),
        ):
            second.ask("Where is the apple?")
        # A named model is checked even if nothing is to be embedded; a dry run downloads nothing.
        with qa.open(library.folder, model=model) as second, refused(qa.ModelError, "other"):
            second.add(folder, dry_run=True)
    assert calls == [("other", True), ("other", False)] * 2
    with (
        qa.open(library.folder, model=WordEncoder(VOCABULARY[:5])) as second,
        refused(qa.ModelError, "was built with the model"),
    ):
        second.add(folder)


def test_a_closed_library_refuses_every_call(library: qa.Library) -> None:
    library.close()
    library.close()
    assert "closed" in repr(library)
    for call in (library.documents, lambda: library.ask("Where is the apple?"), library.manifest):
        with refused(qa.UsageError, "closed"):
            call()


def test_a_read_only_library_refuses_every_change_and_writes_nothing(
    library: qa.Library, folder: Path, words: WordEncoder
) -> None:
    library.ask("Where is the apple?")
    library.close()
    before = tree(library.folder)
    changes: list[Callable[[qa.Library], object]] = [
        lambda opened: opened.add(folder),
        lambda opened: opened.remove("garden.txt"),
        lambda opened: opened.create(),
        lambda opened: opened.migrate(),
        lambda opened: opened.repair(),
        lambda opened: opened.calibrate([]),
        lambda opened: opened.reset_calibration(),
    ]
    with qa.open(library.folder, model=words, reranker="none", read_only=True) as second:
        for change in changes:
            with refused(qa.UsageError, "read-only"):
                change(second)
        assert second.ask("Where is the apple?").answered
        assert second.add(folder, dry_run=True).unchanged == ["garden.txt", "letter.md"]
        assert second.doctor() == []
    assert tree(library.folder) == before


# Documents


def test_adding_reports_each_file_and_the_progress(
    library: qa.Library, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "garden.txt").write_text(TEXT + "\nA pepper grows.\n")
    (folder / "letter.md").unlink()
    (folder / "new.txt").write_text("A needle.")
    steps: list[qa.Progress] = []
    report = library.add(str(folder), prune=True, on_progress=steps.append)
    assert (report.added, report.changed, report.removed) == (["new.txt"], ["garden.txt"], ["letter.md"])
    assert [failure.name for failure in report.failed] == ["broken.pdf"]
    assert [step.stage for step in steps if step.stage in ("looking", "publishing")] == [
        "looking",
        "publishing",
    ]
    assert str(steps[0]) == "looking"
    assert str(steps[-1]).startswith("publishing, 3 of 3 files, ")
    assert capsys.readouterr() == ("", "")
    library.add(folder, on_progress=print)
    assert capsys.readouterr().out.splitlines()[0] == "looking"


def test_adding_stops_on_request_and_keeps_finished_documents(
    tmp_path: Path, folder: Path, words: WordEncoder
) -> None:
    asked = threading.Event()
    with qa.open(tmp_path / "index", model=words) as library:
        report = library.add(folder / "garden.txt", on_progress=lambda step: asked.set(), stop=asked.is_set)
        assert report.interrupted
        assert report.added == []
        assert library.add(folder / "garden.txt").added == ["garden.txt"]


def test_a_document_has_its_text_and_its_omissions(library: qa.Library) -> None:
    assert [info.doc_id for info in library.documents()] == ["garden.txt", "letter.md"]
    document = library.document("garden.txt")
    assert document.text == TEXT
    assert library.omissions("garden.txt") == ()
    assert "garden.txt" in library
    assert "other.txt" not in library
    assert 3 not in library
    for call in (library.document, library.omissions):
        with refused(qa.UsageError, "no document other.txt"):
            call("other.txt")
    [failure] = library.failures()
    assert failure.name == "broken.pdf"


def test_a_span_is_cited_by_its_place(library: qa.Library) -> None:
    at = TEXT.index("tower")
    cited = library.cite("garden.txt", at, at + 5)
    assert (cited.doc_id, cited.line, cited.start, cited.end) == ("garden.txt", 3, at, at + 5)
    assert TEXT[:at].endswith(cited.prefix)
    assert library.cite(library.document("garden.txt"), at, at + 5) == cited
    with refused(qa.UsageError, "0-.* is outside"):
        library.cite("garden.txt", 0, len(TEXT) + 1)


def test_a_removed_document_is_in_no_answer(library: qa.Library) -> None:
    with refused(qa.UsageError, "no document other"):
        library.remove("garden.txt", "other")
    generation = int(library.manifest()["generation"])
    library.remove("garden.txt")
    assert int(library.manifest()["generation"]) == generation + 1
    assert [info.doc_id for info in library.documents()] == ["letter.md"]
    assert all(q.citation.doc_id == "letter.md" for q in library.search("Where is the apple?"))


def test_watching_adds_changed_files(library: qa.Library, folder: Path) -> None:
    (folder / "new.txt").write_text("A needle.")
    errors: list[qa.QaError] = []

    def update() -> qa.Report:
        if not errors:
            raise qa.StoreError("The index is being written.")
        report = library.add(folder)
        report.interrupted = True
        return report

    report = library.watch(folder, update=update, on_error=errors.append)
    assert report.added == ["new.txt"]
    assert [str(error) for error in errors] == ["The index is being written."]


def test_damage_is_detected_and_repaired(library: qa.Library) -> None:
    assert library.doctor() == []
    for path in library.folder.rglob("*"):
        if path.is_file() and path.parent != library.folder:
            path.unlink()
    faults = library.doctor()
    assert {fault.kind for fault in faults} == {"vector"}
    assert all(fault.repairable for fault in faults)
    assert library.repair() == []
    assert library.ask("Where is the apple?").answered
