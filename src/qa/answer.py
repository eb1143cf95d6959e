"""Turns what was found into an answer: quotes that are slices, their citations, and a confidence.

Nothing is written here but slices of documents and the fixed phrases below.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from qa.confidence import confidence, threshold
from qa.embed import Encoder
from qa.index import Index, PassageRow, Snapshot
from qa.question import fold
from qa.search import Found, Searcher
from qa.types import Answer, Citation, Context, Document, Hit, Quote, Sentence, Span
from qa.words import stem, tokens

QUOTES = 3
"""Quotes of an answer unless more or fewer are asked for."""
NOT_FOUND = "nothing in the documents answers this with enough confidence"
PHRASE_NOT_FOUND = "no passage holds the words in quotation marks, or only with a word that was left out"
NO_DOCUMENTS = "there are no documents in the index"
NO_SENTENCES = "the documents that were asked hold no sentence"

QUOTE_WORDS = 60
"""A quote grows to its neighbours no further than this."""
AFFIX = 32
"""Characters of prefix and suffix in a citation: enough to tell a place from its like."""

# A sentence that opens so speaks of something said just before; alone it would not be understood.
_LEANS_BACK = re.compile(
    r"(?:He|She|It|They|This|These|Those|That|His|Her|Its|Their|Such|Both|Another|However|But|Also|Thus"
    r"|Therefore|Instead|Otherwise|Moreover|Furthermore|Similarly|Likewise|Then|Later|Afterwards)\b"
)


class Answerer:
    """Answers questions from one index; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, risk: float | None = None) -> None:
        """``risk`` is the share of wrong answers that is accepted, see `qa.confidence.threshold`.

        Raises `ModelError` where the encoder is not the index's.
        """
        self._threshold = threshold(risk)
        self._index = index
        self._searcher = Searcher(index, encoder)

    def ask(self, question: str, *, k: int = QUOTES, documents: Sequence[str] = ()) -> Answer:
        """The answer in at most ``k`` quotes, of all documents or of those that ids or globs name.

        Raises `QuestionError` for an empty or endless question, `UsageError` for unknown documents.
        """
        with self._index.snapshot() as snapshot:
            found = self._searcher.search(snapshot, question, documents)
            if not found.hits:
                empty = not snapshot.store.count("document")
                return Answer(question, False, 0.0, NO_DOCUMENTS if empty else NO_SENTENCES, ())
            value = confidence(found)
            answered = value >= self._threshold and not found.phrases_missing
            quotes = tuple(quotes_of(snapshot, found, k))
        reason = PHRASE_NOT_FOUND if found.phrases_missing else NOT_FOUND
        return Answer(question, answered, value, None if answered else reason, quotes)


def quotes_of(snapshot: Snapshot, found: Found, k: int) -> Iterable[Quote]:
    """The best ``k`` quotes; the same words elsewhere are another place of one quote, not another quote."""
    taken: set[Sentence] = set()
    chosen: list[tuple[Hit, Span, PassageRow, list[tuple[Span, PassageRow]]]] = []
    by_words: dict[str, list[tuple[Span, PassageRow]]] = {}
    for hit in found.hits:
        if hit.sentence in taken:
            continue
        row = found.passages[hit.sentence]
        span, covered = _grown(hit.sentence, row, found.question.phrases, taken)
        words = _text(row, span.start, span.end)
        if words in by_words:
            by_words[words].append((span, row))
        elif len(chosen) < k:
            by_words[words] = []
            chosen.append((hit, span, row, by_words[words]))
        else:
            continue
        taken.update(covered)
    titles = snapshot.store.titles({row.document for _, _, row, _ in chosen})
    languages = {key: language for key, (_, _, language) in titles.items()}
    documents: dict[int, Document] = {}

    def document(row: PassageRow) -> Document:
        if row.document not in documents:
            documents[row.document] = snapshot.store.document_by_key(row.document)
        return documents[row.document]

    for rank, (hit, span, row, others) in enumerate(chosen, start=1):
        source = document(row)
        yield Quote(
            rank=rank,
            text=source.text[span.start : span.end],
            score=hit.score,
            matched=tuple(matched(source.text, span, found, languages[row.document])),
            citation=cite(source, span, row.headings),
            context=Context(row.start, row.end, source.text[row.start : row.end]),
            also=tuple(cite(document(other), place, other.headings) for place, other in others),
        )


def _grown(
    sentence: Sentence, row: PassageRow, phrases: Sequence[str] = (), taken: Collection[Sentence] = ()
) -> tuple[Span, list[Sentence]]:
    """A sentence with those before it that it needs: it leans on them, or a phrase stands there.

    Not with one that is quoted already.
    """
    spans = [Sentence(sentence.doc_id, s.start, s.end) for s in row.sentences]
    first = last = spans.index(sentence)

    def lacks_phrase() -> bool:
        here = fold(_text(row, spans[first].start, spans[last].end))
        more = fold(_text(row, spans[first - 1].start, spans[last].end))
        return any(phrase in more and phrase not in here for phrase in phrases)

    while first > 0 and spans[first - 1] not in taken:
        leans = _LEANS_BACK.match(_text(row, spans[first].start, spans[first].end))
        words = len(_text(row, spans[first - 1].start, spans[last].end).split())
        if not (leans and words <= QUOTE_WORDS) and not lacks_phrase():
            break
        first -= 1
    return Span(spans[first].start, spans[last].end), spans[first : last + 1]


def _text(row: PassageRow, start: int, end: int) -> str:
    return row.text[start - row.start : end - row.start]


def matched(text: str, span: Span, found: Found, language: str) -> Iterable[Span]:
    """The words of a quote that the question asked for, by their stems."""
    for word, start, end in tokens(text[span.start : span.end]):
        if stem(word, language) in found.question.stems:
            yield Span(span.start + start, span.start + end)


def cite(document: Document, span: Span, heading: tuple[str, ...] = ()) -> Citation:
    """Where a stretch of a document stands."""
    text, start, end = document.text, span.start, span.end
    page = bisect_right(document.pages, start, key=lambda page: page.start)
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        sha256=document.sha256,
        uri=document.uri,
        page=document.pages[page - 1].number if page else None,
        line=text.count("\n", 0, start) + 1,
        start=start,
        end=end,
        prefix=text[max(0, start - AFFIX) : start],
        suffix=text[end : end + AFFIX],
        heading=heading,
    )
