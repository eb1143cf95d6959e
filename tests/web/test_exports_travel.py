"""Saved files are sent to others: none names a folder of this machine, or who uses it."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import pytest
from waiting import eventually
from word_encoder import WordEncoder

from qa import Library
from qa.batch import FORMATS
from qa.web import drafts, exports, places, tables
from qa.web.endpoints import Endpoints
from qa.web.scratch import Scratch

USER = "zora quimby"
TEXT = "The red barn is old and has no door. The red roof leaks."
DRAFT = "<p>“The red barn is old and has no door.” “Nobody has ever seen a green barn in the county.”</p>"


class Page:
    """The page's endpoints over one document in the folder of a user."""

    def __init__(self, folder: Path) -> None:
        home = folder / "home" / USER
        home.mkdir(parents=True)
        (home / "barn.txt").write_text(TEXT, encoding="utf-8")
        words = WordEncoder(("barn", "red", "roof"))
        library = Library(folder / "index", model=words, reranker="none")
        library.add(home / "barn.txt")
        self.scratch = Scratch()
        self.endpoints = Endpoints(library, self.scratch)
        self._calls = {each.__name__: each for each in self.endpoints.page_endpoints()}

    def call(self, name: str, **data: Any) -> Any:
        got: Any = self._calls[name](data)
        assert "error" not in got, got
        return got

    def sent(self, name: str, text: str) -> dict[str, str]:
        bin = self.scratch.new()
        bin.file.write_text(text, encoding="utf-8")
        return {"stored": bin.name, "name": name}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file that can be saved on the page, with what it is."""
        record = self.call("ask", question="Is the red barn old?")["record"]
        assert USER in record["quotes"][0]["citation"]["uri"].replace("%20", " ")
        for what in ("kept", "all"):
            for format in get_args(exports.Format):
                yield (
                    f"{what} {format}",
                    self._file("export", format=format, what=what, records=[record], notes=["n"]),
                )
        for format in places.MEDIA:
            yield f"places {format}", self._file("places_file", words="red barn", format=format)
        run = self.call("batch", file=self.sent("questions.csv", "question\nIs the red barn old?\n"))["run"]
        eventually(lambda: self.call("asked", run=run)["done"])
        for format in FORMATS:
            yield f"questions {format}", self._file("answers", run=run, format=format)
        table = self.call("table", run=run)["table"]
        eventually(lambda: self.call("tabled", table=table)["done"])
        for format in tables.FORMATS:
            yield f"table {format}", self._file("table_file", table=table, format=format)
        checked = self.call("check", file=self.sent("draft.html", DRAFT))["run"]
        for format in drafts._formats("draft.html"):
            yield f"draft {format}", self._file("report", run=checked, format=format)

    def _file(self, name: str, **data: Any) -> bytes:
        return base64.b64decode(self.call(name, **data)["file"])

    def close(self) -> None:
        self.endpoints.close()
        self.scratch.close()


def unpacked(content: bytes) -> bytes:
    """Return a file, or the parts of a packed one."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    served = Page(tmp_path)
    yield served
    served.close()


def test_no_saved_file_names_a_folder_or_the_user(page: Page) -> None:
    seen = 0
    for what, content in page.files():
        text = unpacked(content)
        seen += 1
        assert b"barn.txt" in text, what
        for secret in ("file:", USER, quote(USER), "home/"):
            assert secret.encode() not in text, (what, secret)
    assert (
        seen == 2 * len(get_args(exports.Format)) + len(FORMATS) + len(tables.FORMATS) + len(places.MEDIA) + 3
    )
