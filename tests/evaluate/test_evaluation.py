"""Judged answers: misses, limits, and earlier results in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from handmade_answers import answer, quote

import qa
from qa.evaluate import Gold
from qa.evaluate.evaluation import Evaluation, parse_limit
from qa.evaluate.judged import judge_answer
from qa.record import Answer, not_asked, to_json_line

HAS, NONE = Gold(("five",)), Gold(answerable=False)
WRONG = [quote("six", rank=1), quote("seven", rank=2), quote("eight", rank=3), quote("five", rank=4)]
ROWS = [
    {"id": "a", "question": "How many?", "answers": ["five"]},
    {"id": "b", "question": "Who?", "answers": ["Ann"], "doc_id": "people.txt"},
    {"id": "c", "question": "Why?", "answerable": False},
]
ANSWERS = [
    answer(quote("There were five."), id="a", question="How many?", confidence=0.9),
    answer(quote("Bob.", "other.txt", page=7), id="b", question="Who?", confidence=0.8),
    answer(quote("Because."), id="c", question="Why?", answered=False, confidence=0.2),
]


def refused(match: str) -> pytest.RaisesExc[qa.UsageError]:
    return pytest.raises(qa.UsageError, match=match)


def write(path: Path, *answers: Answer) -> Path:
    path.write_text("".join(to_json_line(each) + "\n" for each in answers))
    return path


# Misses


@pytest.mark.parametrize(
    ("given_answer", "gold", "miss"),
    [
        (answer(quote("five")), HAS, None),
        (answer(*WRONG), HAS, "wrong"),
        (answer(quote("six")), HAS, "wrong"),
        (answer(quote("five"), answered=False), HAS, "not_answered"),
        (answer(quote("six")), NONE, "answered"),
        (answer(quote("six"), answered=False), NONE, None),
        (answer(quote("x", "b")), Gold(relevant={"a": 1}), "wrong"),
        (answer(quote("x", "a")), Gold(relevant={"a": 1}), None),
    ],
)
def test_a_miss_is_named_by_its_kind(given_answer: Answer, gold: Gold, miss: str | None) -> None:
    assert judge_answer(given_answer, gold).miss == miss


def test_a_judged_answer_has_its_first_quotes_and_whether_they_are_right() -> None:
    judged = judge_answer(answer(*WRONG), HAS)
    assert (judged.rank, judged.ranking) == (4, ("d",))
    assert [(each.text, each.right) for each in judged.quotes] == [
        ("six", False), ("seven", False), ("eight", False),
    ]  # fmt: skip
    graded = judge_answer(answer(quote("x", "b"), quote("y", "a", 2)), Gold(relevant={"a": 1}))
    assert [each.right for each in graded.quotes] == [False, True]


def test_the_misses_are_reported_with_what_was_quoted_instead() -> None:
    evaluation = qa.judge(ANSWERS, ROWS)
    assert [each.id for each in evaluation.misses] == ["b"]
    assert evaluation.report().splitlines()[-7:] == [
        "1 of 3 questions missed:",
        "",
        "b: Who?",
        "    wrong, confidence 0.80, no right quote was retrieved",
        "    wanted: Ann (in people.txt)",
        "    quoted: Bob.",
        "            T, page 7 [other.txt:0-4]",
    ]
    page = evaluation.report("html")
    assert page.startswith("<!DOCTYPE html>")
    for text in (
        "1 of 3 questions missed",
        "Ann (in people.txt)",
        "Bob.",
        "other.txt:0-4",
        "color-scheme: light dark",
    ):
        assert text in page
    assert "There were five." not in page
    value = json.loads(evaluation.report("json"))
    assert (value["questions"], value["hit"]) == (3, {"1": 0.5, "3": 0.5, "10": 0.5})
    assert [(each["id"], each["miss"]) for each in value["results"]] == [
        ("a", None),
        ("b", "wrong"),
        ("c", None),
    ]
    assert value["results"][1]["quotes"][0]["citation"]["page"] == 7


def test_a_text_lists_the_first_misses_and_the_page_all() -> None:
    missed = [answer(quote("six"), id=str(number)) for number in range(60)]
    evaluation = qa.judge(missed, [{"id": str(n), "question": "Q?", "answers": ["five"]} for n in range(60)])
    assert evaluation.report().count("wanted: five") == 50
    assert evaluation.report().endswith("... and 10 more (--format json or html)\n")
    assert evaluation.report("html").count("<blockquote") == 60


def test_no_text_of_a_document_controls_the_display() -> None:
    hostile = "<script>alert(1)</script>\x1b[2J\u202e"
    missed = answer(quote(hostile), id="<b>", question=hostile)
    evaluation = qa.judge(
        [missed], [{"id": "<b>", "question": hostile, "answers": [hostile[:20]], "doc_id": "<i>"}]
    )
    assert "<script>alert" not in evaluation.report("html")
    assert "\x1b" not in evaluation.report()
    comparison = qa.compare(evaluation, evaluation)
    assert "<script>alert" not in comparison.report("html")


# Limits


def test_limits_are_names_and_numbers() -> None:
    assert parse_limit("hit@1=0.8") == ("hit@1", 0.8)
    assert parse_limit("Answered-Wrongly = .1") == ("answered_wrongly", 0.1)
    assert parse_limit("nDCG@10=0.5", ["nDCG@10"]) == ("nDCG@10", 0.5)
    for text in ("", "hit@1", "hit@1=", "hit@1=high", "hit@1=nan"):
        with refused("is no limit; write a figure and a number, such as hit@1=0.8"):
            parse_limit(text)
    for text in ("hit@2=1", "=1", "questions=5", "nDCG@10=0.5"):
        with refused("is no figure that can have a limit; the figures are: hit@1, hit@3"):
            parse_limit(text)


def test_a_broken_limit_is_one_sentence() -> None:
    evaluation = qa.judge(ANSWERS, ROWS)
    assert evaluation.broken_limits({"hit@1": 0.5, "auroc": 1.0}, {"answered_wrongly": 0.0}) == []
    broken = evaluation.broken_limits({"hit@1": 0.50001, "ndcg": 0.1}, {"answered": 0.9})
    assert [str(message) for message in broken] == [
        "hit@1 is 0.5, below the minimum of 0.50001.",
        "ndcg has no value, because no question is of the kind that it applies to.",
        "answered is 1, above the maximum of 0.9.",
    ]


# Earlier results


def test_answers_evaluations_and_their_files_give_the_same_figures(tmp_path: Path) -> None:
    evaluation = qa.judge(ANSWERS, ROWS)
    file = write(tmp_path / "answers.jsonl", *ANSWERS)
    assert qa.judge(file, ROWS) == evaluation
    own = [each.model_copy(update={"input": row}) for each, row in zip(ANSWERS, ROWS, strict=True)]
    assert qa.judge(write(tmp_path / "own.jsonl", *own)) == evaluation
    saved = tmp_path / "evaluation.json"
    saved.write_text(evaluation.report("json"))
    assert qa.judge(saved) == evaluation
    assert qa.judge(evaluation) == evaluation


def test_qrels_replace_other_gold_answers(tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text("a 0 d 1\nb 0 people.txt 1\n")
    evaluation = qa.judge(ANSWERS, ROWS, qrels=tmp_path / "qrels.txt")
    assert [(each.gold.relevant, each.rank) for each in evaluation.results] == [
        ({"d": 1.0}, 1), ({"people.txt": 1.0}, None), (None, None),
    ]  # fmt: skip


def test_a_run_is_judged_by_documents(tmp_path: Path) -> None:
    run = tmp_path / "run.txt"
    run.write_text("b Q0 x 1 2 r\nb Q0 people.txt 2 1 r\nz Q0 x 1 1 r\n")
    evaluation = qa.judge(run, ROWS[1:])
    assert [(each.id, each.rank, each.miss) for each in evaluation.results] == [
        ("b", 2, None),
        ("c", None, None),
    ]
    assert evaluation.figures.mrr == 0.5
    with refused("run.txt ranks documents, which needs graded documents; name them with --qrels"):
        qa.judge(run)
    with refused("run.txt ranks documents for none of the questions; check that both have the same ids"):
        qa.judge(run, [{"id": "q", "question": "Q?", "relevant": ["x"]}])


def test_rows_that_were_not_asked_may_have_the_id_of_another() -> None:
    failed = [not_asked("b", "", "It is empty."), not_asked("a", "Q?", "Its id is also the id of line 1.")]
    rows = [ROWS[0], *ROWS]
    expected = qa.judge(ANSWERS, ROWS).results
    assert qa.judge([*ANSWERS, *failed], rows).results == expected
    assert sorted(qa.judge([*failed, *ANSWERS], rows).results, key=lambda each: each.id) == list(expected)


def test_earlier_results_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with refused("^answers has no gold answer for the question a; name the file of questions with gold"):
        qa.judge(ANSWERS)
    with refused(r"^1 question of QUESTIONS is not in answers \(id c\); both must have the same questions"):
        qa.judge(ANSWERS[:2], ROWS)
    with refused(r"^1 question of answers is not in QUESTIONS \(id c\)"):
        qa.judge(ANSWERS, ROWS[:2])
    # The second row has its number as its id.
    with refused("^Two questions have the id 2; give every question its own id"):
        qa.judge(ANSWERS, [{**ROWS[0], "id": "2"}, {"question": "Q?", "answers": ["x"]}])
    with refused('^The question b is "Where\\?" in QUESTIONS, but "Who\\?" in answers'):
        qa.judge(ANSWERS, [ROWS[0], {**ROWS[1], "question": "Where?"}, ROWS[2]])
    with refused("has two answers with the id a"):
        qa.judge([ANSWERS[0], *ANSWERS], ROWS)
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    with refused("empty.jsonl contains no answer; name a file of answers"):
        qa.judge(empty, ROWS)


def test_a_row_that_was_not_asked_needs_no_gold_answer() -> None:
    failed = answer(id="4", question="", answered=False, confidence=0.0, error="the row has no question")
    assert qa.judge([*ANSWERS, failed], [*ROWS, {"id": "4", "answers": "x"}]) == qa.judge(ANSWERS, ROWS)


def test_an_evaluation_of_another_version_or_broken_is_refused(tmp_path: Path) -> None:
    value = json.loads(qa.judge(ANSWERS, ROWS).report("json"))
    path = tmp_path / "e.json"
    for change, problem in (
        (
            {"version": 2},
            "e.json is a result of another version of qa eval; write it again with this version",
        ),
        ({"results": []}, "e.json contains no answer"),
        (
            {"results": [{"id": "a"}]},
            'e.json, result 1: "question" is missing or not of its type; name a file',
        ),
        ({"results": [value["results"][0]] * 2}, "e.json has two answers with the id a"),
    ):
        path.write_text(json.dumps({**value, **change}))
        with refused(problem):
            qa.judge(path)


def test_an_evaluation_without_measures_has_none() -> None:
    assert Evaluation.of([]).by_name()["hit@1"] is None
