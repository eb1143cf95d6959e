"""Restore the letters of a line as a person sees them: drawn once, with accents, raised or spaced out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Signs that are drawn over a letter, with the combining marks they represent.
_MARKS = {
    "¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "¸": "\u0327", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c",
    "˛": "\u0328", "^": "\u0302", "~": "\u0303", "°": "\u030a",
}  # fmt: skip
_COMBINING = re.compile("[\u0300-\u0331]")
_MARKED = re.compile("[" + re.escape("".join(_MARKS)) + "\u0300-\u0331]")
_DOTLESS = {"ı": "i", "ȷ": "j"}
_RAISED = dict(zip("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True))
_SCRIPT = re.compile(r"[+−–-]?\d{1,4}(?:\s?[,;–−-]\s?\d{1,4}){0,6}[+−–-]?|[+ni]|\([ni\d]\)")
# Maximum relative size of raised and lowered letters, and the range of their shift in letter heights.
MAX_SCRIPT_SIZE = 0.86
_MIN_RISE = 0.16
_MIN_DROP = 0.06
_MAX_SHIFT = 0.9
# Two copies of a letter are nearer than this, in letter widths and heights; the letters of "ll" are not.
_MAX_COPY_WIDTHS = 0.6
_MAX_COPY_HEIGHTS = 0.2
_JOINED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# Maximum distance of a shadow from its letters, and from at most three letters, in letter heights.
_MAX_SHADOW = 0.3
_MAX_SHORT_SHADOW = 0.12
# Minimum letters, each with a gap after it, that form a spaced-out word; with real spaces, more are needed.
_MIN_SPACED = 4
_MIN_TYPED = 6
_MAX_LETTER_GAP = 0.95
_MIN_LETTER_GAP = 0.12


@dataclass(slots=True)
class Glyph:
    """A character with its number on the page and its box, measured from the page's top left corner."""

    text: str
    index: int
    left: float
    top: float
    right: float
    bottom: float


def restore_line(run: list[Glyph]) -> list[Glyph]:
    """Return the line with accents on their letters and spaced-out words joined."""
    text = "".join([glyph.text for glyph in run])
    if _MARKED.search(text):
        run = combine_accents(run)
    if len(text) > _MIN_SPACED and 5 * text.count(" ") >= 2 * len(text):
        run = join_spaced(run)
    return run


def combine_accents(run: list[Glyph]) -> list[Glyph]:
    """Return the line with each separately drawn accent combined with its letter."""
    result: list[Glyph] = []
    # An accent whose letter may follow, and the spaces after it.
    waiting: list[Glyph] = []
    for glyph in run:
        if waiting and glyph.text.isspace():
            waiting.append(glyph)
            continue
        if waiting:
            letter = _combine(glyph, waiting[0])
            if letter:
                # pdfium generates a space between them.
                glyph.text = letter
            else:
                result += waiting
            waiting = []
        if not _MARKED.match(glyph.text):
            result.append(glyph)
        elif not _add_to_previous(glyph, result):
            if _COMBINING.match(glyph.text):
                result.append(glyph)
            else:
                waiting = [glyph]
    return result + waiting


def _add_to_previous(accent: Glyph, result: list[Glyph]) -> bool:
    """Combine an accent with the letter before it, which a space may follow; return whether they combine."""
    previous = next((earlier for earlier in reversed(result[-2:]) if not earlier.text.isspace()), None)
    letter = _combine(previous, accent) if previous else ""
    if previous is None or not letter:
        return False
    previous.text = letter
    if result[-1].text.isspace():
        result.pop()
    return True


def _combine(letter: Glyph, accent: Glyph) -> str:
    """Return the letter with its accent as one character, or an empty string if they do not combine."""
    mark = _MARKS.get(accent.text, accent.text)
    base = _DOTLESS.get(letter.text, letter.text)
    if not (len(base) == 1 and base.isalpha()):
        return ""
    middle = (accent.left + accent.right) / 2
    width = letter.right - letter.left
    if accent.text in _MARKS and not letter.left - 0.1 * width < middle < letter.right + 0.1 * width:
        return ""
    combined = unicodedata.normalize("NFC", base + mark)
    return combined if len(combined) == 1 else ""


def remove_overprints(run: list[Glyph]) -> tuple[list[Glyph], str]:
    """Return the line without letters drawn over themselves, and the words that contained such copies."""
    inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=lambda glyph: glyph.left)
    if abs(inked[-1].top - inked[0].top) > 0.1 * abs(inked[-1].left - inked[0].left):
        # The boxes of slanted letters overlap.
        return run, ""
    copied = _find_copied_letters(inked)
    if not copied:
        return run, ""
    words = "".join(glyph.text for glyph in run)
    copied_at = {at for at, glyph in enumerate(run) if glyph.index in copied}
    words_with_copies = (
        word.group()
        for word in re.finditer(r"\S+", words)
        if not copied_at.isdisjoint(range(word.start(), word.end()))
    )
    return [glyph for glyph in run if glyph.index not in copied], " ".join(words_with_copies)


