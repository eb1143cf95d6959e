"""Example questions: what readers of contracts ask, or questions made from the words of other documents.

They are offered only if the documents answer them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from qa import DocumentInfo
from qa.lang.en import ENGLISH
from qa.record import Answer

NUMBER = 4
"""Number of questions that are offered."""
OF_A_KIND = 2
"""Maximum number of questions of one kind."""
TRIED = 18
"""Maximum number of candidates that are asked."""
DOCUMENTS = 4
"""Number of documents that candidates are made from."""
LEAST_CONFIDENCE = 0.7
"""An example that is perhaps answered is none."""
READ = 40_000
"""Characters of a document that are read."""

_NAME = r"[^\W\d_a-z][\w-]*"
_VERBS = {
    "calls for": "call for", "supports": "support", "encourages": "encourage", "recommends": "recommend",
    "requires": "require", "proposes": "propose", "prohibits": "prohibit", "protects": "protect",
    "provides": "provide", "contains": "contain", "describes": "describe", "means": "mean", "wants": "want",
    "believes": "believe", "thinks": "think", "says": "say", "needs": "need", "offers": "offer",
}  # fmt: skip
_DOES = re.compile(rf"(?<![\w’'-])((?:the )?(?:{_NAME} ){{0,3}}{_NAME}) ({'|'.join(_VERBS)})\b")
_PHRASE = re.compile(rf"(?<=[\w,;:] )(the )?({_NAME}(?: (?:of |for |and )?{_NAME})+)")
_WORDS = re.compile(r"(?:(?:[A-Za-zÀ-ÿ’-]{3,}|[A-Z]{2,}|of) ?)+")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Art|Sec|Fig)$")
_CONTRACT = re.compile(r"\b(?:agreement|contract|lease|deed)\b", re.IGNORECASE)
_CONTRACT_MARKS = re.compile(
    r"\b(?:governing law|governed by|hereby|hereinafter|the parties|party)\b", re.IGNORECASE
)
_BEGINNING = 2_000
"""Characters of a document that say what it is."""
_CONTRACT_QUESTIONS = (
    "Which law governs the agreement?",
    "How can the agreement be terminated?",
    "When does the agreement end?",
    "How are disputes settled?",
    "Can the agreement be assigned?",
    "Who owns the intellectual property?",
)
_LEAST_MARKS = 5
# A number of things with a description, such as rounds of expansion; bare days or items mean nothing alone.
_COUNT = re.compile(
    r"(?<![\d.,] )\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}(?:,\d{3})*) "
    r"(?!hundreds?\b|thousands?\b|(?:m|b|tr)illions?\b)"
    r"((?:[a-z]{3,} )?[a-z]{3,}s of [a-z]{4,}(?: [a-z]{4,})?)\b"
)
_SUBJECT = 2
"""Times that a text must name a thing for a question about it."""
_LONGEST = 60
"""Maximum characters of a question."""


def sampled(documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
    """Return a few English documents from all over the library; the questions are worded in English."""
    fitting = [document for document in documents if document.language == "en" and document.sentences]
    return fitting[:: max(1, -(-len(fitting) // DOCUMENTS))]


def candidates(text: str) -> Iterator[str]:
    """Yield questions made from a text's words, of each kind in turn."""
    text = " ".join(text.split())
    if _is_contract(text):
        # Its own words are defined terms and form letters; these are what its readers want to know.
        yield from _CONTRACT_QUESTIONS
        return
    kinds = (_what_does(text), _what_about(text), _how_many(text))
    mixed = (question for round_ in zip_longest(*kinds) for question in round_ if question)
    yield from dict.fromkeys(question for question in mixed if len(question) <= _LONGEST)


def choose(texts: Sequence[str], ask: Callable[[str], Answer]) -> list[str]:
    """Return the first candidates that are answered, each by a different sentence."""
    by_text = [candidates(text[:READ]) for text in texts]
    mixed = dict.fromkeys(question for round_ in zip_longest(*by_text) for question in round_ if question)
    chosen: list[str] = []
    kinds: Counter[str] = Counter()
    answered_by: set[tuple[str, int]] = set()
    for question in islice(mixed, TRIED):
        answer = ask(question)
        if not answer.answered or answer.confidence < LEAST_CONFIDENCE:
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
    clauses = [(m[1], _VERBS[m[2]]) for m in _DOES.finditer(text) if m[1].lower() not in ENGLISH.stop_words]
    # The rarest verb first: a statement that occurs once has one answer.
    counts = Counter(verb for _, verb in clauses)
    clauses.sort(key=lambda pair: counts[pair[1]])
    return [f"What does {_inside(subject)} {verb}?" for subject, verb in clauses]


def _what_about(text: str) -> list[str]:
    matches = (f"{m[1] or ''}{_bare(m[2])}" for m in _PHRASE.finditer(text) if not _TITLED.search(m[2]))
    counts = Counter(matches)
    # A phrase with its article is surely one thing, not two names side by side.
    subjects = [phrase for phrase in counts if counts[phrase] >= _SUBJECT and _WORDS.fullmatch(phrase)]
    phrases = sorted(subjects, key=lambda phrase: (-counts[phrase], not phrase.startswith("the ")))
    return [f"What is said about {phrase}?" for phrase in phrases]


def _how_many(text: str) -> list[str]:
    return [f"How many {m[1]} are there?" for m in _COUNT.finditer(text) if not _has_stop_word(m[1])]


def _is_contract(text: str) -> bool:
    marks = sum(1 for _ in islice(_CONTRACT_MARKS.finditer(text), _LEAST_MARKS))
    return marks == _LEAST_MARKS and bool(_CONTRACT.search(text[:_BEGINNING]))


def _inside(subject: str) -> str:
    """Return a subject as it is written inside a sentence."""
    return f"the{subject[3:]}" if subject.startswith("The ") else subject


def _bare(phrase: str) -> str:
    """Return a name without its possessive ending."""
    return re.sub(r"[’']s$", "", phrase)


def _has_stop_word(phrase: str) -> bool:
    return any(word in ENGLISH.stop_words for word in phrase.split() if word != "of")
