"""Subtitles and transcripts: the words that are spoken, without time codes, and when each is said."""

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
# In a transcript: "[00:01:07] Words", "(1:07) Words", or a line with the code, and perhaps a name.
_TIMED = re.compile(rf"\s*(?:\[{_CODE}\]|\({_CODE.replace('?P<', '?P<b')}\))\s*(?P<words>.*)")
_ALONE = re.compile(rf"\s*(?P<name>[^\W\d][^\n\d:]{{0,59}}?\s*\d{{0,2}})??\s*[\[(]?{_CODE}[\])]?\s*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,99})?\s{1,9}([^<>]{1,200})>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d[\d:.,]*)?>|\{\\[^{}]*\}")
_COUNTER = re.compile(r"\s*\d+\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_TURN = re.compile(r"\s*(?:-\s*\S|>>|[A-ZÀ-Þ][\w .'’-]{0,40}:\s)")
# VTT: what may come before or between cues, and what it is to a reader.
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
# A transcript has its first time code here, or it is none.
_HEAD = 8_000
_LONGEST_ALONE = 120


@dataclass(slots=True)
class _Cue:
    """What is said from a time on: each line with its number in the file.

    ``end`` is where it ends, if the file says so; ``pause`` is whether something else comes before it.
    """

    start: float
    end: float | None = None
    pause: bool = False
    lines: list[tuple[str, int]] = field(default_factory=list)


def read(data: bytes) -> Extract:
    """Return what is said in a subtitle file; a place names the time of each cue."""
    text, doubts = encoding.decode_exactly(data)
    omissions: list[Omission] = []
    cues = list(_cues(_lines(text), omissions))
    if not any(omission.reason == "time code" for omission in omissions):
        raise ReadError("subtitles-no-times")
    return _extract(cues, omissions, doubts)


def transcript(text: str, doubts: tuple[Message, ...]) -> Extract | None:
    """Return what is said in a plain text that is a transcript with time codes, None where it is none.

    A list of hours, or a log, is none: the times of a recording begin near zero and never go back.
    """
    head = _lines(text[:_HEAD])
    first = next((line for line, _ in head if line.strip() and not _COUNTER.fullmatch(line)), "")
    is_subtitle = first.startswith("WEBVTT") or _ARROW.match(first)
    if not is_subtitle and not any(0 <= cue.start <= _LATEST_START for cue in _timed(head, [])):
        return None
    lines = _lines(text)
    omissions: list[Omission] = []
    if is_subtitle:
        cues = list(_cues(lines, omissions))
    else:
        cues = _timed(lines, omissions)
        times = [cue.start for cue in cues if cue.start >= 0]
        in_order = all(before <= after for before, after in pairwise(times))
        if len(times) < _FEWEST_TIMES or times[0] > _LATEST_START or not in_order:
            return None
    return _extract(cues, omissions, doubts) if cues else None


def _lines(text: str) -> list[tuple[str, int]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(line if line.isprintable() else clean(line), number) for number, line in enumerate(lines, 1)]


def _cue_time(line: str) -> re.Match[str] | None:
    return _CUE.fullmatch(line) if "-->" in line or "," in line else None


def _cues(lines: Sequence[tuple[str, int]], omissions: list[Omission]) -> Iterator[_Cue]:
    """The cues between lines of time codes; what belongs to none is left out for its reason."""
    cue: _Cue | None = None
    reason: OmissionReason | None = None
    for at, (line, number) in enumerate(lines):
        following = lines[at + 1][0] if at + 1 < len(lines) else ""
        blank_before = at == 0 or not lines[at - 1][0].strip()
        if time := _cue_time(line):
            if cue is not None:
                yield cue
            start = _seconds(time)
            pause = cue is not None and cue.end is not None and start - cue.end >= _PAUSE
            cue, reason = _Cue(start, _seconds(time, "b"), pause), None
            omissions.append(Omission("time code", line.strip()))
        elif _cue_time(following) and (_COUNTER.fullmatch(line) or (blank_before and line.strip())):
            # The number or name of the next cue.
            omissions.append(Omission("time code", line.strip()))
        elif not line.strip():
            reason = None
        else:
            if blank_before:
                reason = next((why for name, why in _PARTS if line.startswith(name)), None)
            if reason is not None:
                omissions.append(Omission(reason, line.strip()))
            else:
                cue = cue or _Cue(0.0)
                cue.lines.append((line, number))
    if cue is not None:
        yield cue


def _timed(lines: Iterable[tuple[str, int]], omissions: list[Omission]) -> list[_Cue]:
    """The turns of a transcript, each from its time code to the next; those before the first have none."""
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
            # A paragraph of a turn.
            cues[-1].lines.append(("", number))
    return cues


def _seconds(time: re.Match[str], prefix: str = "") -> float:
    hours, minutes, seconds = (int(time[prefix + unit] or 0) for unit in "hms")
    return 3600 * hours + 60 * minutes + seconds + float(f"0.{time[prefix + 'f'] or 0}")


def _extract(cues: Sequence[_Cue], omissions: list[Omission], doubts: tuple[Message, ...]) -> Extract:
    """The words of all cues in paragraphs: a sentence runs on from cue to cue, a pause or a turn ends it."""
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
                # Captions that roll up show each line again above the next one.
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
    """One omission for each reason: there may be thousands of time codes."""
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
    """The growing text: lines of a paragraph on one line, a blank line between paragraphs."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.places: list[Place] = []
        self.numbers: list[Line] = []
        self._starts: list[int] = []
        self._length = 0
        self._ended = True
        self._paused = False

    def pause(self) -> None:
        """End the paragraph here where a sentence has ended."""
        self._paused = True

    def end(self) -> None:
        self._ended = True

    def add(self, words: str, time: float, line: int) -> None:
        """Append a line of words; ``time`` is below 0 where nothing says it."""
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
