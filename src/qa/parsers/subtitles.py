"""Read subtitles and transcripts: the spoken words without time codes, and the time of each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import encoding
from qa.parsers.build import Extract, clean
from qa.types import Block, Line, Omission, OmissionReason, Place

_CODE = r"(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,2}):(?P<s>\d{2})(?:[.,](?P<f>\d{1,3}))?"
_OTHER = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_CUE = re.compile(rf"\s*{_CODE}\s*(?:-->|,)\s*{_CODE.replace('?P<', '?P<b')}(?:\s.*)?")
_ARROW = re.compile(rf"\s*{_OTHER}\s*-->\s*{_OTHER}(?:\s|$)")
# In a transcript: "[00:01:07] Words", "(1:07) Words", or a line with the time code and perhaps a name.
_TIMED = re.compile(rf"\s*(?:\[{_CODE}\]|\({_CODE.replace('?P<', '?P<b')}\))\s*(?P<words>.*)")
_ALONE = re.compile(rf"\s*(?P<name>[^\W\d][^\n\d:]{{0,59}}?\s*\d{{0,2}})??\s*[\[(]?{_CODE}[\])]?\s*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,99})?\s{1,9}([^<>]{1,200})>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d[\d:.,]*)?>|\{\\[^{}]*\}")
_COUNTER = re.compile(r"\s*\d+\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_TURN = re.compile(r"\s*(?:-\s*\S|>>|[A-ZÀ-Þ][\w .'’-]{0,40}:\s)")
# VTT: blocks that may come before or between cues, and the reason to leave each out.
_PARTS: tuple[tuple[str, OmissionReason], ...] = (
    ("WEBVTT", "metadata"),
    ("NOTE", "metadata"),
    ("STYLE", "style"),
    ("REGION", "style"),
)
_PAUSE = 4.0
_LONGEST_PARAGRAPH = 1_000
_FEWEST_TIMES = 3
_LATEST_START = 120.0
_ROLLING = 0.5
# Characters at the start of a transcript that must contain its first time code.
_HEAD = 8_000
_LONGEST_ALONE = 120


@dataclass(slots=True)
class _Cue:
    """The words spoken from a time on: lines with their numbers in the file.

    Attributes:
        start: Seconds from the start of the recording; below 0 if unknown.
        end: Seconds where it ends, None if unknown.
        pause: Whether something separates it from the cue before.
        lines: Lines with their numbers in the file.
    """

    start: float
    end: float | None = None
    pause: bool = False
    lines: list[tuple[str, int]] = field(default_factory=list)


def read(data: bytes) -> Extract:
    """Return the spoken words of a subtitle file; a place names the time of each cue."""
    text, doubts = encoding.decode_exactly(data)
    omissions: list[Omission] = []
    cues = list(_cues(_lines(text), omissions))
    if not any(omission.reason == "time code" for omission in omissions):
        raise ReadError("subtitles-no-times")
    return _extract(cues, omissions, doubts)


def transcript(text: str, doubts: tuple[Message, ...]) -> Extract | None:
    """Return the spoken words of a plain text if it is a transcript with time codes, else None.

    A list of hours or a log is not a transcript: the times of a recording begin near zero and never decrease.
    """
    head = _lines(text[:_HEAD])
    is_subtitle = _is_subtitle(head)
    if not is_subtitle and not any(0 <= cue.start <= _LATEST_START for cue in _timed(head, [])):
        return None
    lines = _lines(text)
    omissions: list[Omission] = []
    cues = list(_cues(lines, omissions)) if is_subtitle else _timed(lines, omissions)
    if not cues or not (is_subtitle or _is_recording(cues)):
        return None
    return _extract(cues, omissions, doubts)


def _is_subtitle(head: Iterable[tuple[str, int]]) -> bool:
    """Return whether a file begins like a subtitle file."""
    first = next((line for line, _ in head if line.strip() and not _COUNTER.fullmatch(line)), "")
    return first.startswith("WEBVTT") or _ARROW.match(first) is not None


def _is_recording(cues: Iterable[_Cue]) -> bool:
    """Return whether the times of cues are those of a recording: near zero at first, in order."""
    times = [cue.start for cue in cues if cue.start >= 0]
    in_order = all(before <= after for before, after in pairwise(times))
    return len(times) >= _FEWEST_TIMES and times[0] <= _LATEST_START and in_order


def _lines(text: str) -> list[tuple[str, int]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(line if line.isprintable() else clean(line), number) for number, line in enumerate(lines, 1)]


def _cue_time(line: str) -> re.Match[str] | None:
    return _CUE.fullmatch(line) if "-->" in line or "," in line else None


def _cues(lines: Sequence[tuple[str, int]], omissions: list[Omission]) -> Iterator[_Cue]:
    """Yield the cues between time code lines; lines that belong to no cue become omissions."""
    cue: _Cue | None = None
    reason: OmissionReason | None = None
    for at, (line, number) in enumerate(lines):
        words = line.strip()
        if time := _cue_time(line):
            if cue is not None:
                yield cue
            cue, reason = _next_cue(time, cue), None
            omissions.append(Omission("time code", words))
            continue
        if _names_next_cue(lines, at):
            omissions.append(Omission("time code", words))
            continue
        if not words or _begins_part(lines, at):
            reason = _part_reason(line)
        if reason is not None:
            omissions.append(Omission(reason, words))
        elif words:
            cue = cue or _Cue(0.0)
            cue.lines.append((line, number))
    if cue is not None:
        yield cue


def _begins_part(lines: Sequence[tuple[str, int]], at: int) -> bool:
    """Return whether a line is the first one or follows a blank line."""
    return at == 0 or not lines[at - 1][0].strip()


def _names_next_cue(lines: Sequence[tuple[str, int]], at: int) -> bool:
    """Return whether a line is the number or name of the cue below it."""
    if at + 1 >= len(lines) or not _cue_time(lines[at + 1][0]):
        return False
    line = lines[at][0]
    return _COUNTER.fullmatch(line) is not None or (bool(line.strip()) and _begins_part(lines, at))


def _next_cue(time: re.Match[str], previous: _Cue | None) -> _Cue:
    """Return the cue that begins with a time code line."""
    start = _seconds(time)
    pause = previous is not None and previous.end is not None and start - previous.end >= _PAUSE
    return _Cue(start, _seconds(time, "b"), pause)


def _part_reason(line: str) -> OmissionReason | None:
    """Return why a part of a file that begins with this line is left out, None if it is spoken."""
    return next((reason for name, reason in _PARTS if line.startswith(name)), None)


def _timed(lines: Iterable[tuple[str, int]], omissions: list[Omission]) -> list[_Cue]:
    """Return the turns of a transcript, from time code to time code; the first one may have no time."""
    cues = [_Cue(-1.0)]
    for line, number in lines:
        if time := _TIMED.fullmatch(line):
            cues.append(_Cue(_seconds(time, "" if time["m"] else "b"), pause=True))
            words = time["words"]
            if words.strip():
                cues[-1].lines.append((words, number))
            omissions.append(Omission("time code", line[: len(line) - len(words)].strip()))
        elif len(line) <= _LONGEST_ALONE and (time := _ALONE.fullmatch(line)):
            cues.append(_Cue(_seconds(time)))
            name = (time["name"] or "").strip()
            if name:
                cues[-1].lines.append((name if name.endswith(":") else f"{name}:", number))
            omissions.append(Omission("time code", line.strip()[len(name) :].strip()))
        elif line.strip():
            cues[-1].lines.append((line, number))
        elif cues[-1].lines:
            # The turn has several paragraphs.
            cues[-1].lines.append(("", number))
    return cues


def _seconds(time: re.Match[str], prefix: str = "") -> float:
    hours, minutes, seconds = (int(time[prefix + unit] or 0) for unit in "hms")
    return 3600 * hours + 60 * minutes + seconds + float(f"0.{time[prefix + 'f'] or 0}")


def _extract(cues: Sequence[_Cue], omissions: list[Omission], doubts: tuple[Message, ...]) -> Extract:
    """Return the words of all cues in paragraphs: sentences may span cues, a pause or a turn ends them."""
    builder = _Paragraphs()
    rolling = _is_rolling(cues)
    before, voice = "", ""
    for cue in cues:
        if cue.pause:
            builder.pause()
        for line, number in cue.lines:
            speaker = _VOICE.search(line)
            words = " ".join(html.unescape(_TAG.sub("", line)).split())
            if speaker and (name := " ".join(html.unescape(speaker[1]).split())) != voice:
                voice = name
                words = f"{name}: {words}".strip()
                builder.end()
            if not line:
                builder.end()
            elif words and rolling and words == before:
                # Roll-up captions repeat each line above the next one.
                omissions.append(Omission("repeated", words))
            elif words:
                builder.add(words, cue.start, number)
                before = words
    return Extract(
        None,
        "".join(builder.parts),
        tuple(builder.blocks()),
        warnings=doubts,
        places=tuple(builder.places),
        lines=tuple(builder.numbers),
        omissions=tuple(_joined(omissions)),
    )


def _joined(omissions: Iterable[Omission]) -> Iterator[Omission]:
    """Yield one omission per reason: there may be thousands of time codes."""
    texts: dict[OmissionReason, list[str]] = {}
    for omission in omissions:
        texts.setdefault(omission.reason, []).append(omission.text)
    for reason, lines in texts.items():
        yield Omission(reason, "\n".join(lines))


def _is_rolling(cues: Sequence[_Cue]) -> bool:
    pairs = [(a.lines[-1][0], b.lines[0][0]) for a, b in pairwise(cues) if a.lines and b.lines]
    same = sum(_TAG.sub("", before).strip() == _TAG.sub("", after).strip() for before, after in pairs)
    return len(pairs) >= _FEWEST_TIMES and same >= _ROLLING * len(pairs)


class _Paragraphs:
    """A growing text: the lines of a paragraph on one line, a blank line between paragraphs."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.places: list[Place] = []
        self.numbers: list[Line] = []
        self._starts: list[int] = []
        self._length = 0
        self._ended = True
        self._paused = False

    def pause(self) -> None:
        """End the paragraph here if the last sentence is complete."""
        self._paused = True

    def end(self) -> None:
        """End the paragraph."""
        self._ended = True

    def add(self, words: str, time: float, line: int) -> None:
        """Append a line of words; ``time`` is below 0 if it is unknown."""
        if self.parts and self._is_over(words):
            self._ended = True
        if not self._ended:
            self._append(" ")
        elif self.parts:
            self._append("\n\n")
        if self._ended:
            self._starts.append(self._length)
        self._ended = self._paused = False
        start = self._length
        self._append(words)
        self.numbers.append(Line(start, line))
        if time >= 0:
            label = _label(time)
            if self.places and self.places[-1].label == label:
                start = self.places.pop().start
            self.places.append(Place(start, self._length, "time", label))

    def blocks(self) -> Iterator[Block]:
        """Yield the paragraphs."""
        for start, following in zip(self._starts, [*self._starts[1:], self._length + 2], strict=False):
            yield Block(start, following - 2)

    def _is_over(self, words: str) -> bool:
        sentence_over = _SENTENCE_END.search(self.parts[-1][-9:]) is not None
        long = self._length - self._starts[-1] > _LONGEST_PARAGRAPH
        return bool(_TURN.match(words)) or (sentence_over and (self._paused or long))

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)


def _label(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
