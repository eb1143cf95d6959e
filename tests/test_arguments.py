"""An argument of a wrong type is one clear error, which names the argument and what it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import WordEncoder

import qa
from qa import arguments

QUESTION = "Where is the apple?"
# Deliberately wrong types, which a type checker would refuse.
WRONG: dict[str, tuple[str, Callable[[Any], object]]] = {
    "question None": ("question", lambda library: library.ask(None)),
    "question bytes": ("question", lambda library: library.ask(b"Where?")),
    "question checked": ("question", lambda library: library.check_question(3)),
    "k string": ("k", lambda library: library.ask(QUESTION, k="3")),
    "k float": ("k", lambda library: library.ask(QUESTION, k=1.5)),
    "k bool": ("k", lambda library: library.ask(QUESTION, k=True)),
    "k array": ("k", lambda library: library.ask(QUESTION, k=np.array([1.5, 2]))),
    "k of a search": ("k", lambda library: library.search(QUESTION, k="3")),
    "k of a batch": ("k", lambda library: library.batch([QUESTION], k="3")),
    "documents number": ("documents", lambda library: library.ask(QUESTION, documents=3)),
    "documents numbers": ("documents", lambda library: library.ask(QUESTION, documents=[3])),
    "documents bytes": ("documents", lambda library: library.search(QUESTION, documents=b"a.txt")),
    "documents mapping": ("documents", lambda library: library.ask(QUESTION, documents={"a.txt": 1})),
    "documents of a batch": ("documents", lambda library: library.batch([QUESTION], documents=[None])),
    "questions of a table": ("questions", lambda library: library.table(3)),
    "documents of a table": ("documents", lambda library: library.table([QUESTION], documents=3)),
    "k of a table": ("k", lambda library: library.table([QUESTION], k="3")),
    "pilot": ("pilot", lambda library: library.table([QUESTION], pilot="3")),
    "named in a table": ("named", lambda library: library.table([QUESTION], named="no")),
    "cell": ("on_cell", lambda library: library.table([QUESTION], on_cell="print")),
    "after number": ("after", lambda library: library.ask(QUESTION, after=[QUESTION, 3])),
    "why string": ("why", lambda library: library.ask(QUESTION, why="no")),
    "named string": ("named", lambda library: library.ask(QUESTION, named="no")),  # type: ignore[arg-type]
    "why document": ("doc_id", lambda library: library.why(QUESTION, None, 0, 3)),
    "why start": ("start", lambda library: library.why(QUESTION, "garden.txt", "0", 3)),
    "why end": ("end", lambda library: library.why(QUESTION, "garden.txt", 0, None)),
    "questions None": ("questions", lambda library: library.batch(None)),
    "questions bytes": ("questions", lambda library: library.batch(b"questions.csv")),
    "questions mapping": ("questions", lambda library: library.batch({"question": QUESTION})),
    "questions number": ("questions", lambda library: library.evaluate(3)),
    "qrels": ("qrels", lambda library: library.judge([QUESTION], qrels=3)),
    "depth": ("depth", lambda library: library.judge([QUESTION], depth="10")),
    "measures": ("measures", lambda library: library.judge([QUESTION], measures=[3])),
    "judged results": ("answers", lambda _: qa.judge(3)),
    "compared results": ("answers", lambda _: qa.compare([3], [3])),
    "gold of a comparison": ("questions", lambda _: qa.compare([], [], 3)),
    "old answers": ("answers", lambda _: qa.diff(3, [])),
    "ignored changes": ("ignore", lambda _: qa.diff([], [], ignore=3)),
    "step of a confidence": ("confidence_step", lambda _: qa.diff([], [], confidence_step="0.1")),
    "questions of a note": ("questions", lambda library: library.notes_on_questions([3])),
    "gold None": ("questions", lambda library: library.calibrate(None)),
    "workers": ("workers", lambda library: library.ask_many([QUESTION], workers="2")),
    "together": ("together", lambda library: library.ask_many([QUESTION], together="4")),
    "give way": ("give_way", lambda library: library.ask_many([QUESTION], give_way=1)),
    "title": ("title", lambda library: library.rename("garden.txt", 3)),
    "earlier": ("earlier", lambda library: library.ask_many([QUESTION], earlier="answers.jsonl")),
    "progress": ("on_progress", lambda library: library.batch([QUESTION], on_progress="print")),
    "progress of gold": ("on_progress", lambda library: library.evaluate([QUESTION], on_progress=3)),
    "progress of files": ("on_progress", lambda library: library.add("docs", on_progress=True)),
    "address of a cluster": ("ray", lambda library: library.add("docs", ray=3)),
    "workers of files": ("workers", lambda library: library.add("docs", workers="2")),
    "stop": ("stop", lambda library: library.add("docs", stop=1)),
    "sources None": ("sources", lambda library: library.add(None)),
    "sources bytes": ("sources", lambda library: library.add(b"docs")),
    "sources list": ("sources", lambda library: library.add(["a.txt", "b.txt"])),
    "sources watched": ("sources", lambda library: library.watch(None)),
    "update": ("update", lambda library: library.watch("docs", update=3)),
    "error": ("on_error", lambda library: library.watch("docs", on_error="print")),
    "prune": ("prune", lambda library: library.add("docs", prune="no")),
    "dry run": ("dry_run", lambda library: library.add("docs", dry_run=None)),
    "ocr": ("ocr", lambda library: library.add("docs", ocr="deu")),
    "password": ("password", lambda library: library.add("docs", password=1234)),
    "document": ("doc_id", lambda library: library.document(None)),
    "document bytes": ("doc_id", lambda library: library.get(b"garden.txt")),
    "omissions": ("doc_id", lambda library: library.omissions(3)),
    "removed": ("doc_ids", lambda library: library.remove(["garden.txt"])),
    "cited document": ("document", lambda library: library.cite(None, 0, 3)),
    "cited start": ("start", lambda library: library.cite("garden.txt", "0", 3)),
    "resized before": ("before", lambda library: library.resize("garden.txt", 0, 3, before="1")),
    "resized after": ("after", lambda library: library.resize("garden.txt", 0, 3, after=None)),
    "faults": ("faults", lambda library: library.repair(["broken"])),
    "fault": ("faults", lambda library: library.repair(3)),
    "answers None": ("answers", lambda library: library.verify(None)),
    "answers numbers": ("answers", lambda library: list(library.verify([3]))),
    "originals": ("originals", lambda library: library.verify([], originals="no")),
    "draft None": ("draft", lambda library: library.check(None)),
    "draft number": ("draft", lambda library: library.check(3)),
    "draft documents": ("documents", lambda library: library.check("a.txt", documents=3)),
    "draft progress": ("on_progress", lambda library: library.check("a.txt", on_progress=True)),
    "draft password": ("password", lambda library: library.check("a.txt", password=1234)),
    "quotation": ("text", lambda library: library.verify_quote(b"the garden holds an apple")),
    "quotation page": ("page", lambda library: library.verify_quote("the garden holds an apple", page="3")),
    "query": ("query", lambda library: library.find(b"apple")),
    "regex": ("regex", lambda library: library.find("apple", regex=1)),
    "meaning": ("meaning", lambda library: library.find("apple", meaning="yes")),
    "find documents": ("documents", lambda library: library.find("apple", documents=3)),
    "limit": ("limit", lambda library: library.find("apple", limit="3")),
    "everything": ("everything", lambda library: library.find("apple", everything=None)),
    "timeout": ("timeout", lambda library: library.find("apple", timeout="5")),
    "find progress": ("on_progress", lambda library: library.find("apple", on_progress=True)),
    "citations": ("citations", lambda library: library.highlight(["garden.txt:1-2"], "copies")),
    "folder": ("folder", lambda library: library.highlight([], 3)),
    "report": ("report", lambda library: library.notes_on_report(None)),
    "index None": ("index", lambda _: qa.open(None)),  # type: ignore[arg-type]
    "index bytes": ("index", lambda _: qa.open(b"index")),  # type: ignore[arg-type]
    "model number": ("model", lambda _: qa.open("index", model=3)),  # type: ignore[arg-type]
    "reranker number": ("reranker", lambda _: qa.open("index", reranker=5)),  # type: ignore[arg-type]
    "reranker none": ("reranker", lambda _: qa.open("index", reranker=None)),  # type: ignore[arg-type]
    "model class": ("model", lambda _: qa.open("index", model=object())),  # type: ignore[arg-type]
    "risk string": ("risk", lambda _: qa.open("index", risk="x")),  # type: ignore[arg-type]
    "risk bool": ("risk", lambda _: qa.open("index", risk=True)),
    "create": ("create", lambda _: qa.open("index", create="no")),  # type: ignore[arg-type]
    "read only": ("read_only", lambda _: qa.open("index", read_only=1)),  # type: ignore[arg-type]
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Library]:
    folder = tmp_path_factory.mktemp("arguments")
    (folder / "garden.txt").write_text("The garden holds an apple.")
    (folder / "river.txt").write_text("The apple lies by the river.")
    with qa.open(folder / "index", model=WordEncoder(), reranker="none") as library:
        library.add(folder / "garden.txt", folder / "river.txt")
        yield library


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_type_is_an_error_of_the_call(library: qa.Library, name: str) -> None:
    argument, call = WRONG[name]
    with pytest.raises(qa.UsageError) as caught:
        call(library)
    assert caught.value.code == "argument-invalid"
    assert caught.value.params["name"] == argument
    assert str(caught.value).startswith(f"{argument} must be ")
    assert ", not " in str(caught.value)
    assert {info.doc_id for info in library.documents()} == {"garden.txt", "river.txt"}


def test_every_parameter_of_the_library_is_tried() -> None:
    parameters = {
        name
        for method in (getattr(qa.Library, name) for name in dir(qa.Library) if not name.startswith("_"))
        if callable(method)
        for name in method.__annotations__
    }
    tried = {argument for argument, _ in WRONG.values()} | {"return"}
    assert parameters - tried == set()


def test_the_message_names_the_value_but_not_all_of_it(library: qa.Library) -> None:
    with pytest.raises(qa.UsageError) as caught:
        library.ask(QUESTION, k="3")  # type: ignore[arg-type]
    assert str(caught.value) == "k must be a whole number, not '3'."
    with pytest.raises(qa.UsageError) as caught:
        library.ask(QUESTION, documents=[b"x" * 10**6])  # type: ignore[list-item]
    assert len(str(caught.value)) < 200


def test_no_documents_means_all_and_one_string_one_document(library: qa.Library) -> None:
    everywhere = library.ask(QUESTION)
    assert library.ask(QUESTION, documents=None, after=None, k=None) == everywhere
    assert library.search(QUESTION, documents=None) == library.search(QUESTION)
    for documents in ("river.txt", ["river.txt"], iter(["river.txt"]), np.array(["river.txt"])):
        quotes = library.ask(QUESTION, documents=documents).quotes
        assert {quote.citation.doc_id for quote in quotes} == {"river.txt"}


def test_the_documents_of_a_batch_apply_to_every_question(library: qa.Library) -> None:
    for documents in ("river.txt", iter(["river.txt"])):
        answers = list(library.batch([QUESTION, QUESTION], documents=documents))
        assert [{quote.citation.doc_id for quote in answer.quotes} for answer in answers] == [
            {"river.txt"}
        ] * 2
    everywhere = list(library.batch([QUESTION], documents=None))
    assert {quote.citation.doc_id for quote in everywhere[0].quotes} == {"garden.txt", "river.txt"}


def test_a_question_of_a_wrong_type_does_not_stop_the_others(library: qa.Library) -> None:
    rows: list[Any] = [None, 3, QUESTION, {"question": QUESTION, "documents": ("river.txt",)}, [QUESTION]]
    answers = list(library.batch(rows))
    assert [answer.error is None for answer in answers] == [False, False, True, True, False]
    assert {quote.citation.doc_id for quote in answers[3].quotes} == {"river.txt"}


def test_numbers_of_other_libraries_are_numbers(library: qa.Library) -> None:
    assert library.ask(QUESTION, k=np.int64(1)) == library.ask(QUESTION, k=1)
    document = library.document("river.txt")
    assert library.cite(document, np.int32(0), np.int32(9)) == library.cite("river.txt", 0, 9)
    for risk in (np.float32(0.25), Fraction(1, 4), 0.25):
        options: Any = {"model": WordEncoder(), "reranker": "none", "risk": risk}
        with qa.open(library.folder, **options) as second:
            assert second.ask(QUESTION).quotes


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.text())
    )
)
def test_a_value_is_returned_or_refused(value: object) -> None:
    for check, kinds in (
        (arguments.text, str),
        (arguments.flag, bool),
        (arguments.path, str),
        (arguments.number, (int, float)),
        (arguments.integer, int),
    ):
        is_right = isinstance(value, kinds) and (check is arguments.flag or not isinstance(value, bool))
        if is_right:
            assert check("it", value) == pytest.approx(value, nan_ok=True)
        else:
            with pytest.raises(qa.UsageError, match="it must be"):
                check("it", value)


def test_a_number_beyond_all_others_is_refused() -> None:
    with pytest.raises(qa.UsageError, match="risk must be a number, not 1000"):
        arguments.number("risk", 10**400)


def test_a_path_is_a_string_or_a_path(tmp_path: Path) -> None:
    assert arguments.path("it", tmp_path) == str(tmp_path)
