"""Questions to a library, checks of its answers, and figures over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from library_cases import refused
from naming import name_documents
from word_encoder import VOCABULARY, WordEncoder

import qa
from qa import encoders, rerankers
from qa.record import to_json_line

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
    with refused(qa.UsageError, "named"):
        library.ask(question, named="no")  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["", "  ", "x" * 100_000])
def test_an_invalid_question_is_refused_before_a_model_is_loaded(
    library: qa.Library, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for models in (encoders, rerankers):
        monkeypatch.setattr(models, "load", lambda *_, **__: pytest.fail("loaded"))
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
    for source in (path, str(path)):
        from_file = list(library.batch(source, k=1))
        # Only a file has lines, which its errors name.
        assert [answer.error for answer in from_file[2:]] == [
            f"line {line}: {answers[line - 1].error}" for line in (3, 4)
        ]
        errors = [answer.error for answer in answers]
        assert [
            answer.model_copy(update={"error": error})
            for answer, error in zip(from_file, errors, strict=True)
        ] == answers


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


def test_each_answer_is_judged_with_its_id_and_its_miss(library: qa.Library, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "question": "Where is the apple?", "answers": ["garden"]},
        {"id": "b", "question": "Where is the silver kettle?", "answers": ["in the tower"]},
    ]
    evaluation = library.judge(rows)
    assert [(each.id, each.rank, each.miss) for each in evaluation.results] == [
        ("a", 1, None), ("b", None, "wrong"),
    ]  # fmt: skip
    assert evaluation.figures == library.evaluate(rows)
    # The same judgement of earlier answers, which need no index.
    assert qa.judge(library.batch(rows, k=10), rows) == evaluation
    qrels = tmp_path / "qrels.txt"
    qrels.write_text("b 0 garden.txt 1\n")
    assert [each.rank for each in library.judge(rows, qrels=qrels).results] == [None, 1]
    with refused(qa.UsageError, "At least 10 quotes"):
        library.judge(rows, depth=9)


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
    with qa.open(library.folder, model=words, reranker="none", risk=0.05) as second:
        second.ask("Where is the apple?")
    with (
        qa.open(library.folder, model=words, reranker="none", risk=2) as second,
        pytest.raises(qa.UsageError),
    ):
        second.ask("Where is the apple?")
