"""The growing text of a document: offsets are noted as the text is appended and never looked for again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.types import Block, BlockKind, Page

# Form feed, vertical tab, NEL and the Unicode separators end a line; the other control characters,
# and the byte order mark, are no text at all; half a surrogate pair cannot be stored as UTF-8.
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format's reader gets out of a file; ``title`` is None where the file does not say one."""

    title: str | None
    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()


def clean(text: str) -> str:
    """The same text with ``\\n`` as its only newline and without what is neither text nor storable."""
    text = _NEWLINE.sub("\n", text)
    text = _CONTROL.sub("", text)
    return _SURROGATE.sub("\ufffd", text)


class TextBuilder:
    """Appends blocks, parted by a blank line, and keeps where each one stands."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    @property
    def length(self) -> int:
        """Code points so far."""
        return self._length

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, text: str, kind: BlockKind = "paragraph", level: int = 0) -> int:
        """Append one block without the white space around it and return where it begins.

        An empty one leaves no trace.
        """
        text = clean(text).strip()
        if not text:
            return self._length
        if self._blocks:
            self._append("\n\n")
        start = self._length
        self._append(text)
        self._blocks.append(Block(start, self._length, kind, level))
        return start

    def add_all(self, other: TextBuilder) -> None:
        """Append every block of another builder."""
        text = other.text
        for block in other.blocks:
            self.add(text[block.start : block.end], block.kind, block.level)

    def resume(self, text: str) -> int:
        """Append ``text`` to the last block as its next line, and return where it begins."""
        last = self._blocks.pop()
        self._append("\n")
        start = self._length
        self._append(clean(text).strip())
        self._blocks.append(Block(last.start, self._length, last.kind, last.level))
        return start

    def extract(
        self,
        title: str | None,
        pages: tuple[Page, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> Extract:
        return Extract(title, self.text, self.blocks, pages, warnings)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
