"""``qa list``: list the documents in the index."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa import DocumentInfo


_WIDEST = 80
"""Characters of an id up to which the columns are aligned."""
_TITLE = 48
"""Characters of a title in the table; JSON has all."""


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(commands, "list", run, "list the documents in the index")
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="text")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options)
    documents = library.documents()
    if options.format in ("json", "jsonl"):
        lines = [json.dumps(document.as_json(), ensure_ascii=False) for document in documents]
        if options.format == "json":
            lines = ["[\n" + ",\n".join(lines) + "\n]" if lines else "[]"]
        for line in lines:
            print_text(line)
        return DONE
    _print_table(documents)
    for document in documents:
        for warning in document.warnings:
            say(f"{document.doc_id}: {warning}")
    for failure in library.failures():
        say(f"not in the index: {failure.name}: {failure.reason}")
    total = sum(document.sentences for document in documents)
    plural = "s" if len(documents) != 1 else ""
    say(f"{len(documents):,} document{plural}, {total:,} sentences; model {library.model}.")
    for note in library.notes():
        say(str(note))
    return DONE


def _print_table(documents: Sequence[DocumentInfo]) -> None:
    from qa.render import escaped, single_line

    rows = [("document", "title", "pages", "sentences", "bytes", "indexed")]
    for document in documents:
        # The id stays whole, because other commands take it.
        name, title = escaped(document.doc_id), _shortened(single_line(document.title))
        pages = str(document.pages) if document.pages else "-"
        rows.append(
            (name, title, pages, f"{document.sentences:,}", f"{document.size:,}", document.indexed_at[:10])
        )
    widths = [min(_WIDEST, max(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        print_text("  ".join((*names, *figures)).rstrip())


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
