"""Files added to and dropped on the page, in a real browser: two runs, a stop, a reload, a choice."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import DROP, opened, served
from openpyxl import Workbook
from paper import locked, pdf
from waiting import DEADLINE
from word_encoder import WordEncoder

from qa.encoders import Vectors
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


DROP_BYTES = DROP.replace("[text]", "[Uint8Array.from(atob(text), (one) => one.charCodeAt(0))]")


class Held(WordEncoder):
    """An encoder that blocks at texts about an engine until it may continue."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if any("engine" in text for text in texts):
            assert self.go.wait(DEADLINE)
        return super().encode(texts, query=query)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def address(held: Held, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "old.txt").write_text("The garden is old.")
    index = Index.create(tmp_path / "index", held)
    index.update([str(tmp_path / "old.txt")], lambda: held)
    with served(index, held) as url:
        yield url
        held.go.set()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


@pytest.fixture
def reloaded(context: BrowserContext, address: str) -> Page:
    """Open the page unwatched, because a reload interrupts its current requests."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".document", state="attached")
    return page


def chosen(page: Page, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    page.set_input_files(".files", folder / name)


def states(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".uploads li").all_inner_texts()]


def test_two_runs_share_one_list_survive_a_reload_and_can_be_stopped(
    reloaded: Page, held: Held, tmp_path: Path
) -> None:
    page = reloaded
    chosen(page, tmp_path, "first.txt", "The engine is loud.")
    page.wait_for_selector(".uploads .reading")
    chosen(page, tmp_path, "second.txt", "The forest is dark.")
    page.wait_for_selector(".uploads .waiting")
    # The number of pieces arrives after the state.
    page.get_by_text("0%").wait_for()
    assert states(page) == ["Reading first.txt 0%", "Waiting second.txt"]
    assert page.locator("[data-do=stop-adding]").count() == 2
    page.reload()
    page.wait_for_selector(".uploads .waiting")
    page.wait_for_selector(".uploads .reading")
    page.get_by_text("0%").wait_for()
    assert sorted(states(page)) == ["Reading first.txt 0%", "Waiting second.txt"]
    page.locator(".run", has_text="second.txt").get_by_role("button", name="Stop").click()
    page.wait_for_selector(".uploads .stopped")
    held.go.set()
    page.wait_for_selector("[data-do=dismiss]:not([hidden])")
    assert sorted(states(page)) == ["Added first.txt", "Stopped second.txt"]
    page.locator(".document", has_text="first.txt").wait_for()
    assert page.locator(".document").count() == 2
    # Files that failed are listed until they are dismissed.
    page.reload()
    page.wait_for_selector(".uploads .stopped")
    assert states(page) == ["Stopped second.txt"]
    page.click("[data-do=dismiss]")
    page.reload()
    page.wait_for_selector(".document", state="attached")
    page.wait_for_load_state("networkidle")
    assert states(page) == []


def test_an_encrypted_file_is_chosen_again_after_a_reload(reloaded: Page, tmp_path: Path) -> None:
    page = reloaded
    path = tmp_path / "cellar.pdf"
    path.write_bytes(locked(pdf([["The cellar is dry."]]), "a-key"))
    page.set_input_files(".files", path)
    page.wait_for_selector(".unlock")
    page.reload()
    page.wait_for_selector(".unlock")
    page.fill(".unlock input", "a-key")
    with page.expect_file_chooser() as choosing:
        page.click("[data-do=unlock]")
    choosing.value.set_files(path)
    page.wait_for_selector(".uploads .done")
    assert states(page) == ["Added cellar.pdf 1 page"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("all.jsonl", '{"id": "1", "question": "Is the garden old?"}\n'),
        ("all.csv", "question\nIs the garden old?\n"),
        ("other.csv", 'sep=;\nid;"Question"\n1;Is the garden old?\n'),
    ],
)
def test_a_dropped_file_of_questions_is_asked(page: Page, name: str, text: str) -> None:
    page.evaluate(DROP, [name, text])
    page.locator(".status", has_text="1 of 1 question").wait_for()
    assert page.locator(".uploads .run").count() == 0


@pytest.mark.parametrize(("heading", "expected"), [("Question", ".batch"), ("Tenant", ".uploads .done")])
def test_a_dropped_workbook_is_asked_if_it_has_a_column_of_questions(
    page: Page, heading: str, expected: str
) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["Number", heading], [1, "Is the garden old?"]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    name = f"{heading}.xlsx"
    page.evaluate(DROP_BYTES, [name, base64.b64encode(data.getvalue()).decode()])
    page.wait_for_selector(expected)
    assert page.locator(".batch, .uploads .done").count() == 1


def test_the_person_decides_about_a_dropped_text_of_questions(page: Page) -> None:
    text = "Is the garden old?\r\n\r\nIs it large?\r\n"
    page.evaluate(DROP, ["asked.txt", text])
    page.get_by_role("button", name="Ask these questions").click()
    page.locator(".status", has_text="2 of 2 questions").wait_for()
    assert not page.locator(".uploads").is_visible()
    page.evaluate(DROP, ["asked.txt", text])
    page.get_by_role("button", name="Add as a document").click()
    page.wait_for_selector(".uploads .done")
    assert states(page) == ["Added asked.txt"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.txt", "Is the garden old?\nIt is.\n"),
        ("corpus.jsonl", '{"_id": "1", "text": "The garden is old."}\n'),
        ("rents.csv", "Tenant,Rent\nHarbor Mills,48500\n"),
    ],
)
def test_other_dropped_files_are_documents(page: Page, name: str, text: str) -> None:
    page.evaluate(DROP, [name, text])
    page.wait_for_selector(".uploads .done")
    assert page.locator(".batch").count() == 0
