"""Split texts into words and punctuation, and align two such sequences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from qa.check.folding import DASHES, EMPHASIS, INVISIBLE, LOWERED, QUOTES, RAISED, key
from qa.text.exact import fold
from qa.text.tokens import drawn, whole_words

_MARK = re.compile(
    rf"…|\.(?:[^\S\n]?\.){{2,}}|(?:(?<=\s)|[\u2012-\u2015\u2e3a\u2e3b]|--)[{re.escape(DASHES)}]*(?<=[{re.escape(DASHES)}])"
    rf"|[^\s{re.escape(DASHES)}{QUOTES}{RAISED}{INVISIBLE}{EMPHASIS}]"
)
_ELLIPSIS = re.compile(r"…|\.(?:\s?\.){2,}")
_BREAK = re.compile(r"[-\u2010\u00ad]\s*[\n\r]\s*")
_NOTE = re.compile(rf"(?<=[^\W\d_]{{3}})[{RAISED}]+\Z")
_NUMBER_JOINS = frozenset(".,:/")
_APOSTROPHES = frozenset("'’ʼ`´")


class Word(NamedTuple):
    """A word or a punctuation mark of a text: its folded form and its span."""

    key: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words and punctuation marks of a text, in order.

    A number is one word with its points and commas, and so is a word with its apostrophes.
    """
    words: list[Word] = []
    position = 0
    for first, end in whole_words(text):
        start, gap = first, first - position
        if gap == 1 and words and words[-1].end == position and is_joint(text, position, first):
            start = words.pop().start
        elif gap > 1 or (gap == 1 and text[position] != " "):
            words += _marks(text, position, first)
        words.append(Word(_key(text[start:end]), start, end))
        position = end
    words += _marks(text, position, len(text))
    return [word for word in words if word.key]


def is_word(word: Word) -> bool:
    """Return whether it is a word or a number, and no punctuation mark."""
    return word.key[0].isalnum()


def is_joint(text: str, before: int, after: int) -> bool:
    """Return whether the gap between two words, given as offsets, is inside of a number or a word."""
    gap = text[before:after]
    if gap in _NUMBER_JOINS:
        return text[before - 1].isdigit() and text[after].isdigit()
    return gap in _APOSTROPHES and text[before - 1].isalpha() and text[after].isalpha()


def _marks(text: str, start: int, end: int) -> list[Word]:
    return [
        Word(_mark_key(match[0]), match.start(), match.end()) for match in _MARK.finditer(text, start, end)
    ]


@lru_cache(maxsize=10_000)
def _mark_key(mark: str) -> str:
    if _ELLIPSIS.fullmatch(mark):
        return "…"
    return "–" if mark.strip(DASHES) == "" else fold(mark)


@lru_cache(maxsize=50_000)
def _key(word: str) -> str:
    # The mark of a footnote is not part of the word.
    return fold(drawn(_NOTE.sub("", _BREAK.sub("", word)))).translate(LOWERED).replace("-", "")


# Chosen on one half of the sources in benchmarks/check; the other half is reported there.
_COVERAGE = 0.75
"""Share of a quotation's letters that a changed copy shares with its source at least, in order."""
_DENSITY = 0.7
"""Share of the source's letters that the copy has at least."""
_RUNS = 0.35
"""Share of a quotation's letters that are in common runs of words, if fewer letters are shared."""
_LONGEST_RUN = 7
"""Words of the longest common run at least in this case."""
_ANCHORS = 3
"""Common runs around which a place is tried."""
_MANY = 3_000
"""Words from which on the most common ones are not compared, because the time grows with their square."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best place for a quotation among the words of a source.

    Attributes:
        start: The first word of the place.
        end: The word after its last.
        coverage: The share of the quotation's letters, or of its words, that are there, in order.
        runs: The share of the quotation's letters in runs of at least three words that are there.
        longest: The number of words in the longest run.
        density: The share of the place's letters, or of its words, that are in the quotation.
    """

    start: int
    end: int
    coverage: float
    runs: float
    longest: int
    density: float

    @property
    def closeness(self) -> float:
        """How near the place is, to choose between several."""
        return self.coverage + self.runs + self.density / 4

    @property
    def is_copy(self) -> bool:
        """Whether the quotation is a changed copy of the place, and not another text."""
        if self.coverage >= _COVERAGE and self.density >= _DENSITY:
            return True
        return self.runs >= _RUNS and self.longest >= _LONGEST_RUN


def align(quotation: Sequence[Word], source: Sequence[Word]) -> Alignment | None:
    """Return the best place of a quotation in a source; None if they have no word in common.

    Common words match anywhere, so only the surroundings of the longest common runs are compared.
    """
    matcher = matcher_of(quotation, source)
    stretches = [(0, len(source))]
    best: Alignment | None = None
    for _ in range(_ANCHORS):
        anchors = [matcher.find_longest_match(0, len(quotation), first, last) for first, last in stretches]
        anchor = max(anchors, key=lambda match: match.size, default=None)
        if anchor is None or anchor.size == 0:
            break
        alignment = _aligned(quotation, source, anchor)
        if best is None or alignment.closeness > best.closeness:
            best = alignment
        at = anchors.index(anchor)
        first, last = stretches.pop(at)
        # The next anchor is outside of this place.
        stretches += [(first, anchor.b), (max(alignment.end, anchor.b + anchor.size), last)]
        stretches = [(first, last) for first, last in stretches if first < last]
    return best


