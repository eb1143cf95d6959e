"""Render answers as one HTML page without scripts and external resources; document text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
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
    link_target,
    outcome,
    place,
    reason,
    scope_name,
    shown_lines,
    single_line,
    sureness,
)
from qa.render.reading import Line, Mark
from qa.render.styles import Runs, Style

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation, Quote

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fdfdfb; --soft: #5b5b60; --line: #d9d9d4;
  --mark: #ffeeb0; --answer: #ffb938; --on-answer: #1d1d1f; --no: #8a3b12; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #17181a; --soft: #a5a5aa;
  --line: #3a3b3f; --mark: #5c4b08; --answer: #f2b635; --on-answer: #17181a; --no: #f0a070; } }
body { font: 1rem/1.55 Georgia, "Times New Roman", serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 0 0 .4rem; }
section { border-top: 1px solid var(--line); padding: 1.2rem 0; content-visibility: auto;
  contain-intrinsic-size: auto 14rem; }
blockquote { margin: .6rem 0 .2rem; padding-left: .9rem; border-left: 3px solid var(--line);
  white-space: pre-wrap; tab-size: 0; }
.line { display: block; } .item { padding-inline-start: 2em; text-indent: -2em; margin-top: .25em; }
.depth-1 { margin-inline-start: 2em; } .depth-2 { margin-inline-start: 4em; }
.depth-3 { margin-inline-start: 6em; } .row { display: table-row; }
.cell { display: table-cell; padding: .15em 1.2em .15em 0; border-bottom: 1px solid var(--line); }
mark { background: var(--mark); color: inherit; }
/* Underlined, too, because a colour alone does not distinguish for everyone. */
mark.answer-word { background: var(--answer); color: var(--on-answer); text-decoration: underline 2px;
  text-underline-offset: .07em; }
/* The legend is only for reports with answer words. */
.legend { display: none; }
body:has(section mark.answer-word) .legend { display: block; }
a { color: inherit; }
.note, cite, details, nav span { color: var(--soft); font-size: .9rem; font-style: normal; }
.print { color: var(--soft); font: .75rem/1.4 ui-monospace, monospace; margin: .3rem 0; }
.no { color: var(--no); font-weight: bold; }
details.context p { white-space: pre-wrap; margin: .3rem 0 0 .9rem; }
summary { cursor: pointer; }
details.closest { margin-top: 1rem; } details + .print { margin-top: .9rem; }
.source { padding-inline-start: 2em; text-indent: -2em; }
pre { white-space: pre-wrap; font: .75rem/1.4 ui-monospace, monospace; }
details.closest :is(cite, details) { font-size: inherit; }
.legend mark:not(.answer-word) { color: var(--ink); }
/* Passages that are not the answer look weaker than it. */
:is(details.closest, .nearest) blockquote { border-left-style: dotted; color: var(--soft);
  font-size: .95rem; }
:is(details.closest, .nearest) mark:not(.answer-word) { background: none; text-decoration: underline dotted; }
@media print { body { margin: 0; max-width: none; } section { content-visibility: visible;
  break-inside: avoid; } details { display: none; } mark { text-decoration: underline dotted; }
  mark.answer-word { text-decoration: underline 2px; font-weight: bold; } }
"""

ANSWER_WORDS = "answer words"
MATCHING_WORDS = "words that match the question"


def page_start(title: str, style: str = "") -> str:
    """Return the start of a page: its head, and its title as a heading.

    Args:
        title: The title.
        style: Rules of CSS in addition to those of all reports.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        # A second defence: even unescaped markup would run and fetch nothing.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_shown(title)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n<body>\n"
        f"<h1>{_shown(title)}</h1>\n"
    )


def header(title: str, answered: int, unanswered: int, failed: int) -> str:
    """Return the start of a report: the start of the page, the number of questions, the list's start."""
    return (
        f"{page_start(title)}<p>{counts_in_words(answered, unanswered, failed)}.</p>\n"
        f'<p class="note">{PROMISE}</p>\n'
        f'<p class="note legend"><mark class="answer-word">{ANSWER_WORDS}</mark> '
        f"<mark>{MATCHING_WORDS}</mark></p>\n"
        '<nav aria-label="Questions">\n<ol>\n'
    )


def contents_item(record: Answer, number: int) -> str:
    """Return one line of the table of contents."""
    question = _shown(record.question) or "(no question)"
    return f'<li><a href="#q{number}"><bdi>{question}</bdi></a> <span>{outcome(record)}</span></li>\n'


def contents_end() -> str:
    """Return the end of the table of contents, before the first answer."""
    return "</ol>\n</nav>\n"


