"""`qa eval` and `qa diff` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runs import TEXT, Qa, assert_message

ROWS = [
    {"id": "k", "question": "Where is the silver kettle?", "answers": ["by the river"]},
    {"id": "t", "question": "What has the tower?", "answers": ["a dragon"], "doc_id": "garden.txt"},
    {"id": "n", "question": "Who is the king?", "answerable": False},
]


@pytest.fixture
def asked(indexed: Qa, place: Path) -> Qa:
    """The command line with a file of questions, and the answers to it in old.jsonl."""
    (place / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert indexed("batch", "q.jsonl", "--output", "old.jsonl").code == 0
    return indexed


def edit(place: Path, qa: Qa) -> None:
    """Index another version of the document, and answer the questions again in new.jsonl."""
    (place / "garden.txt").write_text(TEXT.replace("by the river", "by the harbour"))
    assert qa("index", "garden.txt").code == 0
    assert qa("batch", "q.jsonl", "--output", "new.jsonl").code == 0


# eval


def test_eval_lists_the_misses_with_what_was_quoted_instead(asked: Qa, place: Path) -> None:
    run = asked("eval", "q.jsonl")
    assert run.code == 0
    assert "t: What has the tower?\n    wrong, confidence" in run.out
    assert "    wanted: a dragon (in garden.txt)\n    quoted: The tower has a lantern.\n" in run.out
    [value] = asked("eval", "q.jsonl", "--format", "json").records
    assert [(each["id"], each["miss"]) for each in value["results"]][:2] == [("k", None), ("t", "wrong")]
    assert asked("eval", "q.jsonl", "--output", "report.html").out == ""
    assert "The tower has a lantern." in (place / "report.html").read_text()


def test_eval_fails_below_a_minimum_or_above_a_maximum(asked: Qa) -> None:
    run = asked("eval", "q.jsonl", "--fail-under", "hit@1=0.8", "--fail-under", "mrr=0.5")
    assert (run.code, run.out.count("hit@1 ")) == (1, 1)
    assert run.err.splitlines()[-1] == "qa: hit@1 is 0.5, below the minimum of 0.8."
    assert asked("eval", "q.jsonl", "--fail-under", "hit@1=0.5").code == 0
    run = asked("eval", "q.jsonl", "--fail-over", "ece=0")
    assert run.code == 1
    assert "above the maximum of 0." in run.err
    assert_message(asked("eval", "q.jsonl", "--fail-under", "hit@1"), 2, "hit@1 is no limit")
    assert_message(asked("eval", "q.jsonl", "--fail-under", "hit=1"), 2, "the figures are: hit@1")


def test_earlier_answers_give_the_figures_of_asking_again(asked: Qa, place: Path) -> None:
    fresh = asked("eval", "q.jsonl", "--format", "json").records[0]
    for arguments in (("q.jsonl", "--run", "old.jsonl"), ("--run", "old.jsonl")):
        [earlier] = asked("eval", *arguments, "--format", "json").records
        assert earlier["hit"] == fresh["hit"]
        assert [each["miss"] for each in earlier["results"]] == [each["miss"] for each in fresh["results"]]


def test_trec_files_go_out_and_in(asked: Qa, place: Path) -> None:
    run = asked("eval", "q.jsonl", "--write-run", "run.txt", "--write-qrels", "qrels.txt")
    assert run.code == 0
    assert (place / "run.txt").read_text().startswith("k Q0 garden.txt 1 1.000000 qa\n")
    assert (place / "qrels.txt").read_text() == "t 0 garden.txt 1\n"
    [value] = asked("eval", "--run", "run.txt", "--qrels", "qrels.txt", "--format", "json").records
    assert (value["questions"], value["hit"]["1"], value["ndcg"]) == (1, 1.0, 1.0)
    [value] = asked("eval", "q.jsonl", "--qrels", "qrels.txt", "--format", "json").records
    assert (value["answerable"], value["ndcg"]) == (1, 1.0)
    (place / "other.txt").write_text("x 0 garden.txt 1\n")
    assert_message(asked("eval", "q.jsonl", "--qrels", "other.txt"), 2, "check that both have the same ids")
    assert_message(asked("eval", "q.jsonl", "--qrels", "none.txt"), 2, "none.txt does not exist")


def test_two_results_are_compared(asked: Qa, place: Path) -> None:
    edit(place, asked)
    run = asked("eval", "--compare", "old.jsonl", "new.jsonl")
    assert run.code == 0
    assert "hit@1                 0.500   0.000   -0.500   -1.000 to +0.000  1.000    2" in run.out
    assert "1 of 3 questions lost: missed by B, not by A\n\nk: Where is the silver kettle?" in run.out
    run = asked("eval", "--compare", "old.jsonl", "new.jsonl", "--fail-under", "hit@1=0.4")
    assert run.code == 1
    assert "hit@1 is 0, below the minimum of 0.4." in run.err
    page = asked("eval", "--compare", "old.jsonl", "new.jsonl", "--format", "html").out
    assert page.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((), ("Name a file of questions with gold answers, or earlier results",)),
        (("q.jsonl", "--depth", "3"), ("At least 10 quotes",)),
        (("--compare", "old.jsonl", "none.jsonl"), ("none.jsonl cannot be read because it does not exist",)),
        (("--compare", "old.jsonl", "old.jsonl", "--write-run", "r.txt"), ("leave them out",)),
        (("--run", "q.jsonl"), ('q.jsonl, line 1: "answered" is missing',)),
        (("--run", "old.jsonl", "--output", "old.jsonl"), ("old.jsonl would overwrite a file that is read",)),
        (("--run", "old.jsonl", "--output", "a.csv"), (".txt, .json or .html, not as .csv",)),
        (("--run", "old.jsonl", "--output", "none/a.html"), ("The folder none does not exist",)),
        (("--run", "old.jsonl", "--output", "index"), ("index is a folder",)),
    ],
)
def test_eval_refuses_bad_input_in_one_sentence(
    asked: Qa, arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    assert_message(asked("eval", *arguments), 2, *parts)


# diff


def test_diff_shows_what_changed(asked: Qa, place: Path) -> None:
    edit(place, asked)
    run = asked("diff", "old.jsonl", "new.jsonl", "--ignore", "confidence")
    assert run.code == 0
    assert run.out.startswith("old  old.jsonl\nnew  new.jsonl\n3 questions: 1 changed, 1 moved, 1 the same\n")
    assert "  - A silver kettle stands by the [-river-].\n" in run.out
    assert "  + A silver kettle stands by the {+harbour+}.\n" in run.out
    assert "  = The tower has a lantern.\n" in run.out
    run = asked("diff", "old.jsonl", "new.jsonl", "--output", "d.html")
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith("3 questions: 1 changed, ")
    assert "<del>river</del>" in (place / "d.html").read_text()
    value = json.loads(asked("diff", "old.jsonl", "new.jsonl", "--format", "json").out)
    assert [(each["id"], each["kind"]) for each in value["changes"]][:2] == [("k", "changed"), ("t", "moved")]


def test_the_exit_code_says_whether_answers_differ_if_asked_to(asked: Qa, place: Path) -> None:
    edit(place, asked)
    assert asked("diff", "old.jsonl", "old.jsonl", "--exit-code").code == 0
    assert asked("diff", "old.jsonl", "new.jsonl").code == 0
    assert asked("diff", "old.jsonl", "new.jsonl", "--confidence-step", "0").code == 2
    assert asked("diff", "old.jsonl", "new.jsonl", "--exit-code").code == 1
    ignored = (word for kind in ("changed", "moved", "confidence") for word in ("--ignore", kind))
    assert asked("diff", "old.jsonl", "new.jsonl", "--exit-code", *ignored).code == 0


def test_index_folders_are_asked(asked: Qa, place: Path) -> None:
    (place / "index").rename(place / "before")
    assert asked("index", "garden.txt").code == 0
    edit(place, asked)
    files = asked("diff", "old.jsonl", "new.jsonl").out.splitlines()[2:]
    for old, new in (("before", ("index",)), ("before", ()), ("old.jsonl", ())):
        run = asked("diff", old, *new, "--questions", "q.jsonl")
        assert (run.code, run.out.splitlines()[2:]) == (0, files)


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (
            ("index", "old.jsonl"),
            2,
            "index is an index folder; name the questions to ask in it with --questions",
        ),
        (("old.jsonl", "q.jsonl"), 2, 'q.jsonl, line 1: "answered" is missing or not of its type'),
        (("old.jsonl", "garden.txt"), 2, "garden.txt is not JSON"),
        (("old.jsonl", "--index", "none", "--questions", "q.jsonl"), 1, "There is no index in none"),
        (("old.jsonl", "old.jsonl", "--output", "old.jsonl"), 2, "would overwrite a file that is read"),
    ],
)
def test_diff_refuses_bad_input_in_one_sentence(
    asked: Qa, arguments: tuple[str, ...], code: int, part: str
) -> None:
    assert_message(asked("diff", *arguments), code, part)
