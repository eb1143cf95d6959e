"""Rich text: paragraphs, lists, tables, notes, comments and page headers, whatever program wrote them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from qa.errors import ReadError
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.limits import MARKUP_DEPTH
from qa.parsers.rtf import vocabulary
from qa.parsers.rtf.flow import Flow
from qa.parsers.rtf.tokens import Token, character, decoded, of_charset, of_code_page, tokens, whole
from qa.types import OmissionReason

_MOST_FALLBACK = 64
# Notes within notes are damage; their words stay in the last.
_MOST_WITHIN = 10
# “Page 3 of 9” says nothing but the number.
_MOST_BESIDE_NUMBER = 2


def read(data: bytes) -> Extract:
    """Return the text of an .rtf file; page headers come first, and page footers last."""
    return _Reader().read(data)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group: what becomes of its words, and how they are written and shown.

    ``ends`` is the destination that ends with the group; ``outer`` is what became of the words around it.
    """

    into: str = "body"
    ends: str = ""
    outer: str = "body"
    encoding: str = "cp1252"
    fallback: int = 1
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    shift: int = 0
    is_object: bool = False
    in_table: bool = False
    level: int = 0
    around: OmissionReason | None = None

    @property
    def left(self) -> OmissionReason | None:
        if self.is_hidden:
            return "hidden"
        if self.is_deleted:
            return "deleted"
        return "struck" if self.is_struck else self.around


