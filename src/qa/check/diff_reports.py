"""Differences of answers as text for a terminal and as an HTML page; document text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from qa.check.diff import KIND_WORDS, Change, Difference, QuotePair
from qa.check.wording import Piece
from qa.record import Answer, Quote
from qa.render import displayable, html, single_line, where
from qa.render.phrases import place, reason, shown_text

_REMOVED, _ADDED, _DIM, _BOLD, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
_STYLE = """
:root { --gone: #ffdcd6; --new: #d3f0d3; }
@media (prefers-color-scheme: dark) { :root { --gone: #5e2a22; --new: #1f4a26; } }
body { max-width: 64rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.6rem; margin: .8rem 0; }
.pair > div { min-width: 0; }
.pair h3 { font-size: .9rem; font-weight: normal; color: var(--soft); margin: 0; }
del { background: var(--gone); text-decoration: line-through; }
ins { background: var(--new); text-decoration: underline; text-underline-offset: .15em; }
:is(del, ins) { color: var(--ink); }
.kind { color: var(--no); font-weight: bold; }
@media (max-width: 44rem) { .pair { grid-template-columns: 1fr; } .pair > div + div { margin-top: .8rem; } }
"""


def text(difference: Difference, colour: bool = False) -> str:
    """Return the changes as lines: old quotes after ``-``, new ones after ``+``, the same words after ``=``.

    Args:
        difference: The differences.
        colour: Whether changed words are coloured. They are in ``[-…-]`` and ``{+…+}`` in any case.
    """
    lines = [f"old  {single_line(difference.names[0])}", f"new  {single_line(difference.names[1])}"]
    lines.append(str(difference))
    for change in difference.changes:
        title = f"{single_line(change.new.id)}: {single_line(change.new.question)}"
        lines += ["", _painted(title, _BOLD, colour), f"  {_state(change)}"]
        for pair in change.pairs:
            lines += _pair_lines(pair, colour)
    return "\n".join(lines) + "\n"


def html_page(difference: Difference) -> str:
    """Return a page with the quotes of both versions side by side."""
    out = [html.page_start("Changed answers", _STYLE)]
    for label, name in zip(("Old", "New"), difference.names, strict=True):
        out.append(f"<p><strong>{label}</strong> <bdi>{escape(single_line(name))}</bdi></p>")
    out.append(f"<p>{difference}.</p>")
    out.append('<p class="note"><del>only in the old quote</del> <ins>only in the new quote</ins></p>')
    for number, change in enumerate(difference.changes, start=1):
        question = escape(single_line(change.new.question)) or "(no question)"
        out.append(f'<section id="c{number}">\n<h2 dir="auto">{question}</h2>')
        out.append(
            f'<p><span class="kind">{KIND_WORDS[change.kind]}</span> '
            f'<span class="note">{escape(single_line(change.new.id))} · {escape(_sides(change))}</span></p>'
        )
        out += [_pair_html(pair) for pair in change.pairs]
        out.append("</section>")
    return "\n".join(out) + "\n" + html.footer()


def _state(change: Change) -> str:
    return f"{KIND_WORDS[change.kind]}; {_sides(change)}"


def _sides(change: Change) -> str:
    """Return the confidences of both answers, and why one of them has none."""
    old, new = change.old.confidence, change.new.confidence
    parts = [f"confidence {old:.2f} → {new:.2f}"]
    reasons = {"old": _why(change.old), "new": _why(change.new)}
    parts += [f"{side}: {why}" for side, why in reasons.items() if why]
    return ", ".join(parts)


def _why(answer: Answer) -> str:
    return single_line(answer.error) if answer.error is not None else reason(answer)


def _pair_lines(pair: QuotePair, colour: bool) -> Iterator[str]:
    if pair.old and pair.new and all(piece.kind == "same" for piece in pair.difference):
        yield f"  = {single_line(shown_text(pair.new))}"
        places = dict.fromkeys(_cited(quote) for quote in (pair.old, pair.new))
        yield from (_painted(f"      {cited}", _DIM, colour) for cited in places)
        return
    for sign, quote in (("-", pair.old), ("+", pair.new)):
        if quote is not None:
            marked = "".join(_marked(piece, sign, colour) for piece in pair.difference)
            shown = " ".join((marked if pair.is_comparable else shown_text(quote)).split())
            yield f"  {sign} {'' if quote.answers else '(nearest, not an answer) '}{shown}"
            yield _painted(f"      {_cited(quote)}", _DIM, colour)


def _marked(piece: Piece, sign: str, colour: bool) -> str:
    words = displayable(piece.old if sign == "-" else piece.new)
    if piece.kind == "same" or not words:
        return words
    style = _REMOVED if sign == "-" else _ADDED
    return _painted(f"[-{words}-]" if sign == "-" else f"{{+{words}+}}", style, colour)


def _pair_html(pair: QuotePair) -> str:
    sides = []
    for label, quote, tag in (("Old", pair.old, "del"), ("New", pair.new, "ins")):
        if quote is None:
            sides.append(f'<div><h3>{label}</h3><p class="note">no quote</p></div>')
            continue
        words = [(piece.kind, piece.old if tag == "del" else piece.new) for piece in pair.difference]
        body = "".join(
            f"<{tag}>{escape(displayable(part))}</{tag}>"
            if kind != "same" and pair.is_comparable
            else escape(displayable(part))
            for kind, part in words
            if part
        )
        nearest = "" if quote.answers else ": nearest, not an answer"
        sides.append(
            f'<div><h3>{label}{nearest}</h3><blockquote dir="auto">{body}</blockquote>'
            f"<cite>{html.cited(quote.citation)}</cite></div>"
        )
    return f'<div class="pair">{"".join(sides)}</div>'


def _cited(quote: Quote) -> str:
    return f"{where(quote.citation)} [{place(quote.citation)}]"


def _painted(words: str, style: str, colour: bool) -> str:
    return f"{style}{words}{_RESET}" if colour else words
