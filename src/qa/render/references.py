"""Write quotes as records of a reference manager (BibTeX, RIS, CSL-JSON) or as W3C Web Annotations.

A record has what the citation knows: title, file name, page, headings, the quote, and the author, date and
publisher if the file itself names them.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from qa.render.phrases import SELECTED, displayable, place, single_line, title_of, where

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation

_WEB = ("http", "https")
# The signs that LaTeX interprets; the backslash comes first in its own replacement.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}$&#_%"},
    }
)  # fmt: skip
_PDF_FRAGMENT = "http://tools.ietf.org/rfc/rfc3778"


@dataclass(frozen=True, slots=True)
class CitedText:
    """A text of a document with its citation, and the question or words that it was found for."""

    text: str
    citation: Citation
    query: str
    is_selected: bool = False
    """Whether a person selected it."""


def cited_texts(answer: Answer) -> Iterator[CitedText]:
    """Yield the quotes that are the answer; the nearest passages are no evidence."""
    for each in answer.answering:
        yield CitedText(each.text, each.citation, answer.question, bool(answer.selected))


@dataclass(frozen=True, slots=True)
class Format:
    """How a file of references is written: its start, each entry, what is between them, and its end."""

    start: str
    entry: Callable[[CitedText], str]
    between: str
    end: str
    by_place: bool
    """Whether a place is written once, though several questions quote it."""


@dataclass(slots=True)
class ReferenceFile:
    """The pieces of a file, in order: `add` each text, then `end`."""

    format: str
    _seen: set[str] = field(default_factory=set)

    def add(self, texts: Iterable[CitedText]) -> str:
        """Return the entries of texts that are not in the file yet."""
        form = FORMATS[self.format]
        out = []
        for each in texts:
            name = _key(each) if form.by_place else _annotation_id(each)
            if name not in self._seen:
                out.append((form.between if self._seen else form.start) + form.entry(each))
                self._seen.add(name)
        return "".join(out)

    def end(self) -> str:
        """Return the end of the file."""
        form = FORMATS[self.format]
        return form.end if self._seen else form.start + form.end


def written(texts: Iterable[CitedText], format: str) -> str:
    """Return a whole file in one of `FORMATS`."""
    file = ReferenceFile(format)
    return file.add(texts) + file.end()


def bibtex(cited: CitedText) -> str:
    """Return one entry of BibTeX; the quote is ``annote``, with the signs of LaTeX escaped."""
    citation = cited.citation
    fields = {
        **_document_fields(citation),
        "pages": latex(_page(citation)),
        "note": latex(where(citation) + f". {SELECTED}" * cited.is_selected),
        "annote": displayable(cited.text).translate(_LATEX),
    }
    return _bibtex_entry(_key(cited), fields) + "\n"


def document_bibtex(citation: Citation) -> str:
    """Return one entry of BibTeX for the cited document."""
    return _bibtex_entry(document_key(citation), _document_fields(citation))


def _document_fields(citation: Citation) -> dict[str, str]:
    year, month, _ = (f"{citation.date or ''}--").split("-", 2)
    return {
        # The second braces keep the letter case, and an author as one name.
        "author": f"{{{latex(citation.author)}}}" if citation.author else "",
        "title": f"{{{latex(title_of(citation))}}}",
        "publisher": latex(citation.publisher or ""),
        "year": year,
        "month": str(int(month)) if month.isdecimal() else "",
        "howpublished": latex(_file_name(citation)),
        "url": latex(web_address(citation)),
    }


def _bibtex_entry(key: str, fields: dict[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}"


def ris(cited: CitedText) -> str:
    """Return one record of RIS; a field is one line, so a line end of the quote is a space in ``AB``."""
    citation = cited.citation
    fields = (
        ("TY", "GEN"), ("ID", _key(cited)), ("AU", single_line(citation.author or "")),
        ("TI", title_of(citation)), ("PB", single_line(citation.publisher or "")),
        ("DA", (citation.date or "").replace("-", "/")), ("SP", _page(citation)),
        ("UR", web_address(citation)), ("N1", f"{where(citation)} [{place(citation)}]"),
        ("AB", single_line(cited.text)), ("ER", ""),
    )  # fmt: skip
    return "".join(f"{name}  - {value}\r\n" for name, value in fields if value or name == "ER")


def csl_item(cited: CitedText) -> dict[str, Any]:
    """Return one item of CSL-JSON; the quote is the ``abstract``, character for character."""
    citation = cited.citation
    item = {
        "id": _key(cited),
        "type": "document",
        "title": title_of(citation),
        "author": [{"literal": single_line(citation.author)}] if citation.author else None,
        "publisher": single_line(citation.publisher or ""),
        "issued": {"date-parts": [list(map(int, citation.date.split("-")))]} if citation.date else None,
        "page": _page(citation),
        "section": " › ".join(map(single_line, citation.heading)),
        "URL": web_address(citation),
        "note": f"{where(citation)} [{place(citation)}]",
        "abstract": cited.text,
    }
    return {name: value for name, value in item.items() if value}


def annotation(cited: CitedText) -> dict[str, Any]:
    """Return a W3C Web Annotation: the question about a stretch, by its text and by its position.

    The position is in code points of the document's text. The source is the document's web address, or else
    the hash of its file (RFC 6920), which names no folder of this machine.
    """
    citation = cited.citation
    quoted = {
        "type": "TextQuoteSelector",
        "exact": cited.text,
        "prefix": citation.prefix,
        "suffix": citation.suffix,
    }
    selectors: list[dict[str, Any]] = [
        quoted,
        {"type": "TextPositionSelector", "start": citation.start, "end": citation.end},
    ]
    if citation.page is not None and citation.doc_id.lower().endswith(".pdf"):
        page = {"type": "FragmentSelector", "conformsTo": _PDF_FRAGMENT, "value": f"page={citation.page}"}
        selectors.append({**page, "refinedBy": quoted})
    bodies = (("describing", cited.query), ("identifying", f"{where(citation)} [{place(citation)}]"))
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": _annotation_id(cited),
        "type": "Annotation",
        "motivation": "highlighting",
        "body": [
            {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}
            for purpose, value in bodies
        ],
        "target": {"source": web_address(citation) or _hash_name(citation), "selector": selectors},
    }


FORMATS = {
    "bibtex": Format("", bibtex, "\n", "", by_place=True),
    "ris": Format("", ris, "\r\n", "", by_place=True),
    "csljson": Format("[\n", lambda cited: _json(csl_item(cited)), ",\n", "\n]\n", by_place=True),
    "webannotation": Format("[\n", lambda cited: _json(annotation(cited)), ",\n", "\n]\n", by_place=False),
}
"""The formats by name."""
EXTENSIONS = {"bib": "bibtex", "ris": "ris", "csljson": "csljson", "jsonld": "webannotation"}
"""The formats by the extensions of their files."""


def _json(value: object) -> str:
    # Half of a surrogate pair cannot be encoded, but escaped.
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def latex(text: str) -> str:
    """Return a text on one line with the signs of LaTeX escaped."""
    return single_line(text).translate(_LATEX)


def _file_name(citation: Citation) -> str:
    return re.split(r"[/\\]", citation.doc_id)[-1]


def _page(citation: Citation) -> str:
    return "" if citation.page is None else single_line(citation.page_label or str(citation.page))


def web_address(citation: Citation) -> str:
    """Return the web address of a document as an address without special signs; empty if it has none."""
    uri = citation.uri or ""
    try:
        is_web = urlsplit(uri).scheme in _WEB
    except ValueError:
        return ""
    return quote(displayable(uri), safe="/:?#[]@!$&'()*+,;=%-._~") if is_web else ""


def _hash_name(citation: Citation) -> str:
    digest = base64.urlsafe_b64encode(bytes.fromhex(citation.sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def _key(cited: CitedText) -> str:
    """Return the key of a place: readable, and unique also for documents with similar names."""
    citation = cited.citation
    return f"{document_key(citation)}-{citation.start}-{citation.end}"


def document_key(citation: Citation) -> str:
    """Return the key of a document: readable, and unique also for documents with similar names."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", _file_name(citation)).strip("-")[:40] or "document"
    return f"{stem}-{citation.sha256[:8]}"


def _annotation_id(cited: CitedText) -> str:
    """Return the same id for the same question and place."""
    citation = cited.citation
    name = "\n".join((citation.sha256, citation.doc_id, str(citation), cited.query))
    return uuid.uuid5(uuid.NAMESPACE_OID, name.encode("utf-8", "backslashreplace").decode()).urn
