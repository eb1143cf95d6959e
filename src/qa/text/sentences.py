"""Cut a document into passages and sentences; offsets are computed here and later only added to.

Inside a block, segmentation ignores soft line breaks (a hard-wrapped paragraph). Other line breaks (lists,
verse, tables) end a sentence. The text itself is never changed, and every sentence is a slice of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from qa import lang
from qa.lang.detect import recognised
from qa.lang.en import ENGLISH
from qa.text.abbreviations import goes_on, is_before_figures
from qa.text.lines import with_uniform_lines
from qa.text.punctuation import as_meant, clauses, continues
from qa.types import Block, Document, Passage, Sentence

NAME = "sentencex/2"
"""Identifier of this segmentation, stored in the index to detect an index with another segmentation."""

PASSAGE_WORDS = 160
"""Approximate words of a passage when a longer block is cut: about as much as a small model reads at once."""
SHORT_BLOCK_WORDS = 20
"""Words below which a block is merged with its neighbours: alone it gives a quote no context."""
GATHERED_WORDS = 80
"""Maximum words of a passage of merged short blocks."""
LEAD_CHARACTERS = 100
"""Maximum characters of a numbered item in the heading path of the items below it."""
SENTENCE_CHARACTERS = 1_000
"""Maximum characters of a sentence; a longer one (a table, a list without full stops) is cut."""

ENDING = 60
"""Characters before a cut that are searched for an abbreviation; searching all of them takes too long."""

WINDOW = 4_000
"""Characters that are cut into sentences at a time: room for several sentences of maximum length."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_WORD = re.compile(r"\w")
_BULLET = re.compile(r"(?:[-*+•‣◦·–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])\s")
# Several figures may follow each other, but not letters: "p. 5." is not a numbering.
_NUMBERS = r"(?:(?:\(?\d{1,3}(?:\.\d{1,2}){0,3}+[.)]\s*+)++|\(?(?:[a-zA-Z]|[ivxIVX]{1,4})[.)]\s*)"
_NUMBERINGS = re.compile(rf"\s*{_NUMBERS}")
# On its own line, or after a colon: "Steps: 1.".
_ENDS_NUMBERING = re.compile(rf"(?:(?<=[:;])\s+|^\s*){_NUMBERS}$")
# Figures after the full stop of a word (after a number they are decimals), and what follows a sentence.
_NOTE_MARK = re.compile(
    r"(?:(?<=[^\W\d_])([.!?])|(?<=[.!?])[\"'”’»])\d{1,3}(?:[,–-]\d{1,3})*(?=\s+[\"'“‘«(\[¿¡]?([^\W\d_]))"
)
_RAISED = re.compile(r"[⁰¹²³⁴-⁹†‡]+(?:[,\s]*[⁰¹²³⁴-⁹†‡]+)*,?\s*")
_LETTERS_BEFORE = re.compile(r"[^\W\d_]+$")
_ABBREVIATED = re.compile(r"([^\W\d_]+)\.\s*$")
_LETTER_CITED = re.compile(r"(?:[a-z]|[ivx]{1,4}|[IVX]{1,4})\.\s+(?=[\"'“‘«]?[^\W\d_a-z]\w)")
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_DAY = re.compile(r"(?<!\d)\d{1,2}\.\s*$")
_CUTS = (re.compile(r"\n"), re.compile(r"[;:；：]\s*"), re.compile(r"[,،，、]\s*"), re.compile(r"\s+"))
# Initials, which cannot end a sentence: "U.S.".
_LETTERS = re.compile(r"\b(?:[A-Z]\.)+[\"'”’)\]]*\s*$")
_STARTS_SENTENCE = re.compile(rf"[\"'“‘(\[]*(?:{ENGLISH.sentence_openers})\b")
_MONTHS = lang.in_any("months")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’)\]]*\s*$")


