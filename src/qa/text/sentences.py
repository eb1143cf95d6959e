"""Cut a document into passages and sentences; offsets are computed here and later only added to.

Inside a block, segmentation ignores soft line breaks (a hard-wrapped paragraph). Other line breaks (lists,
verse, tables) end a sentence. The text itself is never changed, and every sentence is a slice of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.lang.detect import recognised
from qa.text.boundaries import SENTENCE_CHARACTERS, cut, pieces
from qa.text.fragments import Joined, join
from qa.text.headings import DEPTH, is_plain, plain_level
from qa.text.labels import LETTER_ITEM, ROMAN_ITEM, read_label
from qa.text.lines import with_uniform_lines
from qa.text.stretches import Stretch, blank_line_blocks, stretches
from qa.text.structure import recognise
from qa.types import Block, Document, Passage, Sentence

__all__ = ["LEAD_CHARACTERS", "NAME", "SENTENCE_CHARACTERS", "segment"]

NAME = "sentencex/6"
"""Identifier of this segmentation, stored in the index to detect an index with another segmentation."""

PASSAGE_WORDS = 160
"""Approximate words of a passage when a longer block is cut: about as much as a small model reads at once."""
SHORT_BLOCK_WORDS = 20
"""Words below which a block is merged with its neighbours: alone it gives a quote no context."""
GATHERED_WORDS = 80
"""Maximum words of a passage of merged short blocks."""
LEAD_CHARACTERS = 100
"""Maximum characters of a numbered item in the heading path of the items below it."""
_WIDE = re.compile("[\u0e00-\u0fff\u2e80-\U0010ffff]")
_MIN_CLAUSE_WORDS = 4
"""Words from which a numbered line of a block is a clause, with its own passage if it is long."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading, or the sentences of a block or clause.

    Attributes:
        level: Depth of a heading or numbered item, 0 for other text.
        sentences: The sentences; a heading has none.
        is_short_kind: Whether it may be merged with its neighbours if it has few words.
        title: The heading, or the words that represent the part in the path of the text below it.
    """

    level: int
    sentences: Sequence[Sentence] = ()
    is_short_kind: bool = False
    title: str = ""
    is_run_in: bool = False


def segment(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in order, each with its sentences and its heading path.

    A heading is context, not a sentence: it names the subject of the text below and answers nothing itself.
    Lists of contents and running lines are no sentences either; the document's own title block is one. A
    numbered item with other items below it is both text and heading. In a document of headings alone, the
    headings are the sentences, since nothing else could be quoted.
    """
    # Line ends are replaced one character for one, which keeps the offsets of the text.
    document = replace(document, text=with_uniform_lines(document.text))
    blocks = document.blocks or tuple(blank_line_blocks(document.text))
    is_laid_out = bool(document.pages) or not document.blocks
    lines = stretches(document.text, blocks)
    starts = [page.start for page in document.pages]
    passages = tuple(_passages(document, recognise(document.text, lines, starts, is_laid_out=is_laid_out)))
    if not passages and blocks:
        plain = [Block(block.start, block.end) for block in blocks]
        passages = tuple(_passages(document, stretches(document.text, plain)))
    return passages


def _passages(document: Document, lines: Iterable[Stretch]) -> Iterator[Passage]:
    """Yield the passages of a document: short blocks of a section together, long blocks in equal shares."""
    text = document.text
    short_blocks = _ShortBlocks()
    section = 0
    path: tuple[str, ...] = ()
    for part, number, headings in _below_headings(list(_parts(document, lines))):
        if number != section:
            yield from short_blocks.passages(path)
        section, path = number, headings
        counts = [_words(text, sentence) for sentence in part.sentences]
        words = sum(counts)
        is_short = part.is_short_kind and words < SHORT_BLOCK_WORDS
        if not is_short or not short_blocks.has_room(words):
            yield from short_blocks.passages(path)
        if is_short:
            short_blocks.add(part.sentences, words)
            continue
        below = (*path, part.title) if part.is_run_in else path
        for at, share in enumerate(_shares(part.sentences, counts)):
            yield _passage(share, below if at else path)
    yield from short_blocks.passages(path)


