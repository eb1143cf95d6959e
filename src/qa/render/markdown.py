"""Answers as Markdown, in which document text shows as text: no markup in it takes effect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.render.phrases import (
    NEAREST,
    NOT_FOUND,
    counts_in_words,
    fingerprints,
    in_words,
    lines,
    outcome,
    place,
    reason,
    single_line,
    where,
)

if TYPE_CHECKING:  # it would load pydantic, which listing and showing documents need not
    from qa.record import Answer, Quote

# Characters that mean something wherever they stand, in CommonMark or its usual extensions.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&|~$^#@]")
_AUTOLINK = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
# What opens a list, a heading's underline or a definition, at the start of a line only.
_AT_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")


def header(title: str, answered: int, unanswered: int, failed: int) -> str:
    """The beginning of a report: its title, how many questions there were, and the list's heading."""
    return (
        f"# {escaped(title)}\n\n{counts_in_words(answered, unanswered, failed)}.\n\n"
        "Every quote stands word for word in the document that is named with it.\n\n## Questions\n\n"
    )


def contents_item(record: Answer, number: int) -> str:
    """One line of the table of contents."""
    return f"{number}. [{escaped(record.question) or '(no question)'}](#q{number}) ({outcome(record)})\n"


def contents_end() -> str:
    """The end of the table of contents, before the first answer."""
    return ""


def item(record: Answer, number: int | None = None) -> str:
    """One answer; ``number`` is its place in a report, where it gets an anchor."""
    question = escaped(record.question) or "(no question)"
    out = [f"## {question}", ""]
    if number is not None:
        out = ["", f'<a id="q{number}"></a>', "", f"## {number}\\. {question}", ""]
    if record.error is not None:
        out += [f"**Not asked:** {escaped(record.error)}", ""]
        return "\n".join(out)
    out += [f"Understood with: {escaped(earlier)}\n" for earlier in record.understood_with]
    if not record.answered:
        why = reason(record)
        out += [f"**{NOT_FOUND}**" + (f" Reason: {escaped(why)}." if why else ""), ""]
    out += [f"Confidence: {in_words(record.confidence, record.answered)}.", ""]
    if not record.answered and record.quotes:
        out += [f"*{NEAREST}:*", ""]
    for quote in record.quotes:
        out += _quote(quote)
    out += [f"{escaped(one)}\n" for one in fingerprints(record)]
    return "\n".join(out)


def footer() -> str:
    """The end of a report."""
    return ""


def escaped(text: str) -> str:
    """The text on one line, to be shown as it is wherever a line of Markdown may hold text."""
    return _escaped_line(single_line(text))


def block(text: str) -> str:
    """The text as a block quote that keeps its lines."""
    out: list[str] = []
    for line in lines(text):
        blank = not line.strip()
        if not blank and out and out[-1] != ">":
            # The backslash keeps the line break; before a blank line it would show.
            out[-1] += "\\"
        out.append(">" if blank else f"> {_escaped_line(line)}")
    return "\n".join(out)


def _quote(quote: Quote) -> list[str]:
    citation = quote.citation
    out = [block(quote.text), "", f"{quote.rank}\\. {escaped(where(citation))}"]
    out[-1] += f" ({escaped(place(citation))})"
    out += ["", *(f"Also: {escaped(where(c))} ({escaped(place(c))})\n" for c in quote.also)]
    return out


def _escaped_line(line: str) -> str:
    body = line.lstrip(" \t")
    # White space at the start would make code of the line; as a reference it is only white space.
    indent = "".join(f"&#{ord(mark)};" for mark in line[: len(line) - len(body)])
    body = _ANYWHERE.sub(r"\\\g<0>", body)
    body = _AUTOLINK.sub(r"\\\g<0>", body)
    return indent + _AT_START.sub(_start, body)


def _start(found: re.Match[str]) -> str:
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"
