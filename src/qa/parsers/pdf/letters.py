"""The letters of a line as a person sees them: drawn once, with their accents, raised or spaced out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Signs that are drawn over a letter, and the marks that combine with it.
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
# Raised and lowered letters are smaller than those beside them by this share, and moved by these.
SMALLER = 0.86
_UP = 0.16
_DOWN = 0.06
_FAR = 0.9
# Two copies of a letter are nearer than this, in widths and in heights of it; the letters of "ll" are not.
_NEAR_WIDTHS = 0.6
_NEAR_HEIGHTS = 0.2
_JOINED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# A shadow is not further from its letters, in heights of letters.
_SHADOW = 0.3
# So many letters with a gap behind each are a word spaced out; with real spaces, more are needed.
_LEAST_SPACED = 4
_LEAST_TYPED = 6
_WIDEST = 0.95
_NARROWEST = 0.12


@dataclass(slots=True)
class Glyph:
    """A character, its number on the page and its box, measured from the page's top left corner."""

    text: str
    index: int
    left: float
    top: float
    right: float
    bottom: float


def whole(run: list[Glyph]) -> list[Glyph]:
    """The line with its accents on their letters, and its words together where they are spaced out."""
    text = "".join([glyph.text for glyph in run])
    if _MARKED.search(text):
        run = composed(run)
    if len(text) > _LEAST_SPACED and 5 * text.count(" ") >= 2 * len(text):
        run = joined(run)
    return run


def composed(run: list[Glyph]) -> list[Glyph]:
    """The line with each accent that is drawn over a letter put together with it."""
    done: list[Glyph] = []
    waiting: list[Glyph] = []
    for glyph in run:
        if waiting and not glyph.text.isspace():
            accent = waiting[0]
            letter = _with_accent(glyph, accent)
            if letter:
                # A space between them is one that the library supposes.
                glyph.text = letter
            else:
                done += waiting
            waiting = []
        elif waiting:
            waiting.append(glyph)
            continue
        if not _MARKED.match(glyph.text):
            done.append(glyph)
            continue
        before = next((other for other in reversed(done[-2:]) if not other.text.isspace()), None)
        letter = _with_accent(before, glyph) if before else ""
        if before and letter:
            before.text = letter
            if done[-1].text.isspace():
                done.pop()
        elif _COMBINING.match(glyph.text):
            done.append(glyph)
        else:
            waiting = [glyph]
    return done + waiting


def _with_accent(letter: Glyph, accent: Glyph) -> str:
    """The letter with its accent as one character, or nothing where they are not one letter."""
    mark = _MARKS.get(accent.text, accent.text)
    base = _DOTLESS.get(letter.text, letter.text)
    if not (len(base) == 1 and base.isalpha()):
        return ""
    middle = (accent.left + accent.right) / 2
    width = letter.right - letter.left
    if accent.text in _MARKS and not letter.left - 0.1 * width < middle < letter.right + 0.1 * width:
        return ""
    whole = unicodedata.normalize("NFC", base + mark)
    return whole if len(whole) == 1 else ""


def once(run: list[Glyph]) -> tuple[list[Glyph], str]:
    """The line without letters that are drawn again over themselves, and the words that had such."""
    inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=lambda glyph: glyph.left)
    again: set[int] = set()
    if abs(inked[-1].top - inked[0].top) > 0.1 * abs(inked[-1].left - inked[0].left):
        # The boxes of letters on a slant cover one another.
        return run, ""
    for at, glyph in enumerate(inked):
        for other in inked[max(0, at - 4) : at]:
            if other.text == glyph.text and other.index not in again and _is_copy(glyph, other):
                again.add(max(glyph.index, other.index))
                break
    if not again:
        return run, ""
    words = "".join(glyph.text for glyph in run)
    drawn = {at for at, glyph in enumerate(run) if glyph.index in again}
    touched = (w.group() for w in re.finditer(r"\S+", words) if drawn & set(range(w.start(), w.end())))
    return [glyph for glyph in run if glyph.index not in again], " ".join(touched)


