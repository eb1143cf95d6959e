from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from office import docx, paragraph
from parsed import Parsed
from waiting import DEADLINE
from word_encoder import WordEncoder

from qa import Library
from qa.check.record import VERDICTS
from qa.errors import UsageError
from qa.web import drafts
from qa.web.drafts import Drafts
from qa.web.labels import LANGUAGES, labels_in
from qa.web.scratch import Scratch
from qa.web.uploads import Upload

SOURCE = "The red barn is old and has no door. The red roof leaks when the queen of the village is in it."
DRAFT = (
    "They say “the red barn is old and has no door”, and “The red roof leaks when the king of the village is "
    "in it.”\n\nThey also say “nobody in the whole county has ever seen a green barn <b>”, and “old barn”.\n"
)


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    folder = Scratch()
    yield folder
    folder.close()


@pytest.fixture
def checking(tmp_path: Path, scratch: Scratch) -> Drafts:
    (tmp_path / "barn.txt").write_text(SOURCE, encoding="utf-8")
    library = Library(tmp_path / "index", model=WordEncoder(("barn", "red", "roof")), reranker="none")
    library.add(tmp_path / "barn.txt")

    def upload(item: Any) -> Upload:
        name, data = item
        bin = scratch.new()
        bin.file.write_bytes(data)
        return Upload(bin.file, name, bin)

    return Drafts(library, scratch, upload, tuple)


def check(checking: Drafts, name: str = "my draft.txt", data: bytes = DRAFT.encode(), **more: Any) -> Any:
    return checking.check({"file": (name, data), "documents": (), **more})


def test_a_check_is_found_again_while_it_runs_and_afterwards(
    checking: Drafts, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    library_check, checks = checking._library.check, []

    def slow(*arguments: Any, **options: Any) -> Any:
        checks.append(arguments)
        reached.set()
        assert go_on.wait(DEADLINE)
        return library_check(*arguments, **options)

    def upload(item: Any) -> Upload:
        bin = scratch.bin(item["stored"])
        if bin is None:
            raise UsageError("file-not-arrived")
        return Upload(bin.file, item["name"], bin)

    monkeypatch.setattr(checking._library, "check", slow)
    monkeypatch.setattr(checking, "_upload", upload)
    bin = scratch.new()
    bin.file.write_bytes(DRAFT.encode())
    request = {"file": {"stored": bin.name, "name": "my draft.txt"}, "documents": ()}
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(checking.check, request)
        assert reached.wait(DEADLINE)
        again, looked = pool.submit(checking.check, request), pool.submit(checking.checked, {"run": bin.name})
        assert not again.done()
        go_on.set()
        results = [each.result(DEADLINE)["status"] for each in (first, again, looked)]
    assert len(set(results)) == len(checks) == 1
    assert checking.check(request)["run"] == bin.name
    # A draft that cannot be checked is not kept.
    broken = scratch.new()
    broken.file.write_bytes(b"%PDF-1.7 broken")
    for code in ("draft-unreadable", "file-not-arrived"):
        with pytest.raises(UsageError) as refused:
            checking.check({"file": {"stored": broken.name, "name": "a.pdf"}, "documents": ()})
        assert refused.value.code == code


def test_every_quotation_has_its_verdict_and_those_to_correct_come_first(checking: Drafts) -> None:
    shown = check(checking)
    assert shown["status"] == "3 quotations: 1 same words, 1 altered, 1 not found"
    assert shown["failing"] == 2
    page = Parsed(shown["html"])
    verdicts = [item.text for item in page.all(lambda element: element.tag == "b")]
    assert verdicts == ["altered", "not found", "same words"]
    # The first of each is the legend.
    assert page.all(lambda element: element.tag == "del")[1].text.strip() == "queen"
    assert page.all(lambda element: element.tag == "ins")[1].text.strip() == "king"
    assert "<b>”" not in shown["html"]


def test_a_quotation_opens_its_place(checking: Drafts) -> None:
    html = check(checking)["html"]
    opening = [tag for tag in html.split("<button") if 'data-do="open"' in tag]
    assert len(opening) == 3
    start = SOURCE.index("The red roof")
    assert f'data-start="{start}"' in opening[0]
    assert 'data-nearest="true"' in opening[1]


def test_a_draft_is_shown_again_in_another_language(checking: Drafts) -> None:
    run = check(checking)["run"]
    again = checking.checked({"run": run, "lang": "de"})
    assert "nicht gefunden" in again["html"]
    assert again["status"].startswith("3 Zitate: ")


@pytest.mark.parametrize("format", ["html", "json"])
def test_the_report_is_saved(format: str, checking: Drafts) -> None:
    run = check(checking)["run"]
    saved = checking.report({"run": run, "format": format})
    content = base64.b64decode(saved["file"]).decode()
    assert saved["name"] == f"my draft-quotations.{format}"
    assert "king" in content
    if format == "json":
        assert [q["verdict"] for q in json.loads(content)["quotations"]] == [
            "typographic",
            "altered",
            "not_found",
        ]


def test_a_word_draft_is_saved_with_comments(checking: Drafts) -> None:
    shown = check(
        checking, "draft.docx", docx("".join(map(paragraph, DRAFT.replace("<b>", "").split("\n\n"))))
    )
    assert "docx" in shown["formats"]
    saved = checking.report({"run": shown["run"], "format": "docx"})
    assert saved["name"] == "draft-checked.docx"
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(saved["file"]))) as archive:
        assert "king" in archive.read("word/comments-qa.xml").decode()


def test_a_copy_of_a_text_is_refused(checking: Drafts) -> None:
    run = check(checking)["run"]
    with pytest.raises(UsageError) as caught:
        checking.report({"run": run, "format": "docx"})
    assert caught.value.code == "export-format-unknown"


def test_a_draft_without_quotations_says_what_one_is(checking: Drafts) -> None:
    shown = check(checking, data=b"Nothing is quoted here.")
    assert shown["status"] == "No quotations found in this draft."
    assert "quotation marks" in shown["html"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"%PDF-1.7 broken"), ("a.docx", b"PK\x03\x04"), ("a.txt", b""), ("a.xyz", b"\0\1")],
)
def test_an_unreadable_draft_is_one_sentence_and_leaves_nothing(
    name: str, data: bytes, checking: Drafts, scratch: Scratch
) -> None:
    with pytest.raises(UsageError) as caught:
        check(checking, name, data)
    assert str(scratch.path) not in str(caught.value)
    assert [path for path in scratch.path.iterdir() if path.is_dir()] == []


def test_old_checks_are_forgotten(checking: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "KEPT", 2)
    runs = [check(checking)["run"] for _ in range(4)]
    for run in runs[:2]:
        with pytest.raises(UsageError):
            checking.checked({"run": run})
    for run in runs[2:]:
        assert checking.checked({"run": run})["run"] == run


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_a_name_and_a_meaning(language: str) -> None:
    labels = labels_in(language)
    names = [labels(f"verdict-{verdict.replace('_', '-')}") for verdict in VERDICTS]
    meanings = [labels(f"verdict-{verdict.replace('_', '-')}-means") for verdict in VERDICTS]
    assert len({*names, *meanings}) == 2 * len(VERDICTS)
