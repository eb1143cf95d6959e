"""TREC files in and out, and measures of a kept library on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade_answers import answer, quote

import qa
from qa.evaluate import Gold, ndcg
from qa.evaluate.evaluation import Evaluation
from qa.evaluate.judged import judge_answer
from qa.evaluate.trec import check_measures, gold_in, measures, read_qrels, read_run, write_qrels, write_run
from qa.render.trec import trec_id

QRELS = "q1 0 a.txt 2\nq1 0 b.txt 0\n\nq1 0 c.txt -1\nq2 0 d%20e.txt 1\n"
RUN = "q1 Q0 b.txt 2 0.5 x\nq1 Q0 a.txt 1 0.75 x\nq2 Q0 a.txt 1 1e3 x\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(match: str) -> pytest.RaisesExc[qa.UsageError]:
    return pytest.raises(qa.UsageError, match=match)


def test_qrels_are_grades_by_question_and_document(tmp_path: Path) -> None:
    qrels = read_qrels(write(tmp_path, QRELS))
    assert qrels == {"q1": {"a.txt": 2, "b.txt": 0, "c.txt": -1}, "q2": {"d%20e.txt": 1}}
    assert gold_in(qrels, "q1") == Gold(relevant={"a.txt": 2})
    assert gold_in(qrels, "q3") == Gold(answerable=False)
    # An id with a space has an escaped one in the file.
    assert gold_in(qrels, "q2").grade("d e.txt") == 1
    assert gold_in(qrels, "q2").grade("a.txt") == 0


def test_qrels_of_the_beir_layout_have_a_header_and_three_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "query-id\tcorpus-id\tscore\nq1\ta\t1\n")
    assert read_qrels(path) == {"q1": {"a": 1}}


def test_the_order_of_a_run_is_that_of_its_scores(tmp_path: Path) -> None:
    assert read_run(write(tmp_path, RUN)) == {"q1": ("a.txt", "b.txt"), "q2": ("a.txt",)}
    # trec_eval orders equal scores by descending document.
    assert read_run(write(tmp_path, "q Q0 a 1 1 x\nq Q0 b 2 1 x\n")) == {"q": ("b", "a")}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty; name a TREC file"),
        ("\n \n", "is empty; name a TREC file"),
        ("q1 0 a.txt 1\nq1 0 a.txt\n", "file.txt, line 2: not 4 columns"),
        ("q1 0 a.txt high", "line 1: not 4 columns with a number"),
        ("q1 0 a.txt nan", "line 1: not 4 columns with a number"),
        ("q1 0 a b.txt 1", "line 1: not 4 columns"),
        ("q1 0 a.txt 1\nq1 0 a.txt 0", "lists the document a.txt twice for the question q1"),
        (b"q1 0 \xff 1", r"cannot be read \(it is not UTF-8 text\)"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, text: str | bytes, problem: str) -> None:
    with refused(problem):
        read_qrels(write(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with refused("none.txt does not exist; name a TREC file"):
        read_run(tmp_path / "none.txt")
    with refused("cannot be read"):
        read_qrels(tmp_path)
    with refused("file.txt, line 1: not 6 columns"):
        read_run(write(tmp_path, QRELS))


def test_written_files_are_read_back(tmp_path: Path) -> None:
    judged = [
        judge_answer(
            answer(quote("x", "b.txt"), quote("y", "a c.txt", 2), quote("z", "b.txt", 3), id="q 1"),
            Gold(relevant={"a c.txt": 2, "b.txt": 0}),
        ),
        judge_answer(answer(quote("x", "b.txt"), id="q2"), Gold(("x",), doc_id="b.txt")),
        judge_answer(answer(id="q3", answered=False), Gold(answerable=False)),
    ]
    run, qrels = tmp_path / "run.txt", tmp_path / "qrels.txt"
    write_run(run, judged)
    write_qrels(qrels, judged)
    assert run.read_text() == (
        "q%201 Q0 b.txt 1 1.000000 qa\nq%201 Q0 a%20c.txt 2 0.500000 qa\nq2 Q0 b.txt 1 1.000000 qa\n"
    )
    assert read_run(run) == {"q%201": ("b.txt", "a%20c.txt"), "q2": ("b.txt",)}
    assert read_qrels(qrels) == {"q%201": {"a%20c.txt": 2}, "q2": {"b.txt": 1}}
    # The same figures, from the files alone.
    again = qa.judge(run, qrels=qrels)
    assert [each.rank for each in again.results] == [2, 1]
    assert again.figures.hit == {1: 0.5, 3: 1.0, 10: 1.0}
    assert (again.figures.answered, again.figures.words, again.figures.ece) == (None, None, None)
    with refused("Two questions have the id q2"):
        write_run(run, [judged[1], judged[1]])
    with refused("cannot be written"):
        write_run(tmp_path / "none" / "run.txt", judged)


def test_ids_have_no_blanks_in_trec_files() -> None:
    assert trec_id("a b\tc\u3000d") == "a%20b%09c%E3%80%80d"
    assert trec_id("a%20b") == "a%20b"
    assert trec_id("")


def test_the_measures_are_those_of_trec_eval() -> None:
    pytest.importorskip("ir_measures")
    gold = Gold(relevant={"a": 2, "b": 1})
    judged = [
        judge_answer(answer(quote("x", "c"), quote("y", "b", 2), quote("z", "a", 3), id="1"), gold),
        judge_answer(answer(quote("x", "c"), id="2"), gold),
        judge_answer(answer(id="3", answered=False), Gold(answerable=False)),
        judge_answer(answer(id="4", answered=False), Gold(("no document",))),
    ]
    values = measures(judged, ["nDCG@10", "AP", "R@2"])
    assert values["nDCG@10"] == pytest.approx({"1": ndcg([0, 1, 2], gold.relevant or {}), "2": 0.0})
    assert values["AP"] == pytest.approx({"1": (1 / 2 + 2 / 3) / 2, "2": 0.0})
    evaluation = Evaluation.of(judged, ["R@2"])
    assert evaluation.by_name()["R@2"] == 0.25
    assert "R@2                   0.250" in evaluation.report()


@pytest.mark.parametrize("name", ["foo@3", "nDCG@x", "nDCG@", "a b", "alpha_nDCG@10", "__import__('os')"])
def test_an_unknown_measure_is_refused_before_a_question_is_asked(name: str) -> None:
    pytest.importorskip("ir_measures")
    with refused("is not a measure that can be computed"):
        check_measures([name])


def test_a_measure_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ir_measures", None)
    with refused(
        r"nDCG@10 needs the package ir-measures; install it with: pip install 'verbatim-qa\[trec\]'"
    ):
        qa.judge([answer(input={"answers": "x"})], measures="nDCG@10")