def _is_copy(glyph: Glyph, other: Glyph) -> bool:
    height = other.bottom - other.top
    aside = abs(glyph.left - other.left)
    if glyph.index == other.index + 1 and aside == 0:
        # The letters of one ligature.
        return False
    return (
        aside < min(_NEAR_WIDTHS * (other.right - other.left), _NEAR_HEIGHTS * height)
        and abs(glyph.right - other.right) < _NEAR_HEIGHTS * height
        and abs(glyph.top - other.top) < _NEAR_HEIGHTS * height
        and not _JOINED.match(glyph.text)
    )


def copies(lines: Sequence[Sequence[Glyph]]) -> list[int]:
    """The numbers of the stretches that are drawn again, a little aside, over an earlier one."""
    boxes = [
        (line[0].top, line[0].bottom, min(g.left for g in line), max(g.right for g in line)) for line in lines
    ]
    order = sorted(range(len(lines)), key=lambda number: boxes[number][0])
    again: set[int] = set()
    near: list[int] = []
    for number in order:
        top, bottom, left, right = boxes[number]
        height = bottom - top
        near = [other for other in near if boxes[other][0] > top - _SHADOW * height]
        for other in near:
            if other in again:
                continue
            _, _, start, end = boxes[other]
            if min(right, end) - max(left, start) > 0.5 * min(right - left, end - start):
                first, second = sorted((number, other), key=lambda n: min(g.index for g in lines[n]))
                if _is_drawn_again(lines[second], lines[first], height):
                    again.add(second)
        near.append(number)
    return sorted(again)


def _is_drawn_again(line: Sequence[Glyph], earlier: Sequence[Glyph], height: float) -> bool:
    """Whether every letter of a stretch is in an earlier one too, all of them moved alike."""
    letters = [glyph for glyph in line if not glyph.text.isspace()]
    others = [glyph for glyph in earlier if not glyph.text.isspace()]
    text = "".join(glyph.text for glyph in letters)
    at = "".join(glyph.text for glyph in others).find(text)
    while at >= 0:
        pairs = list(zip(letters, others[at:], strict=False))
        across = [glyph.left - other.left for glyph, other in pairs]
        down = [glyph.top - other.top for glyph, other in pairs]
        alike = max(across) - min(across) < 0.1 * height and max(down) - min(down) < 0.1 * height
        far = max(abs(across[0]), abs(down[0])) / height
        if alike and far < (_SHADOW if len(text) > 3 else 0.12):
            return True
        at = "".join(glyph.text for glyph in others).find(text, at + 1)
    return False


def marked_heights(run: list[Glyph], baseline: Callable[[Glyph], float]) -> None:
    """Turn raised and lowered numbers into the characters that say so: 10⁹ is not 109."""
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    for start, end in _small_stretches(inked):
        stretch = inked[start:end]
        base = _base(inked, start, end)
        text = "".join(glyph.text for glyph in stretch)
        if base is None or not _SCRIPT.fullmatch(text):
            continue
        up = (baseline(stretch[0]) - baseline(base)) / (base.bottom - base.top)
        forms = _RAISED if _UP < up < _FAR else _LOWERED if -_FAR < up < -_DOWN else {}
        for glyph in stretch:
            glyph.text = forms.get(glyph.text, glyph.text)


def _small_stretches(inked: Sequence[Glyph]) -> Iterator[tuple[int, int]]:
    """Stretches of letters of one height that is less than that of a letter beside them."""
    start = 0
    for at in range(1, len(inked) + 1):
        if at < len(inked) and _height(inked[at]) == _height(inked[at - 1]):
            continue
        height = _height(inked[start])
        sides = [inked[side] for side in (start - 1, at) if 0 <= side < len(inked)]
        if at - start < 16 and any(height < SMALLER * _height(side) for side in sides):
            yield start, at
        start = at


def _height(glyph: Glyph) -> float:
    return round(glyph.bottom - glyph.top, 2)


