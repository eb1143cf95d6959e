"""The endpoints with which a person collects quotes: more of them than the first three."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa.programs import inputs
from qa.programs.calls import Calls
from qa.record import Answer
from qa.web.groups import next_count
from qa.web.labels import Labels
from qa.web.page_calls import Json, labels_of

Shown = Callable[[Answer, bool, Labels], Json]
"""Returns an answer as the page shows it; the flag says whether only some documents were asked."""


class Collecting:
    """The endpoints of the page for more quotes."""

    def __init__(self, calls: Calls, shown: Shown) -> None:
        self._calls = calls
        self._shown = shown

    def more(self, data: Mapping[str, Any]) -> Json:
        """Return the answer to a question again, with further quotes after those that are shown."""
        documents = data.get("documents")
        question, named = inputs.text(data.get("question")), data.get("named", True)
        count = next_count(inputs.number(data.get("shown") or 0))
        answer = self._calls.answer(question, documents, k=count, after=data.get("after"), named=named)
        shown = self._shown(answer, bool(documents), labels_of(data))
        return {**shown, "record": answer.model_dump(mode="json")}

    def page_endpoints(self) -> tuple[Callable[[Mapping[str, Any]], Json], ...]:
        """Return the endpoints of the page."""
        return (self.more,)
