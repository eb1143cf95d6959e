"""Find where sentences end within a stretch, and cut those that are too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from qa import lang
from qa.lang.en import ENGLISH
from qa.text.abbreviations import goes_on, is_before_figures
from qa.text.punctuation import as_meant, clauses, continues
from qa.text.stretches import NUMBERINGS, NUMBERS, trim

SENTENCE_CHARACTERS = 1_000
"""Maximum characters of a sentence; a longer one (a table, a list without full stops) is cut."""

LIST_CHARACTERS = 450
"""Characters of a sentence from which the items of a list in it are sentences."""
_MIN_ITEM_CHARACTERS = 60

ENDING = 60
"""Characters before a cut that are searched for an abbreviation; searching all of them takes too long."""

WINDOW = 4_000
"""Characters that are cut into sentences at a time: room for several sentences of maximum length."""

_WORD = re.compile(r"\w")
# On its own line, or after a colon: "Steps: 1.".
_ENDS_NUMBERING = re.compile(rf"(?:(?<=[:;])\s+|^\s*){NUMBERS}$")
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
_LINE, _LISTED, _CLAUSE, _COMMA, _SPACE = (
    re.compile(pattern)
    for pattern in (
        r"\n",
        # "…, (iii) to waive any objection": an item says something alone, what follows a comma does not.
        r"[,;，；]\s*(?:[^\W\d_]{2,3}\s+)?(?=\((?:[a-zA-Z]|[ivx]{1,5}|\d{1,2})\)\s)",
        r"[;:；：]\s*",
        r"[,،，、]\s*",
        r"\s+",
    )
)
_IN_PROSE = (_LISTED, _CLAUSE, _COMMA, _SPACE)
_IN_LINES = (_LINE, *_IN_PROSE)
# The library takes "(b)" and "•" for list items, and then misses the ends of the sentences after them.
_ITEM_MARK = re.compile(r"(?<![\w)\]])\(?(?:[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,6}|\d{1,3})\)")
_BRACKETS = str.maketrans("()", "[]")
_BULLET = re.compile(r"(?:^|(?<=\s))[•●▪■◦‣⁃➢❖✓](?=\s)")
_ITEM = re.compile(r"[;:]\s+(?:[^\W\d_]{2,3}\s+)?(?=\((?:[a-zA-Z]|[ivx]{1,5}|\d{1,2})\)\s)")
# Initials, which cannot end a sentence: "U.S.".
_LETTERS = re.compile(r"\b(?:[A-Z]\.)+[\"'”’)\]]*\s*$")
_STARTS_SENTENCE = re.compile(rf"[\"'“‘(\[]*(?:{ENGLISH.sentence_openers})\b")
_MONTHS = lang.in_any("months")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’)\]]*\s*$")


def pieces(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a stretch's sentences, without white space around them and with a word."""
    # One character is replaced by one: offsets in the joined line are offsets in the text.
    line = as_meant(text[start:end].replace("\n", " "))
    if ")" in line:
        line = _ITEM_MARK.sub(lambda mark: mark[0].translate(_BRACKETS), line)
    bullets = [] if line.isascii() else [bullet.start() for bullet in _BULLET.finditer(line)]
    for begin, stop in pairwise([0, *(at for at in bullets if at), len(line)]):
        part = _BULLET.sub("¤", line[begin:stop], count=1) if bullets else line
        for a, b in _boundaries(part, language):
            for clause in clauses(text, start + begin + a, start + begin + b):
                if (span := trim(text, *clause)) and _WORD.search(text, *span):
                    yield span


def cut(text: str, start: int, end: int, *, has_lines: bool = False) -> Iterator[tuple[int, int]]:
    """Yield the span, a long list cut at its items, and a very long sentence at the maximum length.

    Args:
        text: Text of the document.
        start: Start of a sentence.
        end: Its end.
        has_lines: Whether its line breaks have a meaning, as in a table.
    """
    for item_start, item_end in _items(text, start, end):
        begin = item_start
        while item_end - begin > SENTENCE_CHARACTERS:
            at = _place_to_cut(text, begin, _IN_LINES if has_lines else _IN_PROSE)
            if (span := trim(text, begin, at)) and _WORD.search(text, *span):
                yield span
            begin = at
        if (span := trim(text, begin, item_end)) and _WORD.search(text, *span):
            yield span


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the items of a long sentence, the first with its lead-in: "… if (a) it is due;", "(b) …"."""
    if end - start > LIST_CHARACTERS:
        for item in _ITEM.finditer(text, start, end):
            at = item.end()
            # The mark that ends the item stays with it, "and" or "or" too.
            if at - start >= _MIN_ITEM_CHARACTERS and end - at >= _MIN_ITEM_CHARACTERS:
                yield start, at
                start = at
    yield start, end


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
    if len(spans) > 1 and NUMBERINGS.fullmatch(line, *spans[-1]):
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
        if at + WINDOW < len(line):
            # The last sentence may continue in the next window.
            spans = spans[:-1] or [(at, _between_words(line, at, at + WINDOW))]
        yield from spans
        at = spans[-1][1] if spans and spans[-1][1] > at else at + WINDOW


def _between_words(line: str, start: int, end: int) -> int:
    """Return the last place between two words of a stretch, or its end if it is one word."""
    return line.rfind(" ", start + 1, end) + 1 or end


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


def _place_to_cut(text: str, start: int, places: Iterable[re.Pattern[str]]) -> int:
    """Return the last good place to cut within the limit: a line, item, clause or word, else the limit."""
    limit = start + SENTENCE_CHARACTERS
    for pattern in places:
        ends = [match.end() for match in pattern.finditer(text, start + SENTENCE_CHARACTERS // 3, limit)]
        if ends:
            return ends[-1]
    return limit