def most_closeness(quotation: Sequence[Word], folded: str) -> float:
    """Return a bound of the closeness of all places in a source, much faster than an alignment.

    Args:
        quotation: The words.
        folded: The key of the source; see `qa.check.folding.key`.
    """
    weights = [_weight(word) for word in quotation]
    # Only signs that are their own keys are certain to be in the key of each text that has them.
    plain = [word.key if folded.isascii() and _is_plain(word.key) else None for word in quotation]
    there = [
        weight if each is None or each in folded else 0 for each, weight in zip(plain, weights, strict=True)
    ]
    in_runs = [False] * len(plain)
    for at in range(len(plain) - 2):
        # Neighbours in a run of words are neighbours in the source.
        three = plain[at : at + 3]
        if None in three or "".join(filter(None, three)) in folded:
            in_runs[at : at + 3] = True, True, True
    runs = sum(weight for weight, is_in in zip(there, in_runs, strict=True) if is_in)
    words = len(there) - there.count(0)
    return max(_share(sum(there), weights), _share_of_words(words, weights)) + _share(runs, weights) + 0.25


@lru_cache(maxsize=50_000)
def _is_plain(word: str) -> bool:
    return word.isascii() and key(word) == word


def matcher_of(one: Sequence[Word], other: Sequence[Word]) -> SequenceMatcher[str]:
    """Return the matcher of two texts by their words."""
    many = min(len(one), len(other)) > _MANY
    return SequenceMatcher(None, [w.key for w in one], [w.key for w in other], autojunk=many)


def _aligned(quotation: Sequence[Word], source: Sequence[Word], anchor: Match) -> Alignment:
    """Return the place of a quotation around a run that it shares with a source."""
    slack = max(8, len(quotation) // 3)
    first = max(0, anchor.b - anchor.a - slack)
    last = min(len(source), anchor.b + len(quotation) - anchor.a + slack)
    near = source[first:last]
    matcher = matcher_of(quotation, near)
    blocks = _trimmed([block for block in matcher.get_matching_blocks() if block.size])
    head, tail = blocks[0], blocks[-1]
    before = min(head.a, head.b) if head.a <= 3 else 0
    behind = len(quotation) - tail.a - tail.size
    after = min(behind, len(near) - tail.b - tail.size) if behind <= 3 else 0
    start, end = head.b - before, tail.b + tail.size + after
    wide = _measured(quotation, near[start:end], blocks, (first + start, first + end))
    # The matcher takes the earliest "The", which may be that of a sentence before, so the words right around
    # the run are compared alone, too.
    first = max(0, anchor.b - anchor.a)
    place = source[first : anchor.b - anchor.a + len(quotation)]
    blocks = [block for block in matcher_of(quotation, place).get_matching_blocks() if block.size]
    tight = _measured(quotation, place, blocks, (first, first + len(place)))
    return max(wide, tight, key=lambda alignment: alignment.closeness)


def _measured(
    quotation: Sequence[Word], place: Sequence[Word], blocks: Sequence[Match], span: tuple[int, int]
) -> Alignment:
    """Return how much a quotation and a place share, from the runs that they have in common."""
    weights = [_weight(word) for word in quotation]
    runs = [weights[block.a : block.a + block.size] for block in blocks]
    letters = [sum(run) for run in runs]
    words = [len(run) - run.count(0) for run in runs]
    others = [_weight(word) for word in place]
    # One long word among six is half of the letters, so the words count too.
    coverage = max(_share(sum(letters), weights), _share_of_words(sum(words), weights))
    density = max(_share(sum(letters), others), _share_of_words(sum(words), others))
    long = sum(count for count, size in zip(letters, words, strict=True) if size >= 3)
    return Alignment(*span, coverage, _share(long, weights), max(words), density)


def _share(part: int, weights: Sequence[int]) -> float:
    return part / (sum(weights) or 1)


def _share_of_words(part: int, weights: Sequence[int]) -> float:
    return part / (len(weights) - weights.count(0) or 1)


def _weight(word: Word) -> int:
    return len(word.key) if is_word(word) else 0


def _trimmed(blocks: list[Match]) -> list[Match]:
    """Return the matching blocks without single words far from the others at either end."""
    while len(blocks) > 1 and _is_stray(blocks[0], blocks[0], blocks[1]):
        blocks = blocks[1:]
    while len(blocks) > 1 and _is_stray(blocks[-1], blocks[-2], blocks[-1]):
        blocks = blocks[:-1]
    return blocks


def _is_stray(block: Match, one: Match, other: Match) -> bool:
    between = other.b - one.b - one.size - (other.a - one.a - one.size)
    return block.size <= 2 and abs(between) > 3 * block.size
