from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from qa.check.record import VERDICTS
from qa.messages import Message
from qa.render.phrases import bounded, level
from qa.search import explain
from qa.types import PlaceKind
from qa.web import labels
from qa.web.labels import LANGUAGES, labels_in, texts

WEB = Path(labels.__file__).parent
OTHERS = [language for language in LANGUAGES if language != "en"]


def forms(language: str, key: str) -> list[str]:
    text = texts(language)[key]
    return [text] if isinstance(text, str) else list(text.values())


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_all_labels_with_the_same_gaps(language: str) -> None:
    assert list(texts(language)) == list(texts("en"))
    for key, text in texts("en").items():
        theirs = texts(language)[key]
        assert isinstance(theirs, str) == isinstance(text, str), key
        if isinstance(theirs, dict):
            assert set(theirs) == ({"other"} if language == "zh" else {"one", "other"}), key
        for form in forms(language, key):
            assert gaps(form) == gaps(forms("en", key)[-1]), key
            assert form.strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_plain_text_in_the_typography_of_their_language(language: str) -> None:
    wrong = {
        "en": r"['„«]",
        "de": r"'|[“”](?!\W|$)|„[^“]*”",
        "fr": r"'|[“”]|(?<!\u202f)[?!;:»](?!\w)|«(?!\u202f)",
        "es": r"'|[“”]|^[^¿]*\?",
        "zh": r"'|[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]",
    }[language]
    for key in texts(language):
        for form in forms(language, key):
            # Labels go into HTML and its attributes without escaping.
            assert not re.search('[<>&"]', form), key
            assert not re.search(wrong, form), f"{key}: {form}"


def test_labels_have_no_words_of_engineers_outside_a_details_view() -> None:
    details = {"library-model"}
    words = r"\b(?:index\w*|models?|sha|embed\w*|vectors?|offsets?|tokens?|terminal|server)\b"
    for key in texts("en").keys() - details:
        for form in forms("en", key):
            assert not re.search(words, form, re.IGNORECASE), key


def test_every_label_is_used() -> None:
    files = (path for path in WEB.rglob("*") if path.suffix in (".py", ".js", ".html"))
    page = "\n".join(path.read_text() for path in files)
    coded = {f"part-{name.replace('_', '-')}" for name in explain.LABELS}
    coded |= {f"likelihood-{level(value / 100)}" for value in range(101)}
    coded |= {f"place-{kind.replace(' ', '-')}" for kind in get_args(PlaceKind)} & texts("en").keys()
    verdicts = {f"verdict-{verdict.replace('_', '-')}" for verdict in VERDICTS}
    coded |= verdicts | {f"{verdict}-means" for verdict in verdicts}
    coded |= {bound for value in (0.999, 0.001) for bound, _ in [bounded(value)]}
    for key in texts("en"):
        # A script appends "-some".
        named = re.search(rf"""["'|]{re.escape(key.removesuffix("-some"))}["'|]""", page)
        assert named or key in coded, key
    assert coded <= texts("en").keys()


def test_parts_and_levels_have_the_names_of_the_record() -> None:
    english = texts("en")
    assert {english[f"part-{name.replace('_', '-')}"]: label for name, label in explain.LABELS.items()} == {
        label: label for label in explain.LABELS.values()
    }
    for value in (0.95, 0.8, 0.6, 0.4, 0.2, 0.05, 0.999, 0.001):
        assert f"likelihood-{level(value)}" in english


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            ["0 quotations", "1 quotation", "1,234 quotations", "12,345 quotations", "0.50", "3 Feb 2026"],
        ),
        ("de", ["0 Zitate", "1 Zitat", "1.234 Zitate", "12.345 Zitate", "0,50", "3. Feb. 2026"]),
        (
            "fr",
            [
                "0 citation",
                "1 citation",
                "1\u202f234 citations",
                "12\u202f345 citations",
                "0,50",
                "3 févr. 2026",
            ],
        ),
        ("es", ["0 citas", "1 cita", "1234 citas", "12.345 citas", "0,50", "3 feb 2026"]),
        ("zh", ["0 处引文", "1 处引文", "1,234 处引文", "12,345 处引文", "0.50", "2026年2月3日"]),
    ],
)
def test_numbers_plurals_and_dates_follow_the_language(language: str, texts: list[str]) -> None:
    words = labels_in(language)
    counted = [words("quotations", n=n) for n in (0, 1, 1_234, 12_345)]
    assert [*counted, words.number(0.5, 2), words.date(datetime(2026, 2, 3))] == texts


def test_gaps_in_values_are_not_filled() -> None:
    sentence = labels_in("en").say(Message("not-asked", {"error": "{place} {error}"}))
    assert sentence == "Not asked: {place} {error}"


@pytest.mark.parametrize("asked", [None, "", "xx", 3, ["de"], "__class__"])
def test_other_languages_get_english_labels(asked: object) -> None:
    assert labels_in(asked).language == "en"


class Words(HTMLParser):
    """The words of a template, as text or in an attribute for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = ("aria-label", "title", "placeholder", "alt")
        self.texts += [value for name, value in attrs if name in spoken and value]

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] if re.search("[A-Za-z]", data) else []


def test_the_page_s_template_has_no_words() -> None:
    words = Words()
    words.feed((WEB / "views" / "page.html").read_text())
    assert set(words.texts) == {"Verbatim", "Markdown", "HTML", "Word", "JSON", "C", "K", "R", "W",
                                "APA", "OSCOLA", "Bluebook", "BibTeX"}  # fmt: skip


def test_the_scripts_have_no_words() -> None:
    known = {
        "Enter", "Escape", "Delete", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown",
        "Files", "CSV", "Excel", "JSON Lines", "Markdown", "HTML", "Word", "TSV", "HEAD", "C", "K",
    }  # fmt: skip
    for path in (WEB / "static").glob("*.js"):
        for text in re.findall(
            r'"([^"\n]*)"', re.sub(r"^\s*//.*$|\s// .*$", "", path.read_text(), flags=re.M)
        ):
            sentence = re.search(r"^[A-Z][a-z]|[a-z] [a-z]", text) and not re.search(
                r"[.#\[:]\w|^use strict$", text
            )
            assert not sentence or text in known | {"visible dark"}, f"{path.name}: {text}"
