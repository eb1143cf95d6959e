"""A spreadsheet executes no cell of a table of answers, even if an attacker chose its words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from waiting import eventually
from word_encoder import WordEncoder

from qa import Library
from qa.web.batches import Batches
from qa.web.scratch import Scratch
from qa.web.uploads import Upload

KEYS = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "=\ud800",
    "plain",
]
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def tables(tmp_path: Path, words: WordEncoder) -> Iterator[dict[str, bytes]]:
    """Return the answers to a question with hostile columns, in each kind of table."""
    (tmp_path / "barn.txt").write_text("=The red barn is old.")
    library = Library(tmp_path / "index", model=words, reranker="none")
    library.add(tmp_path / "barn.txt")
    scratch = Scratch()
    running = Batches(library, scratch)
    row: dict[str, Any] = {"question": "Is the red barn old?", **{key: key for key in KEYS}}
    (tmp_path / "sent").write_text(json.dumps(row) + "\n")
    run = running.begin(Upload(tmp_path / "sent", "q.jsonl"), (), 1)
    eventually(lambda: running.progress(run)["done"])
    yield {format: running.download(run, format)[0] for format in ("csv", "tsv", "xlsx")}
    scratch.close()


@pytest.mark.parametrize(("format", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_neither_a_name_nor_a_cell_is_a_formula(
    tables: dict[str, bytes], format: str, delimiter: str
) -> None:
    text = io.StringIO(tables[format].decode("utf-8-sig"), newline="")
    header, cells = csv.reader(text, delimiter=delimiter)
    assert "'=cmd|'/c calc'!A1" in header
    assert "plain" in header
    assert header[-1] == "looking_in"
    for cell in (*header, *cells):
        assert not cell.startswith(RUNS), cell


def test_in_a_workbook_column_names_are_texts_like_cells(tables: dict[str, bytes]) -> None:
    sheet = load_workbook(io.BytesIO(tables["xlsx"])).active
    assert sheet
    for row in sheet.iter_rows(max_col=1 + len(KEYS)):
        for cell in row:
            assert cell.data_type == "s", cell.value
            if str(cell.value).startswith(("=", "+", "-", "@")):
                assert cell.quotePrefix
