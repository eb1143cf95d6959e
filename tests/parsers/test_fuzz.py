"""Damaged and hostile files: a few hundred here, tens of thousands in benchmarks/parsers/fuzz.py."""

from __future__ import annotations

import time

import pytest
from hostile_files import PROSE, hand_written, hostile_input, seeds
from sample_files import epub, pdf, read_one
from soundness import check_sound

from qa import parsers
from qa.errors import ReadError
from qa.parsers import sandbox
from qa.types import Document

_INPUTS = 300


def test_damaged_files_return_sound_documents_or_reasons() -> None:
    documents = 0
    for number in range(len(hand_written()), len(hand_written()) + _INPUTS):
        damaged_file = hostile_input(number, 0, seeds())
        try:
            for item in parsers.read_bytes(damaged_file.data, damaged_file.name, "id"):
                check_sound(item, damaged_file.name)
                documents += isinstance(item, Document)
        except ReadError as error:
            check_sound(error)
        except AssertionError as failure:
            raise AssertionError(
                f"input {number} ({damaged_file.description}, {damaged_file.name}): {failure}"
            ) from failure
    # If all had been refused at once, nothing would have been tested.
    assert documents > _INPUTS / 4


def test_the_same_number_returns_the_same_file() -> None:
    numbers = range(len(hand_written()), len(hand_written()) + 50)
    first = [hostile_input(number, 7, seeds()) for number in numbers]
    assert [hostile_input(number, 7, seeds()) for number in numbers] == first
    assert [hostile_input(number, 8, seeds()) for number in numbers] != first


def _hand_written(description: str) -> bytes:
    (data,) = [candidate.data for candidate in hand_written() if candidate.description == description]
    return data


@pytest.mark.parametrize("description", ["a list of choices", "a list of groups of choices"])
def test_a_list_of_sixty_thousand_choices_does_not_hang(description: str) -> None:
    started = time.process_time()
    document = read_one(_hand_written(f"HTML: {description}"), "a.html")
    assert document.text == "a"
    assert document.omissions[0].text.count("a") == 59_999
    assert time.process_time() - started < 5


def test_a_list_shows_its_first_choice_and_the_text_after_it_is_read() -> None:
    page = b"<p>Before.<select><optgroup label=x><option value='a'>One<option>Two</select><p>After."
    assert read_one(page, "a.html").text == "Before. One\n\nAfter."


def test_a_chapter_repeated_thousands_of_times_is_read_once() -> None:
    book = epub({"a.xhtml": f"<p>{PROSE * 3_000}</p>"}, spine=["a.xhtml"] * 5_000)
    assert read_one(book, "a.epub").text == PROSE * 3_000


def test_an_id_of_control_characters_is_ignored() -> None:
    (error,) = parsers.read_bytes(b'{"_id":"\\u0000","text":"a"}', "a.jsonl", "a")
    assert str(error).startswith("line 1: its id is blank; add another one")


@pytest.mark.parametrize("matrix", ["1 0 0 0 72 700", "1 0 0 1e-9 72 700", "0 0 0 0 72 700"])
def test_letters_without_a_height_do_not_divide_by_zero(matrix: str) -> None:
    flat = pdf([[]]).replace(
        b"<</Length 0>>stream\n\nendstream",
        b"<</Length 99>>stream\nBT /F1 10 Tf %s Tm (Flat.) Tj ET "
        b"BT /F1 10 Tf 72 600 Td (Tall.) Tj ET\nendstream" % matrix.encode(),
    )
    assert "Tall." in read_one(flat, "a.pdf").text


@pytest.fixture
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.end_children()
    monkeypatch.setattr(sandbox, "PDF_PAGE_SECONDS", 1)
    monkeypatch.setattr(sandbox, "READ_MEMORY", 600_000_000)
    # The next test needs a child process with the usual limits.
    monkeypatch.setattr(sandbox, "_children", [])


@pytest.mark.usefixtures("_short_limits")
def test_a_pdf_that_crashes_the_library_is_refused_and_the_next_is_read() -> None:
    with pytest.raises(ReadError, match=r"^its parser crashes or runs out of memory; print it"):
        read_one(_hand_written("PDF: letters that are books"), "a.pdf")
    assert read_one(seeds()[".pdf"][2], "a.pdf").text == "Some words to read."
    sandbox.end_children()


def test_a_pdf_that_never_ends_is_refused_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.end_children()
    monkeypatch.setattr(sandbox, "PDF_PAGE_SECONDS", 0.2)
    with pytest.raises(ReadError, match=r"^one of its pages takes longer than 0.2 seconds to read; print"):
        read_one(_hand_written("PDF: forms of ten forms of ten forms"), "a.pdf")
    assert read_one(seeds()[".pdf"][2], "a.pdf").text == "Some words to read."
    sandbox.end_children()


def test_pdfs_are_read_in_one_persistent_child() -> None:
    started = []
    for _ in range(2):
        read_one(seeds()[".pdf"][2], "a.pdf")
        started.append(sandbox._children[0])
    assert started[0] is started[1]


def test_a_child_that_died_between_two_files_is_replaced() -> None:
    read_one(seeds()[".pdf"][2], "a.pdf")
    child = sandbox._idle_child()
    sandbox._children.append(child)
    child._process.kill()
    child._process.wait()
    assert read_one(seeds()[".pdf"][2], "a.pdf").text == "Some words to read."
