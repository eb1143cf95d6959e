"""Cuts a document into passages and sentences; offsets are born here and only ever added to.

Line breaks inside a block are ignored for segmenting where they are soft (a hard-wrapped paragraph),
and end a sentence where they are not (lists, verse, tables); the text itself is never altered, so
every sentence is a slice of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
"""Names this way of cutting in the index, so that an index cut otherwise is told apart."""

PASSAGE_WORDS = 160
"""A longer block is cut into passages of about this many words: what a small model reads at once."""
SHORT_BLOCK_WORDS = 20
"""Blocks shorter than this are gathered with their neighbours: alone they give a quote no context."""
GATHERED_WORDS = 80
LEAD_CHARACTERS = 100
"""So much of a numbered item is in the path of headings of those below it."""
SENTENCE_CHARACTERS = 1_000
"""A longer sentence (a table, a list without full stops) is cut, at the best place that there is."""

ENDING = 60
"""Characters before a cut that are looked at for an abbreviation: all of them would take forever."""

WINDOW = 4_000
"""Characters that are cut into sentences at a time: several sentences of any length that is kept."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_WORD = re.compile(r"\w")
_BULLET = re.compile(r"(?:[-*+•‣◦·–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])\s")
# Several figures may follow each other, letters not: "p. 5." is no numbering.
_NUMBERS = r"(?:(?:\(?\d{1,3}(?:\.\d{1,2}){0,3}+[.)]\s*+)++|\(?(?:[a-zA-Z]|[ivxIVX]{1,4})[.)]\s*)"
_NUMBERINGS = re.compile(rf"\s*{_NUMBERS}")
# Alone, or after a colon: "Steps: 1.".
_ENDS_NUMBERING = re.compile(rf"(?:(?<=[:;])\s+|^\s*){_NUMBERS}$")
# Figures after the stop of a word (of a number, they are its decimals), and what follows a sentence.
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
# What cannot end a sentence: the letter of a name, "U.S.".
_LETTERS = re.compile(r"\b(?:[A-Z]\.)+[\"'”’)\]]*\s*$")
_STARTS_SENTENCE = re.compile(rf"[\"'“‘(\[]*(?:{ENGLISH.sentence_openers})\b")
_MONTHS = lang.in_any("months")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’)\]]*\s*$")


def segment(document: Document) -> tuple[Passage, ...]:
    """The passages of a document in order, each with its sentences; headings give passages their path.

    A heading is context, not a sentence: it names what is said below it and answers nothing itself. A
    numbered item with others below it is both.
    A document of headings alone has them as its sentences, since nothing else could be quoted.
    """
    # Whatever ends its lines, character for character, so that offsets are those of the text itself.
    document = replace(document, text=with_uniform_lines(document.text))
    blocks = document.blocks or tuple(_blank_line_blocks(document.text))
    passages = tuple(_passages(document, blocks))
    if not passages and blocks:
        plain = tuple(Block(block.start, block.end) for block in blocks)
        passages = tuple(_passages(document, plain))
    return passages


