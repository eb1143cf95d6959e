"""``qa find``: every place, its formats, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from cli_runs import Qa, assert_message
from parsers.sample_files import lines, pdf


def test_places_are_printed_and_the_exit_code_is_0_with_and_without_places(indexed: Qa) -> None:
    run = indexed("find", "silver KETTLE")
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0] == "1 place in 1 of 1 document"
    assert "  A silver kettle stands by the river." in run.out
    nothing = indexed("find", "golden kettle")
    assert (nothing.code, nothing.out) == (0, "0 places in 0 of 1 document\n")


def test_a_regular_expression_and_a_limit(indexed: Qa) -> None:
    record = json.loads(indexed("find", r"\b[AT]\w*", "--regex", "--limit", "1", "--format", "json").out)
    assert (record["total"], len(record["mentions"])) == (3, 1)
    assert_message(indexed("find", "(", "--regex"), 2, "not valid", "backslash")


def test_a_file_has_the_format_of_its_extension(indexed: Qa, place: Path) -> None:
    run = indexed("find", "kettle", "--output", "places.bib")
    assert (run.code, run.out) == (0, "")
    assert run.err == "places.bib: 1 place in 1 of 1 document\n"
    assert (place / "places.bib").read_text().startswith("@misc{garden-txt-")
    assert_message(indexed("find", "kettle", "--output", "places.doc"), 2, ".doc", "--format")


def test_a_meaning_without_a_reader_is_refused(indexed: Qa) -> None:
    assert_message(indexed("find", "kettle", "--meaning"), 2, "needs a reader")
    assert_message(indexed("find", "kettle", "--everything"), 2, "--meaning")


def test_a_document_that_is_no_pdf_is_not_highlighted(indexed: Qa, place: Path) -> None:
    run = indexed("find", "kettle", "--highlight", "copies")
    assert run.code == 1
    assert "garden.txt is not highlighted: Only PDF files can be highlighted" in run.err
    assert not (place / "copies").exists()


def test_a_stretch_is_highlighted_and_needs_offsets(qa: Qa, place: Path) -> None:
    (place / "lease.pdf").write_bytes(pdf([lines(72, 700, ["The tenant repairs the roof."])]))
    assert qa("index", "lease.pdf").code == 0
    run = qa("show", "lease.pdf:11-18", "--highlight", "copies")
    assert (run.code, run.out) == (0, "repairs\n")
    assert "lease-highlighted.pdf: 1 highlighted" in run.err
    assert (place / "copies" / "lease-highlighted.pdf").read_bytes().startswith(b"%PDF")
    assert_message(qa("show", "lease.pdf", "--highlight", "copies"), 2, "DOC:START-END")
