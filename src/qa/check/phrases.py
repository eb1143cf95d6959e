"""Fixed phrases of a checked draft, shared by all its outputs."""

from __future__ import annotations

from collections.abc import Iterator

from qa.check.record import VERDICTS, DraftCheck, Quotation, SkipReason, Verdict
from qa.record import Citation
from qa.render import single_line, where

NAMES: dict[Verdict, str] = {
    "verbatim": "verbatim",
    "typographic": "typographic",
    "stitched": "stitched",
    "altered": "altered",
    "not_found": "not found",
}
"""The name of each verdict for a person."""
NONE = "No quotation in this draft."
CONTRACT = "What the verdicts mean"
NEAREST = "Nearest passage"
LEGEND = "[-only in the source-] {+only in the draft+}"
SKIPPED: dict[SkipReason, str] = {
    "short": "too short, without a reference behind it",
    "title": "looks like a title, without a reference behind it",
    "unclosed": "the quotation mark is not closed",
    "empty": "the row has no text",
}
"""Why words in quotation marks were not checked."""


def counts(check: DraftCheck) -> str:
    """Return the number of quotations with each verdict, as one line."""
    total = len(check.quotations)
    if not total:
        return NONE
    parts = [f"{check.counts[verdict]:,} {NAMES[verdict]}" for verdict in VERDICTS if check.counts[verdict]]
    return f"{total:,} quotation{'' if total == 1 else 's'}: {', '.join(parts)}"


def place_in_draft(quotation: Quotation) -> str:
    """Return where a quotation is in the draft: its row, or its page and line."""
    if quotation.line is None:
        return f"row {single_line(quotation.id)}"
    page = "" if quotation.page is None else f"page {quotation.page}, "
    return f"{page}line {quotation.line}"


def reference(quotation: Quotation) -> str:
    """Return what the page that the draft names is worth; empty if it names none."""
    named = quotation.reference
    if named is None:
        return ""
    pages = f"page {named.first}" if named.first == named.last else f"pages {named.first} to {named.last}"
    if named.agrees is None:
        if quotation.citation is None:
            return f"The draft names {pages}."
        return f"The draft names {pages}; the document has no pages."
    if named.agrees:
        return f"The draft names {pages}, which is right."
    return f"The draft names {pages}, but the quotation is on {_page(quotation.citation)}."


def others(quotation: Quotation) -> str:
    """Return how many other places there are, and that not all are listed; empty if there are none."""
    count = quotation.places - 1
    if count < 1:
        return ""
    listed = len(quotation.also)
    more = "" if listed == count else f", the first {listed} listed"
    return f"{count:,} other place{'' if count == 1 else 's'}{more}"


def excluded(check: DraftCheck) -> Iterator[str]:
    """Yield a sentence for each document that is the draft itself."""
    for name in check.excluded:
        yield f"{single_line(name)} is the draft itself and was not searched."


def skipped(check: DraftCheck) -> str:
    """Return how many words in quotation marks were not checked, with the reasons; empty if none."""
    if not check.skipped:
        return ""
    reasons: dict[str, int] = {}
    for each in check.skipped:
        reasons[each.reason] = reasons.get(each.reason, 0) + 1
    counted = ", ".join(f"{n} {SKIPPED[reason]}" for reason, n in reasons.items())  # type: ignore[index]
    return f"Not checked: {counted}."


def comment(quotation: Quotation) -> list[str]:
    """Return the lines of a comment on a quotation: its verdict, its place and its difference."""
    lines = [f"{NAMES[quotation.verdict].capitalize()}: {VERDICTS[quotation.verdict]}."]
    if quotation.citation is not None:
        lines.append(f"Source: {cited(quotation.citation)}")
    if quotation.verdict in ("altered", "stitched"):
        lines.append(f"Difference: {difference(quotation)}")
    if quotation.nearest is not None:
        lines.append(f"{NEAREST}: {single_line(quotation.nearest.text)}")
        lines.append(f"In: {cited(quotation.nearest.citation)}")
    if line := reference(quotation):
        lines.append(line)
    return lines


def cited(citation: Citation) -> str:
    """Return a citation for a person, with the place in the form that ``qa show`` takes."""
    return f"{where(citation)} [{single_line(citation.doc_id)}:{citation.start}-{citation.end}]"


def difference(quotation: Quotation) -> str:
    """Return the quotation with its differences marked, on one line."""
    shown = []
    for change in quotation.difference:
        is_shown_as_it_is = change.kind in ("same", "typographic", "omitted")
        if is_shown_as_it_is or (change.kind == "announced" and not change.source.strip()):
            shown.append(change.draft)
        else:
            shown.append(marked(change.draft, change.source))
    return single_line("".join(shown))


def marked(draft: str, source: str) -> str:
    """Return a changed piece, the words of the source before those of the draft."""
    lead = " " if (draft or source)[:1].isspace() else ""
    end = " " if (draft or source)[-1:].isspace() else ""
    old = f"[-{source.strip()}-]" if source.strip() else ""
    new = f"{{+{draft.strip()}+}}" if draft.strip() else ""
    return f"{lead}{' '.join(filter(None, (old, new)))}{end}"


def _page(citation: Citation | None) -> str:
    return f"page {citation.page_label or citation.page}" if citation and citation.page else "another"