def _find_copied_letters(inked: Sequence[Glyph]) -> set[int]:
    """Return the indices of letters that are drawn over the same letter shortly before them."""
    copied: set[int] = set()
    for at, glyph in enumerate(inked):
        for neighbour in inked[max(0, at - 4) : at]:
            if neighbour.text == glyph.text and neighbour.index not in copied and _is_copy(glyph, neighbour):
                copied.add(max(glyph.index, neighbour.index))
                break
    return copied


def _is_copy(glyph: Glyph, neighbour: Glyph) -> bool:
    height = neighbour.bottom - neighbour.top
    distance = abs(glyph.left - neighbour.left)
    if glyph.index == neighbour.index + 1 and distance == 0:
        # These are the letters of one ligature.
        return False
    return (
        distance < min(_MAX_COPY_WIDTHS * (neighbour.right - neighbour.left), _MAX_COPY_HEIGHTS * height)
        and abs(glyph.right - neighbour.right) < _MAX_COPY_HEIGHTS * height
        and abs(glyph.top - neighbour.top) < _MAX_COPY_HEIGHTS * height
        and not _JOINED.match(glyph.text)
    )


def find_copies(lines: Sequence[Sequence[Glyph]]) -> list[int]:
    """Return the indices of lines that are drawn again, slightly displaced, over an earlier line."""
    boxes = [
        (line[0].top, line[0].bottom, min(g.left for g in line), max(g.right for g in line)) for line in lines
    ]
    order = sorted(range(len(lines)), key=lambda number: boxes[number][0])
    copied: set[int] = set()
    near: list[int] = []
    for number in order:
        top, bottom, left, right = boxes[number]
        height = bottom - top
        near = [neighbour for neighbour in near if boxes[neighbour][0] > top - _MAX_SHADOW * height]
        for neighbour in near:
            if neighbour in copied:
                continue
            _, _, start, end = boxes[neighbour]
            if min(right, end) - max(left, start) > 0.5 * min(right - left, end - start):
                first, second = sorted((number, neighbour), key=lambda n: min(g.index for g in lines[n]))
                if _is_drawn_again(lines[second], lines[first], height):
                    copied.add(second)
        near.append(number)
    return sorted(copied)


def _is_drawn_again(line: Sequence[Glyph], earlier: Sequence[Glyph], height: float) -> bool:
    """Check whether an earlier line contains every letter of a line, all with the same displacement."""
    letters = [glyph for glyph in line if not glyph.text.isspace()]
    earlier_letters = [glyph for glyph in earlier if not glyph.text.isspace()]
    text = "".join(glyph.text for glyph in letters)
    earlier_text = "".join(glyph.text for glyph in earlier_letters)
    max_shadow = _MAX_SHADOW if len(text) > 3 else _MAX_SHORT_SHADOW
    at = earlier_text.find(text)
    while at >= 0:
        if _is_displaced(letters, earlier_letters[at:], height, max_shadow):
            return True
        at = earlier_text.find(text, at + 1)
    return False


def _is_displaced(
    letters: Sequence[Glyph], earlier: Sequence[Glyph], height: float, max_shadow: float
) -> bool:
    """Check whether letters have about the same short distance from their copies."""
    pairs = list(zip(letters, earlier, strict=False))
    across = [glyph.left - copied.left for glyph, copied in pairs]
    down = [glyph.top - copied.top for glyph, copied in pairs]
    is_uniform = max(across) - min(across) < 0.1 * height and max(down) - min(down) < 0.1 * height
    return is_uniform and max(abs(across[0]), abs(down[0])) / height < max_shadow


def mark_scripts(run: list[Glyph], baseline: Callable[[Glyph], float]) -> None:
    """Replace raised and lowered numbers by superscript and subscript characters: 10⁹ is not 109."""
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    for start, end in _find_small_stretches(inked):
        stretch = inked[start:end]
        base = _find_base(inked, start, end)
        text = "".join(glyph.text for glyph in stretch)
        if base is None or not _SCRIPT.fullmatch(text):
            continue
        up = (baseline(stretch[0]) - baseline(base)) / (base.bottom - base.top)
        forms = _RAISED if _MIN_RISE < up < _MAX_SHIFT else _LOWERED if -_MAX_SHIFT < up < -_MIN_DROP else {}
        for glyph in stretch:
            glyph.text = forms.get(glyph.text, glyph.text)


def _find_small_stretches(inked: Sequence[Glyph]) -> Iterator[tuple[int, int]]:
    """Yield stretches of equally high letters that are smaller than a letter beside them."""
    start = 0
    for at in range(1, len(inked) + 1):
        if at < len(inked) and _height(inked[at]) == _height(inked[at - 1]):
            continue
        height = _height(inked[start])
        sides = [inked[side] for side in (start - 1, at) if 0 <= side < len(inked)]
        if at - start < 16 and any(height < MAX_SCRIPT_SIZE * _height(side) for side in sides):
            yield start, at
        start = at


def _height(glyph: Glyph) -> float:
    return round(glyph.bottom - glyph.top, 2)


