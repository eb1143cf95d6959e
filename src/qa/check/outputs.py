"""Write a checked draft in any format: text, JSON, an HTML report, or a copy of the draft with marks."""

from __future__ import annotations

from pathlib import Path

from qa.check.drafts import Draft
from qa.check.record import DraftCheck, to_json
from qa.errors import UsageError
from qa.output_files import check_output

FORMATS = ("text", "json", "html", "docx", "marked")
"""Formats of a checked draft; the last two are copies of a Word and of an HTML draft."""
COPIES = {"docx": (".docx",), "marked": (".html", ".htm", ".xhtml")}
"""The extensions of the drafts that can be copied with marks, by format."""
_BY_EXTENSION = {".json": "json", ".html": "html", ".htm": "html", ".docx": "docx"}


def format_of(format: str | None, target: Path | None, draft: str) -> str:
    """Return the format of an output, and check that it is possible.

    Args:
        format: The format, or None for that of the target's extension, else text.
        target: The file to write; None for standard output.
        draft: The name of the draft.

    Raises:
        UsageError: The draft cannot be copied in this format, or the target cannot be written.
    """
    chosen = format or (_BY_EXTENSION.get(target.suffix.lower(), "text") if target else "text")
    if chosen in COPIES and not draft.lower().endswith(COPIES[chosen]):
        raise UsageError("draft-copy-other-format", format=chosen, known=" ".join(COPIES[chosen]), name=draft)
    if target is None:
        if chosen == "docx":
            raise UsageError("draft-copy-to-terminal")
        return chosen
    check_output(target, Path(draft), code="draft-copy-overwrites")
    return chosen


def summary(check: DraftCheck) -> str:
    """Return the number of quotations with each verdict, as one line."""
    from qa.check.phrases import counts

    return counts(check)


def render(check: DraftCheck, draft: Draft, format: str, *, colour: bool = False) -> tuple[bytes, int]:
    """Return a checked draft in a format, and the number of quotations that a copy has no mark for.

    Args:
        check: The checked draft.
        draft: The draft.
        format: One of `FORMATS`.
        colour: Whether text has ANSI colours.

    Raises:
        UsageError: The copy cannot be made because the draft is damaged.
    """
    if format == "docx":
        from qa.check.word_copy import word_copy

        return word_copy(draft.data, check)
    if format == "marked":
        from qa.check.html_copy import html_copy

        return html_copy(draft.data, check)
    if format == "html":
        from qa.check.html import html

        return html(check).encode("utf-8", "replace"), 0
    if format == "json":
        return f"{to_json(check)}\n".encode("utf-8", "backslashreplace"), 0
    from qa.check.text import text

    return text(check, colour).encode("utf-8", "replace"), 0
