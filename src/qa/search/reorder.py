"""Reorder hits regardless of their features: clauses and sections by name, titles, sentences just quoted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from qa.search.query import Question, stop_words_of
from qa.search.result import Scored
from qa.text.clauses import Number, asked, numbers
from qa.text.names import is_name, is_unfinished, plain_title
from qa.text.titles import run_in_title
from qa.text.tokens import stem, terms, tokens

BONUS = 1.0
"""Score of a clause named by number above the best of the others, which makes it stand out."""
NEAREST = 30
"""Number of first hits among which names come last."""
_TITLE_MARK = re.compile("[.:—–-]")
_MAX_LABEL = 20
"""Maximum characters of the number before a title."""
SILENT = 0.0
"""Logit up to which a reader says that a sentence does not answer: that of the null."""


def names_last(scored: list[Scored], question: Question, languages: Sequence[str]) -> None:
    """Put names that the question does not ask for after the other nearest hits.

    A title, a label or an address is a quote only if a reader says that it answers, and if it has more than
    the question's own words.
    """
    if question.looks_up:
        return
    nearest = scored[:NEAREST]
    stop = stop_words_of(question.text)
    names = [item for item in nearest if _is_unasked(item) or _is_restated(item, question, stop, languages)]
    if not names or len(names) == len(nearest):
        return
    moved = {sentence for sentence, *_ in names}
    lowest = nearest[-1][2]
    scored[:NEAREST] = [
        *(item for item in nearest if item[0] not in moved),
        *_with_score(names, lowest),
    ]


def _is_unasked(item: Scored) -> bool:
    """Return whether a sentence is a name that answers nothing."""
    features = item[1]
    is_silent = not features.coverage_sentence if features.reader is None else features.reader <= SILENT
    return is_silent and is_name(_text(item))


def _is_restated(item: Scored, question: Question, stop: Collection[str], languages: Sequence[str]) -> bool:
    """Return whether a sentence is a line, such as a title, that has no other words than the question."""
    text = _text(item)
    if not is_unfinished(text):
        return False
    words = [word for word, _, _ in tokens(plain_title(text))]
    return all(
        word in stop or any(stem(word, language) in question.stems for language in languages)
        for word in words
    )


def section_first(scored: list[Scored], question: Question) -> bool:
    """Put the first sentence of the section first whose title is the question, unless one in it answers.

    Returns:
        Whether there is exactly one such section, and it has a heading or begins with its title.
    """
    wanted = plain_title(question.text)
    if not scored or not wanted:
        return False
    near = list(_may_name(scored, wanted))
    if (
        near
        and near[0] is scored[0]
        and _path_to(scored[0], wanted) is not None
        and not _are_silent(scored[:1])
    ):
        return False
    firsts = _first_sentences(near, wanted)
    below_lines = [] if firsts else list(_below_lines(near, scored, wanted))
    moved = {sentence for sentence, *_ in (*firsts, *below_lines)}
    best = scored[0][2]
    scored[:] = [
        *_with_score([*firsts, *below_lines], best),
        *(item for item in scored if item[0] not in moved),
    ]
    return len(firsts) == 1


def _first_sentences(scored: Sequence[Scored], wanted: str) -> list[Scored]:
    """Return the first sentence of each section with a title, in the order of the best sentences."""
    sections: dict[tuple[str, tuple[str, ...]], Scored] = {}
    for item in scored:
        path = _path_to(item, wanted)
        if path is not None:
            key = (item[0].doc_id, path)
            sections[key] = min(sections.get(key, item), item, key=_place)
    return list(sections.values())


def _below_lines(lines: Iterable[Scored], scored: Sequence[Scored], wanted: str) -> Iterator[Scored]:
    """Yield the sentence below each line that has the words of a title, though it is no heading."""
    for line in lines:
        text = _text(line)
        if not (is_unfinished(text) and plain_title(text) == wanted):
            continue
        same = (item for item in scored if item[3].document == line[3].document)
        below = min((item for item in same if _place(item) > _place(line)), key=_place, default=None)
        if below is not None and not is_name(_text(below)):
            yield below


def _place(item: Scored) -> int:
    return item[0].start


def _path_to(item: Scored, wanted: str) -> tuple[str, ...] | None:
    """Return the path to the section with a title that a sentence is in, or begins; None if it is in none."""
    headings = item[3].headings
    for at, heading in enumerate(headings):
        if plain_title(heading) == wanted:
            return headings[: at + 1]
    text = _text(item)
    mark = _TITLE_MARK.search(text, len(wanted), 2 * len(wanted) + _MAX_LABEL)
    if mark is None or plain_title(text[: mark.start()]) != wanted:
        return None
    return (*headings, wanted) if run_in_title(text, 0, mark.end(), begins_stretch=True) else None


def _may_name(scored: Iterable[Scored], wanted: str) -> Iterator[Scored]:
    """Yield the sentences that may begin with a title, or be below one: a quick test that most fail."""
    word, length = wanted.split(" ", 1)[0], len(wanted) + _MAX_LABEL
    is_below: dict[int, bool] = {}
    has_word: dict[int, bool] = {}
    for item in scored:
        row = item[3]
        if row.id not in is_below:
            is_below[row.id] = any(word in heading[:length].casefold() for heading in row.headings)
            has_word[row.id] = word in row.text.casefold()
        if is_below[row.id] or (has_word[row.id] and word in _text(item)[:length].casefold()):
            yield item


def clauses_first(scored: list[Scored], question: Question, *, are_all: bool) -> bool:
    """Put the clauses first that a question names by number, then the clauses below them.

    A number of one part, such as "section 5", counts only if exactly one document has it. If no sentence of
    the clause answers more than another, its first one comes first.

    Args:
        scored: The sentences, best first.
        question: The question.
        are_all: Whether they are all sentences of the documents, so that no other clause has the number.

    Returns:
        Whether nothing but the first can be meant: one document has a clause of a number with several parts,
        or exactly one clause of a number with one part.
    """
    wanted = set(asked(question.text))
    if not wanted:
        return False
    exact, below, rest = _by_clause(scored, wanted)
    has_one_part = all(len(number) == 1 for number in wanted)
    documents = _documents((*exact, *below))
    if not documents or (has_one_part and len(documents) > 1):
        return False
    best = scored[0][2]
    if _are_silent((*exact, *below)):
        below.sort(key=lambda item: (item[0].doc_id, item[0].start))
    scored[:] = [
        *_with_score(exact, best if has_one_part else best + BONUS),
        *_with_score(below, best),
        *rest,
    ]
    if has_one_part:
        return are_all and len(wanted) == len(_clauses(exact, below, wanted)) == 1
    return len(_documents(exact)) == 1


def _documents(items: Iterable[Scored]) -> set[str]:
    return {sentence.doc_id for sentence, *_ in items}


def _are_silent(items: Iterable[Scored]) -> bool:
    """Return whether a reader says that none of the sentences answers, or none was read."""
    return all((features.reader or SILENT) <= SILENT for _, features, *_ in items)


def _with_score(items: Iterable[Scored], score: float) -> Iterator[Scored]:
    return ((sentence, features, score, row) for sentence, features, _, row in items)


def _clauses(exact: Sequence[Scored], below: Sequence[Scored], wanted: set[Number]) -> set[str]:
    """Return the distinct titles of the clauses with a wanted number: headings, or their own first words."""
    titles = {
        plain_title(heading)
        for item in (*exact, *below)
        for at, heading in enumerate(item[3].headings)
        if numbers(item[3].headings[:at], heading + ".")[0] & wanted
    }
    own = {plain_title(_text(item)) for item in exact}
    return titles | {text for text in own if not any(text.startswith(title) for title in titles)}


def _by_clause(scored: list[Scored], wanted: set[Number]) -> tuple[list[Scored], list[Scored], list[Scored]]:
    """Return the sentences that have a wanted number, those below such a clause, and the rest."""
    exact: list[Scored] = []
    below: list[Scored] = []
    rest: list[Scored] = []
    for item in scored:
        own, inside = numbers(item[3].headings, _text(item))
        (exact if own & wanted else below if inside & wanted else rest).append(item)
    return exact, below, rest


def _text(item: Scored) -> str:
    sentence, _, _, row = item
    return row.text[sentence.start - row.start : sentence.end - row.start]


def step_back(scored: list[Scored], question: Question, languages: Sequence[str]) -> None:
    """Put the sentence that was quoted first before after the next one, with the same score.

    It stays first if it has more of the question's own terms than the next one.
    """
    if len(scored) < 2:
        return

    def own_terms(item: Scored) -> int:
        stems = {term for language in languages for term in terms(_text(item), language)}
        return sum(not stems.isdisjoint(term) for term in question.terms if term not in question.lighter)

    if own_terms(scored[1]) >= own_terms(scored[0]):
        (sentence, features, _, row), following = scored[:2]
        scored[:2] = [following, (sentence, features, following[2], row)]
