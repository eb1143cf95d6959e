"""Notes on languages, calibration, and calls of the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runs import Qa, assert_message
from word_encoder import VOCABULARY, WordEncoder


def questions_of(place: Path, unanswerable: int) -> Path:
    """Write a question for each known word with its gold answer, and unanswerable questions."""
    words = [word for word in VOCABULARY if word != "apple"]
    (place / "things.txt").write_text(
        " ".join(f"The {word} is behind house {n}." for n, word in enumerate(words))
    )
    rows = [{"question": f"Where is the {word}?", "answers": [f"house {n}."]} for n, word in enumerate(words)]
    rows += [
        {"question": f"Where is the zebra of mister {n}?", "answerable": False} for n in range(unanswerable)
    ]
    path = place / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_calibration_changes_the_confidence_until_reset(qa: Qa, place: Path) -> None:
    gold = questions_of(place, 20)
    assert qa("index", "things.txt").code == 0
    question = ("ask", "Where is the kettle?", "--format", "json")
    before = qa(*question)
    assert "run: qa calibrate" in before.err
    run = qa("calibrate", gold)
    assert run.code == 0
    shown = dict(line.rsplit("  ", 1) for line in run.out.splitlines() if "ece" not in line)
    assert {name.strip(): value.strip() for name, value in shown.items()}["questions"] == "39"
    eces = [float(line.split()[2]) for line in run.out.splitlines() if line.startswith("ece")]
    assert len(eces) == 2
    assert "--risk 0.01 from      never" in run.out
    after = qa(*question)
    assert after.err == ""
    assert after.records[0]["confidence"] != before.records[0]["confidence"]
    assert "calibrate" not in qa("list").err + qa("doctor").err + qa("eval", gold).err
    assert qa("index", "garden.txt").code == 0
    assert "calibrate" not in qa("list").err
    assert qa("calibrate", "--reset").code == 0
    for command in (("list",), ("doctor",), ("eval", gold), question):
        assert "run: qa calibrate QUESTIONS" in qa(*command).err


def test_too_few_questions_do_not_calibrate(qa: Qa, place: Path) -> None:
    gold = questions_of(place, 10)
    assert qa("index", "things.txt").code == 0
    assert_message(qa("calibrate", gold), 2, "29 questions", "at least 30")
    assert_message(qa("calibrate"), 2, "--reset")
    assert "run: qa calibrate" in qa("list").err


@pytest.fixture
def reads_english(place: Path, words: WordEncoder) -> Path:
    words.languages = frozenset({"en"})
    (place / "deutsch.txt").write_text("Der Apfel ist in dem Garten. Die Laterne ist nicht auf dem Turm.\n")
    return place


def test_documents_in_unsupported_languages_are_a_note_and_no_error(qa: Qa, reads_english: Path) -> None:
    run = qa("index", "garden.txt", "deutsch.txt", "--report", "report.json")
    assert run.code == 0
    [line] = [line for line in run.err.splitlines() if "German" in line]
    assert line.startswith("1 document is in German, which the model words-of-the-tests does not support")
    assert "--model sentence-transformers/paraphrase-multilingual" in line
    assert json.loads((reads_english / "report.json").read_text())["unread"] == {"de": 1}
    assert "German" not in qa("index", "garden.txt", "deutsch.txt").err
    assert line in qa("list").err


def test_questions_in_unsupported_languages_are_a_note(qa: Qa, reads_english: Path) -> None:
    assert qa("index", "deutsch.txt").code == 0
    unanswered = qa("ask", "Wer ist der Kaiser von China?")
    assert "Reason: the question is in German, which the model of this index does not read" in unanswered.out
    answered = qa("ask", "Wo ist der Apfel in dem Garten?", "--format", "json", "--risk", "0.3")
    assert answered.records[0]["answered"]
    assert "1 question is in German" in answered.err
    (reads_english / "questions.txt").write_text(
        "Wo ist der Apfel?\nWhere is the apple?\nWer ist der Kaiser?\n"
    )
    assert "2 questions are in German" in qa("batch", "questions.txt").err


@pytest.mark.parametrize("port", ["65536", "99999", "-1", "http"])
def test_an_impossible_port_is_a_usage_error(qa: Qa, port: str) -> None:
    run = qa("serve", f"--port={port}")
    assert (run.code, run.out) == (2, "")
    assert "must be a whole number from 0 to 65535" in run.err


def test_a_read_only_page_creates_no_index(qa: Qa, place: Path) -> None:
    assert_message(qa("serve", "--read-only", "--index", "new"), 1, "There is no index in new")
    assert not (place / "new").exists()
