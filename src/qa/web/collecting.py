"""The endpoints with which a person collects: more quotes, longer and shorter ones, every place of words."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from qa import Library, Mentions, Resized
from qa.errors import UsageError
from qa.mentions import outputs
from qa.messages import visible
from qa.programs import inputs
from qa.programs.calls import Calls
from qa.record import Answer, Match, Quote
from qa.render.styles import Style
from qa.web import cards, places
from qa.web.groups import next_count
from qa.web.labels import Labels
from qa.web.page_calls import Json, labels_of, style_of

Shown = Callable[[Answer, int, Labels, Style], Json]
"""Returns an answer as the page shows it; the number is that of the asked documents, 0 if all."""


class Collecting:
    """The endpoints of the page for more quotes, quotes of other sentences, and every place of words."""

    def __init__(self, calls: Calls, library: Library, shown: Shown) -> None:
        self._calls = calls
        self._library = library
        self._shown = shown

    def more(self, data: Mapping[str, Any]) -> Json:
        """Return the answer to a question again, with further quotes after those that are shown."""
        documents = data.get("documents")
        question, named = inputs.text(data.get("question")), data.get("named", True)
        count = next_count(inputs.number(data.get("shown") or 0))
        answer = self._calls.answer(question, documents, k=count, after=data.get("after"), named=named)
        shown = self._shown(answer, len(documents or ()), labels_of(data), style_of(data))
        return {**shown, "record": answer.model_dump(mode="json")}

    def resize(self, data: Mapping[str, Any]) -> Json:
        """Return a quote of an answer with more or fewer sentences, which the document is asked for.

        The browser sends the answer with this quote alone, as it was, and the current limits of the quote.
        """
        (answer,) = inputs.records([data.get("record")])
        if len(answer.quotes) != 1:
            raise UsageError("request-invalid")
        (quote,) = answer.quotes
        place = (quote.citation.doc_id, inputs.number(data.get("start")), inputs.number(data.get("end")))
        document = self._library.get(quote.citation.doc_id)
        if document is None:
            raise UsageError("document-gone")
        if document.sha256 != quote.citation.sha256:
            raise UsageError("check-document-changed", name=visible(document.doc_id))
        before, after = (inputs.number(data.get(key) or 0) for key in ("before", "after"))
        resized = self._library.resize(*place, before=before, after=after)
        record = answer.model_copy(update={"quotes": (_resized(quote, resized),)})
        return {
            **self._shown(record, 0, labels_of(data), style_of(data)),
            "record": record.model_dump(mode="json"),
            "sentences": resized.sentences,
            "grows_before": resized.grows_before,
            "grows_after": resized.grows_after,
        }

    def cite(self, data: Mapping[str, Any]) -> Json:
        """Return the citations of kept quotes in a style as HTML."""
        style, records = style_of(data), inputs.records(data.get("records"))
        citations = (record.quotes[0].citation for record in records if record.quotes)
        return {"cited": [cards.styled(citation, style) for citation in citations]}

    def places(self, data: Mapping[str, Any]) -> Json:
        """Return every place of words, or every passage like them, as HTML, counted by document."""
        shown = max(places.FIRST, min(inputs.number(data.get("shown") or 0), places.MOST))
        mentions = self._mentions(data, shown)
        labels = labels_of(data)
        return {"html": places.listing(mentions, labels), "summary": places.summary(mentions, labels)}

    def places_file(self, data: Mapping[str, Any]) -> Json:
        """Return every place of words, at most `places.MOST`, as a file in base64."""
        format = inputs.text(data.get("format"))
        if format not in places.MEDIA:
            raise UsageError("export-format-unknown", format=format, known=", ".join(places.MEDIA))
        mentions = self._mentions(data, places.MOST)
        content = base64.b64encode(outputs.render(mentions, format)).decode()
        return {"file": content, "type": places.MEDIA[format], "name": f"places.{format}"}

    def _mentions(self, data: Mapping[str, Any], limit: int) -> Mentions:
        words, alike = inputs.question(data.get("words")), inputs.flag(data.get("alike") or False)
        # An example is not limited to the words between its quotation marks.
        words = words if alike else places.searched(words)
        return self._calls.find(words, meaning=alike, documents=data.get("documents"), limit=limit)

    def page_endpoints(self) -> tuple[Callable[[Mapping[str, Any]], Json], ...]:
        """Return the endpoints of the page."""
        return (self.more, self.resize, self.cite, self.places, self.places_file)


def _resized(quote: Quote, resized: Resized) -> Quote:
    """Return a quote with other limits, and with those of its marked words that are still in it.

    Without the words that answer, it is no longer part of the answer.
    """
    start, end = resized.citation.start, resized.citation.end
    matched = tuple(
        Match(max(match.start, start), min(match.end, end), match.kind)
        for match in quote.matched
        if match.start < end and match.end > start
    )
    had, has = (any(match.kind == "answer" for match in each) for each in (quote.matched, matched))
    return quote.model_copy(
        update={
            "text": resized.text,
            "answers": quote.answers and (has or not had),
            "matched": matched,
            "citation": resized.citation,
            "also": (),
            "context": resized.context,
            "why": (),
        }
    )
