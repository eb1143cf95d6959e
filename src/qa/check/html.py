"""Render a checked draft as one HTML page without scripts and external resources."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qa.check import phrases
from qa.check.record import VERDICTS, Change, DraftCheck, Quotation
from qa.render import displayable, single_line
from qa.render.html import cited, page_start

_STYLE = """
:root { --good: #1f6b3a; --bad: #a2301f; --new: #d6f0dc; --old: #fbdcd6; --announced: #e6e6f5; }
@media (prefers-color-scheme: dark) { :root { --good: #7fd09a; --bad: #f2907c; --new: #1e4a2b;
  --old: #5a2620; --announced: #33334d; } }
h2 { font-size: 1rem; margin: 0; }
.passes { color: var(--good); } .fails { color: var(--bad); }
ins { background: var(--new); } del { background: var(--old); } .announced { background: var(--announced); }
dd { color: var(--soft); font-size: .9rem; margin: 0 0 0 1rem; }
.note :is(ins, del, .announced) { color: var(--ink); }
dt { font-weight: bold; margin-top: .4rem; }
nav a { margin-right: .8rem; white-space: nowrap; }
"""


def html(check: DraftCheck) -> str:
    """Return the report of a checked draft."""
    title = f"Quotations of {single_line(check.draft)}"
    failing = [quotation for quotation in check.quotations if not quotation.passes]
    out = [f"{page_start(title, _STYLE)}<p>{escape(phrases.counts(check))}.</p>"]
    if failing:
        links = "".join(
            f'<a href="#q{number}">{escape(single_line(quotation.id))}</a>'
            for number, quotation in enumerate(check.quotations, start=1)
            if not quotation.passes
        )
        out.append(f'<nav aria-label="To correct"><p>To correct: {links}</p></nav>')
    out.append(
        '<p class="note"><del>only in the source</del> <ins>only in the draft</ins> '
        '<span class="announced">announced by brackets or an ellipsis</span></p>'
    )
    for number, quotation in enumerate(check.quotations, start=1):
        out += _quotation(number, quotation)
    notes = [*phrases.excluded(check), *filter(None, [phrases.skipped(check)])]
    out += [f'<p class="note">{escape(note)}</p>' for note in notes]
    out.append(f"<section><h2>{phrases.CONTRACT}</h2>\n<dl>")
    out += [
        f"<dt>{phrases.NAMES[verdict]}</dt><dd>{escape(text)}.</dd>" for verdict, text in VERDICTS.items()
    ]
    return "\n".join([*out, "</dl></section>\n</body>\n</html>\n"])


def _quotation(number: int, quotation: Quotation) -> Iterator[str]:
    style = "passes" if quotation.passes else "fails"
    yield f'<section id="q{number}">'
    yield (
        f"<h2>{escape(single_line(quotation.id))}. "
        f'<span class="{style}">{phrases.NAMES[quotation.verdict]}</span>, '
        f"{escape(phrases.place_in_draft(quotation))}</h2>"
    )
    pieces = "".join(map(_change, quotation.difference)) or escape(displayable(quotation.text))
    yield f'<blockquote dir="auto">{pieces}</blockquote>'
    citations = [part.citation for part in quotation.parts]
    for citation in citations or ([quotation.citation] if quotation.citation else []):
        yield f"<p><cite>{cited(citation)}</cite></p>"
    if line := phrases.others(quotation):
        items = "".join(f"<li>{cited(citation)}</li>" for citation in quotation.also)
        yield f"<details><summary>{line}</summary><ul>{items}</ul></details>"
    if quotation.nearest is not None:
        yield f'<p class="note">{phrases.NEAREST}:</p>'
        yield f'<blockquote dir="auto">{escape(displayable(quotation.nearest.text))}</blockquote>'
        yield f"<p><cite>{cited(quotation.nearest.citation)}</cite></p>"
    if line := phrases.reference(quotation):
        yield f'<p class="note">{escape(line)}</p>'
    yield "</section>"


def _change(change: Change) -> str:
    draft, source = escape(displayable(change.draft)), escape(displayable(change.source))
    if change.kind in ("same", "typographic"):
        return draft
    if change.kind in ("announced", "omitted"):
        replaced = f"<del>{source}</del>" if change.source.strip() else ""
        return f'{replaced}<span class="announced">{draft}</span>'
    return (f"<del>{source}</del>" if source else "") + (f"<ins>{draft}</ins>" if draft else "")
