"""The formats that can be read: our own, and those that installed packages add.

A package adds a format by an entry point of the group ``qa.parsers``: its name is the file extension without
the dot, its value the function that reads such a file. Nothing of the package is imported here: the limited
child process does that when the first such file comes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, distributions
from types import MappingProxyType

from qa.parsers.limits import ARCHIVE_BYTES, MAIL_BYTES, MARKUP_BYTES, OUTSIDE_BYTES, PDF_BYTES, TEXT_BYTES

GROUP = "qa.parsers"
CORPUS = ".jsonl"
"""The extension of a corpus, which is read line by line and has no parser."""

_EXTENSION = re.compile("[a-z0-9]+")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """The function that reads a format, the size limit, and the package that adds it if it is not ours."""

    module: str
    function: str
    most_bytes: int
    package: str | None = None


def _own(module: str, most_bytes: int, *extensions: str) -> dict[str, Format]:
    return dict.fromkeys(extensions, Format(f"qa.parsers.{module}", "read", most_bytes))


# As in pyproject.toml; here as well, so that they are known without installed metadata.
OWN: Mapping[str, Format] = MappingProxyType(
    _own("plain", TEXT_BYTES, ".txt", ".text")
    | _own("subtitles", MARKUP_BYTES, ".srt", ".vtt", ".sbv")
    | _own("markdown", MARKUP_BYTES, ".md", ".markdown")
    | _own("html", MARKUP_BYTES, ".html", ".htm", ".xhtml", ".mht", ".mhtml")
    | _own("pdf.reading", PDF_BYTES, ".pdf")
    | _own("docx", ARCHIVE_BYTES, ".docx")
    | _own("epub", ARCHIVE_BYTES, ".epub")
    | _own("eml", MAIL_BYTES, ".eml", ".emlx")
    | _own("outlook", MAIL_BYTES, ".msg")
    | _own("delimited", MARKUP_BYTES, ".csv", ".tsv")
    | _own("office.xlsx", ARCHIVE_BYTES, ".xlsx")
    | _own("office.pptx", ARCHIVE_BYTES, ".pptx")
    | _own("odf.odt", ARCHIVE_BYTES, ".odt")
    | _own("rtf.rtf", MARKUP_BYTES, ".rtf")
)


@cache
def formats() -> Mapping[str, Format]:
    """Returns every format by its extension; looks for installed packages once, and warns of broken ones."""
    known = dict(OWN)
    for package, entry in _entry_points():
        if entry.value.startswith(f"{__package__}."):
            continue
        if problem := _problem(entry, known):
            _log.warning("The parser %s of the package %s is not used: %s.", entry.value, package, problem)
        else:
            extension = f".{entry.name.lower()}"
            known[extension] = Format(entry.module, entry.attr, OUTSIDE_BYTES, package)
    return MappingProxyType(known)


def extensions() -> frozenset[str]:
    """Returns the extensions of files that can be read, with the dot, in lower case."""
    return frozenset(formats()) | {CORPUS}


def _entry_points() -> Iterator[tuple[str, EntryPoint]]:
    """The entry points of our group with their packages, by name."""
    by_package: dict[str, list[EntryPoint]] = {}
    for distribution in distributions():
        name = "?"
        try:
            name = distribution.metadata["Name"] or "?"
            # The first of a name is the one that Python imports.
            if name not in by_package:
                by_package[name] = [each for each in distribution.entry_points if each.group == GROUP]
        except Exception as error:
            problem = f"its metadata is damaged ({error!r})"
            _log.warning("The parsers of the package %s are not used: %s.", name, problem)
    for name, entries in sorted(by_package.items()):
        yield from ((name, entry) for entry in sorted(entries, key=lambda entry: entry.name))


def _problem(entry: EntryPoint, known: Mapping[str, Format]) -> str | None:
    """Why an entry point cannot be used, or None."""
    extension = entry.name.lower()
    if not _EXTENSION.fullmatch(extension):
        return f"its name must be a file extension such as xyz, not {entry.name!r}"
    if EntryPoint.pattern.match(entry.value) is None or not entry.attr:
        return "its value must be package.module:function"
    if f".{extension}" == CORPUS or f".{extension}" in OWN:
        return f"this program reads .{extension} files itself"
    if other := known.get(f".{extension}"):
        return f"the package {other.package} reads .{extension} files already"
    return None