def _find_base(inked: Sequence[Glyph], start: int, end: int) -> Glyph | None:
    """Return the base letter of a raised one: the letter before it, otherwise the letter after it."""
    height = _height(inked[start])
    for at, near in ((start - 1, start), (end, end - 1)):
        if not 0 <= at < len(inked) or height >= MAX_SCRIPT_SIZE * _height(inked[at]):
            continue
        gap = max(inked[near].left - inked[at].right, inked[at].left - inked[near].right)
        if gap < 0.4 * _height(inked[at]):
            return inked[at]
    return None


def join_spaced(run: list[Glyph]) -> list[Glyph]:
    """Return the line with spaced-out words joined: "C O N T R A C T" is one word."""
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    if len(inked) < _MIN_SPACED or any(a.left > b.left for a, b in pairwise(inked)):
        return run
    heights = sorted(glyph.bottom - glyph.top for glyph in inked)
    size = max(heights[len(heights) // 2], 1.0)
    words = _find_spaced_words(run, inked, size)
    inner = {glyph.index for word in words for glyph in word[:-1]}
    ends = {word[-1].index for word in words}
    return _close_gaps(run, inner, ends, size) if inner else run


def _find_spaced_words(run: Sequence[Glyph], inked: Sequence[Glyph], size: float) -> list[list[Glyph]]:
    """Return the words of a line whose letters have gaps between them."""
    spaced = [(before, space) for before, space in pairwise(run) if _is_before_space(before, space)]
    before_space = {before.index for before, _ in spaced}
    typed = {before.index for before, space in spaced if space.right > space.left}
    words: list[list[Glyph]] = []
    for stretch in _spaced_stretches(inked, before_space, size):
        words += _split_words(stretch, size, is_typed=any(glyph.index in typed for glyph in stretch))
    return words


def _close_gaps(run: Sequence[Glyph], inner: set[int], ends: set[int], size: float) -> list[Glyph]:
    """Return the line without spaces after ``inner`` letters, and with one in wide gaps after ``ends``."""
    result: list[Glyph] = []
    previous = None
    for glyph in run:
        if glyph.text.isspace():
            if previous is None or previous.index not in inner:
                result.append(glyph)
            continue
        is_end = previous is not None and previous.index in ends and not result[-1].text.isspace()
        if previous is not None and is_end and glyph.left - previous.right > _MIN_LETTER_GAP * size:
            result.append(Glyph(" ", -1, previous.right, previous.top, glyph.left, previous.bottom))
        result.append(glyph)
        previous = glyph
    return result


def _is_before_space(glyph: Glyph, space: Glyph) -> bool:
    """Check whether a letter is followed by a space."""
    return space.text.isspace() and not glyph.text.isspace()


def _spaced_stretches(inked: Sequence[Glyph], before_space: set[int], size: float) -> Iterator[list[Glyph]]:
    """Yield stretches of letters with a gap after each."""
    stretch = [inked[0]]
    for before, glyph in pairwise(inked):
        gap = glyph.left - before.right
        if gap > _MIN_LETTER_GAP * size and (before.index in before_space or gap > 0.5 * size):
            stretch.append(glyph)
            continue
        # If the next sign is a letter, the last one belongs to a normally spaced word.
        yield stretch[:-1] if glyph.text.isalnum() else stretch
        stretch = [glyph]
    yield stretch


def _split_words(stretch: list[Glyph], size: float, *, is_typed: bool) -> list[list[Glyph]]:
    """Return the words of spaced-out letters, or nothing if the letters are separate."""
    letters = [glyph.text for glyph in stretch if glyph.text.isalpha()]
    if 2 * len(letters) < len(stretch) or not _are_of_words(letters, _MIN_TYPED if is_typed else _MIN_SPACED):
        return []
    gaps = [after.left - before.right for before, after in pairwise(stretch)]
    usual_gap = median(sorted(gaps)[: max(1, len(gaps) * 3 // 4)])
    if not _are_letter_gaps(gaps, usual_gap, size):
        return []
    words = [[stretch[0]]]
    for gap, glyph in zip(gaps, stretch[1:], strict=True):
        if gap > max(1.5 * usual_gap, usual_gap + 0.15 * size):
            words.append([])
        words[-1].append(glyph)
    return words if all(map(_is_word, words)) and len(stretch) >= 2.5 * len(words) else []


def _are_letter_gaps(gaps: Sequence[float], usual_gap: float, size: float) -> bool:
    """Check whether most gaps are equal, and narrow enough for the letters of a word."""
    if usual_gap > _MAX_LETTER_GAP * size:
        return False
    return sum(abs(gap - usual_gap) < 0.12 * size for gap in gaps) >= 0.6 * len(gaps)


def _are_of_words(letters: Sequence[str], minimum: int) -> bool:
    """Check whether letters are numerous and varied enough for a word, and are not a part of the alphabet."""
    if len(letters) < minimum or len(set(letters)) < 3:
        return False
    steps = [ord(after) - ord(before) for before, after in pairwise(letters)]
    return steps.count(1) <= 0.5 * len(steps)


def _is_word(letters: Iterable[Glyph]) -> bool:
    """Check whether letters have the capitalization of a word, or are a number."""
    text = "".join(glyph.text for glyph in letters)
    return text.isupper() or text.islower() or text.istitle() or text.isdecimal()
