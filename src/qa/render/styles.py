"""Citations in the styles that scholars and lawyers use.

A style gets only what a citation knows: title, page, headings, place, web address, and the author, date and
publisher that the file names. What is unknown is left out, as the guide of the style says. Names and titles
are written as the file has them: which part of a name is the surname, no file says.

The rules are those of the public guides: apastyle.apa.org (7th edition), the citation quick guide of the
Chicago Manual of Style (notes), OSCOLA (4th edition, secondary sources without an ISBN), and the Bluebook
(21st edition, rules 15 and 18, in the typeface of practitioners).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qa.errors import UsageError
from qa.render import references
from qa.render.phrases import named_place, single_line, title_of, where

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation

Style = Literal["plain", "apa", "chicago", "oscola", "bluebook", "bibtex"]
STYLES: tuple[Style, ...] = get_args(Style)
"""The names of the styles; the first is the default."""

Runs: TypeAlias = "tuple[tuple[str, bool], ...]"
"""Pieces of a citation, each with whether it is in italics."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_SHORT_MONTHS = (
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_NUMBERED = re.compile(
    r"\W?(?:(?:section|sec\.|clause|cl\.|article|art\.|§)\s*)?(\d+(?:\.\d+)*[a-z]?)\b", re.I
)
_CONTRACT = re.compile(r"\b(?:agreement|contract|deed|lease|licen[cs]e|terms)\b", re.IGNORECASE)
_HEADING_WORDS = 5
"""Words of a heading from which APA's guide shortens it, and how many it then keeps."""
_SHORTENED_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Rules:
    """How a style cites beside a quote, lists sources at the end, and copies a quote with its citation."""

    cite: Callable[[Citation], Runs]
    entry: Callable[[Citation], Runs] = lambda _: ()
    copied: str = "“{quote}”\n— {cited}"


def style_of(name: str) -> Style:
    """Return the style with a name.

    Raises:
        UsageError: There is none.
    """
    for style in STYLES:
        if style == name:
            return style
    raise UsageError("style-unknown", style=single_line(name), known=", ".join(STYLES))


def runs(citation: Citation, style: Style = "plain") -> Runs:
    """Return the citation beside a quote, with the pieces in italics."""
    return _RULES[style].cite(citation)


def cited(citation: Citation, style: str = "plain") -> str:
    """Return a citation as text: a note, or in APA and BibTeX what is in the text.

    Args:
        citation: The citation.
        style: One of ``plain``, ``apa``, ``chicago`` (notes), ``oscola``, ``bluebook`` and ``bibtex``.

    Raises:
        UsageError: There is no such style.
    """
    return text(runs(citation, style_of(style)))


def footnote(citations: Iterable[Citation], style: Style) -> Runs:
    """Return several citations as one footnote, which ends with one full stop."""
    each = [runs(citation, style) for citation in citations]
    out: list[tuple[str, bool]] = []
    for pieces in each:
        # Each citation ends with a full stop, and a footnote of several has only one.
        *first, (last, is_italic) = pieces
        out += [*first, (last.removesuffix("."), is_italic), ("; ", False)]
    return (*out[:-1], (".", False))


def copied(quote: str, citation: Citation, style: Style) -> str:
    """Return a quote with its citation, as a person pastes it into another text."""
    if style == "bibtex":
        return references.bibtex(references.CitedText(quote, citation, ""))
    rules = _RULES[style]
    parts = (rules.copied.format(quote=quote, cited=cited(citation, style)), text(entry(citation, style)))
    return "\n\n".join(filter(None, parts))


def entry(citation: Citation, style: Style) -> Runs:
    """Return the entry of the cited document in the list of sources; empty in styles without one."""
    return _RULES[style].entry(citation)


def entries(record: Answer, style: Style) -> list[Runs]:
    """Return the entries of the cited documents in the list of sources, once each; none in some styles."""
    each = (c for quote in record.quotes for c in (quote.citation, *quote.also))
    return list(dict.fromkeys(filter(None, (entry(c, style) for c in each))))


def text(pieces: Runs) -> str:
    """Return pieces as text."""
    return "".join(piece for piece, _ in pieces)


# -- what a citation knows ----------------------------------------------------------------------------


def _author(citation: Citation) -> str:
    return single_line(citation.author or "")


def _publisher(citation: Citation) -> str:
    publisher = single_line(citation.publisher or "")
    return "" if publisher == _author(citation) else publisher


def _date(citation: Citation) -> tuple[str, int, int]:
    """Return year, month and day; what the file does not say is empty or 0."""
    year, month, day = f"{citation.date or ''}--".split("-")[:3]
    return year, int(month or 0), int(day or 0)


def _page(citation: Citation) -> str:
    return "" if citation.page is None else single_line(citation.page_label or str(citation.page))


def _heading(citation: Citation) -> str:
    """Return the innermost heading; the title of the document is none."""
    headings = [single_line(heading) for heading in citation.heading]
    titles = ("", title_of(citation), single_line(citation.title))
    return next((heading for heading in reversed(headings) if heading not in titles), "")


def _number(heading: str) -> str:
    match = _NUMBERED.match(heading)
    return match[1] if match else ""


def _joined(between: str, parts: Iterable[str]) -> str:
    return between.join(filter(None, parts))


def _pieces(*parts: tuple[str, bool]) -> Runs:
    return tuple(part for part in parts if part[0])


