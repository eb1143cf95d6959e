"""Render a checked draft for the terminal; text of a draft or a document cannot control the display."""

from __future__ import annotations

from collections.abc import Iterator

from qa.check import phrases
from qa.check.record import VERDICTS, DraftCheck, Quotation
from qa.render import single_line

_BOLD, _DIM, _RED, _GREEN, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
_SHORT = 160
"""Characters shown of a quotation that needs no correction."""


def text(check: DraftCheck, colour: bool = False) -> str:
    """Return the quotations with their verdicts as lines for a terminal, and what the verdicts mean.

    Args:
        check: The checked draft.
        colour: Whether to use ANSI colours; without them, the text is the same.
    """
    out = [_painted(f"{single_line(check.draft)}: {phrases.counts(check)}", _BOLD, colour), ""]
    for quotation in check.quotations:
        out += _quotation(quotation, colour)
    if any(quotation.verdict == "altered" for quotation in check.quotations):
        out += [f"Differences: {phrases.LEGEND}", ""]
    notes = [*phrases.excluded(check), *filter(None, [phrases.skipped(check)])]
    out += [*notes, ""] if notes else []
    out.append(f"{phrases.CONTRACT}:")
    out += [f"  {phrases.NAMES[verdict]}: {meaning}." for verdict, meaning in VERDICTS.items()]
    return "\n".join([*out, ""])


def _quotation(quotation: Quotation, colour: bool) -> Iterator[str]:
    name = phrases.NAMES[quotation.verdict]
    style = _GREEN if quotation.passes else _RED
    shown = single_line(quotation.text)
    if quotation.passes and len(shown) > _SHORT:
        shown = f"{shown[:_SHORT].rstrip()} …"
    head = f"{single_line(quotation.id)}. {_painted(name, _BOLD + style, colour)}"
    yield f"{head}, {phrases.place_in_draft(quotation)}"
    if quotation.verdict in ("altered", "stitched"):
        yield f"   {phrases.difference(quotation)}"
    else:
        yield f"   {shown}"
    if quotation.citation is not None:
        yield _painted(f"   {phrases.cited(quotation.citation)}", _DIM, colour)
    for part in quotation.parts[1:]:
        yield _painted(f"   and {phrases.cited(part.citation)}", _DIM, colour)
    if line := phrases.others(quotation):
        yield f"   {line}"
    if quotation.nearest is not None:
        yield f"   {phrases.NEAREST}: {single_line(quotation.nearest.text)}"
        yield _painted(f"   {phrases.cited(quotation.nearest.citation)}", _DIM, colour)
    if line := phrases.reference(quotation):
        yield f"   {line}"
    yield ""


def _painted(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_RESET}" if colour and text else text
