"""Read rich text of any program: paragraphs, lists, tables, notes, comments and page headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from qa.errors import ReadError
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.limits import MARKUP_DEPTH
from qa.parsers.rtf import vocabulary
from qa.parsers.rtf.flow import Flow
from qa.parsers.rtf.state import State, level_of_outline
from qa.parsers.rtf.tokens import (
    Token,
    character,
    charset_encoding,
    code_page_encoding,
    decode,
    join_surrogates,
    tokenize,
)

# Deeper nesting of notes is damage; the words then belong to the last note.
_MAX_NESTED_FLOWS = 10
# Maximum words of a page number such as “Page 3 of 9” besides the number.
_MAX_PAGE_NUMBER_WORDS = 2
_PLATFORM_ENCODINGS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def read(data: bytes) -> Extract:
    """Return the text of an .rtf file; page headers come first, and page footers last."""
    return _Parser().read(data)


class _Parser:
    """A parser that processes the tokens of a file in order."""

    def __init__(self) -> None:
        self._state = State()
        self._stack: list[State] = []
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
        handlers: dict[str, Callable[[Token], None]] = {
            "open": self._open,
            "close": self._close,
            "word": self._word,
            "symbol": self._symbol,
            "byte": self._byte,
            "text": self._text,
        }
        for token in tokenize(data):
            handlers[token.kind](token)
        while self._stack:
            self._close(Token("close", b""))
        self._flush()
        self._flow.end()
        result = TextBuilder()
        seen: set[str] = set()
        self._add_running(result, "header", seen)
        result.add_all(self._flow.builder)
        self._add_running(result, "footer", seen)
        return result.extract(self._title)

    @property
    def _flow(self) -> Flow:
        return self._flows[-1]

    def _add_running(self, result: TextBuilder, which: str, seen: set[str]) -> None:
        """Add the repeated lines of the pages once."""
        for part in self._running[which]:
            numbered = any(omission.reason == "page number" for omission in part.extract(None).omissions)
            if numbered and len(part.text.split()) <= _MAX_PAGE_NUMBER_WORDS:
                result.omit("page number", part.text)
                result.add_omissions(part)
            elif part.text in seen:
                result.omit("repeated", part.text)
                result.add_omissions(part)
            else:
                seen.add(part.text)
                result.add_all(part, "running" if which == "footer" else None)

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
        """Begin the destination of a group; return whether the word is processed."""
        state = self._state
        if state.into == "skip":
            return True
        into = vocabulary.DESTINATIONS.get(word)
        if into is None or state.ends == word:
            return into is not None
        match into:
            case "flow":
                self._begin_flow(word)
            case "collect":
                self._collected.clear()
                self._state = replace(state, into=into, ends=word)
            case "as around":
                self._state = replace(state, into=state.outer)
            case _:
                outer = state.outer if into == "upr" == state.into else state.into
                is_object = state.is_object or word == "object"
                self._state = replace(state, into=into, ends=word, outer=outer, is_object=is_object)
        return True

    def _begin_flow(self, word: str) -> None:
        """Begin a note, a comment, a page header or a text box."""
        if len(self._flows) > _MAX_NESTED_FLOWS:
            self._state = replace(self._state, into="body")
            return
        match word:
            case "footnote":
                self._notes += 1
                flow = Flow(place=("note", str(self._notes)))
            case "annotation":
                flow = Flow(place=("comment", self._author))
            case _:
                flow = Flow()
        self._flows.append(flow)
        self._state = State("body", word, self._encoding, around=self._state.reason)

    def _end(self, word: str) -> None:
        """End the destination of a group."""
        if word in vocabulary.FLOWS:
            flow = self._flows.pop()
            flow.end()
            if (which := word[:6]) in self._running:
                self._running[which].append(flow.builder)
            else:
                self._flow.attach(flow.builder)
            return
        collected = join_surrogates("".join(self._collected)).strip()
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
                self._flow.attach(aside)
            case "fldinst":
                self._instruct(collected)

    def _instruct(self, instruction: str) -> None:
        """Process the instruction of a field, which its result follows."""
        if self._state.around is None:
            self._state = replace(self._state, around=vocabulary.field_reason(instruction))
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
        elif not self._change_format(word, number):
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

    def _change_format(self, word: str, number: int | None) -> bool:
        """Change the format of characters or paragraphs; return false if the word does neither."""
        state = self._state.formatted(word, number, self._levels)
        self._state = state or self._state
        return state is not None

    def _define(self, word: str, number: int | None) -> None:
        """Process definitions of styles and cells."""
        match word:
            case "s" | "outlinelevel" if self._state.into == "stylesheet":
                self._define_style(word, number)
            case "trowd":
                self._merged.clear()
            case "clvmrg":
                self._is_merged = True
            case "cellx":
                self._merged.append(self._is_merged)
                self._is_merged = False
            case _:
                self._define_encoding(word, number)

    def _define_encoding(self, word: str, number: int | None) -> None:
        """Process definitions of fonts and of the file's encoding."""
        match word:
            case "f":
                self._font = number or 0
                if self._state.into != "fonttbl":
                    encoding = self._fonts.get(self._font, self._encoding)
                    self._state = replace(self._state, encoding=encoding)
            case "fcharset" if self._state.into == "fonttbl":
                self._fonts[self._font] = charset_encoding(number or 0, self._encoding)
            case "cpg" if number and (known_encoding := code_page_encoding(number)):
                self._fonts[self._font] = known_encoding
            case "ansicpg" if number and (known_encoding := code_page_encoding(number)):
                self._use(known_encoding)
            case "mac" | "pc" | "pca":
                self._use(_PLATFORM_ENCODINGS[word])

    def _define_style(self, word: str, number: int | None) -> None:
        """Process the number of a style, or the outline level of the current style."""
        if word == "s":
            self._style = number or 0
            self._collected.clear()
        elif self._style is not None and (level := level_of_outline(number)):
            self._levels[self._style] = level

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
        """Decode the bytes so far; the bytes of one character may come in several tokens."""
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._put(decode(data, self._state.encoding, escaped=self._is_escaped))
        self._is_escaped = False

    def _put(self, text: str) -> None:
        match self._state.into:
            case "body":
                self._flow.put(text, reason=self._state.reason, shift=self._state.shift)
            case "number":
                self._flow.put_number(text)
            case "collect" | "stylesheet":
                self._collected.append(text)


def _day(date: str) -> str:
    """Return the day of a date that is packed into the bits of a number."""
    if re.fullmatch(r"-?[0-9]{1,10}", date) is None:
        return ""
    # The date is written as a signed number.
    bits = int(date) & 0xFFFF_FFFF
    year, month, day = (bits >> 20 & 0x1FF) + 1900, bits >> 16 & 0xF, bits >> 11 & 0x1F
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and day else ""
