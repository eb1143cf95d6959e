"""The functions behind the page and the interfaces for programs: questions, sources, the library."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from qa import DocumentInfo, Library
from qa.errors import UsageError
from qa.programs import inputs
from qa.programs.calls import MOST_QUOTES, Calls
from qa.record import Answer
from qa.render.styles import Style
from qa.types import QUOTES
from qa.web import cards, examples, exports, filters, library, own_quotes, uploads, why
from qa.web.batches import Batches
from qa.web.collecting import Collecting
from qa.web.drafts import Drafts
from qa.web.grids import View, mark_of
from qa.web.labels import Labels
from qa.web.page_calls import Json, labels_of, style_of, with_failures
from qa.web.removals import Removals
from qa.web.scratch import Scratch
from qa.web.source_endpoints import SourceEndpoints
from qa.web.suggestions import suggestions
from qa.web.table_endpoints import TableEndpoints
from qa.web.templates import render
from qa.web.titles import Titles
from qa.web.uploads import Upload, Uploads

MOST_FILES = 1_000
"""Maximum number of files that are added together."""
MOST_NOTE = 10_000
"""Maximum characters of a note."""
MOST_EXPORT_BYTES = 20_000_000
"""Maximum bytes of the records that a browser sends for an export."""
_TITLES = {"kept": "Kept quotes", "all": "Conversation"}


class Endpoints(Calls):
    """The endpoints: those for programs, and those of the page.

    They store no questions, so one person's questions cannot reach another person.
    """

    def __init__(self, library: Library, scratch: Scratch, *, read_only: bool = False) -> None:
        super().__init__(library)
        self._read_only = read_only
        self._scratch = scratch
        self._removals = Removals(library)
        # A person who adds a document again wants to have it.
        self._uploads = Uploads(library, added=self._removals.undo)
        self._titles = Titles(library)
        self._source = SourceEndpoints(library, self._titles)
        self._batches = Batches(library, scratch)
        self._tables = TableEndpoints(library, scratch, self._batches, self._names)
        self._drafts = Drafts(library, scratch, self._upload, self._names)
        self._collecting = Collecting(self, library, self._shown)
        self._examples: dict[str, list[str]] = {}
        self._languages: dict[str, frozenset[str]] = {}
        self._choices: dict[str, filters.Choices] = {}
        self._choosing_examples = threading.Lock()

    def table(self, questions: Any, documents: Any = None, k: Any = 1, pilot: Any = None) -> Json:
        """Return the answers of every document alone to every question."""
        return self._tables.ask(questions, documents, inputs.quotes(k, MOST_QUOTES), pilot, self._slots)

    # -- for the page -----------------------------------------------------------------------------

    def ask(self, data: Mapping[str, Any]) -> Json:
        """Return an answer as HTML, with the texts of the copy buttons."""
        documents = data.get("documents")
        question, named = inputs.text(data.get("question")), data.get("named", True)
        # Before the answer: a change meanwhile makes the answer look older, never newer, than it is.
        generation = self._library.manifest().get("generation", "")
        answer = self.answer(question, documents, after=data.get("after"), named=named)
        shown = self._shown(answer, len(documents or ()), labels_of(data), style_of(data))
        return {**shown, "record": answer.model_dump(mode="json"), "generation": generation}

    def why(self, data: Mapping[str, Any]) -> Json:
        """Return the parts of a quote's score, and the quote with its words marked by their contributions."""
        name, start, end = (data.get(key) for key in ("doc_id", "start", "end"))
        question = inputs.text(data.get("question"))
        limits = (data.get("documents"), data.get("after"), data.get("named", True))
        parts = self.parts(question, name, start, end, *limits)
        text = self._source.document(inputs.text(name)).text
        quote = why.marked(text, inputs.span(start, end, len(text)), parts)
        return {
            "why": [part.model_dump(mode="json") for part in parts],
            "html": why.bars(parts, labels_of(data)),
            "quote": quote,
        }

    def again(self, data: Mapping[str, Any]) -> Json:
        """Return answers that the browser kept as HTML."""
        stored = inputs.records(data.get("records"))
        answers = [self._titles.current(answer) for answer in stored]
        limited = [inputs.number(value) for value in data.get("limited") or ()]
        limited += [0] * (len(answers) - len(limited))
        labels = labels_of(data)
        pairs = zip(answers, limited, strict=False)
        shown = [self._shown(answer, asked, labels, style_of(data)) for answer, asked in pairs]
        for at, (before, answer) in enumerate(zip(stored, answers, strict=True)):
            if answer is not before:
                shown[at]["record"] = answer.model_dump(mode="json")
        return {"answers": shown, "generation": self._library.manifest().get("generation", "")}

    def state(self, data: Mapping[str, Any]) -> Json:
        """Return the state of the library, and which of some documents it has."""
        wanted = inputs.documents(data.get("documents"))
        known = {document.doc_id for document in self._library.documents()} if wanted else set()
        return {
            "generation": self._library.manifest().get("generation", ""),
            "documents": [name for name in wanted if name in known],
        }

    def export(self, data: Mapping[str, Any]) -> Json:
        """Return answers and quotes that the browser kept as a file in base64."""
        if data.get("file") is not None:
            data = {**data, **self._uploaded_json(data.get("file"))}
        answers = inputs.records(data.get("records"))
        notes = [inputs.text(note)[:MOST_NOTE] for note in data.get("notes") or ()]
        notes += [""] * (len(answers) - len(notes))
        format = inputs.text(data.get("format"))
        answers = [self._titles.current(own_quotes.marked(answer)) for answer in answers]
        entries = [exports.Entry(answer, note) for answer, note in zip(answers, notes, strict=False)]
        what = inputs.text(data.get("what") or "")
        title = _TITLES.get(what, "Answers")
        content = exports.export(
            title, entries, format, self._library.get, is_list=what == "kept", style=style_of(data)
        )
        return {"file": base64.b64encode(content).decode(), "type": exports.MEDIA[format]}

    def library(self, data: Mapping[str, Any]) -> Json:
        """Return the documents that match a filter as HTML, and their number and ids."""
        documents, labels = self._library.documents(), labels_of(data)
        wanted = filters.Filter.of(data)
        # Naming a contract means reading it, so only a search names all of them.
        matches = wanted.matching(documents, self._titles.of(documents) if wanted.search.strip() else None)
        shown = max(library.SHOWN, min(inputs.number(data.get("shown") or 0), len(matches)))
        leaving = self._removals.seconds()
        html = library.rows(
            matches,
            shown,
            labels,
            searched=not wanted.is_empty,
            names=self._titles.of(matches[:shown]),
            leaving=leaving,
            failures=self._removals.failures(),
        )
        return {
            "html": html,
            "leaving": leaving,
            "matches": len(matches),
            "filtered": not wanted.is_empty,
            "ids": [document.doc_id for document in matches] if data.get("ids") else None,
            "choices": self._filter_choices(documents),
            "documents": len(documents),
            "generation": self._library.manifest().get("generation", ""),
            "names": [document.doc_id for document in documents] if data.get("names") else None,
            "summary": library.summary(documents, labels),
            "index_info": library.index_info(self._library.manifest(), labels),
            "notes": [labels.say(note) for note in self._library.notes()],
        }

    def examples(self, _: Any) -> Json:
        """Return questions that the documents answer as HTML; the call waits for the model."""
        generation = self._library.manifest().get("generation", "")
        with self._choosing_examples:
            if generation not in self._examples:
                self._examples = {generation: self._choose_examples()}
        questions = self._examples.get(generation, [])
        return {"html": render("parts/examples.html", questions=questions)}

    def remove(self, data: Mapping[str, Any]) -> Json:
        """Remove a document; with ``hold`` after some seconds, in which ``undo`` keeps it."""
        name = inputs.text(data.get("document"))
        if data.get("undo"):
            return {"undone": self._removals.undo(name)}
        if data.get("hold"):
            return {"seconds": self._removals.hold(name)}
        self._removals.remove(name)
        return {}

    def rename(self, data: Mapping[str, Any]) -> Json:
        """Give a document the title that answers cite; an empty one brings back that of the file.

        The result has the title that a person gave it before, if there was one.
        """
        name, title = (
            inputs.text(data.get("document")),
            inputs.text(data.get("title"), inputs.MOST_NAME).strip(),
        )
        before = self._library.get(name)
        self._library.rename(name, title or None)
        return {"previous": before.title if before is not None and before.is_renamed else None}

    def titles(self, data: Mapping[str, Any]) -> Json:
        """Return the titles that documents have now."""
        documents = [inputs.text(name) for name in list(data.get("documents") or ())[:MOST_FILES]]
        return {"titles": self._titles.now(documents)}

    def add(self, data: Mapping[str, Any]) -> Json:
        """Start indexing files that were uploaded before."""
        files = [self._upload(item) for item in list(data.get("files") or ())[:MOST_FILES]]
        password = data.get("password")
        return {"run": self._uploads.begin(files, inputs.text(password) if password else None)}

    def added(self, data: Mapping[str, Any]) -> Json:
        """Return the progress of added files; with ``stop``, stop after the files already indexed."""
        name = inputs.text(data.get("run"))
        if data.get("stop"):
            self._uploads.stop(name)
        run = self._uploads.run(name)
        labels = labels_of(data)
        summary = labels("files-added", n=run.count("done"))
        if failed := run.count("failed"):
            summary = labels.listed(summary, labels("files-not-added", n=failed))
        if stopped := run.count("stopped"):
            summary = labels.listed(summary, labels("files-stopped", n=stopped))
        return {
            "html": uploads.progress(run, labels),
            "files": [{"name": item.name, "state": item.state} for item in run.items],
            "left": run.left,
            "stopping": run.stopping,
            "done": run.done,
            "summary": summary,
        }

    def batch(self, data: Mapping[str, Any]) -> Json:
        """Start asking a file of questions that was uploaded before."""
        documents = self._names(data.get("documents"))
        return {"run": self._batches.begin(self._upload(data.get("file")), documents, QUOTES)}

    def asked(self, data: Mapping[str, Any]) -> Json:
        """Return the progress of a file of questions, and the rows of its grid that changed."""
        run, act = inputs.text(data.get("run")), data.get("do")
        if act == "stop":
            self._batches.stop(run)
        elif act == "continue":
            self._batches.go_on(run)
        elif act == "mark":
            self._batches.mark(run, inputs.text(data.get("row")), mark_of(data.get("mark")))
        layout, seen = (inputs.number(data.get(key) or 0) for key in ("layout", "seen"))
        return self._batches.grid(run, View.of(data.get("view")), layout, seen, labels_of(data))

    def answers(self, data: Mapping[str, Any]) -> Json:
        """Return the answers to a file of questions as a file in base64."""
        content, name = self._batches.download(inputs.text(data.get("run")), inputs.text(data.get("format")))
        return {"file": base64.b64encode(content).decode(), "name": name}

    def close(self) -> None:
        """Stop the background work."""
        self._removals.close()
        self._uploads.close()
        self._batches.close()
        self._tables.close()
        self._source.close()

    def page_endpoints(self) -> list[Callable[[Any], Json | Response]]:
        """Return the endpoints of the page; they return a failure as a sentence instead of raising it."""
        questions = (self.ask, self.why, self.again, self.export, self.batch, self.asked, self.answers)
        sources = (*self._source.endpoints(), self.library, self.state, self.titles, self.examples)
        tables = self._tables.page_endpoints()
        changes = () if self._read_only else (self.remove, self.rename, self.add, self.added)
        more = (*tables, *self._drafts.endpoints(), *self._collecting.page_endpoints())
        return [with_failures(each) for each in (*questions, *more, *sources, *changes)]

    # -- helpers ----------------------------------------------------------------------------------

    def _shown(self, answer: Answer, asked: int, labels: Labels, style: Style) -> Json:
        """Return an answer for the page; ``asked`` is the number of documents it is limited to, else 0."""
        asked = len(answer.scope.documents) if answer.scope else asked
        keys = [] if answer.answered else suggestions(answer, asked > 0, self._document_languages())
        return {
            "html": cards.answer(answer, labels, keys, asked, style),
            "answered": answer.answered,
            "copies": [cards.copy_text(quote, labels, style) for quote in answer.quotes],
            "exact": [cards.exact_text(quote, labels, style) for quote in answer.quotes],
        }

    def _document_languages(self) -> frozenset[str]:
        """Return the languages of the documents, cached for each state of the library."""
        generation = self._library.manifest().get("generation", "")
        languages = self._languages.get(generation)
        if languages is None:
            languages = frozenset(document.language for document in self._library.documents())
            self._languages = {generation: languages}
        return languages

    def _filter_choices(self, documents: Sequence[DocumentInfo]) -> filters.Choices:
        """Return the folders and formats of the documents, cached for each state of the library."""
        generation = self._library.manifest().get("generation", "")
        choices = self._choices.get(generation)
        if choices is None:
            choices = filters.choices(documents)
            self._choices = {generation: choices}
        return choices

    def _choose_examples(self) -> list[str]:
        texts = []
        for info in examples.sampled(self._library.documents()):
            document = self._library.get(info.doc_id)
            if document is not None:
                texts.append(document.text)
        if not texts:
            return []
        return examples.choose(texts, lambda question: self._library.ask(question, k=1))

    def _uploaded_json(self, item: Any) -> Json:
        """Return records that were too large for the body of a call and were uploaded as a file."""
        upload = self._upload(item)
        try:
            if upload.path.stat().st_size > MOST_EXPORT_BYTES:
                raise UsageError("export-too-large")
            content = json.loads(upload.path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise UsageError("file-not-arrived") from error
        finally:
            upload.discard()
        return {key: content.get(key) for key in ("records", "notes")} if isinstance(content, dict) else {}

    def _upload(self, item: Any) -> Upload:
        if not isinstance(item, Mapping):
            raise UsageError("file-unknown")
        # Only the browser that uploaded a file knows the name of its bin.
        bin = self._scratch.bin(inputs.text(item.get("stored")))
        if bin is None or not bin.file.is_file():
            raise UsageError("file-not-arrived")
        return Upload(bin.file, inputs.text(item.get("name"), inputs.MOST_NAME), bin)
