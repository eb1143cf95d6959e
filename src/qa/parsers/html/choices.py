"""Rewrite lists of choices before the page is parsed: the parser's time grows with their square."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

ELEMENT = "qa-choice"
"""Element that replaces a list of choices; its attributes are those of the list and the two below."""
SHOWN, OTHERS = "data-qa-shown", "data-qa-others"

_LIST = re.compile(r"<(?:select|datalist|option|optgroup)\b", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][\w-]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_WITHIN = frozenset({"option", "optgroup", "hr", "b", "i", "em", "strong", "span", "font", "button"})
_SELECTED = re.compile(r"\sselected\b", re.IGNORECASE)
_LABEL = re.compile(r"\slabel\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def without_choices(markup: str) -> str:
    """Replace each list by one element whose attributes are the words that it shows and the others."""
    if _LIST.search(markup) is None:
        return markup
    parts: list[str] = []
    position = 0
    tags = _TAG.finditer(markup)
    for tag in tags:
        name = tag[2].lower()
        if name in {"option", "optgroup"}:
            # Outside a list they are plain words.
            parts += (markup[position : tag.start()], " ")
            position = tag.end()
        elif name in {"select", "datalist"} and not tag[1]:
            parts.append(markup[position : tag.start()])
            choices = _Choices(tag, is_open=name == "select")
            position = choices.read(markup, tags)
            parts.append(choices.element())
            if choices.next_tag:
                parts.append(choices.next_tag)
    parts.append(markup[position:])
    return "".join(parts)


class _Choices:
    """Choices of one list, in order."""

    def __init__(self, start: re.Match[str], *, is_open: bool) -> None:
        self._start = start
        self._name = start[2].lower()
        self._is_open = is_open
        self._options: list[tuple[bool, str]] = []
        self._groups: list[str] = []
        self._pieces: list[str] = []
        self._is_selected = False
        self.next_tag = ""

    def read(self, markup: str, tags: Iterator[re.Match[str]]) -> int:
        """Read to the end of the list, or to the first tag that cannot be inside; return the offset there."""
        at = self._start.end()
        for tag in tags:
            self._pieces.append(markup[at : tag.start()])
            at = tag.end()
            name = tag[2].lower()
            if name == self._name and tag[1]:
                break
            if name not in _WITHIN:
                at = self._unclosed(tag)
                break
            if name in {"option", "optgroup"}:
                self._end_option()
                self._begin(name, tag)
        else:
            self._pieces.append(markup[at:])
            at = len(markup)
        self._end_option()
        return at

    def _unclosed(self, tag: re.Match[str]) -> int:
        """End the list, which was never closed, before a tag; return the offset where the page continues."""
        if tag[2].lower() not in {"select", "datalist"}:
            return tag.start()
        self.next_tag = "" if tag[1] else tag[0]
        return tag.end()

    def _begin(self, name: str, tag: re.Match[str]) -> None:
        """Begin an option or a group, whose label is the words of a group."""
        self._is_selected = name == "option" and not tag[1] and _SELECTED.search(tag[3]) is not None
        if name == "optgroup" and (label := _LABEL.search(tag[3])):
            self._groups.append(label[1] or label[2] or "")

    def _end_option(self) -> None:
        """Add the option whose words were gathered."""
        text = _SPACE.sub(" ", "".join(self._pieces)).strip()
        self._pieces.clear()
        if text:
            self._options.append((self._is_selected, text))

    def element(self) -> str:
        """Return the element that replaces the list."""
        chosen = [text for selected, text in self._options if selected]
        many = re.search(r"\smultiple\b", self._start[3], re.IGNORECASE)
        if not self._is_open:
            chosen = []
        elif not chosen and not many:
            # A list without a selected choice shows its first one.
            chosen = [text for _, text in self._options[:1]]
        elif not many:
            chosen = chosen[-1:]
        pending = Counter(chosen)
        hidden = list(self._groups)
        for _, text in self._options:
            if pending[text]:
                pending[text] -= 1
            else:
                hidden.append(text)
        shown, rest = _quoted(", ".join(chosen)), _quoted(" | ".join(hidden))
        return f'<{ELEMENT}{self._start[3]} {SHOWN}="{shown}" {OTHERS}="{rest}"></{ELEMENT}>'


def _quoted(markup: str) -> str:
    return markup.replace('"', "&quot;").replace("<", "&lt;")
