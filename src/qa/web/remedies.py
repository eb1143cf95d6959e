"""What the program says to whoever sits at its terminal, as it helps a person at the page."""

from __future__ import annotations

import re

_RECOGNISE = r"recognise their text with --ocr \(.*\)"
_PAGES = r"pages? (?P<pages>[\d–, ]+)"
_SENTENCES = {
    rf"its pages are images without text; {_RECOGNISE}\.": "reader-images",
    rf"its fonts do not say which letters they show; {_RECOGNISE}\.": "reader-fonts",
    rf"Only an image, without text: {_PAGES}; {_RECOGNISE}\.": "reader-some-images",
    rf"Left out, since the fonts do not say which letters they show: {_PAGES}; {_RECOGNISE}\.": (
        "reader-some-fonts"
    ),
    r"(?P<kind>\.\w+) files cannot be read; convert it to \.pdf and read that with --ocr\.": "reader-picture",
    r"it is really .* image, not a (?P<kind>\.\w+) file; convert it .*--ocr\.": "reader-really-picture",
    r"No document is called (?P<name>.*); see: qa list": "error-no-document",
    r"There is no document (?P<name>.*); see: qa list": "error-no-document",
}
"""What an option or another call of the program would mend, and the label that says what else does."""
_HINTS = {
    r"index into a new folder with --model (\S+)": r"the documents need an index made with the model \1",
    r"run: qa calibrate QUESTIONS": "whoever looks after this program can calibrate it anew",
}


def label_of(text: str) -> tuple[str, dict[str, str]] | None:
    """The label, and its values, that says the same as a sentence to a person who has no terminal."""
    for sentence, key in _SENTENCES.items():
        if found := re.fullmatch(sentence, text, re.DOTALL):
            return key, found.groupdict()
    return None


def in_browser(note: str) -> str:
    """A line on the index with what a person without a terminal can do about it."""
    for hint, words in _HINTS.items():
        note = re.sub(hint, words, note)
    return note
