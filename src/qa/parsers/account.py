"""The account of a file's words: each is in the text, left out for a reason, or reported as unread."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa.parsers.build import Extract
from qa.types import Omission, OmissionReason

OCR = "recognise their text with --ocr (needs tesseract; Debian: apt install tesseract-ocr)"
_SHOW = "see: qa show DOC --left-out."

# What a person sees and the text lacks, with the sentence for it. {n} counts the parts, {words} their
# words, {where} and {pages} name their pages, {names} the parts themselves.
_WARNINGS: dict[OmissionReason, str] = {
    "navigation": f"Left out as navigation: {{words}}{{where}}; {_SHOW}",
    "deleted": f"Left out, since deleted in a tracked revision: {{words}}{{where}}; {_SHOW}",
    "struck": f"Left out, since struck through: {{words}}{{where}}; {_SHOW}",
    "contents": f"Left out as a table of contents: {{words}}{{where}}; {_SHOW}",
    "scan": f"Only an image, without text{{where}}; {OCR}.",
    "unrecognised": "No text could be recognised on {pages}.",
    "picture": (
        "Not read: {n} of its pictures{where}{names}; if they show text, use --ocr "
        "(print the file to PDF first, if it is none)."
    ),
    "drawing": "Not read, since drawn and not written{where}{names}; print the file to PDF and use --ocr.",
    "attachment": "Not read: {n} attached{where}{names}; save it and give it as a file.",
    "program form": (
        "Not read: a form that a program draws{where}; open it in that program and print it to PDF."
    ),
    "unknown letters": f"Left out, since the fonts do not say which letters they show{{where}}; {OCR}.",
    "damaged": "Left out, since damaged{where}{names}; save or download the file again.",
    "protected": "Not read, since protected{where}{names}; give a copy without protection.",
    "uncalculated": (
        "Not read: the values of {n} of its formulas{names}; open the file in a spreadsheet program "
        "and save it."
    ),
    "missing": "Missing from the file{where}{names}; save or download it again.",
}
_NAMES_SHOWN = 5
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_LAM_ALEF = re.compile("[اأإآٱل]{2,}")
_LINE_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010]\s*\n\s*(?=\w)")


def warnings(omissions: Sequence[Omission]) -> tuple[str, ...]:
    """One sentence for each reason why something that a person sees is not in the text."""
    sentences = []
    for reason, sentence in _WARNINGS.items():
        parts = [omission for omission in omissions if omission.reason == reason]
        if parts:
            count = sum(len(words(part.text)) for part in parts)
            sentences.append(
                sentence.format(
                    n=len(parts),
                    words=f"{count:,} word{'s' if count != 1 else ''}",
                    where=_where(parts),
                    pages=listed(part.page for part in parts if part.page is not None),
                    names=_names(parts),
                )
            )
    return tuple(sentences)


def listed(numbers: Iterable[int]) -> str:
    """Page numbers as a person writes them: “page 3” or “pages 1–4, 7”."""
    pages = sorted(set(numbers))
    ranges = []
    for _, group in groupby(enumerate(pages), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ("page " if len(pages) == 1 else "pages ") + ", ".join(ranges)


def words(text: str, *, join: bool = True) -> list[str]:
    """The runs of letters and digits of a text, whatever their case, form, accents and line ends.

    With ``join``, a word that a hyphen parts at a line end is one.
    """
    text = unicodedata.normalize("NFKC", text)
    text = (_LINE_HYPHEN.sub("", text) if join else text).replace("\u00ad", "")
    # Some extractions turn the ligature of lam and alef round, and set an accent apart from its
    # letter.
    text = _LAM_ALEF.sub(lambda found: "".join(sorted(found.group())), text)
    text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return [word.casefold() for word in _WORD.findall(text)]


def missing(reference: str, extract: Extract) -> Counter[str]:
    """The words of ``reference`` that an extract neither has nor accounts for, and how often each.

    ``reference`` is what other means get out of the file. A word that another extraction parts or joins
    counts as present where its letters and digits are there often enough in a row.
    """
    account = "\n".join((extract.title or "", extract.text, *(o.text for o in extract.omissions)))
    there = words(account)
    joined, parted = words(reference), words(reference, join=False)
    absent, whole = _lacking(joined, there), set(parted)
    # Where the line hyphen is that of another word, or of none, its parts are there.
    by_parts = _lacking(parted, there) if absent.keys() - whole else {}
    found = {word: times for word, times in absent.items() if word in whole}
    return Counter(found | {word: times for word, times in by_parts.items() if word not in set(joined)})


def _lacking(reference: Sequence[str], there: Sequence[str]) -> Counter[str]:
    times_there = Counter(there)
    run_together = "".join(there)
    absent: Counter[str] = Counter()
    for word, times in Counter(reference).items():
        if times_there[word] < times and (short := times - run_together.count(word)) > 0:
            absent[word] = min(short, times - times_there[word])
    return absent


def _where(parts: Iterable[Omission]) -> str:
    pages = [part.page for part in parts if part.page is not None]
    return f": {listed(pages)}" if pages else ""


def _names(parts: Iterable[Omission]) -> str:
    names = list(dict.fromkeys(_named(parts)))
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    return f" ({shown})" if names else ""


def _named(parts: Iterable[Omission]) -> Iterator[str]:
    return (" ".join(part.name.split())[:100] for part in parts if part.name)
