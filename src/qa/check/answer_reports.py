"""Read the claims of answers that were written as a report for people: Markdown, HTML or Word.

A report shows each quote with its document, offsets and page, and below each answer the hashes of the
documents. Only these visible texts are read: no hidden copy could differ from what a person sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qa.check import html_report, markdown_report
from qa.check.claims import Cited, Claim, Claims, Fault, Record
from qa.check.lines import bytes_of_file, lines_of_file, pieces_of_file
from qa.check.report_parts import CUT, HEADING, PARAGRAPH, PASSAGE, QUOTE, Part
from qa.errors import QaError, ReadError, UsageError
from qa.messages import Message, brief
from qa.parsers import sandbox
from qa.render import displayable, docx, single_line

_COUNTS = re.compile(r"([0-9,]+) questions?: ")
_NUMBER = re.compile(r"([0-9]+)\. ")
_ALSO = "Also: "
_IN_EVERY_ANSWER = ("Confidence: ", "Not asked: ")
_HASH = re.compile(r"(.*): SHA-256 ([0-9A-Fa-f]+)", re.DOTALL)
_CITED = re.compile(r".* \(.+:[0-9]+-[0-9]+\)", re.DOTALL)
_PLACE = re.compile(r"(.+):([0-9]{1,18})-([0-9]{1,18})", re.DOTALL)


def markdown(path: Path) -> Claims:
    """Return the claims of a report in Markdown.

    Raises:
        UsageError: The file is missing, or is no report.
        QaError: The file is damaged.
    """
    return _claims(path, markdown_report.parts(lines_of_file(path)), displayable, markdown_report.compared)


def html(path: Path) -> Claims:
    """Return the claims of a report in HTML; errors are those of `markdown`."""
    return _claims(path, html_report.parts(pieces_of_file(path), path), displayable)


def word(path: Path) -> Claims:
    """Return the claims of a report in a Word file; errors are those of `markdown`."""
    try:
        paragraphs = sandbox.call("qa.check.word_report", "parts", bytes_of_file(path))
    except ReadError as error:
        raise QaError("answers-damaged", path=path, cause=brief(error.message)) from error
    return _claims(path, (Part(kind, text) for kind, text in paragraphs), docx.shown)


def _claims(
    path: Path,
    parts: Iterable[Part],
    shown: Callable[[str], str],
    compared: Callable[[str], str] | None = None,
) -> Claims:
    return Claims(_records(path, parts), shown, compared or shown, is_for_reading=True)


def _records(path: Path, parts: Iterable[Part]) -> Iterator[Record]:
    end = _End()
    count = 0
    for answer in _answers(parts, end):
        if answer.is_one:
            count += 1
            yield answer.record()
    if not count:
        raise UsageError("answers-no-report", path=path)
    if end.total is not None and count != end.total:
        yield _fault(Message.of("check-incomplete", n=count, total=end.total))
    elif end.is_cut:
        yield _fault(Message("check-unended"))


def _answers(parts: Iterable[Part], end: _End) -> Iterator[_Answer]:
    """Yield what is below each heading, and note what shows whether the report is complete."""
    answer: _Answer | None = None
    for part in parts:
        if part.kind == HEADING:
            if answer is not None:
                yield answer
            answer = _Answer(part.text)
        elif part.kind == CUT:
            end.is_cut = True
        elif answer is not None and (answer.is_one or not end.counts(part.text)):
            answer.add(part)
        elif answer is None:
            end.counts(part.text)
    if answer is not None:
        yield answer


def _fault(message: Message) -> Record:
    return Record("the file", faults=((None, ("record", message)),))


@dataclass(slots=True)
class _End:
    """What shows whether a report is complete.

    Attributes:
        total: The number of its answers, as it says at its start.
        is_cut: Whether it ends too early.
    """

    total: int | None = None
    is_cut: bool = False

    def counts(self, text: str) -> bool:
        """Return whether a text is the number of answers, and take the first one."""
        counts = _COUNTS.match(text)
        if counts is None or self.total is not None:
            return False
        self.total = int(counts[1].replace(",", "") or 0)
        return True


@dataclass(slots=True)
class _Quote:
    text: str
    cited: list[str] = field(default_factory=list)
    passage: str | None = None


@dataclass(slots=True)
class _Answer:
    """The parts of one answer.

    Attributes:
        heading: Its heading.
        is_one: Whether it has a part that every answer has, or a quote.
    """

    heading: str
    is_one: bool = False
    quotes: list[_Quote] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Add a part below the heading."""
        if part.kind == QUOTE:
            self.quotes.append(_Quote(part.text))
            return
        if part.kind == PASSAGE:
            if self.quotes:
                self.quotes[-1].passage = part.text
            return
        assert part.kind == PARAGRAPH
        text = single_line(part.text)
        if text.startswith(_IN_EVERY_ANSWER):
            self.is_one = True
        elif hashed := _HASH.fullmatch(text):
            self.hashes[hashed[1]] = hashed[2].lower()
        elif self.quotes and _CITED.fullmatch(text):
            self.is_one = True
            self.quotes[-1].cited.append(text)

    def record(self) -> Record:
        """Return the claims of the answer."""
        number = _NUMBER.match(self.heading)
        claims: list[Claim] = []
        faults: list[tuple[int | None, Fault]] = []
        for rank, quote in enumerate(self.quotes, start=1):
            cited = tuple(self._cited(text, at) for at, text in enumerate(quote.cited))
            if not cited:
                faults.append((rank, ("record", Message("check-citation-missing"))))
                continue
            shown = _NUMBER.match(quote.cited[0])
            own_rank = int(shown[1]) if shown else rank
            claims.append(Claim(own_rank, quote.text, cited, passage=quote.passage))
            unhashed = dict.fromkeys(place.doc_id for place in cited if place.sha256 is None)
            faults += [(own_rank, ("record", Message.of("check-hash-missing", name=id))) for id in unhashed]
        citations = sum(max(1, len(quote.cited)) for quote in self.quotes)
        name = f"question {number[1]}" if number else "the answer"
        return Record(name, tuple(claims), tuple(faults), citations)

    def _cited(self, text: str, position: int) -> Cited:
        """Return a citation such as ``1. Lease, page 3 (lease (2).pdf:10-50)``."""
        splits = [at for at in range(len(text)) if text.startswith(" (", at)]
        places = [(at, place) for at in splits if (place := _PLACE.fullmatch(text[at + 2 : -1]))]
        # Titles and names may have parentheses too; the hashes have the names of the documents.
        at, place = next((each for each in places if each[1][1] in self.hashes), places[-1])
        shown = text[:at]
        number = _NUMBER.match(shown)
        if position == 0 and number:
            shown = shown[number.end() :]
        name = place[1]
        return Cited(
            name, int(place[2]), int(place[3]), self.hashes.get(name), shown=shown.removeprefix(_ALSO)
        )
