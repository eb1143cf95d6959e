"""Find the names of documents: the words of titles, of file names and of parties.

Titles and file names of a whole index are read once per generation, at the first question. The opening of a
document, which names its parties, is read only if a rare word of a question is in the document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

from qa import lang
from qa.index import Snapshot
from qa.index.stores.rows import DocumentHeader
from qa.lang.base import words as words_of
from qa.search.query import stop_words_in
from qa.text.tokens import stem, tokens

OPENING = 3_000
"""Characters at the start of a document in which its parties are looked for."""
BEFORE = 250
"""Maximum characters between a party's name and its short name in brackets."""
FIRST_LINES = 15
"""Number of lines at the start of a document that may be a title block."""
TITLE_WORDS = 10
"""Maximum words of a title that a question may quote."""
TITLE_LINE = 8
"""Maximum words of a line of a title block."""
CACHED_OPENINGS = 20_000
"""Number of documents beyond which the cache of their openings starts again."""

_LEGAL_FORMS = lang.in_any("legal_forms")
_JOINS = words_of("of and the for de la du des der und et y e di del")
# A short name in brackets, or after words such as "hereinafter": ("Acme"), hereinafter called "Acme".
_SHORT_NAME = re.compile(
    rf"(?:\(|\b(?:{lang.alternatives('short_name_openers')})\b)"
    r"[^()\"“”„«»]{0,60}[\"“„«]\s*(?P<name>[^\"“”„«»]{1,60}?)[,.]?\s*[\"”“»]",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\([^()]*\)\s*$")
# A company's name has no other punctuation than this between its words.
_WITHIN = re.compile(r"[\s&.'’(),/-]*")
_SENTENCE_END = re.compile(r"[;:]|\.\s+(?=[A-Z])|\n\s*\n")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")

Word = tuple[str, int, int]
"""A word with its start and end."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The stems of names in the opening of a document.

    Attributes:
        names: The words of names of companies, of short names ("Acme"), and of what is right before them.
        others: The other capitalised words of the title block, and of sentences that introduce parties.
    """

    names: frozenset[str]
    others: frozenset[str]


def words_in(text: str) -> list[str]:
    """Return the words of a text."""
    return [word for word, _, _ in tokens(text)]


def _stems(words: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(stem(word, language) for word in words)


def file_words(doc_id: str) -> list[str]:
    """Return the words of a file's name and of its folders, without the extension.

    "AcmeHoldings_2024.pdf" has the words "AcmeHoldings", "Acme", "Holdings" and "2024".
    """
    words: list[str] = []
    for word, _, _ in tokens(_EXTENSION.sub("", doc_id)):
        pieces = _CAMEL.split(word)
        words += [word, *pieces] if len(pieces) > 1 else pieces
    return words


def parties(opening: str, language: str) -> Parties:
    """Return the names in the opening of a document.

    Args:
        opening: The first characters of its text.
        language: Its language.
    """
    words = list(tokens(opening))
    names: set[str] = set()
    others = set(_title_block(opening))
    for at, (word, _, _) in enumerate(words):
        if word.lower() in _LEGAL_FORMS and word[0].isupper():
            names.update(_run_before(opening, words[:at], words[at][1]))
    for match in _SHORT_NAME.finditer(opening):
        around = _introduced(opening, words, match.start())
        others.update(around)
        before = [word for word in words if word[2] <= match.start()]
        names.update(_run_before(opening, before, match.start()))
        names.update(_own_short_name(match["name"], around))
    return Parties(
        frozenset(stem(word, language) for word in names), frozenset(stem(word, language) for word in others)
    )


def _title_block(opening: str) -> Iterator[str]:
    """Yield the words of short lines with capitals at the start of a text."""
    lines = [line for line in opening.splitlines() if line.strip()][:FIRST_LINES]
    for line in lines:
        # A long line is no title, so its other words do not matter.
        words = [word for word, _, _ in islice(tokens(line), TITLE_LINE + 1)]
        capitals = [word for word in words if word[0].isupper()]
        if 2 * len(capitals) > len(words) and len(words) <= TITLE_LINE:
            yield from capitals


def _run_before(opening: str, words: Sequence[Word], end: int) -> list[str]:
    """Return the capitalised words right before an offset, with those that join them."""
    run: list[str] = []
    following = end
    for word, start, stop in reversed(words[-TITLE_LINE:]):
        gap = opening[stop:following]
        is_join = bool(run) and word in _JOINS
        if not _WITHIN.fullmatch(gap) or "\n\n" in gap or not (word[0].isupper() or is_join):
            break
        # A comma separates names, except before the form of the company.
        if "," in gap and run:
            break
        run.append(word)
        following = start
    return run


def _introduced(opening: str, words: Sequence[Word], end: int) -> list[str]:
    """Return the capitalised words of the sentence that introduces a short name."""
    start = max(0, end - BEFORE)
    ends = [match.end() for match in _SENTENCE_END.finditer(opening, start, end)]
    start = max([start, opening.rfind(")", start, end) + 1, *ends])
    return [word for word, first, last in words if start <= first and last <= end and word[0].isupper()]


def _own_short_name(short: str, around: Collection[str]) -> list[str]:
    """Return the words of a short name that is no role: in the name, or with capitals inside ("AcmeCo")."""
    known = {word.lower() for word in around}
    words = words_in(short)
    initials = {word[0] for word in around}
    return [
        word
        for word in words
        if word.lower() in known
        or (len(word) > 1 and word[1:] != word[1:].lower() and (not word.isupper() or {*word} <= initials))
    ]


class TitleIndex:
    """The words of all titles and file names of one generation of an index, and the openings read so far."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.generation = snapshot.indexes.generation
        self.titles: dict[tuple[str, ...], list[int]] = {}
        self.whole_titles: dict[tuple[str, ...], list[int]] = {}
        self.title_words: dict[str, list[int]] = {}
        self.single_words: dict[str, list[int]] = {}
        self._language_of: dict[int, str] = {}
        self._parties: dict[int, Parties] = {}
        headers = snapshot.store.headers(sorted(snapshot.store.document_keys().values()))
        for key, header in headers.items():
            self._language_of[key] = header.language
            self._add(key, header)
        self.languages = sorted({*self._language_of.values()}) or ["en"]

    def _add(self, key: int, header: DocumentHeader) -> None:
        """Add the words of a title and a file name, the ends of both, and the only word of either.

        What is after a number is a whole title: "Exhibit 10.2 Service Agreement".
        """
        bare = _stems(words_in(_NOTE.sub("", header.title)), header.language)
        title = _stems(words_in(header.title), header.language)
        file = _stems(file_words(header.doc_id), header.language)
        # "Exhibit 10.2 Service Agreement" is a "Service Agreement".
        endings = {name[at:] for name in (bare, file) for at in range(len(name) - 1)}
        for ending in {title, *endings}:
            if 1 < len(ending) <= TITLE_WORDS:
                self.titles.setdefault(ending, []).append(key)
        numbered = {
            name[at:] for name in (bare, file) for at in range(1, len(name)) if name[at - 1].isdigit()
        }
        for whole in {title, bare, file, *numbered}:
            if 1 < len(whole) <= TITLE_WORDS:
                self.whole_titles.setdefault(whole, []).append(key)
        for word in {*title, *file}:
            self.title_words.setdefault(word, []).append(key)
        stop = stop_words_in(header.language)
        for name in {bare, file}:
            content = [word for word in name if not (word in stop or word.isdigit())]
            if len(content) == 1:
                self.single_words.setdefault(content[0], []).append(key)

    def __len__(self) -> int:
        return len(self._language_of)

    def parties(self, snapshot: Snapshot, document: int) -> Parties:
        """Return the names in the opening of a document."""
        known = self._parties.get(document)
        if known is None:
            if len(self._parties) > CACHED_OPENINGS:
                self._parties = {}
            opening = snapshot.store.text(document, 0, OPENING)
            known = self._parties[document] = parties(opening, self._language_of[document])
        return known


@dataclass(frozen=True, slots=True)
class IndexedNames:
    """The names of the documents of an index, or of some of them; see `qa.search.named.Names`."""

    snapshot: Snapshot
    titles: TitleIndex
    allowed: Collection[int] | None = None

    def __len__(self) -> int:
        return len(self.titles) if self.allowed is None else len(self.allowed)

    def titled(self, forms: Collection[str], *, alone: bool = False) -> set[int]:
        """Return the documents with one of the stems in the title or the file name, or alone in it."""
        words = self.titles.single_words if alone else self.titles.title_words
        return self._allowed(key for form in forms for key in words.get(form, ()))

    def titled_with(self, phrase: Sequence[Collection[str]], *, whole: bool = False) -> set[int]:
        """Return the documents whose title or file name is, or ends with, these words, each as its stems."""
        # Nearly always one phrase: the stems of a word differ only between languages.
        phrases = product(*phrase) if prod(map(len, phrase)) <= 64 else ()
        titles = self.titles.whole_titles if whole else self.titles.titles
        return self._allowed(key for each in phrases for key in titles.get(each, ()))

    def containing(self, forms: Collection[str], most: int) -> set[int]:
        """Return the documents with one of the stems anywhere; if more than ``most``, at least that many."""
        return self.snapshot.indexes.passage_terms.documents_with(forms, most, self.allowed)

    def parties(self, document: int) -> Parties:
        """Return the names in the opening of a document."""
        return self.titles.parties(self.snapshot, document)

    def _allowed(self, keys: Iterable[int]) -> set[int]:
        return {*keys} if self.allowed is None else {key for key in keys if key in self.allowed}
