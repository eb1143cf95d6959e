"""Every code has a sentence, every sentence has a code, and the parameters match."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import QaError, ReadError, UsageError
from qa.messages import Message, Template, brief, catalogue, fill, from_json, has_sentence, joined, text
from qa.parsers import refusals
from qa.web.labels import LANGUAGES, labels_in
from qa.web.labels import texts as labels_of
from qa.web.statuses import STATUSES, status_of

SOURCE = Path(refusals.__file__).parents[1]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")}
ENGLISH = catalogue("en")
OTHERS = [language for language in LANGUAGES if language != "en"]


def placeholders(template: Template) -> set[str]:
    parts = template.values() if isinstance(template, dict) else [template]
    names = {"n"} if isinstance(template, dict) else set()
    for part in parts:
        for clause in part if isinstance(part, list) else [part]:
            names |= {name for _, name, _, _ in Formatter().parse(clause) if name}
    return names


def placeholders_of(code: str) -> set[str]:
    """Return the placeholders of a sentence, for the terminal and for the page together."""
    variants = (ENGLISH[key] for key in (code, f"{code}@page") if key in ENGLISH)
    return set().union(*map(placeholders, variants))


def error_names() -> set[str]:
    """Return the names of `QaError` and of every class derived from it."""
    names, before = {"QaError"}, set[str]()
    classes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while names != before:
        before = set(names)
        names |= {node.name for node in classes if names & {ast.unparse(base) for base in node.bases}}
    return names


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names and node.args:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def code_argument(call: ast.Call) -> ast.expr:
    """Return the argument of a call that is its code."""
    return call.args[1] if ast.unparse(call.func) == "RefusedError" else call.args[0]


def codes_of(call: ast.Call) -> list[str]:
    """Return the codes of a call, if they are literals."""
    code = code_argument(call)
    choices = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
    return [node.value for node in choices if isinstance(node, ast.Constant) and isinstance(node.value, str)]


CALLS = [*calls(error_names() | {"Message", "Message.of"})]


def test_every_code_has_a_sentence() -> None:
    assert len(CALLS) > 200
    for where, call in CALLS:
        assert set(codes_of(call)) <= ENGLISH.keys() | labels_of("en").keys(), where


def test_every_sentence_is_used() -> None:
    constants = {
        node.value for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Constant)
    }
    assert {code.removesuffix("@page") for code in ENGLISH} - constants == set()


def test_the_parameters_are_those_of_the_sentence() -> None:
    for where, call in CALLS:
        if ast.unparse(call.func) == "Message" or any(keyword.arg is None for keyword in call.keywords):
            continue
        for code in set(codes_of(call)) & ENGLISH.keys():
            assert {keyword.arg for keyword in call.keywords} == placeholders_of(code), where


def test_errors_are_created_from_codes_and_not_sentences() -> None:
    for where, call in CALLS:
        assert not isinstance(code_argument(call), ast.JoinedStr), where
        for code in codes_of(call):
            assert re.fullmatch("[a-z0-9]+([-_][a-z0-9]+)*", code), where


def test_no_code_is_a_label_of_the_page() -> None:
    assert ENGLISH.keys() & labels_of("en").keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_placeholders_of_the_english_sentence(language: str) -> None:
    assert catalogue(language)
    for code, template in catalogue(language).items():
        assert placeholders(template) <= placeholders_of(code.removesuffix("@page")), code
        if isinstance(template, dict):
            assert set(template) == ({"other"} if language == "zh" else {"one", "other"}), code


def on_page(message: Message) -> list[str]:
    return [labels_in(language).say(message) for language in LANGUAGES]


@pytest.mark.parametrize(
    "message",
    [
        Message("pdf-scan"),
        Message("pdf-unknown-letters"),
        Message("pdf-encrypted"),
        Message("pdf-password-wrong"),
        Message("file-no-text"),
        Message("pdf-damaged"),
        Message.of("pages-scanned", n=4, where=Message.of("on-pages", n=4, pages="2–4, 7"), names=""),
        Message.of("letters-unknown", n=1, where=Message.of("on-pages", n=1, pages="3"), names=""),
        refusals.of_extension(".png", ()).message,
        Message.of("content-picture", really=Message("png-image"), extension=".pdf"),
        Message.of("unknown-document", name="nosuch.txt"),
        Message.of("no-matching-document", name="nosuch.txt"),
        Message("question-empty"),
        Message("original-changed"),
        Message("original-missing"),
        Message("original-differs"),
        Message("original-locked"),
    ],
    ids=lambda message: message.code,
)
def test_the_page_translates_each_message_and_names_no_terminal_commands(message: Message) -> None:
    sentences = on_page(message)
    assert len(set(sentences)) == len(LANGUAGES)
    for sentence in sentences:
        assert "--" not in sentence
        assert "qa list" not in sentence
        assert "{" not in sentence


def test_names_pages_and_numbers_are_kept() -> None:
    where = Message.of("on-pages", n=4, pages="2–4, 7")
    scanned = Message.of("pages-scanned", n=4, where=where, names="")
    assert str(scanned).startswith("Only an image, without text: pages 2–4, 7; ")
    german = labels_in("de")
    assert "ohne Text: Seiten 2–4, 7. " in german.say(scanned)
    assert german.say(Message.of("unknown-document", name="a.txt")).startswith("Kein Dokument heißt a.txt; ")
    assert fill("{n} und {n:d}", {"n": 1_234}, "de") == "1.234 und 1234"


def test_the_page_and_the_terminal_have_their_own_remedies() -> None:
    note = Message.of("documents-unsupported", n=2, language="German", model="a/a", better="a/b")
    assert str(note).endswith("To support German, index into a new folder with --model a/b")
    assert on_page(note)[0].endswith("To support German, the documents need an index with the model a/b")
    assert labels_in("de").say(note) == labels_in("en").say(note)


def test_an_error_is_its_code_its_parameters_and_its_english_sentence() -> None:
    reason = ReadError("record-no-text")
    error = ReadError("record-refused", line=1_234, reason=reason)
    assert (error.code, error.params) == ("record-refused", {"line": 1_234, "reason": reason.message})
    assert str(error).startswith("line 1234: it contains no text; add text")
    assert str(UsageError("output-is-folder", path=Path("a"))) == "a is a folder; name a file in it."
    assert QaError("file-blank").message == Message("file-blank")


def test_an_error_of_the_system_becomes_its_text_and_file_without_its_number(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        (tmp_path / "none").read_bytes()
    message = Message.of("index-unreadable", folder=tmp_path, cause=caught.value)
    assert message.params["cause"] == f"No such file or directory: {tmp_path / 'none'}"
    assert Message.of("index-unreadable", folder="", cause=OSError("odd")).params["cause"] == "odd"


def test_a_message_is_complete_with_a_sentence_and_all_parameters() -> None:
    assert has_sentence(Message("file-blank"))
    assert has_sentence(Message.of("page-numbers", n=1, pages="1"))
    assert not has_sentence(Message("nothing-of-this-name"))
    assert not has_sentence(Message("file-too-large"))
    assert not has_sentence(Message.of("page-numbers", pages="1"))
    assert not has_sentence(Message.of("record-refused", line=1, reason=Message("nothing-of-this-name")))


def test_the_remedy_can_be_omitted_and_messages_joined() -> None:
    assert brief(Message("pdf-encrypted")) == "it is encrypted"
    assert str(joined([Message("pdf-encrypted"), Message("file-blank")])).count("; ") == 2
    assert joined([]) is None


VALUES: Any = st.text() | st.integers()


@given(st.sampled_from(sorted(ENGLISH)) | st.text(), st.dictionaries(st.text(max_size=9), VALUES, max_size=3))
def test_a_message_with_any_parameters_can_be_stored_and_shown(code: str, params: dict[str, Any]) -> None:
    message = Message(code, {**params, "reason": Message("file-blank")})
    assert from_json(json.loads(json.dumps(message.to_json()))) == message
    assert isinstance(text(message, "de", "page"), str)


@pytest.mark.parametrize(
    "value", [None, 3, [], ["a"], ["a", []], [3, {}], ["a", {"b": None}], ["a", {"b": [1]}]]
)
def test_an_invalid_message_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a message"):
        from_json(value)


def test_the_nesting_of_messages_is_limited() -> None:
    value: object = "x"
    for _ in range(10):
        value = ["two-messages", {"first": value, "second": "y"}]
    with pytest.raises(ValueError, match="not a message"):
        from_json(value)


def test_sentences_stored_by_an_earlier_version_are_shown_unchanged() -> None:
    assert str(from_json("Page {3} is a scan.")) == "Page {3} is a scan."


def test_client_errors_are_4xx_and_server_errors_5xx() -> None:
    server_errors, client_errors = {"StoreError", "ModelError"}, {"UsageError", "QuestionError"}
    for where, call in CALLS:
        name = ast.unparse(call.func)
        for code in codes_of(call) if name in server_errors | client_errors else ():
            assert status_of(code) // 100 == (5 if name in server_errors else 4), (where, code)
    known = {"unknown-document": 404, "question-empty": 422, "server-busy-with-files": 503, "unforeseen": 500}
    assert {code: status_of(code) for code in known} == known


def test_the_documented_statuses_are_those_of_the_codes() -> None:
    page = (SOURCE.parents[1] / "docs" / "programs.md").read_text(encoding="utf-8")
    rows = {int(status): set(re.findall("`([a-z-]+)`", codes)) for status, codes in
            re.findall(r"^\| (\d{3}) \| (.*) \|$", page, re.MULTILINE)}  # fmt: skip
    assert {code for codes in rows.values() for code in codes} <= ENGLISH.keys()
    for code, status in STATUSES.items():
        assert code in rows[status], code


def test_no_sentence_of_the_program_is_compared_or_parsed() -> None:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
                assert "str(error)" not in sides, path
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "str(error)":
                raise AssertionError(f"{path}:{node.lineno}")