def _base(inked: Sequence[Glyph], start: int, end: int) -> Glyph | None:
    """The letter that a raised one stands at: the one before it, else the one after it."""
    height = _height(inked[start])
    for at, near in ((start - 1, start), (end, end - 1)):
        if not 0 <= at < len(inked) or height >= SMALLER * _height(inked[at]):
            continue
        gap = max(inked[near].left - inked[at].right, inked[at].left - inked[near].right)
        if gap < 0.4 * _height(inked[at]):
            return inked[at]
    return None


def joined(run: list[Glyph]) -> list[Glyph]:
    """The line with words that are spaced out put together: "C O N T R A C T" is a word."""
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    if len(inked) < _LEAST_SPACED or any(a.left > b.left for a, b in pairwise(inked)):
        return run
    heights = sorted(glyph.bottom - glyph.top for glyph in inked)
    size = max(heights[len(heights) // 2], 1.0)
    typed = {
        before.index
        for before, space in pairwise(run)
        if space.text.isspace() and space.right > space.left and not before.text.isspace()
    }
    words: list[list[Glyph]] = []
    for stretch in _spaced(inked, {glyph.index for glyph in _before_spaces(run)}, size):
        words += _words(stretch, size, is_typed=any(glyph.index in typed for glyph in stretch))
    together = {glyph.index for word in words for glyph in word[:-1]}
    if not together:
        return run
    ends = {word[-1].index for word in words}
    done: list[Glyph] = []
    last = None
    for glyph in run:
        if glyph.text.isspace():
            if last is None or last.index not in together:
                done.append(glyph)
            continue
        is_end = last is not None and last.index in ends and not done[-1].text.isspace()
        if last is not None and is_end and glyph.left - last.right > _NARROWEST * size:
            done.append(Glyph(" ", -1, last.right, last.top, glyph.left, last.bottom))
        done.append(glyph)
        last = glyph
    return done


def _before_spaces(run: Sequence[Glyph]) -> Iterator[Glyph]:
    for glyph, space in pairwise(run):
        if space.text.isspace() and not glyph.text.isspace():
            yield glyph


def _spaced(inked: Sequence[Glyph], before_space: set[int], size: float) -> Iterator[list[Glyph]]:
    """Stretches of letters with a gap behind each."""
    stretch = [inked[0]]
    for before, glyph in pairwise(inked):
        gap = glyph.left - before.right
        if gap > _NARROWEST * size and (before.index in before_space or gap > 0.5 * size):
            stretch.append(glyph)
            continue
        # Where the next sign is a letter, the last one belongs to a word that is set as usual.
        yield stretch[:-1] if glyph.text.isalnum() else stretch
        stretch = [glyph]
    yield stretch


def _words(stretch: list[Glyph], size: float, *, is_typed: bool) -> list[list[Glyph]]:
    """The words of letters that are spaced out, or none where they are letters on their own."""
    letters = [glyph.text for glyph in stretch if glyph.text.isalpha()]
    least = _LEAST_TYPED if is_typed else _LEAST_SPACED
    if len(letters) < least or 2 * len(letters) < len(stretch) or len(set(letters)) < 3:
        return []
    gaps = [after.left - before.right for before, after in pairwise(stretch)]
    usual = median(sorted(gaps)[: max(1, len(gaps) * 3 // 4)])
    if usual > _WIDEST * size or sum(abs(gap - usual) < 0.12 * size for gap in gaps) < 0.6 * len(gaps):
        return []
    steps = [ord(after) - ord(before) for before, after in pairwise(letters)]
    if sum(step == 1 for step in steps) > 0.5 * len(steps):
        return []
    words = [[stretch[0]]]
    for gap, glyph in zip(gaps, stretch[1:], strict=True):
        if gap > max(1.5 * usual, usual + 0.15 * size):
            words.append([])
        words[-1].append(glyph)
    texts = ["".join(glyph.text for glyph in word) for word in words]
    is_word = all(text.isupper() or text.islower() or text.istitle() or text.isdecimal() for text in texts)
    return words if is_word and len(stretch) >= 2.5 * len(words) else []
