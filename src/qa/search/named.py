"""Find the documents that a question names: "Which law governs the agreement with Acme?".

A word names a document if it is in its title, in its file name or among its parties, and in hardly any other
document. A wrong document hides the answer, so a doubtful word names none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.search.names import TITLE_WORDS, Parties
from qa.search.query import searchable, stop_words_of
from qa.text.tokens import stem, tokens

FEW = 8
"""Maximum number of documents that share a name."""
MENTIONED = 0.5
"""Maximum number of documents that only mention a name, relative to those named by it; one always may."""

MOST = FEW + int(FEW * MENTIONED)
"""Maximum number of documents with a word that can be a name."""
FIGURES = 4
"""Minimum figures in a title or file name that has only one word: "handbook 2024"."""

# Signs between the words of one name, and what an apostrophe joins to the last one.
_WITHIN = re.compile(r"[\s&.,'’_/-]*")
_ENDING = re.compile(r"['’]s?\b")


@dataclass(frozen=True, slots=True)
class Named:
    """The documents that a question names.

    Attributes:
        documents: Their keys, ascending.
        name: The words that name them, as in the question.
        question: The question without these words; the whole question if nothing else is left of it.
    """

    documents: tuple[int, ...]
    name: str
    question: str


class Names(Protocol):
    """The names of the documents that a question may be limited to."""

    def __len__(self) -> int:
        """Return the number of documents."""

    def titled(self, forms: Collection[str], *, alone: bool = False) -> set[int]:
        """Return the documents with one of the stems in the title or the file name, or alone in it."""

    def titled_with(self, phrase: Sequence[Collection[str]], *, whole: bool = False) -> set[int]:
        """Return the documents whose title or file name is, or ends with, these words, each as its stems."""

    def containing(self, forms: Collection[str], most: int) -> set[int]:
        """Return the documents with one of the stems anywhere; if more than ``most``, at least that many."""

    def parties(self, document: int) -> Parties:
        """Return the names in the opening of a document."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the question.

    Attributes:
        start: Its start in the question.
        end: Its end.
        forms: Its stems.
        is_stop: Whether it is too common to be a name.
        is_number: Whether it has only digits.
        is_capital: Whether it has a capital.
        is_marked: Whether a capital marks it as a name; that of the first word does not.
    """

    start: int
    end: int
    forms: frozenset[str]
    is_stop: bool
    is_number: bool
    is_capital: bool
    is_marked: bool


def named(text: str, languages: Sequence[str], names: Names) -> Named | None:
    """Return the documents that a question names, or None if it names none.

    Args:
        text: The question.
        languages: The languages of the documents.
        names: The names of the documents that may be asked.
    """
    if len(names) < 2:
        return None
    words = list(_words(text, languages))
    naming = _by_title(text, words, names)
    _add_words(naming, text, words, names)
    _add_numbers(naming, words, names)
    best = _fullest(naming)
    if not best or not _is_few(best, names):
        return None
    naming_words = set().union(*(naming[document] for document in best))
    places = _whole_names(text, naming_words, best, words, names)
    return _result(text, words, places, best, names)


def _add_words(naming: dict[int, set[int]], text: str, words: Sequence[_Word], names: Names) -> None:
    """Add the places of single words that name documents, outside the titles."""
    in_titles = set().union(*naming.values())
    for at, word in enumerate(words):
        if at not in in_titles and not (word.is_stop or word.is_number):
            for document in _named_by(word, _beside(text, words, at), names):
                naming.setdefault(document, set()).add(at)


def _add_numbers(naming: dict[int, set[int]], words: Sequence[_Word], names: Names) -> None:
    """Add the places of numbers, which tell apart documents that words name: "handbook 2024"."""
    for at, word in enumerate(words):
        if word.is_number and naming:
            for document in names.titled(word.forms) & naming.keys():
                naming[document].add(at)


def _words(text: str, languages: Sequence[str]) -> Iterator[_Word]:
    stop = stop_words_of(text)
    first = len(text) - len(text.lstrip())
    for word, start, end in tokens(searchable(text)):
        yield _Word(
            start,
            end,
            frozenset(stem(word, language) for language in languages),
            is_stop=word.lower() in stop or (len(word) == 1 and word.isascii() and not word.isdigit()),
            is_number=word.isdigit(),
            is_capital=not word.islower(),
            is_marked=not (word[1:] if start == first else word).islower(),
        )


def _is_few(documents: Collection[int], names: Names) -> bool:
    """Return whether documents are one, or few and fewer than half of all."""
    return len(documents) == 1 or (len(documents) <= FEW and 2 * len(documents) < len(names))


def _by_title(text: str, words: Sequence[_Word], names: Names) -> dict[int, set[int]]:
    """Return the places of the words of each title that the question has, by document."""
    naming: dict[int, set[int]] = {}
    for first in range(len(words)):
        for last in range(_run_end(text, words, first), first + 1, -1):
            phrase = words[first:last]
            documents = _titled_with(phrase, names) if _is_title(phrase) else set()
            if documents and _is_few(documents, names):
                for document in documents:
                    naming.setdefault(document, set()).update(range(first, last))
                break
    return naming


def _titled_with(phrase: Sequence[_Word], names: Names) -> set[int]:
    """Return the documents with words as their title, or as the end of their title or file name.

    Common words are a subject ("information retrieval"), but with capitals a whole title is a name.
    """
    stems = [word.forms for word in phrase]
    documents = names.titled_with(stems)
    content = [word for word in phrase if not word.is_stop]
    if not documents or any(len(names.containing(word.forms, MOST)) <= MOST for word in content):
        return documents
    is_capital = all(word.is_capital or word.is_number for word in content if word.start)
    return names.titled_with(stems, whole=True) if is_capital else set()


def _is_title(phrase: Sequence[_Word]) -> bool:
    """Return whether words are enough for a title, and written alike: not "DVD released"."""
    content = [word for word in phrase if not (word.is_stop or word.is_number)]
    figures = sum(word.end - word.start for word in phrase if word.is_number)
    is_alike = len({word.is_capital for word in content if word.start or len(content) == 1}) == 1
    return is_alike and (len(content) > 1 or figures >= FIGURES)


def _run_end(text: str, words: Sequence[_Word], first: int) -> int:
    """Return the place after the words that may be one title with the first one."""
    end = first + 1
    while end < min(len(words), first + TITLE_WORDS):
        if not _WITHIN.fullmatch(text, words[end - 1].end, words[end].start):
            break
        end += 1
    return end


def _beside(text: str, words: Sequence[_Word], at: int) -> list[_Word]:
    """Return the other words of the name that a word belongs to: those in capitals right before and after."""
    if not words[at].is_capital:
        return []
    first = last = at
    while first and _continues(text, words[first - 1], words[first]):
        first -= 1
    while last + 1 < len(words) and _continues(text, words[last], words[last + 1]):
        last += 1
    return [
        word
        for place, word in enumerate(words[first : last + 1], start=first)
        if place != at and not (word.is_stop or word.is_number)
    ]


def _continues(text: str, word: _Word, following: _Word) -> bool:
    between = text[word.end : following.start]
    return word.is_capital and following.is_capital and _WITHIN.fullmatch(between) is not None


def _named_by(word: _Word, beside: Iterable[_Word], names: Names) -> set[int]:
    """Return the documents that a word names.

    Args:
        word: The word.
        beside: The other words of its name, which must be in the documents too if they are in hardly any.
        names: The names of the documents.
    """
    documents = _with_name(word, names)
    for other in beside if documents else ():
        containing = names.containing(other.forms, MOST)
        if 0 < len(containing) <= MOST:
            documents &= containing
    return documents


def _with_name(word: _Word, names: Names) -> set[int]:
    containing = names.containing(word.forms, MOST)
    if len(containing) > MOST:
        return set()
    titled = names.titled(word.forms)
    if not word.is_marked:
        # In lower case it may be any word, such as "agreement": it is a name if it is the whole title, or a
        # party outside the title, and nowhere else. Most words fail at the first document.
        alone = names.titled(word.forms, alone=True)
        is_name = all(
            document in alone
            or (document not in titled and not names.parties(document).names.isdisjoint(word.forms))
            for document in containing
        )
        own = containing | alone
        return own if is_name and own and _is_few(own, names) else set()
    parties = {document: names.parties(document) for document in containing}
    own = {document for document, each in parties.items() if not each.names.isdisjoint(word.forms)} | titled
    if _is_name_of(own, containing, names, max(1, int(len(own) * MENTIONED))):
        return own
    # Other capitalised words of an opening are names if no other document has them.
    own |= {document for document, each in parties.items() if not each.others.isdisjoint(word.forms)}
    return own if _is_name_of(own, containing, names, 0) else set()


def _is_name_of(own: set[int], containing: set[int], names: Names, mentions: int) -> bool:
    """Return whether a word is a name of few documents, and in at most ``mentions`` others."""
    return bool(own) and _is_few(own, names) and len(containing - own) <= mentions


def _fullest(naming: dict[int, set[int]]) -> list[int]:
    """Return the documents that no other document is named more fully than."""
    return sorted(
        document
        for document, places in naming.items()
        if not any(places < other for other in naming.values())
    )


def _whole_names(
    text: str, places: Collection[int], documents: Iterable[int], words: Sequence[_Word], names: Names
) -> set[int]:
    """Return the places of the naming words, and of words beside them that are in the same names.

    "Acme Holdings Inc." is one name, even if other companies have an "Inc." as well.
    """
    whole = set(places)
    parties = [names.parties(document) for document in documents]
    for step in (-1, 1):
        for start in sorted(places):
            at = start + step
            while 0 <= at < len(words) and at not in whole:
                first, last = sorted((words[at - step], words[at]), key=lambda word: word.start)
                in_all = all(not each.names.isdisjoint(words[at].forms) for each in parties)
                if not (in_all and _continues(text, first, last)):
                    break
                whole.add(at)
                at += step
    return whole


def _only_names(word: _Word, documents: Collection[int], names: Names) -> bool:
    """Return whether a word only selects documents: a party, or a word of a file name that is in no text.

    A word of a title may be the subject of the question as well.
    """
    titled = names.titled(word.forms)
    openings = [(document, names.parties(document)) for document in documents]
    if all(
        not each.names.isdisjoint(word.forms)
        or (document not in titled and not each.others.isdisjoint(word.forms))
        for document, each in openings
    ):
        return True
    containing = names.containing(word.forms, MOST)
    return len(containing) <= MOST and containing.isdisjoint(documents)


def _result(
    text: str, words: Sequence[_Word], places: set[int], documents: Sequence[int], names: Names
) -> Named:
    name = " ".join(text[words[at].start : words[at].end] for at in sorted(places))
    removed = {at for at in places if _only_names(words[at], documents, names)}
    if all(word.is_stop for at, word in enumerate(words) if at not in removed):
        removed = set()
    rest, position = [], 0
    for at in sorted(removed):
        rest.append(text[position : words[at].start].rstrip())
        ending = _ENDING.match(text, words[at].end)
        position = ending.end() if ending else words[at].end
    return Named(tuple(documents), name, " ".join("".join([*rest, text[position:]]).split()))
