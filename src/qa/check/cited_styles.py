"""Recognise the citation of a place in any style, as a report shows it, without knowing its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.record import Citation
from qa.render import single_line
from qa.render.styles import STYLES, cited

# Stand for what is not known; no text of a document is shown with them.
_HEADING, _TITLE = "\ue000", "\ue001"
_NUMBER = "90817263549081726354"
# A style cites the numbers of a contract's headings in another way.
_TITLES = (_TITLE, f"{_TITLE} agreement")


def is_styled(shown: str, citation: Citation, *, is_renamed: bool) -> bool:
    """Return whether a text is the citation in one of the styles.

    Args:
        shown: The text.
        citation: The citation, without headings.
        is_renamed: Whether the document may have had another title.
    """
    return any(re.fullmatch(pattern, shown) for pattern in _patterns(citation, is_renamed))


def _patterns(citation: Citation, is_renamed: bool) -> Iterator[str]:
    titles = _TITLES if is_renamed else (citation.name or citation.title, citation.title)
    headings = ((), (_HEADING,), (f"{_NUMBER} {_HEADING}",))
    for title in titles:
        for heading in headings:
            each = citation.model_copy(update={"title": title, "name": None, "heading": heading})
            for style in STYLES:
                yield _pattern(single_line(cited(each, style)))


def _pattern(text: str) -> str:
    pattern = re.escape(text).replace(_NUMBER, r"[\w.]+")
    for unknown in (re.escape(_TITLES[1]), re.escape(_TITLE), re.escape(_HEADING)):
        pattern = pattern.replace(unknown, ".+")
    return pattern