def segment(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in order, each with its sentences and its heading path.

    A heading is context, not a sentence: it names the subject of the text below and answers nothing itself. A
    numbered item with other items below it is both. In a document of headings alone, the headings are the
    sentences, since nothing else could be quoted.
    """
    # Line ends are replaced one character for one, which keeps the offsets of the text.
    document = replace(document, text=with_uniform_lines(document.text))
    blocks = document.blocks or tuple(_blank_line_blocks(document.text))
    passages = tuple(_passages(document, blocks))
    if not passages and blocks:
        plain = tuple(Block(block.start, block.end) for block in blocks)
        passages = tuple(_passages(document, plain))
    return passages


def _blank_line_blocks(text: str) -> Iterator[Block]:
    """Yield the stretches between blank lines, without the white space around them."""
    start = 0
    for gap in [*_BLANK_LINE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        block = _trim(text, start, end)
        if block:
            yield Block(*block)
        if gap:
            start = gap.end()


def _passages(document: Document, blocks: Iterable[Block]) -> Iterator[Passage]:
    """Yield the passages of a document: short blocks of a section together, long blocks in equal shares."""
    text, doc_id = document.text, document.doc_id
    language = recognised(text) or ""
    short_blocks = _ShortBlocks()
    section = 0
    path: tuple[str, ...] = ()
    for block, number, headings in _below_headings(text, tuple(blocks)):
        if number != section:
            yield from short_blocks.passages(path)
        section, path = number, headings
        sentences = [Sentence(doc_id, *span) for span in _sentences(text, block, language)]
        if not sentences:
            continue
        counts = [_words(text, sentence) for sentence in sentences]
        words = sum(counts)
        is_short = block.kind in ("paragraph", "item") and words < SHORT_BLOCK_WORDS
        if not is_short or not short_blocks.has_room(words):
            yield from short_blocks.passages(path)
        if is_short:
            short_blocks.add(sentences, words)
        else:
            yield from (_passage(share, path) for share in _shares(sentences, counts))
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


def _below_headings(text: str, blocks: tuple[Block, ...]) -> Iterator[tuple[Block, int, tuple[str, ...]]]:
    """Yield every block except headings, with the number of its section and the headings above it."""
    leads = _leads(blocks)
    path: list[tuple[int, str]] = []
    # The numbered items above the current one: "2.2 The tenant repairs:" above "(b) the boiler".
    above: list[tuple[int, str]] = []
    section = 0
    before: tuple[str, ...] = ()
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            while path and path[-1][0] >= block.level:
                path.pop()
            path.append((block.level, " ".join(text[block.start : block.end].split())))
            above.clear()
            section += 1
            continue
        level = block.level if block.kind == "item" else 0
        while level and above and above[-1][0] >= level:
            above.pop()
        here = tuple(heading for _, heading in (*path, *(above if level else ())))
        section += here != before
        before = here
        yield block, section, here
        if at in leads:
            above.append((level, _shortened(text[block.start : block.end])))


def _leads(blocks: tuple[Block, ...]) -> set[int]:
    """Return the positions of numbered items that have other items below them."""
    leads: set[int] = set()
    below = 0
    for at in range(len(blocks) - 1, -1, -1):
        block = blocks[at]
        if block.kind == "heading":
            below = 0
        elif block.kind == "item" and block.level:
            if below > block.level:
                leads.add(at)
            below = block.level
    return leads


def _shortened(text: str) -> str:
    """Return the beginning of an item, as a heading path shows it."""
    line = " ".join(text.split())
    return line if len(line) <= LEAD_CHARACTERS else line[:LEAD_CHARACTERS].rpartition(" ")[0]


def _words(text: str, sentence: Sentence) -> int:
    """Count words by white space; in scripts without spaces, two characters count as one word."""
    piece = text[sentence.start : sentence.end]
    return max(
        len(piece.split()),
        sum(ord(character) > 0x2E7F or 0xE00 <= ord(character) < 0x1000 for character in piece) // 2,
    )


def _sentences(text: str, block: Block, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a block's sentences, trimmed of white space, each with at least one word."""
    for start, end in _lines(text, block):
        # One character is replaced by one: offsets in the joined line are offsets in the text.
        line = as_meant(text[start:end].replace("\n", " "))
        whole = block.kind in ("row", "code")
        spans = [(0, len(line))] if whole else _boundaries(line, language)
        for a, b in spans:
            for clause in clauses(text, start + a, start + b):
                for piece in _cut(text, *clause):
                    if _WORD.search(text, *piece):
                        yield piece


def _boundaries(line: str, language: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in _with_note_marks(line, _windowed(line, language), language):
        # A number alone belongs to the text that follows it.
        before = line[max(spans[-1][0], start - ENDING) : start] if spans else ""
        numbering = spans and _ENDS_NUMBERING.search(before)
        joined = spans and _continues(before, line[start:end], language)
        if numbering or joined or not _WORD.search(line, start, end):
            # A lone closing quotation mark or dash belongs to the sentence before it.
            cited = _cited(line, before, start, end, language)
            spans[-1:] = [(spans[-1][0], cited)] if spans else [(start, end)]
            if cited < end:
                spans.append((cited, end))
        else:
            spans.append((start, end))
    if len(spans) > 1 and _NUMBERINGS.fullmatch(line, *spans[-1]):
        spans[-2:] = [(spans[-2][0], spans[-1][1])]
    return spans


def _cited(line: str, before: str, start: int, end: int, language: str) -> int:
    """Return the end of a citation at the start of a stretch: "lit." | "b. The fee" ends before "The"."""
    word, letter = _ABBREVIATED.search(before), _LETTER_CITED.match(line, start, end)
    if word and letter and is_before_figures(word[1].casefold(), language):
        return letter.end()
    return end


def _with_note_marks(line: str, spans: Iterable[tuple[int, int]], language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans, also cut after note marks glued to a full stop: "large.12 It", "large.¹² It"."""
    begin = -1
    for start, end in spans:
        first = start if begin < 0 else begin
        for mark in _NOTE_MARK.finditer(line, first, end):
            word = _LETTERS_BEFORE.search(line, max(first, mark.start() - ENDING), mark.start())
            is_number = word and mark[1] == "." and is_before_figures(word[0].casefold(), language)
            if not is_number and not mark[2].islower():
                yield first, mark.end()
                first = mark.end()
        raised = _RAISED.match(line, end) if not line[end - 1 : end].isspace() else None
        begin = raised.end() if raised else -1
        if first < max(begin, end):
            yield first, max(begin, end)


def _windowed(line: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the library's sentences window by window: its time grows with the square of the text length."""
    # Imported late: commands that segment nothing do not load it.
    from sentencex import get_sentence_boundaries

    at = 0
    while at < len(line):
        boundaries = get_sentence_boundaries(language or "en", line[at : at + WINDOW])
        spans = [(at + boundary["start_index"], at + boundary["end_index"]) for boundary in boundaries]
        if at + WINDOW < len(line) and len(spans) > 1:
            # The last sentence may continue in the next window.
            spans.pop()
        yield from spans
        at = spans[-1][1] if spans and spans[-1][1] > at else at + WINDOW


def _continues(before: str, after: str, language: str) -> bool:
    """Return whether a cut follows an abbreviation in the middle of a sentence."""
    if _INITIALS.search(before):
        # "the U.S. The next …" ends a sentence, "the U.S. Senate" does not.
        return not _STARTS_SENTENCE.match(after)
    if _LETTERS.search(before) or goes_on(before, after, language):
        return True
    if lang.get(language).dotted_ordinals and _DAY.search(before):
        month = _LETTER_RUN.match(after)
        return month is not None and month[0].lower() in _MONTHS
    return continues(before, after)


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a block between hard line breaks."""
    breaks = [block.start - 1, *(match.start() for match in re.finditer("\n", text[block.start : block.end]))]
    breaks = [breaks[0], *(block.start + at for at in breaks[1:]), block.end]
    stretches = [(a + 1, b) for a, b in pairwise(breaks)]
    widths = sorted(len(text[a:b].rstrip()) for a, b in stretches[:-1])
    # The usual width of a full line: one long line among many short ones must not make every break hard.
    width = widths[int(len(widths) * 0.75)] if widths else 0
    start = stretches[0][0]
    for (a, b), (c, d) in pairwise(stretches):
        if block.kind == "code" or _hard(text[a:b], text[c:d], width):
            yield start, b
            start = c
    yield start, stretches[-1][1]


def _hard(line: str, following: str, width: int) -> bool:
    """Return whether a line break has a meaning, or only marks the edge of the paper."""
    following = following.lstrip()
    if _NUMBERINGS.fullmatch(line):
        # The numbered text is on the next line.
        return False
    if _BULLET.match(following):
        return True
    if following[:1].islower() or width < 30:
        # Verse and lists have short lines on purpose; a sentence that continues in lower case does not end.
        return not following[:1].islower() and not line.rstrip().endswith((",", "-", "–"))
    # The first word of the next line would have fitted: the break is intentional.
    return len(line.rstrip()) + len(following.split(" ", 1)[0]) + 1 < 0.75 * width


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the trimmed span, cut wherever it exceeds the maximum length of a sentence."""
    while end - start > SENTENCE_CHARACTERS:
        at = _place_to_cut(text, start)
        if span := _trim(text, start, at):
            yield span
        start = at
    if span := _trim(text, start, end):
        yield span


def _place_to_cut(text: str, start: int) -> int:
    """Return the last good place to cut within the limit: a line, a clause, a word, else the limit."""
    limit = start + SENTENCE_CHARACTERS
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(text, start + SENTENCE_CHARACTERS // 3, limit)]
        if ends:
            return ends[-1]
    return limit


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None
