"""Questions to begin with, made of the documents' own words and kept only if the documents answer them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from qa import DocumentInfo
from qa.lang.en import ENGLISH
from qa.record import Answer

NUMBER = 4
"""Questions that are offered."""
OF_A_KIND = 2
TRIED = 18
"""Questions that are asked at most to find those."""
DOCUMENTS = 4
READ = 40_000
"""Characters of a document that are looked at."""

_NAME = r"[^\W\d_a-z][\w-]*"
_VERBS = {
    "calls for": "call for", "supports": "support", "encourages": "encourage", "recommends": "recommend",
    "requires": "require", "proposes": "propose", "prohibits": "prohibit", "protects": "protect",
    "provides": "provide", "contains": "contain", "describes": "describe", "means": "mean", "wants": "want",
    "believes": "believe", "thinks": "think", "says": "say", "needs": "need", "offers": "offer",
}  # fmt: skip
_DOES = re.compile(rf"(?<![\w’'-])((?:{_NAME} ){{0,3}}{_NAME}) ({'|'.join(_VERBS)})\b")
_PHRASE = re.compile(rf"(?<=[\w,;:] )(the )?({_NAME}(?: (?:of |for |and )?{_NAME})+)")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Art|Sec|Fig)$")
_COUNT = re.compile(
    r"(?<![\d.,] )\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}(?:,\d{3})*) "
    r"(?!hundreds?\b|thousands?\b|(?:m|b|tr)illions?\b)"
    r"((?:[a-z]{3,} )?[a-z]{3,}s(?: of [a-z]{4,}(?: [a-z]{4,})?)?)\b"
)
_LONGEST = 60


def sampled(documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """A few documents from all over the library, those that the fixed English words of a question fit."""
    fitting = [document for document in documents if document.language == "en" and document.sentences]
    return fitting[:: max(1, -(-len(fitting) // DOCUMENTS))]


def candidates(text: str) -> Iterator[str]:
    """Questions made of a text's words, of each kind in turn."""
    text = " ".join(text.split())
    kinds = (_what_does(text), _said_about(text), _how_many(text))
    mixed = (question for round_ in zip_longest(*kinds) for question in round_ if question)
    yield from dict.fromkeys(question for question in mixed if len(question) <= _LONGEST)


def choose(texts: Sequence[str], ask: Callable[[str], Answer]) -> list[str]:
    """The first candidates that are answered, each by a sentence that answers none before it."""
    by_text = [candidates(text[:READ]) for text in texts]
    mixed = (question for round_ in zip_longest(*by_text) for question in round_ if question)
    chosen: list[str] = []
    kinds: Counter[str] = Counter()
    answered_by: set[tuple[str, int]] = set()
    for question in islice(mixed, TRIED):
        answer = ask(question)
        if not answer.answered:
            continue
        place = (answer.quotes[0].citation.doc_id, answer.quotes[0].citation.start)
        kind = question.split()[1]
        if place not in answered_by and kinds[kind] < OF_A_KIND:
            answered_by.add(place)
            kinds[kind] += 1
            chosen.append(question)
        if len(chosen) == NUMBER:
            break
    return chosen


def _what_does(text: str) -> list[str]:
    found = [(m[1], _VERBS[m[2]]) for m in _DOES.finditer(text) if m[1].lower() not in ENGLISH.stop_words]
    # What is said once has one answer: the rarest verb first.
    often = Counter(verb for _, verb in found)
    found.sort(key=lambda pair: often[pair[1]])
    return [f"What does {_inside(subject)} {verb}?" for subject, verb in found]


def _said_about(text: str) -> list[str]:
    found = (f"{m[1] or ''}{_bare(m[2])}" for m in _PHRASE.finditer(text) if not _TITLED.search(m[2]))
    often = Counter(found)
    # With its article it is surely a thing and not two names that stand side by side.
    phrases = sorted(often, key=lambda phrase: (-often[phrase], not phrase.startswith("the ")))
    return [f"What is said about {phrase}?" for phrase in phrases]


def _how_many(text: str) -> list[str]:
    return [f"How many {m[1]} are there?" for m in _COUNT.finditer(text) if not _has_stop_word(m[1])]


def _inside(subject: str) -> str:
    """A subject as it is written inside a sentence."""
    return f"the{subject[3:]}" if subject.startswith("The ") else subject


def _bare(phrase: str) -> str:
    """A name without what only joins it to the next word."""
    return re.sub(r"[’']s$", "", phrase)


def _has_stop_word(phrase: str) -> bool:
    return any(word in ENGLISH.stop_words for word in phrase.split() if word != "of")