class _ShortBlocks:
    """Short blocks in a row that become one passage."""

    def __init__(self) -> None:
        self._sentences: list[Sentence] = []
        self._words = 0

    def has_room(self, words: int) -> bool:
        """Return whether the passage may have so many more words."""
        return self._words + words <= GATHERED_WORDS

    def add(self, sentences: Iterable[Sentence], words: int) -> None:
        """Append a block with this number of words."""
        self._sentences += sentences
        self._words += words

    def passages(self, path: tuple[str, ...]) -> Iterator[Passage]:
        """Yield the passage of the blocks so far, if any, and start again."""
        if self._sentences:
            yield _passage(self._sentences, path)
        self._sentences, self._words = [], 0


def _passage(sentences: Sequence[Sentence], path: tuple[str, ...]) -> Passage:
    """Return the passage of sentences below the headings of ``path``."""
    return Passage(sentences[0].doc_id, sentences[0].start, sentences[-1].end, tuple(sentences), path)


def _shares(sentences: Sequence[Sentence], counts: Sequence[int]) -> Iterator[list[Sentence]]:
    """Yield the sentences of a block in equal shares: a remainder of one sentence lacks context.

    Args:
        sentences: Sentences of the block.
        counts: Number of words of each.
    """
    limit = sum(counts) / max(1, round(sum(counts) / PASSAGE_WORDS))
    share: list[Sentence] = []
    words = 0.0
    for sentence, count in zip(sentences, counts, strict=True):
        if share and words + count / 2 > limit:
            yield share
            share, words = [], 0.0
        share.append(sentence)
        words += count
    yield share


# -- parts ------------------------------------------------------------------------------------------


def _parts(document: Document, lines: Iterable[Stretch]) -> Iterator[_Part]:
    """Yield the headings of a document, and its blocks and clauses with their sentences."""
    text = document.text
    language = recognised(text) or ""
    levels = _Levels(text)
    group: list[Stretch] = []
    for stretch in lines:
        if group and _begins_part(text, stretch, group[-1]):
            yield from _clauses(document, group, language, levels)
            group = []
        if stretch.kind == "heading":
            yield _Part(stretch.level, title=" ".join(text[stretch.start : stretch.end].split()))
            levels.forget()
        elif stretch.kind != "contents":
            group.append(stretch)
    if group:
        yield from _clauses(document, group, language, levels)


def _begins_part(text: str, stretch: Stretch, before: Stretch) -> bool:
    """Return whether a stretch begins a block, or a numbered clause within one."""
    if stretch.begins_block or before.ends_block or stretch.kind != before.kind:
        return True
    label = read_label(text, stretch.start, stretch.end)
    if label is None or stretch.kind == "code":
        return False
    return len(text[label.end : stretch.end].split(None, _MIN_CLAUSE_WORDS)) >= _MIN_CLAUSE_WORDS


def _clauses(document: Document, group: Sequence[Stretch], language: str, levels: _Levels) -> Iterator[_Part]:
    """Yield the sentences of a block, apart for each clause with a number and a title in a running text."""
    text = document.text
    kind = group[0].kind
    is_short_kind = kind in ("paragraph", "item", "lines")
    clause: list[Joined] = []
    level = group[0].level or (levels.of(group[0]) if is_short_kind else 0)
    for joined in _joined(text, group, language):
        if clause and joined.title_end is not None and levels.rank_at(joined.start, joined.end) < LETTER_ITEM:
            yield _part(document, clause, level, is_short_kind=is_short_kind)
            clause, level = [], levels.at(joined.start, joined.end)
        clause.append(joined)
    if clause:
        yield _part(document, clause, level, is_short_kind=is_short_kind)


def _joined(text: str, group: Sequence[Stretch], language: str) -> list[Joined]:
    """Return the sentences of stretches of one block."""
    if group[0].kind in ("row", "code", "lines"):
        return [
            Joined(*span)
            for stretch in group
            for span in cut(text, stretch.start, stretch.end, has_lines=True)
        ]
    starts = {stretch.start for stretch in group}
    spans = [span for stretch in group for span in pieces(text, stretch.start, stretch.end, language)]
    return [
        Joined(*span, joined.title_end if span[0] == joined.start else None)
        for joined in join(text, spans, starts)
        for span in cut(text, joined.start, joined.end)
    ]


def _part(document: Document, clause: Sequence[Joined], level: int, *, is_short_kind: bool) -> _Part:
    first = clause[0]
    is_run_in = first.title_end is not None
    title = document.text[first.start : first.title_end or first.end]
    sentences = [Sentence(document.doc_id, joined.start, joined.end) for joined in clause]
    return _Part(level, sentences, is_short_kind, _shortened(title), is_run_in)