def _blank_line_blocks(text: str) -> Iterator[Block]:
    """The stretches between blank lines, trimmed of white space."""
    start = 0
    for gap in [*_BLANK_LINE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        block = _trim(text, start, end)
        if block:
            yield Block(*block)
        if gap:
            start = gap.end()


def _passages(document: Document, blocks: Iterable[Block]) -> Iterator[Passage]:
    text, doc_id = document.text, document.doc_id
    known = recognised(text) or ""
    section = 0
    path: tuple[str, ...] = ()
    gathered: list[Sentence] = []
    words = 0

    def passage() -> Passage:
        made = Passage(doc_id, gathered[0].start, gathered[-1].end, tuple(gathered), path)
        gathered.clear()
        return made

    for block, number, headings in _below_headings(text, tuple(blocks)):
        if number != section and gathered:
            yield passage()
        section, path = number, headings
        sentences = [Sentence(doc_id, *span) for span in _sentences(text, block, known)]
        if not sentences:
            continue
        counts = [_words(text, s) for s in sentences]
        short = block.kind in ("paragraph", "item") and sum(counts) < SHORT_BLOCK_WORDS
        if gathered and not (short and words + sum(counts) <= GATHERED_WORDS):
            yield passage()
        if not gathered:
            words = 0
        if short:
            gathered.extend(sentences)
            words += sum(counts)
            continue
        # Equal shares, rather than full ones and a remainder of one sentence without its context.
        share = sum(counts) / max(1, round(sum(counts) / PASSAGE_WORDS))
        done = 0.0
        for sentence, count in zip(sentences, counts, strict=True):
            if gathered and done + count / 2 > share:
                yield passage()
                done = 0.0
            gathered.append(sentence)
            done += count
        yield passage()
    if gathered:
        yield passage()


def _below_headings(text: str, blocks: tuple[Block, ...]) -> Iterator[tuple[Block, int, tuple[str, ...]]]:
    """Every block but the headings, with the number of its section and the path of headings above it."""
    leads = _leads(blocks)
    path: list[tuple[int, str]] = []
    # The numbered items that the present one is below: "2.2 The tenant repairs:" of "(b) the boiler".
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
    """The numbered items that others are below, by their places."""
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
    """The beginning of an item, as it stands in a path of headings."""
    line = " ".join(text.split())
    return line if len(line) <= LEAD_CHARACTERS else line[:LEAD_CHARACTERS].rpartition(" ")[0]


def _words(text: str, sentence: Sentence) -> int:
    """Words by white space; scripts that write none count one word for every two characters."""
    piece = text[sentence.start : sentence.end]
    return max(len(piece.split()), sum(ord(c) > 0x2E7F or 0xE00 <= ord(c) < 0x1000 for c in piece) // 2)


def _sentences(text: str, block: Block, language: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a block, each trimmed of white space and holding at least one word."""
    for start, end in _lines(text, block):
        # One character for one: offsets in the joined line are offsets in the text.
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
        # A number alone belongs to what it numbers, which follows.
        before = line[max(spans[-1][0], start - ENDING) : start] if spans else ""
        numbering = spans and _ENDS_NUMBERING.search(before)
        joined = spans and _continues(before, line[start:end], language)
        if numbering or joined or not _WORD.search(line, start, end):
            # A closing quote or dash on its own belongs to the sentence before it.
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
    """Where a stretch ends that goes on with a citation: "lit." | "b. The fee" ends before "The"."""
    word, letter = _ABBREVIATED.search(before), _LETTER_CITED.match(line, start, end)
    if word and letter and is_before_figures(word[1].casefold(), language):
        return letter.end()
    return end


def _with_note_marks(line: str, spans: Iterable[tuple[int, int]], language: str) -> Iterator[tuple[int, int]]:
    """The spans cut after the marks of notes that are glued to a full stop: "large.12 It", "large.¹² It"."""
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
    """The library's sentences, a window at a time: its time grows with the square of the text's length."""
    # Imported here: a command that cuts nothing need not load it.
    from sentencex import get_sentence_boundaries

    at = 0
    while at < len(line):
        found = get_sentence_boundaries(language or "en", line[at : at + WINDOW])
        spans = [(at + one["start_index"], at + one["end_index"]) for one in found]
        if at + WINDOW < len(line) and len(spans) > 1:
            # The last one goes on in the next window.
            spans.pop()
        yield from spans
        at = spans[-1][1] if spans and spans[-1][1] > at else at + WINDOW


def _continues(before: str, after: str, language: str) -> bool:
    """Whether a cut stands after an abbreviation, where the sentence in truth goes on."""
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
    """The stretches of a block that hard line breaks part."""
    breaks = [block.start - 1, *(m.start() for m in re.finditer("\n", text[block.start : block.end]))]
    breaks = [breaks[0], *(block.start + at for at in breaks[1:]), block.end]
    stretches = [(a + 1, b) for a, b in pairwise(breaks)]
    widths = sorted(len(text[a:b].rstrip()) for a, b in stretches[:-1])
    # The usual width of a full line: one long line among many short ones must not make all of them hard.
    width = widths[int(len(widths) * 0.75)] if widths else 0
    start = stretches[0][0]
    for (a, b), (c, d) in pairwise(stretches):
        if block.kind == "code" or _hard(text[a:b], text[c:d], width):
            yield start, b
            start = c
    yield start, stretches[-1][1]


def _hard(line: str, following: str, width: int) -> bool:
    """Whether the break between two lines means something, rather than the end of the paper."""
    following = following.lstrip()
    if _NUMBERINGS.fullmatch(line):
        # What it numbers is on the next line.
        return False
    if _BULLET.match(following):
        return True
    if following[:1].islower() or width < 30:
        # Verse and lists set short lines on purpose; a sentence that goes on in lower case does not end.
        return not following[:1].islower() and not line.rstrip().endswith((",", "-", "–"))
    # The first word of the next line would have fitted: whoever broke the line meant it.
    return len(line.rstrip()) + len(following.split(" ", 1)[0]) + 1 < 0.75 * width


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span trimmed, and cut where it is longer than a sentence can be."""
    while end - start > SENTENCE_CHARACTERS:
        at = _place_to_cut(text, start)
        if span := _trim(text, start, at):
            yield span
        start = at
    if span := _trim(text, start, end):
        yield span


def _place_to_cut(text: str, start: int) -> int:
    """The last good place within the longest sentence allowed: a line, a clause, a word, else there."""
    limit = start + SENTENCE_CHARACTERS
    for pattern in _CUTS:
        ends = [m.end() for m in pattern.finditer(text, start + SENTENCE_CHARACTERS // 3, limit)]
        if ends:
            return ends[-1]
    return limit


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None
