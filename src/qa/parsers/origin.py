"""The author, publisher and date that a file names in its properties, which citations need.

They are words of the file that its text does not have, so they are omissions with these names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.parsers.build import TextBuilder, clean
from qa.types import AUTHOR, DATE, PUBLISHER

_MOST = 200
_MOST_NAMES = 3
# What programs and their users write where they name nobody: "Admin", "Microsoft Office User", "jsmith2".
_NOBODY = re.compile(
    r"(?:the )?(?:author|admin|administrator|anonymous|default|guest|home|n/?a|none|owner|pc|root|staff|temp|"
    r"test|unknown|user|usuario|utilisateur|benutzer)s?\W*\d*|microsoft.*|(?:open|libre)office.*|calibre.*|.*@.*|.*://.*|"
    r"\W*",
    re.IGNORECASE,
)
# A single word without a capital, or with figures, is the name of an account.
_ACCOUNT = re.compile(r"[^\s\W\d_A-Z]+|\S*[\d_\\]\S*|[a-z-]+")
_DATE = re.compile(
    r"(1[0-9]{3}|20[0-9]{2})(?:[-/](0[1-9]|1[0-2])(?:[-/](0[1-9]|[12][0-9]|3[01]))?)?(?![0-9])"
)


def add_typist(builder: TextBuilder, author: str | None) -> None:
    """Record the author in the properties of a PDF or Word file, which programs fill in from the account.

    A single word is then the name of an account or of the machine ("Toshiba"), except an abbreviation.
    """
    words = (author or "").split()
    add(builder, [author] if len(words) > 1 or (author or "").isupper() else [])


def add(
    builder: TextBuilder, authors: Iterable[str | None], publisher: str | None = None, date: str | None = None
) -> None:
    """Record what a file says of its origin; what names nobody is left out.

    Args:
        builder: The text of the file.
        authors: The authors.
        publisher: The publisher.
        date: The date of publication, as ISO 8601 or with slashes; not that of the file.
    """
    names = list(dict.fromkeys(filter(None, map(_name, authors))))[:_MOST_NAMES]
    if names:
        builder.omit("metadata", ", ".join(names), name=AUTHOR)
    if house := _name(publisher):
        builder.omit("metadata", house, name=PUBLISHER)
    if match := _DATE.match((date or "").strip()):
        builder.omit("metadata", "-".join(filter(None, match.groups())), name=DATE)


def _name(text: str | None) -> str:
    name = " ".join(clean(text or "").split())
    is_nobody = len(name) > _MOST or _NOBODY.fullmatch(name) or _ACCOUNT.fullmatch(name)
    return "" if is_nobody else name
