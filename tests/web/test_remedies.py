from __future__ import annotations

import pytest

from qa.parsers import refusals
from qa.web.labels import LANGUAGES, labels_in
from qa.web.remedies import in_browser

OCR = "recognise their text with --ocr (needs tesseract; Debian: apt install tesseract-ocr)"
SENTENCES = [
    f"its pages are images without text; {OCR}.",
    f"its fonts do not say which letters they show; {OCR}.",
    f"Only an image, without text: pages 2–4, 7; {OCR}.",
    f"Left out, since the fonts do not say which letters they show: page 3; {OCR}.",
    refusals.of_extension(".png", ()),
    "it is really a PNG image, not a .pdf file; convert it to .pdf and read that with --ocr.",
    "No document is called nosuch.txt; see: qa list",
    "There is no document nosuch.txt; see: qa list",
]


@pytest.mark.parametrize("sentence", [*SENTENCES, refusals.NO_TEXT, refusals.DAMAGED])
def test_each_language_has_its_own_words_and_none_of_the_terminal(sentence: str) -> None:
    said = {labels_in(language).say(sentence) for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)
    for one in said:
        assert "--" not in one
        assert "qa list" not in one
        assert "{" not in one


def test_names_and_pages_are_kept() -> None:
    german = labels_in("de")
    assert german.say(SENTENCES[6]).startswith("Kein Dokument heißt nosuch.txt; ")
    assert "Seite 2–4, 7;" in german.say(SENTENCES[2])


def test_notes_on_the_index_name_no_option() -> None:
    note = "For German too, index into a new folder with --model a/b"
    assert in_browser(note) == "For German too, the documents need an index made with the model a/b"
    assert in_browser("x; run: qa calibrate QUESTIONS").endswith("can calibrate it anew")
