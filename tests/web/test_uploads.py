from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from paper import locked, pdf
from parsed import Parsed
from waiting import DEADLINE, eventually
from word_encoder import WordEncoder

from qa import Library
from qa.encoders import Vectors
from qa.messages import Message
from qa.web import uploads
from qa.web.labels import labels_in
from qa.web.uploads import Item, Run, Upload, Uploads


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Lease of the barn.pdf", "Lease of the barn.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("Überblick 中文.txt", "Überblick 中文.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("<img src=x>.md", "img src=x.md"),
        (".hidden", "hidden"),
        ("con.txt", "_con.txt"),
        ("", "document"),
        ("...", "document"),
        (".txt", "txt"),
    ],
)
def test_safe_parts_of_names_are_preserved(name: str, safe: str) -> None:
    assert uploads.safe_name(name) == safe


def test_a_long_name_is_shortened_and_keeps_its_extension() -> None:
    name = uploads.safe_name("ü" * 400 + ".txt")
    assert name == "ü" * 75 + ".txt"


def test_another_file_of_the_same_name_gets_a_number(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for at, text in enumerate(("one", "two", "one")):
        (tmp_path / str(at)).write_text(text)
    names = [uploads.store(Upload(tmp_path / str(at), "a.txt"), folder).name for at in range(3)]
    assert names == ["a.txt", "a (2).txt", "a.txt"]


def finished(running: Uploads, name: str) -> Run:
    eventually(lambda: running.run(name).done)
    return running.run(name)


def test_files_are_indexed_separately_and_failures_are_named(tmp_path: Path, words: WordEncoder) -> None:
    library = Library(tmp_path / "index", model=words)
    files = []
    for name, data in (
        ("good.txt", b"The barn is red. It is old."),
        ("bad.pdf", b"no pdf"),
        ("empty.txt", b""),
    ):
        sent = tmp_path / name / name
        sent.parent.mkdir()
        sent.write_bytes(data)
        files.append(Upload(sent, name))
    running = Uploads(library)
    run = finished(running, running.begin(files))
    assert run.failure is None
    good, bad, empty = run.items
    assert good == Item("good.txt", "done")
    assert (bad.state, empty.state) == ("failed", "failed")
    assert bad.reasons
    assert "is empty" in " ".join(map(str, empty.reasons))
    (document,) = library.documents()
    folder = tmp_path / "index" / "uploads"
    assert document.uri == (folder / "good.txt").as_uri()
    assert [path.name for path in folder.iterdir()] == ["good.txt"]
    # The uploaded files are removed.
    assert not any(file.path.exists() for file in files)


class Slow(WordEncoder):
    """An encoder that blocks at texts with a word until it may continue."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word, self.asked, self.go = word, threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if any(self.word in text for text in texts):
            self.asked.set()
            assert self.go.wait(DEADLINE)
        return super().encode(texts, query=query)


def sent(folder: Path, name: str, text: str) -> Upload:
    path = folder / "sent" / name / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return Upload(path, name)


def long(word: str) -> str:
    return "\n\n".join(f"The {word} of number {n} is old." for n in range(60))


def reaches(running: Uploads, name: str, wanted: Callable[[Run], bool]) -> Run:
    return eventually(lambda: run if wanted(run := running.run(name)) else None)


def test_a_stop_keeps_finished_files_and_lists_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 8)
    monkeypatch.setattr(WordEncoder, "characters_at_once", 200)
    monkeypatch.setattr("qa.index.publishing.PUBLISH_AT_LEAST", 20)
    slow = Slow("bread")
    library = Library(tmp_path / "index", model=slow)
    running = Uploads(library)
    first = [sent(tmp_path, name, long(name[:-4])) for name in ("apple.txt", "bread.txt", "candle.txt")]
    later = [sent(tmp_path, "dragon.txt", long("dragon"))]
    run, second = running.begin(first), running.begin(later)
    assert slow.asked.wait(DEADLINE)
    seen = reaches(running, run, lambda now: bool(now.items[1].facts))
    assert [item.state for item in seen.items] == ["read", "reading", "waiting"]
    assert running.run(second).items[0].state == "waiting"
    running.stop(second)
    assert reaches(running, second, lambda now: now.done).items == (Item("dragon.txt", "stopped"),)
    running.stop(run)
    assert running.run(run).stopping
    # The stop waits only for the current embedding.
    slow.go.set()
    ended = finished(running, run)
    assert [item.state for item in ended.items] == ["done", "stopped", "stopped"]
    assert not ended.stopping
    assert [document.doc_id for document in library.documents()] == ["apple.txt"]
    assert [path.name for path in (tmp_path / "index" / "uploads").iterdir()] == ["apple.txt"]
    again = finished(running, running.begin([sent(tmp_path / "again", "bread.txt", long("bread"))]))
    assert again.items[0].state == "done"


def test_a_failed_file_is_reported_while_the_others_are_read(tmp_path: Path) -> None:
    slow = Slow("barn")
    running = Uploads(Library(tmp_path / "index", model=slow))
    files = [sent(tmp_path, "empty.txt", " "), sent(tmp_path, "good.txt", "The barn is red.")]
    run = running.begin(files)
    assert slow.asked.wait(DEADLINE)
    bad, good = reaches(running, run, lambda now: bool(now.items[1].facts)).items
    assert bad == Item("empty.txt", "failed", (), (Message("file-no-text"),))
    assert good == Item("good.txt", "reading", (Message("percent-done", {"n": 0}),))
    slow.go.set()
    assert [item.state for item in finished(running, run).items] == ["failed", "done"]


@pytest.mark.parametrize(
    ("seconds", "left"), [(0.3, "5 s left"), (41, "45 s left"), (90, "2 min left"), (20_000, "6 h left")]
)
def test_the_time_left_is_rounded(seconds: float, left: str) -> None:
    run = Run((Item("a", "reading", (Message("percent-done", {"n": 9}),)), Item("b")), left=seconds)
    page = Parsed(uploads.progress(run))
    assert page.all("reading")[0].text == f"Reading a 9%, {left}"
    assert page.all("waiting")[0].text.strip() == "Waiting b"


def test_the_password_of_an_encrypted_file_is_never_stored(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(tmp_path / "index", model=words)
    running = Uploads(library)
    data = locked(pdf([["The cellar is dry."]]), "open-sesame-7")

    def added(password: str | None) -> tuple[Item, str]:
        sent = tmp_path / "sent" / "a.pdf"
        sent.parent.mkdir(exist_ok=True)
        sent.write_bytes(data)
        run = finished(running, running.begin([Upload(sent, "a.pdf")], password))
        return run.items[0], uploads.progress(run)

    item, shown = added(None)
    assert item == Item("a.pdf", "failed", (), (Message("pdf-encrypted"),), locked=True)
    assert "This PDF needs its password." in shown
    (field,) = Parsed(shown).all(lambda element: element.tag == "input")
    assert (field.attributes["type"], field.attributes["aria-label"]) == ("password", "Password for a.pdf")
    item, shown = added("another-word")
    assert item == Item("a.pdf", "failed", (), (Message("pdf-password-wrong"),), locked=True)
    item, shown = added("open-sesame-7")
    assert item == Item("a.pdf", "done", (Message("pages", {"n": 1}),))
    assert "password" not in shown
    assert [document.doc_id for document in library.documents()] == ["a.pdf"]
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert b"open-sesame-7" not in file.read_bytes()
        assert b"another-word" not in file.read_bytes()
    assert "sesame" not in caplog.text


def test_only_the_copy_is_deleted_with_its_document(tmp_path: Path) -> None:
    copy, own = tmp_path / "uploads" / "a b.txt", tmp_path / "own.txt"
    copy.parent.mkdir()
    for path in (copy, own):
        path.write_text("x")
        uploads.delete_copy(path.as_uri(), copy.parent)
    assert not copy.exists()
    assert own.exists()
    uploads.delete_copy(None, copy.parent)
    uploads.delete_copy("https://example.org/a", copy.parent)


def test_progress_is_harmless_and_shows_failures() -> None:
    name = "<script>alert(1)</script>"
    run = Run(
        (
            Item(name, "failed", (), (Message(f"{name} is damaged."),)),
            Item("b", "reading", (Message("percent-done", {"n": 9}),)),
            Item(
                "c",
                "done",
                (Message("pages", {"n": 1}), Message("kept-as", {"name": "c (2)"})),
                (Message("Page 3 is a scan."),),
            ),
        ),
        True,
        Message(name),
    )
    page = Parsed(uploads.progress(run))
    page.assert_harmless()
    assert page.all("failed")[0].text == f"Not added {name} {name} is damaged."
    assert page.all("reading")[0].text == "Reading b 9%"
    assert page.all("done")[0].text == "Added c 1 page, stored as c (2); Page 3 is a scan."
    assert page.all("failure")[0].text == name
    german = Parsed(uploads.progress(run, labels_in("de")))
    assert german.all("reading")[0].text == "Wird gelesen b 9 %"


@pytest.mark.parametrize(
    ("done", "waiting", "document", "percent"), [(0, 200, 100, 0), (50, 150, 100, 25), (600, 200, 1_000, 30)]
)
def test_the_share_of_a_long_document_counts_the_parts_to_come(
    done: int, waiting: int, document: int, percent: int
) -> None:
    assert uploads.share(done, waiting, document) == (Message("percent-done", {"n": percent}),)
    assert uploads.share(done, 0, document) == ()
