"""List the supported formats: the built-in ones, and those that installed packages add.

A package adds a format with an entry point in the group ``qa.parsers``: its name is the file extension
without the dot, and its value is the function that reads such a file. The package is not imported here; the
limited child process imports it when the first such file is read.
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
"""Entry point group of parsers."""
CORPUS = ".jsonl"
"""Extension of a corpus, which is read line by line without a parser."""

_EXTENSION = re.compile("[a-z0-9]+")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """The function that reads a format, its size limit in bytes, and the external package that adds it."""

    module: str
    function: str
    most_bytes: int
    package: str | None = None

    @property
    def name(self) -> str:
        """Name of the function, as in an entry point."""
        return f"{self.module}:{self.function}"


def _own(module: str, most_bytes: int, *extensions: str) -> dict[str, Format]:
    return dict.fromkeys(extensions, Format(f"qa.parsers.{module}", "read", most_bytes))


# The same as in pyproject.toml; repeated here to work without installed metadata.
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
    """Return all formats by extension; search installed packages once, and warn of broken entry points."""
    by_extension = dict(OWN)
    for package, entry in _entry_points():
        if entry.value.startswith(f"{__package__}."):
            continue
        if problem := _problem(entry, by_extension):
            _log.warning("The parser %s of the package %s is not used: %s.", entry.value, package, problem)
        else:
            extension = f".{entry.name.lower()}"
            by_extension[extension] = Format(entry.module, entry.attr, OUTSIDE_BYTES, package)
    return MappingProxyType(by_extension)


def extensions() -> frozenset[str]:
    """Return the extensions of readable files, with the dot, in lower case."""
    return frozenset(formats()) | {CORPUS}


def _entry_points() -> Iterator[tuple[str, EntryPoint]]:
    """Yield the entry points of the group with their packages, by name."""
    by_package: dict[str, list[EntryPoint]] = {}
    for distribution in distributions():
        name = "?"
        try:
            name = distribution.metadata["Name"] or "?"
            # Python imports the first distribution of a name.
            if name not in by_package:
                by_package[name] = [entry for entry in distribution.entry_points if entry.group == GROUP]
        except Exception as error:
            problem = f"its metadata is damaged ({error!r})"
            _log.warning("The parsers of the package %s are not used: %s.", name, problem)
    for name, entries in sorted(by_package.items()):
        yield from ((name, entry) for entry in sorted(entries, key=lambda entry: entry.name))


def _problem(entry: EntryPoint, by_extension: Mapping[str, Format]) -> str | None:
    """Return why an entry point cannot be used, or None if it can."""
    extension = entry.name.lower()
    if not _EXTENSION.fullmatch(extension):
        return f"its name must be a file extension such as xyz, not {entry.name!r}"
    if EntryPoint.pattern.match(entry.value) is None or not entry.attr:
        return "its value must be package.module:function"
    if f".{extension}" == CORPUS or f".{extension}" in OWN:
        return f"this program reads .{extension} files itself"
    if claimed := by_extension.get(f".{extension}"):
        return f"the package {claimed.package} reads .{extension} files already"
    return None