# -- the styles -----------------------------------------------------------------------------------


def _plain(citation: Citation) -> Runs:
    return ((where(citation), False),)


def _apa(citation: Citation) -> Runs:
    author, title = _author(citation), title_of(citation)
    year = _date(citation)[0] or "n.d."
    rest = _joined(", ", ("", year, _apa_place(citation)))
    return _pieces(
        ("(", False), (author or title, not author), (f", {rest}" if rest else "", False), (")", False)
    )


def _apa_place(citation: Citation) -> str:
    if page := _page(citation):
        return f"p. {page}"
    if citation.place is not None:
        return named_place(citation)
    heading = _heading(citation)
    words = heading.split()
    if len(words) > _HEADING_WORDS:
        heading = f"“{' '.join(words[:_SHORTENED_WORDS])}”"
    return f"{heading} section" if heading else ""


def _apa_entry(citation: Citation) -> Runs:
    author, title = _author(citation), _stopped(title_of(citation))
    before = f"{_stopped(author)} ({_full_date(citation)}). " if author else ""
    after = [] if author else [f"({_full_date(citation)})."]
    publisher = _publisher(citation)
    after += filter(None, (publisher and _stopped(publisher), references.web_address(citation)))
    rest = "".join(f" {part}" for part in after)
    return _pieces((before, False), (title, True), (rest, False))


def _full_date(citation: Citation) -> str:
    """Return a date as APA's list of references has it: 2019, May 3."""
    year, month, day = _date(citation)
    of_year = f"{_MONTHS[month - 1]} {day or ''}".strip() if month else ""
    return _joined(", ", (year, of_year)) or "n.d."


def _chicago(citation: Citation) -> Runs:
    author, title = _author(citation), title_of(citation)
    facts = _joined(", ", (_publisher(citation), _date(citation)[0] or "n.d."))
    url = references.web_address(citation)
    place, heading = _page(citation), _heading(citation)
    if not place and citation.place is not None:
        place = named_place(citation)
    end = "," if url else "."
    if not place and heading:
        # American punctuation is inside the quotation marks.
        place = f"under “{heading}{'' if heading.endswith(('.', '?', '!')) else end}”"
        end = ""
    rest = f" ({facts})" + (f", {place}" if place else "") + end + (f" {url}." if url else "")
    return _pieces((f"{author}, " if author else "", False), (title, True), (rest, False))


def _oscola(citation: Citation) -> Runs:
    facts = _joined(" ", (_publisher(citation), _date(citation)[0]))
    url = references.web_address(citation)
    parts = (f"‘{title_of(citation)}’", facts and f"({facts})", _oscola_place(citation), url and f"<{url}>")
    return ((_joined(", ", (_author(citation), _joined(" ", parts))) + ".", False),)


def _oscola_place(citation: Citation) -> str:
    if page := _page(citation):
        return page
    if citation.place is not None:
        return named_place(citation)
    heading = _heading(citation)
    if number := _number(heading):
        return f"{'cl' if _CONTRACT.search(title_of(citation)) else 's'} {number}"
    return f"‘{heading}’" if heading else ""


def _bluebook(citation: Citation) -> Runs:
    author, title = _author(citation), title_of(citation)
    url, (year, month, day) = references.web_address(citation), _date(citation)
    place, heading = _page(citation), _heading(citation)
    # The number of a page after a figure of the title could be read as a part of the title.
    between = ", at " if place and title[-1:].isdigit() else " "
    if not place and citation.place is not None:
        place, between = named_place(citation), ", "
    elif not place and (number := _number(heading)):
        place = f"§ {number}"
    elif not place and heading:
        place, between = f"“{heading}”", ", "
    # Only a source of the web has more than its year.
    month_and_day = f"{_SHORT_MONTHS[month - 1]} {f'{day}, ' if day else ''}" if url and month else ""
    date = f"{month_and_day}{year}" or "n.d."
    rest = (f"{between}{place}" if place else "") + f" ({date})" + (f", {url}" if url else "") + "."
    return _pieces((f"{author}, " if author else "", False), (title, True), (rest, False))


def _bibtex(citation: Citation) -> Runs:
    page, heading = _page(citation), _heading(citation)
    place = f"p.~{references.latex(page)}" if page else ""
    if not place and citation.place is not None:
        place = references.latex(named_place(citation))
    elif not place and (number := _number(heading)):
        place = f"\\S~{number}"
    elif not place:
        place = references.latex(heading)
    # The braces keep a bracket of a heading from ending the argument.
    place = f"[{{{place}}}]" if "]" in place else f"[{place}]" if place else ""
    return ((f"\\cite{place}{{{references.document_key(citation)}}}", False),)


def _bibtex_entry(citation: Citation) -> Runs:
    return ((references.document_bibtex(citation), False),)


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


_RULES: dict[Style, _Rules] = {
    "plain": _Rules(_plain),
    "apa": _Rules(_apa, _apa_entry, "“{quote}” {cited}"),
    "chicago": _Rules(_chicago, copied="“{quote}”\n\n{cited}"),
    "oscola": _Rules(_oscola, copied="‘{quote}’\n\n{cited}"),
    "bluebook": _Rules(_bluebook, copied="“{quote}”\n\n{cited}"),
    "bibtex": _Rules(_bibtex, _bibtex_entry),
}