class _Reader:
    """Takes the tokens of a file."""

    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[_State] = []
        self._flows = [Flow()]
        self._running: dict[str, list[TextBuilder]] = {"header": [], "footer": []}
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._levels: dict[int, int] = {}
        self._style: int | None = None
        self._collected: list[str] = []
        self._is_ignorable = False
        self._to_skip = 0
        self._bytes = bytearray()
        self._is_escaped = False
        self._title: str | None = None
        self._author = self._property = ""
        self._notes = 0
        self._merged: list[bool] = []
        self._is_merged = False

    def read(self, data: bytes) -> Extract:
        """Return the text of a file."""
        take: dict[str, Callable[[Token], None]] = {
            "open": self._open,
            "close": self._close,
            "word": self._word,
            "symbol": self._symbol,
            "byte": self._byte,
            "text": self._text,
        }
        for token in tokens(data):
            take[token.kind](token)
        while self._stack:
            self._close(Token("close", b""))
        self._flush()
        self._flow.end()
        made = TextBuilder()
        seen: set[str] = set()
        self._add_running(made, "header", seen)
        made.add_all(self._flow.builder)
        self._add_running(made, "footer", seen)
        return made.extract(self._title)

    @property
    def _flow(self) -> Flow:
        return self._flows[-1]

    def _add_running(self, made: TextBuilder, which: str, seen: set[str]) -> None:
        """Keep once what the pages repeat."""
        for part in self._running[which]:
            numbered = any(one.reason == "page number" for one in part.extract(None).omissions)
            if numbered and len(part.text.split()) <= _MOST_BESIDE_NUMBER:
                made.omit("page number", part.text)
                made.add_omissions(part)
            elif part.text in seen:
                made.omit("repeated", part.text)
                made.add_omissions(part)
            else:
                seen.add(part.text)
                made.add_all(part)

    # -- groups -------------------------------------------------------------------------------------

    def _open(self, token: Token) -> None:
        self._flush()
        if len(self._stack) >= MARKUP_DEPTH:
            raise ReadError("rtf-nested-too-deep")
        self._stack.append(self._state)
        self._state = replace(self._state, ends="")
        self._is_ignorable = False
        self._to_skip = 0

    def _close(self, token: Token) -> None:
        self._flush()
        self._is_ignorable = False
        self._to_skip = 0
        if not self._stack:
            return
        ended, self._state = self._state, self._stack.pop()
        if ended.ends:
            self._end(ended.ends)
        elif ended.into == "stylesheet":
            self._end_style()

    def _begin(self, word: str) -> bool:
        """Begin what the group is, where the word says so."""
        state = self._state
        if state.into == "skip":
            return True
        into = vocabulary.DESTINATIONS.get(word)
        if into is None or state.ends == word:
            return into is not None
        if into == "flow" and len(self._flows) > _MOST_WITHIN:
            self._state = replace(state, into="body")
        elif into == "flow":
            if word == "footnote":
                self._notes += 1
                self._flows.append(Flow(place=("note", str(self._notes))))
            else:
                self._flows.append(Flow(place=("comment", self._author) if word == "annotation" else None))
            self._state = _State("body", word, self._encoding, around=state.left)
        elif into == "collect":
            self._collected.clear()
            self._state = replace(state, into=into, ends=word)
        elif into == "as around":
            self._state = replace(state, into=state.outer)
        else:
            outer = state.outer if into == "upr" == state.into else state.into
            is_object = state.is_object or word == "object"
            self._state = replace(state, into=into, ends=word, outer=outer, is_object=is_object)
        return True

    def _end(self, word: str) -> None:
        """End what a group was."""
        if word in vocabulary.FLOWS:
            flow = self._flows.pop()
            flow.end()
            if (which := word[:6]) in self._running:
                self._running[which].append(flow.builder)
            else:
                self._flow.hang(flow.builder)
            return
        collected = whole("".join(self._collected)).strip()
        match word:
            case "pict" if not self._state.is_object:
                self._flow.builder.omit("picture")
            case "object":
                self._flow.builder.omit("attachment")
            case "title":
                self._title = collected
            case "atnauthor":
                self._author = collected
            case "atndate":
                self._flow.place = ("comment", ", ".join(filter(None, (self._author, _day(collected)))))
            case "sn":
                self._property = collected
            case "sv" if self._property == "wzDescription":
                aside = TextBuilder()
                aside.add(collected, place=("alternative text", ""))
                self._flow.hang(aside)
            case "fldinst":
                self._instruct(collected)

    def _instruct(self, instruction: str) -> None:
        """Take the instruction of a field, whose result follows."""
        if self._state.around is None:
            self._state = replace(self._state, around=vocabulary.left_by_field(instruction))
        if (sign := vocabulary.sign_of_field(instruction)) is not None:
            self._put(sign)

    # -- words --------------------------------------------------------------------------------------

    def _word(self, token: Token) -> None:
        self._flush()
        word, number = token.value.decode("ascii"), token.number
        ignorable, self._is_ignorable = self._is_ignorable, False
        if word == "u":
            self._to_skip = 0
            if number is not None:
                self._put(character(number))
                self._to_skip = self._state.fallback
            return
        self._to_skip = 0
        if self._begin(word):
            return
        if ignorable and word not in vocabulary.SHOWN:
            self._state = replace(self._state, into="skip")
        elif (text := vocabulary.CHARACTERS.get(word)) is not None:
            self._put(text)
        elif word in vocabulary.BLOCKS:
            if self._state.into == "body":
                self._block(word)
        elif not self._character(word, number):
            self._define(word, number)

    def _block(self, word: str) -> None:
        """End a paragraph, a cell or a row."""
        match word:
            case "par" | "sect" | "page":
                self._flow.end_paragraph(self._state.level, in_table=self._state.in_table)
            case "cell" | "nestcell":
                self._flow.end_cell(nested=word == "nestcell")
            case "nestrow":
                self._flow.end_nested_row()
            case "row":
                self._flow.end_row(tuple(self._merged))

    def _character(self, word: str, number: int | None) -> bool:
        """Change how characters are shown, or what their paragraph is; false where the word does not."""
        state, on = self._state, number != 0
        match word:
            case "v":
                state = replace(state, is_hidden=on)
            case "deleted":
                state = replace(state, is_deleted=on)
            case "strike" | "striked":
                state = replace(state, is_struck=on)
            case "super" | "nosupersub" | "sub":
                state = replace(state, shift={"super": 1, "sub": -1}.get(word, 0) if on else 0)
            case "plain":
                state = replace(state, is_hidden=False, is_deleted=False, is_struck=False, shift=0)
            case "pard":
                state = replace(state, in_table=False, level=0)
            case "intbl":
                state = replace(state, in_table=on)
            case "s" if state.into == "body":
                state = replace(state, level=self._levels.get(number or 0, 0))
            case "outlinelevel" if state.into == "body":
                state = replace(state, level=number + 1 if number is not None and 0 <= number < 9 else 0)
            case "uc":
                state = replace(state, fallback=min(max(0, number or 0), _MOST_FALLBACK))
            case _:
                return False
        self._state = state
        return True

    def _define(self, word: str, number: int | None) -> None:
        """Take what the file says of its fonts, styles and encoding."""
        match word:
            case "f":
                self._font = number or 0
                if self._state.into != "fonttbl":
                    encoding = self._fonts.get(self._font, self._encoding)
                    self._state = replace(self._state, encoding=encoding)
            case "fcharset" if self._state.into == "fonttbl":
                self._fonts[self._font] = of_charset(number or 0, self._encoding)
            case "cpg" if number and (found := of_code_page(number)):
                self._fonts[self._font] = found
            case "ansicpg" if number and (found := of_code_page(number)):
                self._use(found)
            case "mac" | "pc" | "pca":
                self._use({"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word])
            case "s" | "outlinelevel" if self._state.into == "stylesheet":
                if word == "s":
                    self._style = number or 0
                    self._collected.clear()
                elif self._style is not None and number is not None and 0 <= number < 9:
                    self._levels[self._style] = number + 1
            case "trowd":
                self._merged.clear()
            case "clvmrg":
                self._is_merged = True
            case "cellx":
                self._merged.append(self._is_merged)
                self._is_merged = False

    def _use(self, encoding: str) -> None:
        self._encoding = encoding
        self._state = replace(self._state, encoding=encoding)

    def _end_style(self) -> None:
        level = vocabulary.level_of_style("".join(self._collected))
        if self._style is not None and level:
            self._levels.setdefault(self._style, level)
        self._style = None
        self._collected.clear()

    # -- characters ---------------------------------------------------------------------------------

    def _symbol(self, token: Token) -> None:
        self._flush()
        sign = token.value.decode("latin-1")
        if sign == "*":
            self._is_ignorable = True
        elif self._to_skip:
            self._to_skip -= 1
        elif sign in "\r\n" and self._state.into == "body":
            self._block("par")
        elif sign in vocabulary.SYMBOLS:
            self._put(vocabulary.SYMBOLS[sign])

    def _byte(self, token: Token) -> None:
        if self._to_skip:
            self._to_skip -= 1
            return
        self._bytes.append(int(token.value, 16))
        self._is_escaped = True

    def _text(self, token: Token) -> None:
        text = token.value[self._to_skip :]
        self._to_skip = max(0, self._to_skip - len(token.value))
        if self._state.into not in {"skip", "pict", "upr"}:
            self._bytes += text

    def _flush(self) -> None:
        """Put the bytes so far: those of one character may come in several tokens."""
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._put(decoded(data, self._state.encoding, escaped=self._is_escaped))
        self._is_escaped = False

    def _put(self, text: str) -> None:
        match self._state.into:
            case "body":
                self._flow.put(text, left=self._state.left, shift=self._state.shift)
            case "number":
                self._flow.put_number(text)
            case "collect" | "stylesheet":
                self._collected.append(text)


def _day(date: str) -> str:
    """Return the day of a date that is packed into the bits of a number."""
    if re.fullmatch(r"-?[0-9]{1,10}", date) is None:
        return ""
    # It is written as a signed number.
    bits = int(date) & 0xFFFF_FFFF
    year, month, day = (bits >> 20 & 0x1FF) + 1900, bits >> 16 & 0xF, bits >> 11 & 0x1F
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and day else ""
