"""What goes before its score: the clause that is asked for by number, and what was not quoted just before."""

from __future__ import annotations

from collections.abc import Sequence

from qa.search.query import Question
from qa.search.result import Scored
from qa.text.clauses import Number, asked, numbers
from qa.text.tokens import terms

BONUS = 0.1
"""What the very clause that is asked for scores above the best of the others: it stands out from them."""


def clauses_first(scored: list[Scored], question: Question) -> None:
    """Put the clauses first that a question names by number, then what is below them.

    A number of one part, such as "section 5", is known to be meant only where one document has it.
    """
    wanted = set(asked(question.text))
    if not wanted:
        return
    exact: list[Scored] = []
    below: list[Scored] = []
    rest: list[Scored] = []
    for item in scored:
        own, inside = _numbers(item)
        (exact if own & wanted else below if inside & wanted else rest).append(item)
    plain = all(len(number) == 1 for number in wanted)
    documents = {item[0].doc_id for item in (*exact, *below)}
    if not documents or (plain and len(documents) > 1):
        return
    best = scored[0][2]
    moved = [
        *((item, best if plain else best + BONUS) for item in exact),
        *((item, best) for item in below),
    ]
    scored[:] = [*((sentence, features, value, row) for (sentence, features, _, row), value in moved), *rest]


def _numbers(item: Scored) -> tuple[set[Number], set[Number]]:
    sentence, _, _, row = item
    return numbers(row.headings, row.text[sentence.start - row.start : sentence.end - row.start])


def step_back(scored: list[Scored], question: Question, languages: Sequence[str]) -> None:
    """What was quoted first before scores no more than the next and comes after it.

    Unless it holds more of what is asked now.
    """
    if len(scored) < 2:
        return

    def held(item: Scored) -> int:
        sentence, _, _, row = item
        text = row.text[sentence.start - row.start : sentence.end - row.start]
        here = {stem for language in languages for stem in terms(text, language)}
        return sum(not here.isdisjoint(term) for term in question.terms if term not in question.lighter)

    if held(scored[1]) >= held(scored[0]):
        (sentence, features, _, row), following = scored[:2]
        scored[:2] = [following, (sentence, features, following[2], row)]
