"""The account of a file's words: each is in the text, left out for a reason, or reported as unread."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa.messages import Message
from qa.parsers.build import Extract
from qa.types import Omission, OmissionReason

# What a person sees and the text lacks, with the code of the warning about it.
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
    """One warning for each reason why something that a person sees is not in the text."""
    messages = []
    for reason, code in _WARNINGS.items():
        parts = [omission for omission in omissions if omission.reason == reason]
        if not parts:
            continue
        # What is deleted or left out is counted by its words, what is not read by its parts.
        n = sum(len(words(part.text)) for part in parts) if reason in _LEFT_OUT else len(parts)
        if reason == "unrecognised":
            messages.append(Message.of(code, pages=_pages("page-numbers", parts)))
        else:
            messages.append(Message.of(code, n=n, where=_where(parts), names=_names(parts)))
    return tuple(messages)


def _pages(code: str, parts: Iterable[Omission]) -> Message:
    """The pages of omissions, in ranges such as “1–4, 7”."""
    pages = sorted({part.page for part in parts if part.page is not None})
    ranges = []
    for _, group in groupby(enumerate(pages), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return Message.of(code, n=len(pages), pages=", ".join(ranges))


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


def _where(parts: Sequence[Omission]) -> str | Message:
    return _pages("on-pages", parts) if any(part.page is not None for part in parts) else ""


def _names(parts: Iterable[Omission]) -> str | Message:
    names = list(dict.fromkeys(_named(parts)))
    shown = ", ".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
    return Message.of("in-brackets", text=shown) if names else ""


def _named(parts: Iterable[Omission]) -> Iterator[str]:
    return (" ".join(part.name.split())[:100] for part in parts if part.name)
