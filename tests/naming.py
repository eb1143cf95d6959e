"""Questions that name a document: a detection for tests of the interfaces, which rely on a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qa.answer.answerer import Answerer, Asked, Steps
from qa.index import Snapshot
from qa.record import Answer, Scope


def name_documents(patch: pytest.MonkeyPatch, word: str, title: str, *documents: str) -> None:
    """Make every answerer ask only these documents if a question has a word, unless not ``named``."""
    steps, why = Answerer._steps, Answerer.why

    def limited(self: Answerer, snapshot: Snapshot, asked: Asked) -> Steps[Answer]:
        if not asked.named or word not in asked.question:
            return (yield from steps(self, snapshot, replace(asked, named=False)))
        answer = yield from steps(self, snapshot, replace(asked, named=False, documents=documents))
        return answer.model_copy(update={"scope": Scope(documents=documents, title=title)})

    def explained(self: Answerer, question: str, place: Any, *, named: bool = True, **options: Any) -> Any:
        if named and word in question:
            options = {**options, "documents": documents}
        return why(self, question, place, named=False, **options)

    patch.setattr(Answerer, "_steps", limited)
    patch.setattr(Answerer, "why", explained)
