"""The endpoints of tables, for the page and for programs."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from threading import Semaphore
from typing import Any

from qa import Library
from qa.batch import Row
from qa.errors import UsageError
from qa.programs import inputs
from qa.record import Answer
from qa.table import ask_cell, cell_rows
from qa.table.outputs import as_json
from qa.web.batches import Batches
from qa.web.grids import View, mark_of
from qa.web.page_calls import Json, labels_of
from qa.web.scratch import Scratch
from qa.web.tables import Tables

MOST_CELLS = 1_000
"""Maximum number of cells that a program gets in one request."""


class TableEndpoints:
    """The endpoints of tables; see `qa.web.endpoints.Endpoints`."""

    def __init__(
        self,
        library: Library,
        scratch: Scratch,
        batches: Batches,
        names: Callable[[Any], tuple[str, ...]],
    ) -> None:
        self._library = library
        self._batches = batches
        self._names = names
        self._tables = Tables(library, scratch)

    def ask(self, questions: Any, documents: Any, k: int, pilot: Any, slots: Semaphore) -> Json:
        """Return a table as JSON: its questions, its documents, and an answer record for each cell.

        Args:
            questions: Texts, or objects with a ``question`` and optionally ``id``, ``type``, ``documents``
                and ``k``.
            documents: Ids or globs of the documents.
            k: Maximum quotes of a cell.
            pilot: The number of documents to ask, the first ones; None for all.
            slots: Limits the number of questions that are answered at the same time.
        """
        if not isinstance(questions, list) or not questions:
            raise UsageError("request-invalid")
        for question in questions:
            text = question.get("question") if isinstance(question, Mapping) else question
            inputs.question(text)
        plan = self._library.table(questions, documents=self._names(documents), pilot=0)
        first = len(plan.left) if pilot is None else inputs.number(pilot)
        asked = plan.left[: max(first, 0)]
        if (size := len(plan.columns) * len(asked)) > MOST_CELLS:
            raise UsageError("table-too-large", n=size, most=MOST_CELLS)
        self._library.load()

        def answer(row: Row) -> Answer:
            with slots:
                return self._library.ask(row.question, k=row.k or k, documents=row.documents)

        cells = [ask_cell(row, answer) for row in cell_rows(plan.columns, asked)]
        return {
            "questions": [{"id": c.id, "question": c.question, "type": c.type} for c in plan.columns],
            "documents": [document.doc_id for document in asked],
            "cells": [{**cell.answer.model_dump(mode="json"), "cell": as_json(cell)} for cell in cells],
            "left": [document.doc_id for document in plan.left[len(asked) :]],
        }

    # -- for the page -----------------------------------------------------------------------------

    def table(self, data: Mapping[str, Any]) -> Json:
        """Start a table with the questions of a file that is or was asked."""
        documents = self._names(data.get("documents"))
        return {"table": self._tables.begin(self._batches.questions(inputs.text(data.get("run"))), documents)}

    def tabled(self, data: Mapping[str, Any]) -> Json:
        """Return what changed in a table since the last call; do what the person asked for before that."""
        name = inputs.text(data.get("table"))
        act = data.get("do")
        if act == "stop":
            self._tables.stop(name)
        elif act in ("continue", "all"):
            self._tables.go_on(name, every_document=act == "all")
        elif act == "add":
            self._tables.add(name, inputs.question(data.get("question")))
        elif act == "remove":
            self._tables.remove(name, inputs.text(data.get("column")))
        elif act == "restore":
            self._tables.restore(name, inputs.text(data.get("column")))
        elif act == "mark":
            place = (inputs.text(data.get("row")), inputs.text(data.get("column")))
            self._tables.mark(name, *place, mark_of(data.get("mark")))
        layout, seen = (inputs.number(data.get(key) or 0) for key in ("layout", "seen"))
        return self._tables.grid(name, View.of(data.get("view")), layout, seen, labels_of(data))

    def table_file(self, data: Mapping[str, Any]) -> Json:
        """Return a table as a file in base64."""
        format = inputs.text(data.get("format"))
        content, name = self._tables.download(inputs.text(data.get("table")), format)
        return {"file": base64.b64encode(content).decode(), "name": name}

    def page_endpoints(self) -> tuple[Callable[[Mapping[str, Any]], Json], ...]:
        """Return the endpoints of the page."""
        return (self.table, self.tabled, self.table_file)

    def close(self) -> None:
        """Stop the background work."""
        self._tables.close()
