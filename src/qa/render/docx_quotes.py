"""A list of quotes as a Word file to send: by question, as block quotes with footnotes, then the sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO

from qa.render import docx, styles
from qa.render.phrases import NEAREST, PROMISE, SELECTED, displayable, fingerprints, shown_pieces, single_line
from qa.render.reading import Mark, lines
from qa.render.styles import Runs, Style

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Quote


def file(title: str, entries: Sequence[tuple[Answer, str]], style: Style = "plain") -> BinaryIO:
    """Return the Word file; the caller closes it.

    Quotes that follow each other and answer the same question are below one heading.

    Args:
        title: The title.
        entries: Answers with the quotes to list, each with a person's note.
        style: The style of the footnotes; one with a list of sources gets it at the end.
    """
    footnotes: list[Runs] = []
    body = [docx.paragraph([docx.run(single_line(title))], "Title"), docx.paragraph([docx.run(PROMISE)])]
    for question, group in groupby(entries, key=lambda entry: entry[0].question):
        body.append(docx.paragraph([docx.run(single_line(question) or "(no question)")], "Heading1"))
        for record, note in group:
            if record.selected:
                body.append(docx.paragraph([docx.run(f"{SELECTED}.")], "Details"))
            for quote in record.quotes:
                body += _quote(quote, record.answered and quote.answers, style, footnotes)
            if note:
                body.append(docx.paragraph([docx.run("Note: ", bold=True), docx.run(displayable(note))]))
    listed = dict.fromkeys(entry for record, _ in entries for entry in styles.entries(record, style))
    sources = dict.fromkeys(line for record, _ in entries for line in fingerprints(record))
    if sources:
        body.append(docx.paragraph([docx.run("Sources")], "Heading1"))
        body += [docx.paragraph(docx.in_italics(entry), "Citation") for entry in listed]
        body += [docx.paragraph([docx.run(line)], "Citation") for line in sources]
    return docx.file(body, title, {}, footnotes)


def _quote(quote: Quote, answers: bool, style: Style, footnotes: list[Runs]) -> Iterator[str]:
    if not answers:
        yield docx.paragraph([docx.run(f"{NEAREST}:")], "Details")
    footnotes.append(styles.footnote((quote.citation, *quote.also), style))
    # Without marks: they help to choose a quote, and not to read it elsewhere.
    plain: list[tuple[str, Mark]] = [(piece, "") for piece, _ in shown_pieces(quote)]
    yield from docx.body(lines(plain), "BlockQuote", docx.footnote(len(footnotes)))
