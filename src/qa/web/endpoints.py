"""What the page and other programs can ask: questions, sources, the library, adding and removing."""

from __future__ import annotations

import base64
import functools
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from qa.answer import Answerer, cite
from qa.embed import Encoder
from qa.errors import QaError, UsageError
from qa.index import DocumentInfo, Index
from qa.render import CitationRecord, Record, record, single_line, where
from qa.types import Document, Span
from qa.web import cards, examples, exports, library, received, sheets, source, uploads
from qa.web.batches import SHOWN, Batches, Which
from qa.web.markup import counted, line
from qa.web.once import Once
from qa.web.sheets import Sheets
from qa.web.uploads import Upload, Uploads

QUOTES = 3
MOST_QUOTES = 50
"""Quotes that a program gets at most for one question."""
MOST_FILES = 1_000
MOST_NOTE = 10_000
MOST_ROWS = 5_000

Json = dict[str, Any]
_log = logging.getLogger(__name__)


class Endpoints:
    """Keeps nothing of any question: what one person asks cannot reach another."""

    def __init__(
        self,
        index: Index,
        answerer: Once[Answerer],
        encoder: Once[Encoder],
        upload_folder: Path,
        *,
        read_only: bool = False,
    ) -> None:
        self._index = index
        self._read_only = read_only
        self._answerer = answerer
        self._upload_folder = upload_folder.resolve()
        self._uploads = Uploads(index, encoder)
        self._sheets = Sheets()
        self._batches = Batches(answerer)
        self._examples: dict[str, list[str]] = {}
        self._choosing = threading.Lock()

    # -- for programs -----------------------------------------------------------------------------

    def answer(self, question: str, documents: Sequence[str] = (), k: int = QUOTES) -> Record:
        """The answer record of a question."""
        # Half of a surrogate pair is no text, and could not be sent back.
        question = question.encode("utf-8", "replace").decode()
        k = max(1, min(k, MOST_QUOTES))
        return record(self._answerer().ask(question, k=k, documents=tuple(documents)), "1")

    def documents(self) -> list[Json]:
        """What `qa list` says of every document."""
        return [asdict(document) for document in self._index.documents()]

    def text(self, name: str, start: int = 0, end: int | None = None) -> Json:
        """A document's text between two offsets, and which version of the document it is of."""
        document = self._index.document(name)
        if document is None:
            raise UsageError(f"There is no document {name}.")
        last = len(document.text)
        end = last if end is None else end
        if not 0 <= start <= end <= last:
            raise UsageError(f"{name} has the characters 0-{last}; {start}-{end} is no stretch of it.")
        return {
            "doc_id": document.doc_id,
            "title": document.title,
            "sha256": document.sha256,
            "uri": document.uri,
            "start": start,
            "end": end,
            "length": last,
            "text": document.text[start:end].encode("utf-8", "replace").decode(),
        }

    # -- for the page -----------------------------------------------------------------------------

    def ask(self, data: Mapping[str, Any]) -> Json:
        """An answer as HTML, and what each quote's copy button gives."""
        documents = [_string(name) for name in data.get("documents") or ()]
        made = self.answer(_string(data.get("question")), documents)
        return {
            **_shown(made),
            "record": made,
        }

    def again(self, data: Mapping[str, Any]) -> Json:
        """Answers that the browser kept, as HTML."""
        return {"answers": [_shown(one) for one in received.records(data.get("records"))]}

    def export(self, data: Mapping[str, Any]) -> Json:
        """What the browser kept, as a file in base64."""
        given = received.records(data.get("records"))
        notes = [_string(note)[:MOST_NOTE] for note in data.get("notes") or ()]
        notes += [""] * (len(given) - len(notes))
        format = _string(data.get("format"))
        kept = [exports.Kept(one, note) for one, note in zip(given, notes, strict=False)]
        title = _string(data.get("title") or "Answers")
        made = exports.export(title, kept, format, self._index.document)
        return {"file": base64.b64encode(made).decode(), "type": exports.MEDIA[format]}

    def source(self, data: Mapping[str, Any]) -> Json:
        """A document as HTML around a quote; with ``do``, only what stands before or after a window."""
        document = self._document(_string(data.get("document")))
        length = len(document.text)
        quote = _span(data.get("start"), data.get("end"), length)
        passage = next(iter(_spans(data.get("passage"), length)), quote)
        marks = source.Marks(quote, passage, tuple(_spans(data.get("matched"), length)))
        if data.get("do") == "before":
            return {"html": source.before(document, _offset(data.get("at"), length), marks)}
        if data.get("do") == "after":
            return {"html": source.after(document, _offset(data.get("at"), length), marks)}
        return {
            "html": source.view(document, marks),
            "title": _heading(document, quote),
            "details": source.details(document, marks),
            "sha256": document.sha256,
            "page": sheets.page_of(document.pages, quote.start) if sheets.has_sheets(document) else None,
        }

    def sheet(self, data: Mapping[str, Any]) -> Json:
        """A page of a PDF as an image, about as many pixels wide as are asked for."""
        document = self._document(_string(data.get("document")))
        return self._sheets.sheet(document, _number(data.get("page")), _number(data.get("width")))

    def marks(self, data: Mapping[str, Any]) -> Json:
        """Where on the pages of a PDF a quote stands."""
        document = self._document(_string(data.get("document")))
        quote = _span(data.get("start"), data.get("end"), len(document.text))
        return self._sheets.marks(document, quote) if quote.end > quote.start else {"marks": []}

    def library(self, data: Mapping[str, Any]) -> Json:
        """The documents that match a search, as HTML, and how many there are."""
        every = self._index.documents()
        found = library.matching(every, _string(data.get("search") or ""))
        shown = max(library.SHOWN, min(_number(data.get("shown") or 0), len(found)))
        return {
            "html": library.rows(found, shown),
            "found": len(found),
            "documents": len(every),
            "names": [document.doc_id for document in every] if data.get("names") else None,
            "summary": _summary(every),
        }

    def examples(self, _: Any) -> Json:
        """Questions that the documents answer, as HTML; it takes until the model is loaded."""
        generation = self._index.manifest().get("generation", "")
        with self._choosing:
            if generation not in self._examples:
                self._examples = {generation: self._choose()}
        found = self._examples.get(generation, [])
        buttons = "".join(
            f'<li><button type="button" data-do="example">{line(question)}</button></li>'
            for question in found
        )
        return {"html": buttons}

    def remove(self, data: Mapping[str, Any]) -> Json:
        """Removes a document, with its copy if it was added on the page."""
        name = _string(data.get("document"))
        uri = next((d.uri for d in self._index.documents() if d.doc_id == name), None)
        self._index.remove([name])
        if not any(d.uri == uri for d in self._index.documents()):
            uploads.forget(uri, self._index.folder / uploads.FOLDER)
        return {}

    def add(self, data: Mapping[str, Any]) -> Json:
        """Starts indexing files that were sent to Gradio's upload folder before."""
        files = [self._upload(item) for item in list(data.get("files") or ())[:MOST_FILES]]
        return {"run": self._uploads.begin(files)}

    def added(self, data: Mapping[str, Any]) -> Json:
        """How far the indexing of added files is."""
        run = self._uploads.run(_string(data.get("run")))
        failed = sum(item.state == "failed" for item in run.items)
        said = f"{counted(sum(item.state == 'done' for item in run.items), 'file')} added"
        return {
            "html": uploads.progress(run),
            "done": run.done,
            "summary": f"{said}, {failed} not added" if failed else said,
        }

    def batch(self, data: Mapping[str, Any]) -> Json:
        """Starts asking a file of questions that was sent before."""
        documents = tuple(_string(name) for name in data.get("documents") or ())
        return {"run": self._batches.begin(self._upload(data.get("file")), documents, QUOTES)}

    def asked(self, data: Mapping[str, Any]) -> Json:
        """How far the asking of a file is, and the rows of its answers."""
        run = _string(data.get("run"))
        if data.get("stop"):
            self._batches.stop(run)
        which = data.get("which")
        wanted: Which = which if which in ("answered", "unanswered") else "all"
        shown = max(SHOWN, min(_number(data.get("shown") or 0), MOST_ROWS))
        progress = self._batches.progress(run)
        return {**progress, "html": self._batches.table(run, wanted, shown)}

    def answers(self, data: Mapping[str, Any]) -> Json:
        """The answers to a file of questions as a file, in base64."""
        made, name = self._batches.download(_string(data.get("run")), _string(data.get("format")))
        return {"file": base64.b64encode(made).decode(), "name": name}

    def page_endpoints(self) -> list[Callable[[Any], Json]]:
        """Those that the page calls, each made to answer a failure in words instead of raising it."""
        asked = (self.ask, self.again, self.export, self.batch, self.asked, self.answers)
        looked_at = (self.source, self.sheet, self.marks, self.library, self.examples)
        changed = () if self._read_only else (self.remove, self.add, self.added)
        return [_told(handler) for handler in (*asked, *looked_at, *changed)]

    # -- their parts ------------------------------------------------------------------------------

    def _document(self, name: str) -> Document:
        document = self._index.document(name)
        if document is None:
            raise UsageError("This document is not in the library any more; ask again.")
        return document

    def _choose(self) -> list[str]:
        texts = []
        for info in examples.sampled(self._index.documents()):
            document = self._index.document(info.doc_id)
            if document is not None:
                texts.append(document.text)
        if not texts:
            return []
        answerer = self._answerer()
        return examples.choose(texts, lambda question: answerer.ask(question, k=1))

    def _upload(self, item: Any) -> Upload:
        if not isinstance(item, Mapping):
            raise UsageError("That is no file; add it again.")
        # The browser names the place: only what it has just sent may be read, and nothing else here.
        path = Path(_string(item.get("stored"))).resolve()
        if not (path.is_relative_to(self._upload_folder) and path.is_file()):
            raise UsageError("The file did not arrive; add it again.")
        return Upload(path, _string(item.get("name")))


