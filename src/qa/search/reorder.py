"""Reorder hits regardless of their features: clauses named by number, and sentences quoted just before."""

from __future__ import annotations

from collections.abc import Sequence

from qa.search.query import Question
from qa.search.result import Scored
from qa.text.clauses import Number, asked, numbers
from qa.text.tokens import terms

BONUS = 1.0
"""Score of a clause named by number above the best of the others, which makes it stand out."""


def clauses_first(scored: list[Scored], question: Question) -> bool:
    """Put the clauses first that a question names by number, then the clauses below them.

    A number of one part, such as "section 5", counts only if exactly one document has it.

    Returns:
        Whether the first is the one clause with a number of several parts, so nothing else can be meant.
    """
    wanted = set(asked(question.text))
    if not wanted:
        return False
    exact, below, rest = _by_clause(scored, wanted)
    has_one_part = all(len(number) == 1 for number in wanted)
    documents = {item[0].doc_id for item in (*exact, *below)}
    if not documents or (has_one_part and len(documents) > 1):
        return False
    best = scored[0][2]
    moved = [
        *((item, best if has_one_part else best + BONUS) for item in exact),
        *((item, best) for item in below),
    ]
    scored[:] = [*((sentence, features, value, row) for (sentence, features, _, row), value in moved), *rest]
    return not has_one_part and len({item[0].doc_id for item in exact}) == 1


def _by_clause(scored: list[Scored], wanted: set[Number]) -> tuple[list[Scored], list[Scored], list[Scored]]:
    """Return the sentences that have a wanted number, those below such a clause, and the rest."""
    exact: list[Scored] = []
    below: list[Scored] = []
    rest: list[Scored] = []
    for item in scored:
        own, inside = _numbers(item)
        (exact if own & wanted else below if inside & wanted else rest).append(item)
    return exact, below, rest


def _numbers(item: Scored) -> tuple[set[Number], set[Number]]:
    sentence, _, _, row = item
    return numbers(row.headings, row.text[sentence.start - row.start : sentence.end - row.start])


def step_back(scored: list[Scored], question: Question, languages: Sequence[str]) -> None:
    """Put the sentence that was quoted first before after the next one, with the same score.

    It stays first if it has more of the question's own terms than the next one.
    """
    if len(scored) < 2:
        return

    def own_terms(item: Scored) -> int:
        sentence, _, _, row = item
        text = row.text[sentence.start - row.start : sentence.end - row.start]
        stems = {term for language in languages for term in terms(text, language)}
        return sum(not stems.isdisjoint(term) for term in question.terms if term not in question.lighter)

    if own_terms(scored[1]) >= own_terms(scored[0]):
        (sentence, features, _, row), following = scored[:2]
        scored[:2] = [following, (sentence, features, following[2], row)]
