"""Account for a file's words: each is in the text, left out for a reason, or reported as unread."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa.messages import Message
from qa.parsers.build import Extract
from qa.types import Omission, OmissionReason

# Reasons for a warning: a person sees the words, but the text lacks them. Values are message codes.
_WARNINGS: dict[OmissionReason, str] = {
    "navigation": "left-out-navigation",
    "deleted": "left-out-deleted",
    "struck": "left-out-struck",
    "contents": "left-out-contents",
    "scan": "pages-scanned",
    "unrecognised": "pages-unrecognised",
    "picture": "pictures-unread",
    "drawing": "drawings-unread",
    "attachment": "attachments-unread",
    "program form": "program-form-unread",
    "unknown letters": "letters-unknown",
    "damaged": "parts-damaged",
    "protected": "parts-protected",
    "uncalculated": "formulas-uncalculated",
    "missing": "parts-missing",
}
_LEFT_OUT = frozenset({"navigation", "deleted", "struck", "contents"})
_NAMES_SHOWN = 5
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_LAM_ALEF = re.compile("[اأإآٱل]{2,}")
_LINE_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010]\s*\n\s*(?=\w)")


def warnings(omissions: Sequence[Omission]) -> tuple[Message, ...]:
    """Return one warning for each reason why visible words are missing from the text."""
    messages = []
    for reason, code in _WARNINGS.items():
        parts = [omission for omission in omissions if omission.reason == reason]
        if not parts:
            continue
        # Deleted or left-out text is counted in words, unread content in parts.
        count = sum(len(words(part.text)) for part in parts) if reason in _LEFT_OUT else len(parts)
        if reason == "unrecognised":
            messages.append(Message.of(code, pages=_pages("page-numbers", parts)))
        else:
            messages.append(Message.of(code, n=count, where=_where(parts), names=_names(parts)))
    return tuple(messages)


def _pages(code: str, parts: Iterable[Omission]) -> Message:
    """Return the pages of omissions, as ranges such as “1–4, 7”."""
    pages = sorted({part.page for part in parts if part.page is not None})
    ranges = []
    for _, group in groupby(enumerate(pages), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return Message.of(code, n=len(pages), pages=", ".join(ranges))


def words(text: str, *, join: bool = True) -> list[str]:
    """Return the runs of letters and digits of a text, regardless of case, form, accents and line ends.

    With ``join``, a word that a hyphen splits at a line end is one word.
    """
    text = unicodedata.normalize("NFKC", text)
    text = (_LINE_HYPHEN.sub("", text) if join else text).replace("\u00ad", "")
    # Some extractions reverse the ligature of lam and alef, and separate an accent from its letter.
    text = _LAM_ALEF.sub(lambda match: "".join(sorted(match.group())), text)
    text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return [word.casefold() for word in _WORD.findall(text)]


def missing(reference: str, extract: Extract) -> Counter[str]:
    """Return the words of ``reference`` that an extract neither has nor accounts for, with their counts.

    A word that another extraction splits or joins counts as present if its letters and digits occur in a row
    often enough.

    Args:
        reference: Text of the file from an independent extraction.
        extract: The extract to check.
    """
    account = "\n".join(
        (extract.title or "", extract.text, *(omission.text for omission in extract.omissions))
    )
    present = words(account)
    joined, parted = words(reference), words(reference, join=False)
    absent, whole = _lacking(joined, present), set(parted)
    # If the hyphen at the line end does not split a word, its two parts are present instead.
    by_parts = _lacking(parted, present) if absent.keys() - whole else {}
    missing_words = {word: times for word, times in absent.items() if word in whole}
    return Counter(
        missing_words | {word: times for word, times in by_parts.items() if word not in set(joined)}
    )


def _lacking(reference: Sequence[str], present: Sequence[str]) -> Counter[str]:
    times_present = Counter(present)
    run_together = "".join(present)
    absent: Counter[str] = Counter()
    for word, times in Counter(reference).items():
        if times_present[word] < times and (short := times - run_together.count(word)) > 0:
            absent[word] = min(short, times - times_present[word])
    return absent


def _where(parts: Sequence[Omission]) -> str | Message:
    return _pages("on-pages", parts) if any(part.page is not None for part in parts) else ""


def _names(parts: Iterable[Omission]) -> str | Message:
    names = list(dict.fromkeys(_named(parts)))
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    return Message.of("in-brackets", text=shown) if names else ""


def _named(parts: Iterable[Omission]) -> Iterator[str]:
    return (" ".join(part.name.split())[:100] for part in parts if part.name)
