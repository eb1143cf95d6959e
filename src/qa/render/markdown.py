"""Render answers as Markdown in which document text stays text, without effect as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.render import styles
from qa.render.phrases import (
    LOOKING_IN,
    NEAREST,
    NOT_FOUND,
    PROMISE,
    closest_passages,
    counts_in_words,
    displayable,
    fingerprints,
    incomplete,
    outcome,
    place,
    reason,
    scope_name,
    shown_pieces,
    single_line,
    sureness,
)
from qa.render.reading import Mark
from qa.render.styles import Runs, Style

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation, Quote

# Characters with a meaning at any position, in CommonMark or its usual extensions.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&|~$^#@]")
_AUTOLINK = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
# Markers of a list, a heading's underline or a definition, at the start of a line only.
_AT_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")
# Stand for the marks around answer words while a text is escaped; no displayable text contains them.
_OPEN, _CLOSE = "\x01", "\x02"
_CELL_GAP = " &#8195;"


def header(title: str, answered: int, unanswered: int, failed: int) -> str:
    """Return the start of a report: its title, the number of questions, and the heading of the list."""
    return (
        f"# {escaped(title)}\n\n{counts_in_words(answered, unanswered, failed)}.\n\n"
        f"{PROMISE} The words that answer are **bold**.\n\n## Questions\n\n"
    )


def contents_item(record: Answer, number: int) -> str:
    """Return one line of the table of contents."""
    return f"{number}. [{escaped(record.question) or '(no question)'}](#q{number}) ({outcome(record)})\n"


def contents_end() -> str:
    """Return the end of the table of contents, before the first answer."""
    return ""


def item(record: Answer, number: int | None = None, style: Style = "plain") -> str:
    """Render one answer.

    Args:
        record: The answer.
        number: Its number in a report, where it gets an anchor; None outside of a report.
        style: The style of the citations.
    """
    question = escaped(record.question) or "(no question)"
    out = [f"## {question}", ""]
    if number is not None:
        out = ["", f'<a id="q{number}"></a>', "", f"## {number}\\. {question}", ""]
    if record.error is not None:
        out += [f"**Not asked:** {escaped(record.error)}", ""]
        return "\n".join(out)
    out += [f"Understood with: {escaped(earlier)}\n" for earlier in record.understood_with]
    out += [f"{escaped(incomplete(record.unreachable))}\n"] if record.unreachable else []
    if record.scope is not None:
        out += [f"{LOOKING_IN}: {escaped(scope_name(record, record.scope))}", ""]
    if not record.answered:
        why = reason(record)
        out += [f"**{NOT_FOUND}**" + (f" Reason: {escaped(why)}." if why else ""), ""]
    out += [f"{sureness(record)}.", ""]
    out += _quotes(record, style)
    out += _entries(record, style)
    out += [f"{escaped(line)}\n" for line in fingerprints(record)]
    return "\n".join(out)


def footer() -> str:
    """Return the end of a report."""
    return ""


def escaped(text: str) -> str:
    """Return the text on one line, escaped for any position in a line of Markdown."""
    return _escaped_line(single_line(text))


def block(text: str) -> str:
    """Return the text as a block quote that keeps its lines."""
    return _block(displayable(text))


def _block(text: str) -> str:
    out: list[str] = []
    for line in text.split("\n"):
        blank = not line.strip()
        if not blank and out and out[-1] != ">":
            # The backslash keeps the line break; before a blank line it would be visible.
            out[-1] += "\\"
        out.append(">" if blank else f"> {_escaped_line(line)}")
    return "\n".join(out)


def _quotes(record: Answer, style: Style) -> Iterator[str]:
    """Yield the quotes that answer, and the closest passages folded; these unfolded if none answers."""
    answering, closest = record.answering, record.closest
    if closest and not answering:
        yield from (f"*{NEAREST}:*", "")
    for quote in answering or closest:
        yield from _quote(quote, style)
    if answering and closest:
        # Where HTML is not interpreted, the passages are shown after their heading.
        yield from ("<details>", f"<summary>{closest_passages(len(closest))}</summary>", "")
        for quote in closest:
            yield from _quote(quote, style)
        yield from ("</details>", "")


def _quote(quote: Quote, style: Style) -> list[str]:
    citation = quote.citation
    text = "".join(_emphasised(piece, mark) for piece, mark in shown_pieces(quote))
    # Two marks without a character between them would have no effect.
    shown = _block(text).replace(_CLOSE + _OPEN, "").replace(_OPEN, "**").replace(_CLOSE, "**")
    # Markdown shows a tab between the cells of a row as one space.
    shown = shown.replace("\t", _CELL_GAP)
    out = [shown, "", f"{quote.rank}\\. {_cited(citation, style)}"]
    out += ["", *(f"Also: {_cited(other, style)}\n" for other in quote.also)]
    return out


def _cited(citation: Citation, style: Style) -> str:
    return f"{_in_italics(styles.runs(citation, style))} ({escaped(place(citation))})"


def _in_italics(runs: Runs) -> str:
    return "".join(f"*{escaped(text)}*" if is_italic else _escaped_piece(text) for text, is_italic in runs)


def _escaped_piece(text: str) -> str:
    return " " * text.startswith(" ") + escaped(text) + " " * text.endswith(" ")


def _entries(record: Answer, style: Style) -> Iterator[str]:
    """Yield the list of sources of a style that has one."""
    for entry in styles.entries(record, style):
        text = styles.text(entry)
        yield f"```bibtex\n{text}\n```\n" if style == "bibtex" else f"{_in_italics(entry)}\n"


def _emphasised(piece: str, mark: Mark) -> str:
    """Return a piece with the marks of answer words, each line for itself.

    A mark beside punctuation or white space may have no effect in Markdown, so it begins and ends at letters
    and digits.
    """
    if mark != "answer":
        return piece
    return "\n".join(map(_emphasised_line, piece.split("\n")))


def _emphasised_line(line: str) -> str:
    places = [at for at, character in enumerate(line) if unicodedata.category(character)[0] in "LMN"]
    if not places:
        return line
    first, last = places[0], places[-1] + 1
    return f"{line[:first]}{_OPEN}{line[first:last]}{_CLOSE}{line[last:]}"


def _escaped_line(line: str) -> str:
    body = line.lstrip(" \t")
    # Leading white space would make the line a code block; as a character reference it does not.
    indent = "".join(f"&#{ord(mark)};" for mark in line[: len(line) - len(body)])
    body = _ANYWHERE.sub(r"\\\g<0>", body)
    body = _AUTOLINK.sub(r"\\\g<0>", body)
    return indent + _AT_START.sub(_start, body)


def _start(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0][0].isdigit() else f"\\{match[0]}"
