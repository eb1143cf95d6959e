"""Render a checked draft as one HTML page without scripts and external resources."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qa.check import phrases
from qa.check.record import VERDICTS, Change, DraftCheck, Quotation
from qa.record import Citation
from qa.render import displayable, single_line, where
from qa.render.html import target

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fdfdfb; --soft: #5b5b60; --line: #d9d9d4;
  --good: #1f6b3a; --bad: #a2301f; --new: #d6f0dc; --old: #fbdcd6; --said: #e6e6f5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #17181a; --soft: #a5a5aa;
  --line: #3a3b3f; --good: #7fd09a; --bad: #f2907c; --new: #1e4a2b; --old: #5a2620; --said: #33334d; } }
body { font: 1rem/1.55 Georgia, "Times New Roman", serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 0; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
blockquote { margin: .5rem 0; padding-left: .9rem; border-left: 3px solid var(--line);
  white-space: pre-wrap; }
.passes { color: var(--good); } .fails { color: var(--bad); }
ins { background: var(--new); } del { background: var(--old); } .announced { background: var(--said); }
a { color: inherit; } cite, .note, dd, summary { color: var(--soft); font-size: .9rem; font-style: normal; }
.note :is(ins, del, .announced) { color: var(--ink); }
dt { font-weight: bold; margin-top: .4rem; } dd { margin: 0 0 0 1rem; }
nav a { margin-right: .8rem; white-space: nowrap; }
@media print { body { margin: 0; max-width: none; } section { break-inside: avoid; } }
"""


def html(check: DraftCheck) -> str:
    """Return the report of a checked draft."""
    title = f"Quotations of {single_line(check.draft)}"
    failing = [quotation for quotation in check.quotations if not quotation.passes]
    out = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        # A second defence: even unescaped markup would run and fetch nothing.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        f"<h1><bdi>{escape(title)}</bdi></h1>\n<p>{escape(phrases.counts(check))}.</p>",
    ]
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
        yield f"<p><cite>{_cited(citation)}</cite></p>"
    if line := phrases.others(quotation):
        items = "".join(f"<li>{_cited(citation)}</li>" for citation in quotation.also)
        yield f"<details><summary>{line}</summary><ul>{items}</ul></details>"
    if quotation.nearest is not None:
        yield f'<p class="note">{phrases.NEAREST}:</p>'
        yield f'<blockquote dir="auto">{escape(displayable(quotation.nearest.text))}</blockquote>'
        yield f"<p><cite>{_cited(quotation.nearest.citation)}</cite></p>"
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


def _cited(citation: Citation) -> str:
    shown = f"<bdi>{escape(where(citation))}</bdi>"
    address = target(citation)
    if address is not None:
        shown = f'<a href="{escape(address)}" rel="noreferrer">{shown}</a>'
    return f"{shown} (<bdi>{escape(single_line(citation.doc_id))}:{citation.start}-{citation.end}</bdi>)"
