"""Evaluations and comparisons as text for a terminal and as HTML pages; document text stays text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from qa.evaluate.comparison import LEVEL, Comparison, Contrast, Pair
from qa.evaluate.evaluation import Evaluation
from qa.evaluate.gold import Gold
from qa.evaluate.judged import Judged, JudgedQuote, Miss
from qa.render import displayable, html, single_line, where
from qa.render.phrases import place

LISTED = 50
"""Maximum misses in a text; the other formats have all."""
MISSES: Mapping[Miss, str] = {
    "wrong": "wrong",
    "not_answered": "not answered",
    "answered": "answered, without an answer in the documents",
}
"""How an answer is missed, in words."""

_HIT = "share of answerable questions with a right quote among the first"
_EXPLAINED = {
    "mrr": "mean of 1/rank of the first right quote; 0 if none is right",
    "ndcg": "quality of the order of graded documents; 1 is the best order",
    "words": "mean number of words of the first quote",
    "answered": "share of answerable questions that were answered",
    "answered_wrongly": "share of unanswerable questions that were answered",
    "right_when_answered": "share of answered questions with a right quote among the first 3",
    "auroc": "probability that an answerable question has more confidence than an unanswerable one",
    "ece": "mean difference between the confidence and the share of right answers; 0 is best",
}
_METHOD = (
    f"Interval of the difference: {LEVEL:.0%}, by the paired bootstrap. p: McNemar's exact test for shares, "
    "random signs for means."
)
_STYLE = """
body { max-width: 64rem; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 1.6rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: normal; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td blockquote { margin: 0 0 .2rem; } td p { margin: 0 0 .3rem; }
@media (max-width: 44rem) {
  thead { display: none; }
  tr { display: block; border-top: 1px solid var(--line); padding: .6rem 0; }
  th, td { display: block; border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  td.number:not(:first-child) { display: inline-block; margin-right: 1rem; }
  td.quoted::before, td.wanted::before { display: block; }
}
"""


def evaluation_text(evaluation: Evaluation) -> str:
    """Return the figures, and the first misses with what was quoted instead."""
    lines = [f"{name:<22}{value:<8}{why}".rstrip() for name, value, why in _figures(evaluation)]
    misses = evaluation.misses
    if misses:
        lines += ["", f"{_of(len(misses), len(evaluation.results))} missed:"]
    for each in misses[:LISTED]:
        lines += ["", *_miss_lines(each)]
    return "\n".join([*lines, *_more(len(misses))]) + "\n"


def evaluation_html(evaluation: Evaluation) -> str:
    """Return a page with the figures, and a table of all misses."""
    misses = evaluation.misses
    out = [html.page_start("Evaluation", _STYLE)]
    rows = (
        [("", f"<strong>{escape(name)}</strong>"), ("number", escape(value)), ("note", escape(why))]
        for name, value, why in _figures(evaluation)
    )
    out.append(_table(("Figure", "Value", "Meaning"), rows))
    out.append(f"<h2>{_of(len(misses), len(evaluation.results))} missed</h2>")
    if misses:
        rows = ([*_question_cells(each), ("quoted", _quoted_html(each))] for each in misses)
        out.append(_table(("Question", "Wanted", "Quoted"), rows))
    return "\n".join(out) + html.footer()


def comparison_text(comparison: Comparison) -> str:
    """Return the figures of both with their differences, and the first questions gained and lost."""
    lines = [f"{side}  {single_line(name)}" for side, name in zip("AB", comparison.names, strict=True)]
    lines += [_METHOD, ""]
    lines.append("".join(f"{title:<{width}}" for title, width in _COLUMNS).rstrip())
    for contrast in comparison.contrasts:
        cells = zip(_cells(contrast), _COLUMNS, strict=True)
        lines.append("".join(f"{cell:<{width}}" for cell, (_, width) in cells).rstrip())
    for title, pairs in _changes(comparison):
        lines += ["", title]
        for pair in pairs[:LISTED]:
            lines += ["", *_pair_lines(pair)]
        lines += _more(len(pairs))
    return "\n".join(lines) + "\n"


def comparison_html(comparison: Comparison) -> str:
    """Return a page with the figures of both, and tables of the questions gained and lost."""
    out = [html.page_start("Comparison", _STYLE)]
    for side, name in zip("AB", comparison.names, strict=True):
        out.append(f"<p><strong>{side}</strong> <bdi>{escape(single_line(name))}</bdi></p>")
    out.append(f'<p class="note">{_METHOD}</p>')
    rows = ([("number", escape(cell)) for cell in _cells(each)] for each in comparison.contrasts)
    out.append(_table([title or "Figure" for title, _ in _COLUMNS], rows))
    for title, pairs in _changes(comparison):
        out.append(f"<h2>{title}</h2>")
        cells = (
            [*_question_cells(a), ("quoted", _quoted_html(a)), ("quoted", _quoted_html(b))] for a, b in pairs
        )
        if pairs:
            out.append(_table(("Question", "Wanted", "A", "B"), cells))
    return "\n".join(out) + html.footer()


_COLUMNS = (
    ("", 22), ("A", 8), ("B", 8), ("B - A", 9), ("interval", 18), ("p", 9), ("questions", 11), ("better", 8),
    ("worse", 8),
)  # fmt: skip
"""Titles and widths of the columns of a comparison."""


def _cells(contrast: Contrast) -> list[str]:
    known = contrast.low is not None and contrast.high is not None
    return [
        contrast.name.replace("_", " "),
        f"{contrast.a:.3f}",
        f"{contrast.b:.3f}",
        f"{contrast.difference:+.3f}",
        f"{contrast.low:+.3f} to {contrast.high:+.3f}" if known else "-",
        "< 0.001" if contrast.p < 0.001 else f"{contrast.p:.3f}",
        f"{contrast.questions:,}",
        f"{contrast.better:,}",
        f"{contrast.worse:,}",
    ]


def _changes(comparison: Comparison) -> Iterator[tuple[str, tuple[Pair, ...]]]:
    total = len(comparison.a.results)
    yield f"{_of(len(comparison.gained), total)} gained: missed by A, not by B", comparison.gained
    yield f"{_of(len(comparison.lost), total)} lost: missed by B, not by A", comparison.lost


def _of(count: int, total: int) -> str:
    return f"{count:,} of {total:,} question{'' if total == 1 else 's'}"


def _figures(evaluation: Evaluation) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the value and the meaning of each figure."""
    for name, value in evaluation.by_name().items():
        shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        why = f"{_HIT} {name[4:]}" if name.startswith("hit@") else _EXPLAINED.get(name, "")
        if name in evaluation.measures:
            why = "mean over the questions with right documents"
        yield name.replace("_", " "), shown, why


def _more(count: int) -> list[str]:
    return ["", f"... and {count - LISTED:,} more (--format json or html)"] if count > LISTED else []


def _miss_lines(each: Judged) -> list[str]:
    lines = [_title(each), f"    {_state(each)}", f"    wanted: {_wanted(each.gold)}"]
    return lines + [f"    {line}" for line in _quoted_lines(each)]


def _pair_lines(pair: Pair) -> list[str]:
    lines = [_title(pair.a), f"    wanted: {_wanted(pair.a.gold)}"]
    for side, each in zip("AB", pair, strict=True):
        lines += [f"    {side}: {_state(each)}", *(f"       {line}" for line in _quoted_lines(each))]
    return lines


def _title(each: Judged) -> str:
    return f"{single_line(each.id)}: {single_line(each.question)}" if each.question else single_line(each.id)


def _state(each: Judged) -> str:
    """Return how the answer is missed, if it is, its confidence, and where the right quote is."""
    parts = [MISSES[each.miss] if each.miss else "right"]
    if each.confidence is not None:
        parts.append(f"confidence {each.confidence:.2f}")
    if each.gold.answerable and each.miss:
        what = "quote" if each.quotes and not each.gold.relevant else "document"
        parts.append(f"right {what} at rank {each.rank}" if each.rank else f"no right {what} was retrieved")
    return ", ".join(parts)


def _wanted(gold: Gold) -> str:
    """Return what a right answer has, on one line."""
    if not gold.answerable:
        return "no answer"
    documents = list(gold.relevant or ()) or ([gold.doc_id] if gold.doc_id else [])
    names = ", ".join(single_line(name) for name in documents)
    texts = " / ".join(single_line(text) for text in gold.answers)
    return f"{texts} (in {names})" if texts and names else texts or names


def _shown_quote(each: Judged) -> JudgedQuote | None:
    """Return the right quote if the answer is right, otherwise the first."""
    right = (quote for quote in each.quotes if quote.right and not each.miss)
    return next(right, each.quotes[0] if each.quotes else None)


def _label(each: Judged) -> str:
    return "nearest" if each.answered is False else "quoted"


def _quoted_lines(each: Judged) -> list[str]:
    quote = _shown_quote(each)
    if quote is None:
        return [f"ranked first: {', '.join(map(single_line, each.ranking[:3]))}"] if each.ranking else []
    label = f"{_label(each)}: "
    cited = f"{where(quote.citation)} [{place(quote.citation)}]"
    return [f"{label}{single_line(quote.text)}", f"{' ' * len(label)}{cited}"]


def _quoted_html(each: Judged) -> str:
    out = [f'<p class="note">{escape(_state(each))}</p>']
    quote = _shown_quote(each)
    if quote is not None:
        out.append(f'<blockquote dir="auto">{escape(displayable(quote.text))}</blockquote>')
        out.append(f"<cite>{html.cited(quote.citation)}</cite>")
    elif each.ranking:
        out.append(f"<p>{escape(_quoted_lines(each)[0])}</p>")
    return "".join(out)


def _question_cells(each: Judged) -> list[tuple[str, str]]:
    title = (
        f'<p class="note">{escape(single_line(each.id))}</p><bdi>{escape(single_line(each.question))}</bdi>'
    )
    return [("", title), ("wanted", f"<bdi>{escape(_wanted(each.gold))}</bdi>")]


def _table(titles: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]]) -> str:
    """Return a table; each cell is its class and its HTML, and repeats its title for narrow screens."""
    out = ["<table>", "<thead><tr>", *(f'<th scope="col">{escape(title)}</th>' for title in titles)]
    out += ["</tr></thead>", "<tbody>"]
    # The first cell of a row needs no title.
    labels = ["", *(f' data-label="{escape(title)}"' for title in titles[1:])]
    for row in rows:
        cells = zip(labels, row, strict=True)
        out.append("<tr>")
        out += [f'<td class="{kind}"{label}>{cell}</td>' for label, (kind, cell) in cells]
        out.append("</tr>")
    return "\n".join([*out, "</tbody>", "</table>"])
