"""Answers over two versions of the documents: what changed, and how it is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answer_strategies import HOSTILE
from answer_strategies import answers as any_answers
from handmade_answers import answer, quote
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.check.diff import KINDS, diff
from qa.record import Answer, to_json_line

RENT = quote("The rent is 1,200 euros.", "lease.txt", start=10)
NEW_RENT = quote("The rent is 1,350 euros.", "lease.txt", start=10)
CAT = quote("One cat is allowed.", "lease.txt", rank=2, start=50)


def only(old: Answer, new: Answer) -> str | None:
    """Return the kind of the only change, or None."""
    kinds = [change.kind for change in diff([old], [new]).changes]
    assert len(kinds) <= 1
    return kinds[0] if kinds else None


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (answer(RENT), answer(RENT), None),
        (answer(RENT), answer(RENT.model_copy(update={"score": 0.1})), None),
        (answer(RENT), answer(quote(RENT.text, "lease.txt", start=10, sha256="1" * 64)), None),
        (answer(RENT), answer(RENT, confidence=0.79), None),
        (answer(RENT), answer(RENT, confidence=0.8), "confidence"),
        (answer(RENT, confidence=0.1, answered=False), answer(confidence=0.4, answered=False), "confidence"),
        (answer(RENT, answered=False), answer(NEW_RENT, answered=False), None),
        (answer(RENT), answer(NEW_RENT), "changed"),
        (answer(RENT, CAT), answer(RENT), "changed"),
        (answer(RENT, CAT), answer(CAT, RENT), "changed"),
        (answer(RENT), answer(quote("The rent is\n1,200 euros.", "lease.txt", start=99)), "moved"),
        (answer(RENT), answer(quote("The rent is 1,200 euros.", "lease.txt", start=10, page=2)), "moved"),
        (answer(RENT), answer(quote("The rent is 1,200 euros.", "new.txt", start=10)), "moved"),
        (answer(RENT), answer(answered=False), "vanished"),
        (answer(answered=False, error="too long", confidence=0.0), answer(RENT), "appeared"),
    ],
)  # fmt: skip
def test_each_change_has_its_kind(old: Answer, new: Answer, kind: str | None) -> None:
    assert only(old, new) == kind


def test_the_changes_are_counted_and_in_the_order_of_the_new_answers() -> None:
    old = [answer(RENT, id="a"), answer(RENT, id="b"), answer(RENT, id="c")]
    new = [answer(id="c", answered=False), answer(NEW_RENT, id="a"), answer(RENT, id="b")]
    difference = diff(old, new)
    assert [(change.new.id, change.kind) for change in difference.changes] == [
        ("c", "vanished"),
        ("a", "changed"),
    ]
    assert difference.counts == {"vanished": 1, "appeared": 0, "changed": 1, "moved": 0, "confidence": 0}
    assert bool(difference) is True
    assert str(difference) == "3 questions: 1 answer vanished, 1 changed, 1 the same"
    assert [change.new.id for change in diff(old, new, ignore="vanished").changes] == ["a"]
    assert not diff(old, old)


def test_a_smaller_step_shows_smaller_changes_of_a_confidence() -> None:
    old, new = [answer(RENT, confidence=0.75)], [answer(RENT, confidence=0.76)]
    assert not diff(old, new)
    assert diff(old, new, confidence_step=0.01).counts["confidence"] == 1


def test_quotes_with_the_same_words_are_side_by_side() -> None:
    change = diff([answer(RENT, CAT)], [answer(CAT, NEW_RENT)]).changes[0]
    [same, other] = change.pairs
    assert (same.old, same.new) == (CAT, CAT)
    assert (other.old, other.new) == (RENT, NEW_RENT)
    assert [(piece.old, piece.new) for piece in other.difference if piece.kind != "same"] == [
        ("1,200", "1,350")
    ]
    nearest = quote("Dogs bark.")
    vanished = diff([answer(RENT)], [answer(nearest, answered=False)]).changes[0]
    [pair] = vanished.pairs
    assert (pair.old, pair.new) == (RENT, nearest.model_copy(update={"answers": False}))
    assert not pair.is_comparable  # they share no word, only a full stop


# Reports


def test_the_text_marks_the_words_that_differ() -> None:
    report = diff([answer(RENT)], [answer(NEW_RENT)], names=("old.jsonl", "new.jsonl")).report()
    assert report.splitlines() == [
        "old  old.jsonl",
        "new  new.jsonl",
        "1 question: 1 changed, 0 the same",
        "",
        "1: Q?",
        "  changed; confidence 0.75 → 0.75",
        "  - The rent is [-1,200-] euros.",
        "      T, line 1 [lease.txt:10-34]",
        "  + The rent is {+1,350+} euros.",
        "      T, line 1 [lease.txt:10-34]",
    ]
    coloured = diff([answer(RENT)], [answer(NEW_RENT)]).report(colour=True)
    assert "\x1b[31m[-1,200-]\x1b[0m" in coloured


def test_quotes_that_are_not_compared_word_by_word_read_well() -> None:
    same, gone = quote("The com-\npany pays."), quote("Dogs may en-\nter.", start=40)
    report = diff([answer(same, gone)], [answer(same)]).report()
    assert "  = The company pays." in report.splitlines()
    assert "  - Dogs may enter." in report.splitlines()


def test_the_json_has_both_quotes_and_the_pieces() -> None:
    value = json.loads(diff([answer(RENT)], [answer(NEW_RENT)]).report("json"))
    assert (value["version"], value["questions"], value["counts"]["changed"]) == (1, 1, 1)
    [change] = value["changes"]
    assert (change["id"], change["kind"], change["old"]["confidence"]) == ("1", "changed", 0.75)
    [pair] = change["quotes"]
    assert (pair["old"]["text"], pair["new"]["text"]) == (RENT.text, NEW_RENT.text)
    assert pair["new"]["citation"]["start"] == 10
    assert {"kind": "changed", "old": "1,200", "new": "1,350"} in pair["difference"]


def test_the_page_marks_the_words_and_is_complete_in_itself() -> None:
    page = diff([answer(RENT)], [answer(NEW_RENT)]).report("html")
    assert page.startswith("<!DOCTYPE html>")
    assert "<del>1,200</del>" in page
    assert "<ins>1,350</ins>" in page
    assert "prefers-color-scheme: dark" in page
    assert not any(word in page for word in ("<script", "http://", "src=", "@import"))


@given(st.data())
def test_no_text_of_a_document_controls_the_display(data: st.DataObject) -> None:
    old = data.draw(any_answers()).model_copy(update={"id": "1", "question": HOSTILE[0]})
    new = data.draw(any_answers()).model_copy(update={"id": "1", "question": HOSTILE[0]})
    difference = diff([old], [new])
    page, shown = difference.report("html"), difference.report(colour=False)
    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in shown
    assert "\x1b[2J" not in difference.report(colour=True)
    json.loads(difference.report("json"))


# Bad input


def file(folder: Path, name: str, *answers: Answer) -> Path:
    path = folder / name
    path.write_text("".join(to_json_line(each) + "\n" for each in answers))
    return path


def refused(match: str) -> pytest.RaisesExc[qa.UsageError]:
    return pytest.raises(qa.UsageError, match=match)


def test_files_and_answers_are_compared_alike(tmp_path: Path) -> None:
    old, new = answer(RENT), answer(NEW_RENT)
    of_files = qa.diff(file(tmp_path, "a.jsonl", old), file(tmp_path, "b.jsonl", new))
    assert of_files.changes == qa.diff([old], [new]).changes
    assert of_files.names == (str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"))


def test_different_questions_are_refused(tmp_path: Path) -> None:
    one = file(tmp_path, "a.jsonl", answer(id="1"), answer(id="2"), answer(id="3"))
    with refused(r"^2 questions of .*a.jsonl are not in .*b.jsonl \(the first has the id 2\); both must"):
        diff(one, file(tmp_path, "b.jsonl", answer(id="1")))
    with refused(
        r"^1 question of .*c.jsonl is not in .*a.jsonl \(id 4\); both must have the same questions\.$"
    ):
        diff(one, file(tmp_path, "c.jsonl", *(answer(id=id) for id in "1234")))
    with refused(
        r'^The question 1 is "Q\?" in OLD, but "Who\?" in NEW; compare results of the same questions\.$'
    ):
        diff([answer()], [answer(question="Who?")])
    assert not diff([answer(question="Who  is?")], [answer(question="Who is?")])


def test_broken_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    good = file(tmp_path, "a.jsonl", answer())
    with refused("two answers with the id 1; give every question its own id"):
        diff(good, file(tmp_path, "b.jsonl", answer(), answer()))
    with refused("empty.jsonl contains no answer; name a file of answers"):
        diff(good, file(tmp_path, "empty.jsonl"))
    broken = file(tmp_path, "broken.jsonl", answer())
    broken.write_text(broken.read_text() + '{"id": "2", "question"\n')
    with refused("broken.jsonl, line 2: it is not an answer record in JSON; name a file"):
        diff(good, broken)
    other = json.loads(to_json_line(answer()))
    del other["answered"]
    (tmp_path / "other.jsonl").write_text(json.dumps(other))
    with refused('other.jsonl, line 1: "answered" is missing or not of its type; name a file'):
        diff(good, tmp_path / "other.jsonl")
    with refused("none.jsonl cannot be read because it does not exist"):
        diff(good, tmp_path / "none.jsonl")


def test_wrong_options_are_refused() -> None:
    with refused("no kind of change gone; the kinds are: vanished, appeared, changed, moved, confidence"):
        diff([answer()], [answer()], ignore="gone")
    for step in (0, -1, 2, float("nan")):
        with refused("must be above 0 and at most 1, not"):
            diff([answer()], [answer()], confidence_step=step)


def test_a_record_of_an_earlier_version_is_compared() -> None:
    record = json.loads(to_json_line(answer(RENT)))
    for quoted in record["quotes"]:
        del quoted["answers"]
    for key in ("reason_code", "scope"):
        del record[key]
    assert not diff([json.dumps(record)], [answer(RENT)])


def test_the_kinds_of_the_command_line_are_all_kinds() -> None:
    from qa.cli.diff import _KINDS

    assert _KINDS == KINDS
