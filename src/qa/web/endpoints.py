"""What the page and other programs can ask: questions, sources, the library, adding and removing."""

from __future__ import annotations

import base64
import functools
import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from qa import DocumentInfo, Library
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer, Part, Span
from qa.render import single_line
from qa.render.phrases import heading_path
from qa.search.globs import is_glob
from qa.types import Document
from qa.web import cards, examples, exports, inputs, library, sheets, source, uploads, why
from qa.web.asgi import told
from qa.web.batches import SHOWN, Batches, Which
from qa.web.labels import Labels, labels_in
from qa.web.plain import public
from qa.web.pool import BusyError
from qa.web.scratch import Scratch
from qa.web.sheets import Sheets
from qa.web.templates import html_line, render
from qa.web.tries import tries
from qa.web.uploads import Upload, Uploads

QUOTES = 3
AT_ONCE = 2
"""Questions answered in the same moment: more only take the interpreter from each other and the server."""
MOST_QUOTES = 50
"""Quotes that a program gets at most for one question."""
MOST_FILES = 1_000
MOST_NOTE = 10_000
MOST_EXPORT_BYTES = 20_000_000
"""Of what a browser keeps, and sends to be made a file of."""
MOST_ROWS = 5_000
_TITLES = {"kept": "Kept quotes", "all": "Conversation"}

UNFORESEEN = Message("unforeseen")

Json = dict[str, Any]
_log = logging.getLogger(__name__)