def item(record: Answer, number: int | None = None, style: Style = "plain") -> str:
    """Render one answer.

    Args:
        record: The answer.
        number: Its number in a report, where it gets an anchor; None outside of a report.
        style: The style of the citations.
    """
    question = _shown(record.question) or "(no question)"
    out = ["<section>", f'<h2 dir="auto">{question}</h2>']
    if number is not None:
        out = [f'<section id="q{number}">', f"<h2>{number}. <bdi>{question}</bdi></h2>"]
    if record.error is not None:
        out.append(f'<p><span class="no">Not asked:</span> {_shown(record.error)}</p>\n</section>\n')
        return "\n".join(out)
    out += [f'<p class="note">Understood with: {_shown(earlier)}</p>' for earlier in record.understood_with]
    out += [f'<p class="note">{_shown(incomplete(record.unreachable))}</p>'] if record.unreachable else []
    if record.scope is not None:
        out.append(f'<p class="note">{LOOKING_IN}: <bdi>{_shown(scope_name(record, record.scope))}</bdi></p>')
    if not record.answered:
        why = reason(record)
        suffix = f" Reason: {escape(why)}." if why else ""
        out.append(f'<p><span class="no">{NOT_FOUND}</span>{suffix}</p>')
    out.append(f'<p class="note">{sureness(record)}.</p>')
    out += _quotes(record, style)
    out += _entries(record, style)
    out += [f'<p class="print">{_shown(line)}</p>' for line in fingerprints(record)]
    return "\n".join([*out, "</section>\n"])


def footer() -> str:
    """Return the end of a report."""
    return "</body>\n</html>\n"


def _quotes(record: Answer, style: Style) -> Iterator[str]:
    """Yield the quotes that answer, and the closest passages folded; these unfolded if none answers."""
    answering, closest = record.answering, record.closest
    if closest and not answering:
        yield f'<div class="nearest"><p><em>{NEAREST}:</em></p>'
    yield from (_quote(quote, style) for quote in answering or closest)
    if closest and not answering:
        yield "</div>"
    if answering and closest:
        yield f'<details class="closest"><summary>{closest_passages(len(closest))}</summary>'
        yield from (_quote(quote, style) for quote in closest)
        yield "</details>"


def _quote(quote: Quote, style: Style) -> str:
    citation, context = quote.citation, quote.context
    out = [
        f'<blockquote dir="auto">{"".join(map(_line, shown_lines(quote)))}</blockquote>',
        f"<p><cite>{quote.rank}. {cited(citation, style)}</cite></p>",
    ]
    out += [f"<p><cite>Also: {cited(other, style)}</cite></p>" for other in quote.also]
    if context.text and context.text != quote.text:
        out.append(
            f'<details class="context"><summary>Context</summary><p dir="auto">{_displayed(context.text)}</p>'
            "</details>"
        )
    return "\n".join(out)


def _line(line: Line[Mark]) -> str:
    if line.kind == "row":
        *cells, last = ("".join(_marked(*piece) for piece in cell) for cell in line.cells)
        shown = "".join(f'<span class="cell">{cell}\t</span>' for cell in cells)
        return f'<span class="row">{shown}<span class="cell">{last}{line.end}</span></span>'
    shown = "".join(_marked(*piece) for piece in line.pieces)
    kind = f" item depth-{min(line.depth, 3)}" if line.kind == "item" else ""
    return f'<span class="line{kind}">{shown}{line.end}</span>' if kind or line.end else shown


def _marked(piece: str, mark: Mark) -> str:
    if not mark:
        return escape(piece)
    # Screen readers announce the description.
    attributes = f' class="answer-word" aria-description="{ANSWER_WORDS}"' if mark == "answer" else ""
    return f"<mark{attributes}>{escape(piece)}</mark>"


def cited(citation: Citation, style: Style = "plain") -> str:
    """Return a citation as HTML, with a link to the source if a browser can open it."""
    shown = f"<bdi>{_in_italics(styles.runs(citation, style))}</bdi>"
    target = link_target(citation)
    if target is not None:
        shown = f'<a href="{escape(target)}" rel="noreferrer">{shown}</a>'
    return f"{shown} (<bdi>{_shown(place(citation))}</bdi>)"


def _in_italics(runs: Runs) -> str:
    return "".join(
        f"<i>{_displayed(text)}</i>" if is_italic else _displayed(text) for text, is_italic in runs
    )


def _entries(record: Answer, style: Style) -> Iterator[str]:
    """Yield the list of sources of a style that has one."""
    for entry in styles.entries(record, style):
        shown = _in_italics(entry)
        yield f"<pre>{shown}</pre>" if style == "bibtex" else f'<p class="source">{shown}</p>'


def _shown(text: str) -> str:
    return escape(single_line(text))


def _displayed(text: str) -> str:
    return escape(displayable(text))
