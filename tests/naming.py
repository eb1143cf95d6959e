"""Questions that name a document: a detection for tests of the interfaces, which rely on a word."""

from __future__ import annotations

from typing import Any

import pytest

from qa.answer.answerer import Answerer
from qa.record import Answer, Scope


def name_documents(patch: pytest.MonkeyPatch, word: str, title: str, *documents: str) -> None:
    """Make every answerer ask only these documents if a question has a word, unless not ``named``."""
    ask, why = Answerer.ask, Answerer.why

    def limited(self: Answerer, question: str, *, named: bool = True, **options: Any) -> Answer:
        if not named or word not in question:
            return ask(self, question, named=False, **options)
        answer = ask(self, question, named=False, **{**options, "documents": documents})
        return answer.model_copy(update={"scope": Scope(documents=documents, title=title)})

    def explained(self: Answerer, question: str, place: Any, *, named: bool = True, **options: Any) -> Any:
        if named and word in question:
            options = {**options, "documents": documents}
        return why(self, question, place, named=False, **options)

    patch.setattr(Answerer, "ask", limited)
    patch.setattr(Answerer, "why", explained)