def _shown(made: Record) -> Json:
    return {
        "html": cards.answer(made),
        "answered": made["answered"],
        "copies": [cards.copied(quote) for quote in made["quotes"]],
    }


def _told(handle: Callable[[Mapping[str, Any]], Json]) -> Callable[[Any], Json]:
    @functools.wraps(handle)
    def told(data: Any) -> Json:
        try:
            return handle(data if isinstance(data, Mapping) else {})
        except QaError as error:
            return {"error": single_line(str(error))}
        except Exception:
            _log.exception("The page asked for something that failed")
            return {"error": "That failed in a way that nobody foresaw; the terminal says more."}

    return told


def _heading(document: Document, quote: Span) -> str:
    """The name of a source, and where in it the quote stands, as every other face words it."""
    if quote.end == quote.start:
        return line(document.title) or line(document.doc_id)
    return line(where(cast(CitationRecord, asdict(cite(document, quote)))))


def _summary(documents: Sequence[DocumentInfo]) -> str:
    sentences = sum(document.sentences for document in documents)
    return f"{counted(len(documents), 'document')}, {counted(sentences, 'sentence')}"


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError("The request is not one that this page makes; load the page again.")
    return value


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise UsageError("The request is not one that this page makes; load the page again.") from error


def _offset(value: Any, length: int) -> int:
    return max(0, min(_number(value), length))


def _span(start: Any, end: Any, length: int) -> Span:
    if start is None or end is None:
        return Span(0, 0)
    first = _offset(start, length)
    return Span(first, max(first, _offset(end, length)))


def _spans(value: Any, length: int) -> list[Span]:
    pairs = (pair.partition("-") for pair in _string(value or "").split())
    return [_span(start, end, length) for start, _, end in pairs]