class _Levels:
    """The levels of numbered text, by the labels of a document in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._letter = ""

    def of(self, stretch: Stretch) -> int:
        """Return the level of a stretch without one, 0 if it has no label."""
        return self.at(stretch.start, stretch.end)

    def at(self, start: int, end: int) -> int:
        """Return the level of the text between two offsets, 0 if it has no label."""
        label = read_label(self._text, start, end)
        if label is None:
            return 0
        letter = self._text[start : label.end].strip(" ().")
        rank = label.rank
        if rank == ROMAN_ITEM and letter in ("i", "v", "x") and ord(letter) == ord(self._letter or "\0") + 1:
            # "(i)" after "(h)" is a letter.
            rank = LETTER_ITEM
        if rank == LETTER_ITEM:
            self._letter = letter[:1]
        elif rank < LETTER_ITEM:
            self.forget()
        return DEPTH + rank

    def rank_at(self, start: int, end: int) -> int:
        """Return the rank of the label of the text between two offsets, a large one if it has none."""
        label = read_label(self._text, start, end)
        return label.rank if label else DEPTH

    def forget(self) -> None:
        """Begin the letters of another list."""
        self._letter = ""


def _below_headings(parts: Sequence[_Part]) -> Iterator[tuple[_Part, int, tuple[str, ...]]]:
    """Yield every part except headings, with the number of its section and the headings above it."""
    leads = _leads(parts)
    path = _Path()
    # The numbered items above the current one: "2.2 The tenant repairs:" above "(b) the boiler".
    above: list[tuple[int, str]] = []
    section = 0
    before: tuple[str, ...] = ()
    for at, part in enumerate(parts):
        if not part.sentences:
            path.add(part)
            above.clear()
            section += 1
            continue
        path.close(part)
        while part.level and above and above[-1][0] >= part.level:
            above.pop()
        here = (*path.headings, *(title for _, title in (above if part.level else ())))
        section += here != before
        before = here
        yield part, section, here
        if at in leads:
            above.append((part.level, part.title))


class _Path:
    """The headings above a part."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, str]] = []
        self._first_below: int | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings, outermost first."""
        return tuple(title for _, title in self._entries)

    def add(self, heading: _Part) -> None:
        """Add a heading, after those of its level and below have ended."""
        level = plain_level(heading.level, [above for above, _ in self._entries])
        self._end_plain(heading)
        while self._entries and self._entries[-1][0] >= level:
            self._entries.pop()
        self._entries.append((level, heading.title))
        self._first_below = None

    def close(self, part: _Part) -> None:
        """End the headings that a part is not below: "9." is not below "8. Force Majeure"."""
        if part.is_run_in:
            self._end_plain(part)
        while part.level > DEPTH and self._entries and self._entries[-1][0] >= part.level:
            if is_plain(self._entries[-1][0]):
                break
            self._entries.pop()
        self._first_below = part.level if self._first_below is None else self._first_below

    def _end_plain(self, part: _Part) -> None:
        """End a heading without a label whose text has ended: "RECITALS", whose text has no such number."""
        if not self._entries or self._first_below is None or not is_plain(self._entries[-1][0]):
            return
        is_numbered = DEPTH < part.level < DEPTH + LETTER_ITEM and not is_plain(part.level)
        if is_numbered and (self._first_below == 0 or part.level < self._first_below):
            self._entries.pop()


def _leads(parts: Sequence[_Part]) -> set[int]:
    """Return the positions of numbered items that have other items below them."""
    leads: set[int] = set()
    below = 0
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if not part.sentences:
            below = 0
        elif part.level:
            if below > part.level:
                leads.add(at)
            below = part.level
    return leads


def _shortened(text: str) -> str:
    """Return the beginning of an item, as a heading path shows it."""
    line = " ".join(text.split())
    return line if len(line) <= LEAD_CHARACTERS else line[:LEAD_CHARACTERS].rpartition(" ")[0]


def _words(text: str, sentence: Sentence) -> int:
    """Count words by white space; in scripts without spaces, two characters count as one word."""
    piece = text[sentence.start : sentence.end]
    words = len(piece.split())
    return words if piece.isascii() else max(words, len(_WIDE.findall(piece)) // 2)