class Endpoints:
    """Keeps nothing of any question: what one person asks cannot reach another."""

    def __init__(
        self,
        library: Library,
        scratch: Scratch,
        *,
        read_only: bool = False,
    ) -> None:
        self._library = library
        self._read_only = read_only
        self._scratch = scratch
        self._uploads = Uploads(library)
        self._sheets = Sheets()
        self._batches = Batches(library, scratch)
        self._examples: dict[str, list[str]] = {}
        self._languages: dict[str, frozenset[str]] = {}
        self._choosing = threading.Lock()
        self._turn = threading.Semaphore(AT_ONCE)

    # -- for programs -----------------------------------------------------------------------------

    def answer(self, question: Any, documents: Any = None, k: Any = QUOTES, after: Any = None) -> Answer:
        """The answer record of a question, asked after others, oldest first."""
        question, earlier = inputs.question(question), inputs.earlier(after)
        names, k = self._names(documents), inputs.quotes(k, MOST_QUOTES)
        self._library.load()
        with self._turn:
            return self._library.ask(question, k=k, documents=names, after=earlier)

    def documents(self) -> list[Json]:
        """What `qa list` says of every document."""
        return [document.as_json() for document in self._library.documents()]

    def text(self, name: Any, start: Any = 0, end: Any = None) -> Json:
        """A document's text between two offsets, and which version of the document it is of."""
        name, start = inputs.text(name, inputs.MOST_NAME), inputs.number(start)
        end = None if end is None else inputs.number(end)
        document = self._library.get(name)
        if document is None:
            raise UsageError("unknown-document", name=name)
        last = len(document.text)
        end = last if end is None else end
        if not 0 <= start <= end <= last:
            raise UsageError("outside-document", name=name, last=last, start=start, end=end)
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

    def parts(
        self, question: Any, name: Any, start: Any, end: Any, documents: Any = None, after: Any = None
    ) -> tuple[Part, ...]:
        """What the score of a quote is made of, as `why` in the record; the quote by its place."""
        question, earlier = inputs.question(question), inputs.earlier(after)
        place = (inputs.text(name, inputs.MOST_NAME), inputs.number(start), inputs.number(end))
        names = self._names(documents)
        with self._turn:
            return self._library.why(question, *place, documents=names, after=earlier)

    # -- for the page -----------------------------------------------------------------------------

    def ask(self, data: Mapping[str, Any]) -> Json:
        """An answer as HTML, and what each quote's copy button gives."""
        documents = data.get("documents")
        made = self.answer(inputs.text(data.get("question")), documents, after=data.get("after"))
        return {**self._shown(made, bool(documents), _labels(data)), "record": made.model_dump(mode="json")}

    def why(self, data: Mapping[str, Any]) -> Json:
        """What the score of one quote of an answer is made of, and its words with their shares."""
        name, start, end = (data.get(key) for key in ("doc_id", "start", "end"))
        asked = inputs.text(data.get("question"))
        parts = self.parts(asked, name, start, end, data.get("documents"), data.get("after"))
        text = self._document(inputs.text(name)).text
        quote = why.marked(text, inputs.span(start, end, len(text)), parts)
        return {
            "why": [part.model_dump(mode="json") for part in parts],
            "html": why.bars(parts, _labels(data)),
            "quote": quote,
        }

    def again(self, data: Mapping[str, Any]) -> Json:
        """Answers that the browser kept, as HTML."""
        given = inputs.records(data.get("records"))
        limited = [bool(one) for one in data.get("limited") or ()]
        limited += [False] * (len(given) - len(limited))
        labels = _labels(data)
        pairs = zip(given, limited, strict=False)
        return {"answers": [self._shown(one, some, labels) for one, some in pairs]}

    def export(self, data: Mapping[str, Any]) -> Json:
        """What the browser kept, as a file in base64."""
        if data.get("file") is not None:
            data = {**data, **self._sent_json(data.get("file"))}
        given = inputs.records(data.get("records"))
        notes = [inputs.text(note)[:MOST_NOTE] for note in data.get("notes") or ()]
        notes += [""] * (len(given) - len(notes))
        format = inputs.text(data.get("format"))
        kept = [exports.Kept(one, note) for one, note in zip(given, notes, strict=False)]
        title = _TITLES.get(inputs.text(data.get("what") or ""), "Answers")
        made = exports.export(title, kept, format, self._library.get)
        return {"file": base64.b64encode(made).decode(), "type": exports.MEDIA[format]}

    def source(self, data: Mapping[str, Any]) -> Json:
        """A document as HTML around a quote; with ``do``, only what stands before or after a window."""
        document = self._document(inputs.text(data.get("document")))
        length = len(document.text)
        quote = inputs.span(data.get("start"), data.get("end"), length)
        passage = next(iter(inputs.spans(data.get("passage"), length)), quote)
        marks = source.Marks(quote, passage, tuple(inputs.spans(data.get("matched"), length)))
        labels = _labels(data)
        if data.get("do") == "before":
            return {"html": source.before(document, inputs.offset(data.get("at"), length), marks, labels)}
        if data.get("do") == "after":
            return {"html": source.after(document, inputs.offset(data.get("at"), length), marks, labels)}
        return {
            "html": source.view(document, marks, labels),
            **self._heading(document, quote, labels),
            "details": source.details(document, marks),
            "sha256": document.sha256,
            "page": sheets.page_of(document.pages, quote.start) if sheets.has_sheets(document) else None,
        }

    def sheet(self, data: Mapping[str, Any]) -> Json:
        """A page of a PDF as an image, about as many pixels wide as are asked for."""
        document = self._document(inputs.text(data.get("document")))
        return self._sheets.sheet(document, inputs.number(data.get("page")), inputs.number(data.get("width")))

    def marks(self, data: Mapping[str, Any]) -> Json:
        """Where on the pages of a PDF a quote stands."""
        document = self._document(inputs.text(data.get("document")))
        quote = inputs.span(data.get("start"), data.get("end"), len(document.text))
        return self._sheets.marks(document, quote) if quote.end > quote.start else {"marks": []}

    def library(self, data: Mapping[str, Any]) -> Json:
        """The documents that match a search, as HTML, and how many there are."""
        every, labels = self._library.documents(), _labels(data)
        search = inputs.text(data.get("search") or "")
        found = library.matching(every, search)
        shown = max(library.SHOWN, min(inputs.number(data.get("shown") or 0), len(found)))
        return {
            "html": library.rows(found, shown, labels, searched=bool(search.strip())),
            "found": len(found),
            "documents": len(every),
            "names": [document.doc_id for document in every] if data.get("names") else None,
            "summary": _summary(every, labels),
            "made": library.made(self._library.manifest(), labels),
            "notes": [labels.say(note) for note in self._library.notes()],
        }

    def examples(self, _: Any) -> Json:
        """Questions that the documents answer, as HTML; it takes until the model is loaded."""
        generation = self._library.manifest().get("generation", "")
        with self._choosing:
            if generation not in self._examples:
                self._examples = {generation: self._choose()}
        found = self._examples.get(generation, [])
        return {"html": render("parts/examples.html", questions=found)}

    def remove(self, data: Mapping[str, Any]) -> Json:
        """Removes a document, with its copy if it was added on the page."""
        name = inputs.text(data.get("document"))
        uri = next((d.uri for d in self._library.documents() if d.doc_id == name), None)
        self._library.remove(name)
        # Other documents may be lines, or attachments, of the same file.
        file = (uri or "").partition("#")[0]
        if not any((d.uri or "").partition("#")[0] == file for d in self._library.documents()):
            uploads.forget(uri, self._library.folder / uploads.FOLDER)
        return {}

    def add(self, data: Mapping[str, Any]) -> Json:
        """Starts indexing files that were sent to Gradio's upload folder before."""
        files = [self._upload(item) for item in list(data.get("files") or ())[:MOST_FILES]]
        password = data.get("password")
        return {"run": self._uploads.begin(files, inputs.text(password) if password else None)}

    def added(self, data: Mapping[str, Any]) -> Json:
        """How far the indexing of added files is; with ``stop``, it ends, and what is finished stays."""
        name = inputs.text(data.get("run"))
        if data.get("stop"):
            self._uploads.stop(name)
        run = self._uploads.run(name)
        labels = _labels(data)
        said = labels("files-added", n=run.count("done"))
        if failed := run.count("failed"):
            said = labels.listed(said, labels("files-not-added", n=failed))
        if stopped := run.count("stopped"):
            said = labels.listed(said, labels("files-stopped", n=stopped))
        return {
            "html": uploads.progress(run, labels),
            "files": [{"name": item.name, "state": item.state} for item in run.items],
            "left": run.left,
            "stopping": run.stopping,
            "done": run.done,
            "summary": said,
        }

    def batch(self, data: Mapping[str, Any]) -> Json:
        """Starts asking a file of questions that was sent before."""
        documents = self._names(data.get("documents"))
        return {"run": self._batches.begin(self._upload(data.get("file")), documents, QUOTES)}

    def asked(self, data: Mapping[str, Any]) -> Json:
        """How far the asking of a file is, and the rows of its answers."""
        run = inputs.text(data.get("run"))
        if data.get("stop"):
            self._batches.stop(run)
        which = data.get("which")
        wanted: Which = which if which in ("answered", "unanswered") else "all"
        shown = max(SHOWN, min(inputs.number(data.get("shown") or 0), MOST_ROWS))
        labels = _labels(data)
        progress = self._batches.progress(run, labels)
        return {**progress, "html": self._batches.table(run, wanted, shown, labels)}

    def answers(self, data: Mapping[str, Any]) -> Json:
        """The answers to a file of questions as a file, in base64."""
        made, name = self._batches.download(inputs.text(data.get("run")), inputs.text(data.get("format")))
        return {"file": base64.b64encode(made).decode(), "name": name}

    def close(self) -> None:
        """Ends what goes on in the background."""
        self._uploads.close()
        self._batches.close()
        self._sheets.close()

    def page_endpoints(self) -> list[Callable[[Any], Json | Response]]:
        """Those that the page calls, each made to answer a failure in words instead of raising it."""
        asked = (self.ask, self.why, self.again, self.export, self.batch, self.asked, self.answers)
        looked_at = (self.source, self.sheet, self.marks, self.library, self.examples)
        changed = () if self._read_only else (self.remove, self.add, self.added)
        return [_answering(handler) for handler in (*asked, *looked_at, *changed)]

    # -- their parts ------------------------------------------------------------------------------

    def _names(self, documents: Any) -> tuple[str, ...]:
        names = inputs.documents(documents)
        globs = [name for name in names if is_glob(name)]
        if len(globs) > inputs.MOST_GLOBS or any(len(name) > inputs.MOST_GLOB for name in globs):
            # An id may hold such characters itself.
            inputs.check_globs(globs, {document.doc_id for document in self._library.documents()})
        return names

    def _document(self, name: str) -> Document:
        document = self._library.get(name)
        if document is None:
            raise UsageError("document-gone")
        return document

    def _heading(self, document: Document, quote: Span, labels: Labels) -> Json:
        """The name of a source, and where in it the quote is, as every other face words it."""
        if quote.end == quote.start:
            return {"title": html_line(document.title) or html_line(document.doc_id), "place": ""}
        citation = self._library.cite(document, quote.start, quote.end)
        return {
            "title": html_line(heading_path(citation)),
            "place": html_line(cards.located(citation, labels)),
        }

    def _shown(self, made: Answer, limited: bool, labels: Labels) -> Json:
        found = [] if made.answered else tries(made, limited, self._languages_now())
        return {
            "html": cards.answer(made, labels, found),
            "answered": made.answered,
            "copies": [cards.copied(quote, labels) for quote in made.quotes],
        }

    def _languages_now(self) -> frozenset[str]:
        """The languages of the documents, looked up once for each state of the library."""
        generation = self._library.manifest().get("generation", "")
        found = self._languages.get(generation)
        if found is None:
            found = frozenset(document.language for document in self._library.documents())
            self._languages = {generation: found}
        return found

    def _choose(self) -> list[str]:
        texts = []
        for info in examples.sampled(self._library.documents()):
            document = self._library.get(info.doc_id)
            if document is not None:
                texts.append(document.text)
        if not texts:
            return []
        return examples.choose(texts, lambda question: self._library.ask(question, k=1))

    def _sent_json(self, item: Any) -> Json:
        """What was too much for the body of a call, and was sent as a file."""
        sent = self._upload(item)
        try:
            if sent.path.stat().st_size > MOST_EXPORT_BYTES:
                raise UsageError("export-too-large")
            content = json.loads(sent.path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise UsageError("file-not-arrived") from error
        finally:
            sent.discard()
        return {key: content.get(key) for key in ("records", "notes")} if isinstance(content, dict) else {}

    def _upload(self, item: Any) -> Upload:
        if not isinstance(item, Mapping):
            raise UsageError("file-unknown")
        # The browser names only what it has just sent, by a name that nobody else knows.
        sent = self._scratch.bin(inputs.text(item.get("stored")))
        if sent is None or not sent.file.is_file():
            raise UsageError("file-not-arrived")
        return Upload(sent.file, inputs.text(item.get("name"), inputs.MOST_NAME), sent)


def _answering(handle: Callable[[Mapping[str, Any]], Json]) -> Callable[[Any], Json | Response]:
    @functools.wraps(handle)
    def answering(data: Any) -> Json | Response:
        given = data if isinstance(data, Mapping) else {}
        labels = _labels(given)
        try:
            return handle(given)
        except BusyError as error:
            said = told(error.message, labels.say(error.message))
            return JSONResponse(said, status_code=503, headers={"Retry-After": "60"})
        except QaError as error:
            return told(error.message, single_line(labels.say(public(error.message))))
        except Exception:
            _log.exception("The page asked for something that failed")
            return told(UNFORESEEN, labels.say(UNFORESEEN))

    return answering


def _labels(data: Mapping[str, Any]) -> Labels:
    return labels_in(data.get("lang"))


def _summary(documents: Sequence[DocumentInfo], labels: Labels) -> str:
    sentences = sum(document.sentences for document in documents)
    return labels.listed(labels("documents-count", n=len(documents)), labels("sentences", n=sentences))
