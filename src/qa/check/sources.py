"""Look up quotations in an index: exact places by the words of the lexical index, and similar passages.

No lookup reads all documents. The rarest words of a quotation select the passages, and only the text around
them is compared.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa.answer.citations import cite
from qa.check.folding import find, key, same
from qa.index import PassageRow, Snapshot
from qa.record import Citation, Span
from qa.text.tokens import stem, tokens
from qa.types import Document

RARE = 60
"""Passages with the rarest word of a quotation that are all searched."""
PLACES = 500
"""Passages with several rare words of a quotation that are searched, if its rarest word is common."""
SIMILAR = 6
"""Similar passages that a quotation is compared with, by passages and by sentences."""
_RARE_SIMILAR = 10
"""Passages with the rarest word of a quotation that it is compared with, too."""
AROUND = 300
"""Characters searched on either side of a passage, in addition to the length of the quotation."""
_TERMS = 12
"""Rare words of a quotation that must be in the same passage."""
_LONGEST_QUERY = 60
"""Words of a query for similar passages; the rarest ones."""
_CACHED_DOCUMENTS = 64
_CACHED_TERMS = 8
_FINAL = ".,"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a quotation in a document; ``exact`` if every character is the same."""

    document: int
    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a document without page headers and footers.

    Attributes:
        document: The key of the document.
        text: The text.
        pieces: For each stretch between headers, its start in ``text`` and in the document.
    """

    document: int
    text: str
    pieces: tuple[tuple[int, int], ...]

    def offset(self, at: int) -> int:
        """Return the offset in the document of a character of the window."""
        piece = bisect_right(self.pieces, at, key=lambda piece: piece[0]) - 1
        start, origin = self.pieces[max(piece, 0)]
        return origin + at - start


class Sources:
    """The documents of an index, in which quotations are looked up."""

    def __init__(self, snapshot: Snapshot, documents: Collection[int] | None = None) -> None:
        """Select documents.

        Args:
            snapshot: The index.
            documents: The keys of the documents to search; None for all.
        """
        self._store = snapshot.store
        self._passages = snapshot.indexes.passage_terms
        self._sentences = snapshot.indexes.sentence_terms
        self._languages = snapshot.store.languages()
        self.documents = documents
        self._document = lru_cache(_CACHED_DOCUMENTS)(self._read)
        self._frequency = lru_cache(100_000)(self._frequency_of)
        # A quotation without a place is looked up again.
        self._terms = lru_cache(_CACHED_TERMS)(self._terms_of)
        self._had: tuple[str, Collection[int] | None, list[int]] | None = None

    def document(self, document: int) -> Document:
        """Return a document with its text."""
        return self._document(document)

    def places(self, text: str, documents: Collection[int] | None = None) -> list[Place]:
        """Return the places of a text in the documents, in order, with typographic differences allowed.

        The result is complete if a word of the text is in at most `RARE` passages, or all its rare words
        together are in at most `PLACES`.
        """
        phrases = _phrases(text)
        if not phrases:
            return []
        rows = self._store.passages(self._with_words(text, documents))
        return self.places_in(text, self._windows(rows, len(text)))

    def similar(self, text: str, documents: Collection[int] | None = None) -> list[Window]:
        """Return the stretches around the passages most similar to a text."""
        terms = [term for _, stems in self._terms(text)[:_LONGEST_QUERY] for term in stems]
        allowed = self._allowed(documents)
        keys = [row for row, _ in self._passages.search(terms, SIMILAR, allowed)]
        sentences = [row for row, _ in self._sentences.search(terms, SIMILAR, allowed)]
        rare = self._with_words(text, documents)[:_RARE_SIMILAR]
        rows = self._store.passages({*keys, *self._store.passages_of(sentences), *rare})
        return list(self._windows(rows, len(text)))

    def places_in(self, text: str, windows: Iterable[Window]) -> list[Place]:
        """Return the places of a text in windows, in order."""
        phrases = _phrases(text)
        wanted = text.strip()
        places: set[Place] = set()
        for window in windows:
            for number, phrase in enumerate(phrases):
                spans = [
                    Place(window.document, window.offset(start), window.offset(end - 1) + 1, exact)
                    for start, end, exact in _spans(window.text, wanted, phrase, is_shorter=number > 0)
                ]
                places.update(spans)
                if spans:
                    break
        return sorted(places, key=lambda place: (place.document, place.start))

    def windows(self, document: int, start: int, end: int) -> Iterator[Window]:
        """Yield a stretch of a document without page headers and, if it has some, also with them."""
        window = self.window(document, start, end)
        yield window
        if len(window.pieces) > 1:
            start = max(0, start)
            yield Window(document, self.document(document).text[start:end], ((0, start),))

    def window(self, document: int, start: int, end: int) -> Window:
        """Return a stretch of a document without page headers and footers."""
        source = self.document(document)
        start, end = max(0, start), min(end, len(source.text))
        blocks = source.blocks
        pieces: list[tuple[int, int]] = []
        texts: list[str] = []
        length, at = 0, start
        for block in blocks[bisect_left(blocks, start, key=lambda block: block.end) :]:
            if block.start >= end:
                break
            if block.kind == "running":
                piece = source.text[at : max(at, block.start)]
                pieces.append((length, at))
                texts.append(piece)
                length, at = length + len(piece), max(at, block.end)
        pieces.append((length, at))
        texts.append(source.text[at:end])
        return Window(document, "".join(texts), tuple(pieces))

    def citation(self, document: int, start: int, end: int) -> Citation:
        """Return the citation of a stretch."""
        rows = self._store.passages_at(document, start, end)
        # If no passage overlaps it, the stretch is a heading, and the row is that of the text below.
        heading = rows[0].headings if rows and rows[0].start < end else ()
        return cite(self.document(document), Span(start, end), heading)

    def in_sentences(self, place: Place) -> Place:
        """Return a place from the start of its first sentence to the end of its last."""
        rows = self._store.passages_at(place.document, place.start, place.end)
        spans = [
            (each.start, each.end)
            for row in rows
            for each in row.sentences
            if each.start < place.end and each.end > place.start
        ]
        start, end = (
            min([place.start, *(start for start, _ in spans)]),
            max([place.end, *(end for _, end in spans)]),
        )
        return replace(place, start=start, end=end)

    def _read(self, document: int) -> Document:
        header = self._store.headers([document])[document]
        source = self._store.document(header.doc_id)
        assert source is not None
        return source

    def _allowed(self, documents: Collection[int] | None) -> Collection[int] | None:
        return self.documents if documents is None else documents

    def _frequency_of(self, word: str) -> tuple[int, tuple[str, ...]]:
        stems = tuple(sorted({stem(word, language) for language in self._languages}))
        return sum(map(self._passages.frequency, stems)), stems

    def _terms_of(self, text: str) -> list[tuple[int, tuple[str, ...]]]:
        """Return the words of a text that the index has, rarest first, with their frequencies."""
        terms = {self._frequency(word) for word, _, _ in tokens(text)}
        return sorted(term for term in terms if term[0])

    def _with_words(self, text: str, documents: Collection[int] | None) -> list[int]:
        if self._had is None or self._had[0] != text or self._had[1] is not documents:
            self._had = text, documents, self._having(text, documents)
        return self._had[2]

    def _having(self, text: str, documents: Collection[int] | None) -> list[int]:
        terms = self._terms(text)
        if not terms:
            return []
        allowed = self._allowed(documents)
        if terms[0][0] <= RARE:
            return self._passages.having([terms[0][1]], RARE, allowed)
        keys = self._passages.having([stems for _, stems in terms[:_TERMS]], PLACES, allowed)
        # A text over several passages has its words in none of them.
        return keys or self._passages.having([terms[0][1]], PLACES, allowed)

    def _windows(self, rows: Sequence[PassageRow], length: int) -> Iterator[Window]:
        around = AROUND + length + length // 2
        stretches: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for row in rows:
            stretches[row.document].append((row.start - around, row.end + around))
        for document, spans in stretches.items():
            for start, end in _joined(spans):
                yield from self.windows(document, start, end)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in order, overlapping ones as one: none may cut a text that another contains."""
    before: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if before is not None and start <= before[1]:
            before = before[0], max(end, before[1])
            continue
        if before is not None:
            yield before
        before = start, end
    if before is not None:
        yield before


def _phrases(text: str) -> list[str]:
    """Return the keys to search for: that of a text and, if it ends in a full stop, that without it."""
    phrase = key(text)
    shorter = phrase.rstrip(_FINAL)
    return [each for each in dict.fromkeys((phrase, shorter)) if each]


def _spans(window: str, wanted: str, phrase: str, *, is_shorter: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the spans of a quotation in a window, and whether each character is the same."""
    # Signs at the start that do not count, such as a quotation mark.
    lead = next(at for at, sign in enumerate(wanted) if key(sign))
    compared = wanted.rstrip(f"{_FINAL} ") if is_shorter else wanted
    for start, end in find(window, phrase):
        if start >= lead and window.startswith(wanted, start - lead):
            yield start - lead, start - lead + len(wanted), True
        elif same(compared, window[start:end]):
            yield start, end, False
