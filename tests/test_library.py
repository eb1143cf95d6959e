"""`import qa`: the library as a Python user sees it, with the real model and a word-counting one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from naming import name_documents
from word_encoder import VOCABULARY, WordEncoder

import qa
from qa import encoders
from qa.encoders import Encoder
from qa.index.stores.database import FILE_NAME
from qa.record import Answer, to_json_line

SOURCE = Path(__file__).parents[1] / "index" / "source.txt"
TEXT = "The garden holds an apple. A silver kettle stands by the river.\n\nThe tower has a lantern.\n"
OLD = Path(__file__).parent / "index" / "data" / "format-1.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two documents and an unreadable file."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "garden.txt").write_text(TEXT)
    (docs / "letter.md").write_text("# Letter\n\nThe dragon drinks from the river.\n")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7")
    return docs


@pytest.fixture
def library(tmp_path: Path, folder: Path, words: WordEncoder) -> Iterator[qa.Library]:
    with qa.open(tmp_path / "index", model=words) as library:
        library.add(folder)
        yield library


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file with its content, without SQLite's shared memory, which readers write."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {str(path): path.read_bytes() for path in files}


def refused(kind: type[qa.QaError], match: str) -> pytest.RaisesExc[qa.QaError]:
    return pytest.raises(kind, match=match)


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
    with qa.open(index, model=words) as library:
        assert (library.documents(), library.failures(), library.notes()) == ([], [], [])
        assert library.get("a.txt") is None
        assert repr(library) == f"<qa.Library {str(index)!r}, no index yet>"
        assert not index.parent.exists()
        answer = library.ask("Where is the apple?")
        assert (answer.answered, answer.reason) == (False, "there are no documents in the index")
        assert library.exists
        assert repr(library) == f"<qa.Library {str(index)!r}, model words-of-the-tests>"


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
        with qa.open(library.folder, model=model) as second, refused(qa.ModelError, "other"):
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
    with qa.open(library.folder, model=words, read_only=True) as second:
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
    [fault] = library.doctor()
    assert fault.repairable
    assert library.repair() == []
    assert library.ask("Where is the apple?").answered


# Questions


def test_an_answer_comes_from_the_named_documents(library: qa.Library) -> None:
    for documents in ("letter.md", ["letter.md"], "*.md", iter(["letter.md"])):
        quotes = library.ask("What drinks from the river?", documents=documents).quotes
        assert {quote.citation.doc_id for quote in quotes} == {"letter.md"}
    with refused(qa.UsageError, "other"):
        library.ask("What drinks from the river?", documents="other")


def test_earlier_questions_are_one_or_many(library: qa.Library) -> None:
    before = "Where is the silver kettle?"
    for after in (before, [before]):
        answer = library.ask("And the lantern?", after=after)
        assert answer.understood_with in ((), (before,))


@pytest.mark.parametrize("question", ["", "  ", "x" * 100_000])
def test_an_invalid_question_is_refused_before_a_model_is_loaded(
    library: qa.Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "load", lambda *_, **__: pytest.fail("loaded"))
    with qa.open(library.folder) as second, pytest.raises(qa.QuestionError):
        second.ask(question)


def test_the_number_of_quotes_is_a_positive_integer(library: qa.Library) -> None:
    assert len(library.ask("Where is the river?", k=1).quotes) == 1
    for k in (0, -1):
        with refused(qa.UsageError, str(k)):
            library.ask("Where is the river?", k=k)


def test_a_search_returns_the_nearest_passages(library: qa.Library) -> None:
    quotes = library.search("river", k=2)
    assert [quote.rank for quote in quotes] == [1, 2]
    assert all("river" in quote.text for quote in quotes)
    assert quotes == library.ask("river", k=2).quotes


def test_the_parts_of_a_score_add_up_to_it(library: qa.Library) -> None:
    question = "Where is the apple?"
    [quote, *_] = library.ask(question, why=True).quotes
    parts = library.why(question, quote.citation.doc_id, quote.citation.start, quote.citation.end)
    assert parts == quote.why
    assert sum(part.value for part in parts) == pytest.approx(quote.score, abs=1e-9)
    with refused(qa.UsageError, "ask the question again"):
        library.why(question, "garden.txt", 0, 3)


def test_a_batch_answers_every_valid_question(library: qa.Library, tmp_path: Path) -> None:
    rows: list[Any] = [
        "Where is the apple?",
        {"question": "What drinks from the river?", "id": "q2", "documents": ["letter.md"], "note": "x"},
        {"question": "Where?", "documents": ["other"]},
        {"note": "none"},
    ]
    steps: list[str] = []
    answers = list(library.batch(rows, k=1, on_progress=lambda step: steps.append(str(step))))
    assert steps == ["1 of 4 questions", "2 of 4 questions", "3 of 4 questions", "4 of 4 questions"]
    assert [answer.id for answer in answers] == ["1", "q2", "3", "4"]
    assert [len(answer.quotes) for answer in answers] == [1, 1, 0, 0]
    assert answers[0].quotes == library.ask("Where is the apple?", k=1).quotes
    assert answers[1].quotes[0].citation.doc_id == "letter.md"
    assert answers[1].input == {"note": "x"}
    assert [answer.error is not None for answer in answers] == [False, False, True, True]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, [{"question": rows[0]}, *rows[1:]])))
    assert list(library.batch(path, k=1)) == answers
    assert list(library.batch(str(path), k=1)) == answers


def test_a_file_of_questions_is_checked_before_the_first_is_asked(
    library: qa.Library, tmp_path: Path
) -> None:
    with refused(qa.UsageError, "does not exist"):
        library.batch(tmp_path / "missing.csv")


# Verification and measurement


def test_answers_are_verified_as_records_lines_and_files(library: qa.Library, tmp_path: Path) -> None:
    answers = [library.ask("Where is the apple?"), library.ask("What drinks from the river?")]
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(to_json_line(answer) + "\n" for answer in answers))
    citations = sum(1 + len(quote.also) for answer in answers for quote in answer.quotes)
    for source in (path, str(path), answers, path.read_text().splitlines()):
        checked = list(library.verify(source))
        assert sum(record.citations for record in checked) == citations
        assert not any(record.findings for record in checked)
    path.write_text(path.read_text().replace("garden holds", "garden held"))
    assert any(record.findings for record in library.verify(path))
    (tmp_path / "docs" / "garden.txt").write_text("Another.")
    kinds = {finding.kind for record in library.verify(answers) for finding in record.findings}
    assert kinds == {"original changed"}
    assert not any(record.findings for record in library.verify(answers, originals=False))
    with refused(qa.UsageError, "cannot be read"):
        list(library.verify(tmp_path / "missing.jsonl"))


def gold(number: int) -> list[dict[str, Any]]:
    """Return questions that the documents answer, and as many that they do not."""
    known = ["Where is the apple?", "Where is the silver kettle?", "What has a lantern?"]
    texts = ["holds an apple", "A silver kettle", "has a lantern"]
    right = [{"question": f"{known[n % 3]} {n}", "answers": [texts[n % 3]]} for n in range(number)]
    wrong = [{"question": f"Where is the {word}?", "answerable": False} for word in VOCABULARY[8:] * 3]
    return right + wrong[:number]


def test_evaluation_returns_figures(library: qa.Library) -> None:
    steps: list[qa.QuestionProgress] = []
    figures = library.evaluate(gold(6), on_progress=steps.append)
    assert (figures.questions, figures.answerable) == (12, 6)
    assert figures.hit is not None
    assert figures.hit[1] == 1.0
    assert [step.questions for step in steps] == list(range(13))
    with refused(qa.UsageError, "gold"):
        library.evaluate(["Where is the apple?"])
    with refused(qa.UsageError, "no question that can be asked"):
        library.evaluate([" "])


def test_calibration_changes_the_confidence_until_reset(library: qa.Library) -> None:
    question = "Where is the apple?"
    before = library.ask(question).confidence
    assert library.calibration_note() is not None
    result = library.calibrate(gold(20))
    assert result.questions == 40
    assert result.right == pytest.approx(0.5, abs=0.2)
    assert set(result.thresholds) >= {"0.05"}
    assert library.calibration_note() is None
    assert library.notes() == []
    assert library.ask(question).confidence != before
    # A second calibration starts from the same odds.
    assert library.calibrate(gold(20)) == result
    library.reset_calibration()
    assert library.ask(question).confidence == before
    with refused(qa.UsageError, "at least 30"):
        library.calibrate(gold(3))


def test_a_risk_must_be_a_number_between_0_and_1(library: qa.Library, words: WordEncoder) -> None:
    with qa.open(library.folder, model=words, risk=0.05) as second:
        second.ask("Where is the apple?")
    with qa.open(library.folder, model=words, risk=2) as second, pytest.raises(qa.UsageError):
        second.ask("Where is the apple?")


# Threads


def test_several_threads_ask_while_another_adds(tmp_path: Path, words: WordEncoder) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "0.txt").write_text("The apple is in garden 0.")
    answers: list[Answer] = []
    failures: list[BaseException] = []
    with qa.open(tmp_path / "index", model=words) as library:
        library.add(docs)
        done = threading.Event()

        def ask() -> None:
            try:
                while True:
                    last = done.is_set()
                    answer = library.ask("Where is the apple?", k=10)
                    for quote in answer.quotes:
                        cited = quote.citation
                        assert library.document(cited.doc_id).text[cited.start : cited.end] == quote.text
                    answers.append(answer)
                    if last:
                        return
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 6):
            (docs / f"{number}.txt").write_text(f"The apple is in garden {number}.")
            assert library.add(docs).added == [f"{number}.txt"]
        done.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert {len(answer.quotes) for answer in answers} <= set(range(1, 7))
        assert [len(answer.quotes) for answer in answers[-4:]] == [6] * 4


def test_threads_that_start_together_load_the_model_once(
    library: qa.Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[WordEncoder] = []
    gate = threading.Barrier(8)

    def load(name: str, **_: object) -> WordEncoder:
        loaded.append(WordEncoder())
        return loaded[-1]

    monkeypatch.setattr(encoders, "load", load)
    answers: list[Answer] = []
    with qa.open(library.folder) as second:

        def ask() -> None:
            gate.wait()
            answers.append(second.ask("Where is the apple?"))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(loaded) == 1
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)


# The cost of the import


def loaded(code: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint(*sorted(sys.modules))", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_none_of_its_dependencies() -> None:
    names = loaded("import sys, qa")
    assert {name for name in names if name.startswith("qa")} == {"qa"}
    names = loaded("import sys, qa\nqa.Library('index'), qa.QaError, qa.open")
    assert not names & {"numpy", "torch", "faiss", "sqlite3", "sentence_transformers", "qa.index"}


def test_listing_documents_loads_no_model(library: qa.Library) -> None:
    code = "import sys, qa\nassert len(qa.open(sys.argv[1], read_only=True).documents()) == 2"
    assert not loaded(code, str(library.folder)) & {"torch", "sentence_transformers", "qa.answer.answerer"}


def test_every_public_name_exists_and_is_documented() -> None:
    assert set(qa.__all__) <= set(dir(qa))
    for name in qa.__all__:
        value = getattr(qa, name)
        if name != "__version__":
            assert value.__doc__, name
    public = [name for name in dir(qa.Library) if not name.startswith("_")]
    assert {"add", "ask", "search", "batch", "documents", "document", "remove"} <= set(public)
    assert {"verify", "evaluate", "calibrate"} <= set(public)
    for name in public:
        assert getattr(qa.Library, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        qa.nothing  # noqa: B018


def test_half_a_surrogate_pair_is_no_id(words: WordEncoder, tmp_path: Path) -> None:
    # From a command line that is not UTF-8.
    with qa.open(tmp_path / "index", model=words) as library:
        library.create()
        assert library.get("caf\udce9") is None


def test_a_folder_that_cannot_be_opened_is_an_unreadable_index(tmp_path: Path) -> None:
    with pytest.raises(qa.StoreError, match="cannot be read"):
        qa.open(tmp_path / ("x" * 300), create=False)


def test_a_question_that_names_documents_is_asked_of_them_unless_not_named(
    library: qa.Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    [garden] = [d.doc_id for d in library.documents() if d.doc_id.endswith("garden.txt")]
    name_documents(monkeypatch, "kettle", "Garden", garden)
    question = "Is the kettle by the river?"
    answer = library.ask(question)
    assert answer.scope is not None
    assert (answer.scope.documents, answer.scope.title) == ((garden,), "Garden")
    wide = library.ask(question, named=False)
    assert wide.scope is None
    assert len({quote.citation.doc_id for quote in wide.quotes}) == 2
    assert library.search(question, k=5, named=False) == library.ask(question, k=5, named=False).quotes
    assert {quote.citation.doc_id for quote in library.search(question, k=5)} == {garden}
    assert [answer.scope is None for answer in library.batch([question], named=False)] == [True]
    assert [answer.scope is None for answer in library.batch([question])] == [False]
    [other] = [quote for quote in wide.quotes if quote.citation.doc_id != garden][:1]
    place = (other.citation.doc_id, other.citation.start, other.citation.end)
    assert library.why(question, *place, named=False)
    with refused(qa.UsageError, "no quote in this"):
        library.why(question, *place)
