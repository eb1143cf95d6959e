"""Read Markdown: its words without the markup, code unchanged, each block with its line in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it.token import Token

from qa.parsers import encoding, html, markdown_syntax
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.front_matter import FrontMatter, front_matter
from qa.parsers.markdown_syntax import Tags

# The parser's time grows with the square of a paragraph's brackets and stars. If there are more of them
# between two blank lines than any list or table has, the text is left unparsed.
_MARKS = re.compile(r"[\[\]*_`<~!&\\$]")
_MOST_MARKS = 10_000
_BLOCKS = frozenset({"paragraph_open", "heading_open", "list_item_open", "tr_open"})
_LEAVES = frozenset({"inline", "fence", "code_block", "html_block", "hr", "heading_open", "table_open"})
_COMMENT_OR_TAG = re.compile(
    r"<!--(?P<comment>.*?(?:-->|\Z))|<(?P<close>/?)(?P<name>[a-zA-Z][\w:.-]*)[^<>]*>?", re.DOTALL
)
_WORD = re.compile(r"\w")


def read(data: bytes) -> Extract:
    """Return the text of a Markdown file; fields at its top provide the title."""
    text, doubts = encoding.decode_with_doubts(data)
    front = front_matter(text)
    title = front.title if front else None
    body = text[front.end :] if front else text
    builder = TextBuilder()
    if front:
        _add_fields(front, builder)
    if any(_has_too_many_marks(part) for part in body.split("\n\n")):
        return Extract(title, text, warnings=doubts)
    rendering = _Rendering(body, front.lines if front else 0)
    if rendering.is_incomplete:
        return Extract(title, text, warnings=doubts)
    content, _ = html.read_part(rendering.markup, html.Options(content=True, lines=True))
    builder.add_all(content)
    for hidden in rendering.hidden:
        builder.omit("hidden", hidden)
    for info in rendering.languages:
        builder.omit("metadata", info)
    return builder.extract(title, warnings=doubts)


def _has_too_many_marks(part: str) -> bool:
    return len(part) > _MOST_MARKS and len(_MARKS.findall(part)) > _MOST_MARKS


def _add_fields(front: FrontMatter, builder: TextBuilder) -> None:
    for text, line in front.texts:
        builder.add(text, line=line)
    if front.fields:
        builder.omit("metadata", front.fields)


class _Rendering:
    """A text as HTML with the numbers of its source lines, and the parts that HTML does not show."""

    def __init__(self, text: str, lines_before: int) -> None:
        self.hidden: list[str] = []
        self.languages: list[str] = []
        self._shift = lines_before + 1
        self._tags = Tags(text)
        environment: dict[str, Any] = {}
        parser = markdown_syntax.parser()
        parser.renderer.rules |= {  # type: ignore[attr-defined]
            "fence": self._fence,
            "code_block": self._code_block,
            "html_block": self._html_block,
            "html_inline": self._html_inline,
            "line": self._line,
        }
        tokens = parser.parse(text, environment)
        self.is_incomplete = _is_incomplete(text, tokens, environment)
        for token in tokens:
            self._note_lines(token)
        self.hidden += _references(environment)
        self.markup = parser.renderer.render(tokens, parser.options, environment)

    def _note_lines(self, token: Token) -> None:
        if token.map and token.type in _BLOCKS:
            token.attrSet("data-qa-line", str(token.map[0] + self._shift))
        if token.type == "list_item_open" and token.info:
            token.attrSet("data-qa-mark", token.info + token.markup)
        if token.children:
            self._title(token.children)
            if token.map and token.map[1] - token.map[0] > 1:
                token.children = list(self._with_lines(token.children, token.map[0] + self._shift))

    def _title(self, children: Sequence[Token]) -> None:
        for child in children:
            if title := child.attrGet("title"):
                self.hidden.append(str(title))

    def _with_lines(self, children: Sequence[Token], line: int) -> Iterator[Token]:
        """Yield the parts of a paragraph with a mark at the start of each line."""
        for child in children:
            yield child
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
                yield Token("line", "", 0, content=str(line))
            else:
                line += child.content.count("\n")

    # -- renderer rules, with the renderer's signature -----------------------------------------------

    def _line(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<qa-line data-qa-line="{tokens[at].content}"></qa-line>'

    def _fence(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        if tokens[at].info.strip():
            self.languages.append(tokens[at].info.strip())
        return self._code(tokens[at], 1)

    def _code_block(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return self._code(tokens[at], 0)

    def _code(self, token: Token, shift: int) -> str:
        content = token.content
        blank = len(content) - len(content.lstrip("\n"))
        line = (token.map[0] if token.map else 0) + self._shift + shift + blank
        return f'<pre data-qa-line="{line}"><code>{escape(content[blank:], quote=False)}</code></pre>\n'

    def _html_inline(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return self._html(tokens[at].content, None)

    def _html_block(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        lines = tokens[at].map
        return self._html(tokens[at].content, lines[0] + self._shift if lines else None)

    def _html(self, content: str, line: int | None) -> str:
        """Return markup without comments, with line numbers, and with placeholders escaped as text."""
        lines = line or 0
        position = 0

        def replaced(match: re.Match[str]) -> str:
            nonlocal lines, position
            lines += content.count("\n", position, match.start())
            position = match.start()
            if match["comment"] is not None:
                self.hidden.append(match["comment"].removesuffix("-->"))
                return ""
            if not self._tags.is_markup(match[0]):
                return escape(match[0], quote=False)
            if line is None or match["close"]:
                return match[0]
            end = match.end("name") - match.start()
            return f'{match[0][:end]} data-qa-line="{lines}"{match[0][end:]}'

        return _COMMENT_OR_TAG.sub(replaced, content)


def _references(environment: MutableMapping[str, Any]) -> Iterator[str]:
    """Yield the invisible names and titles of link targets."""
    for name, target in environment.get("references", {}).items():
        yield f"{name} {target.get('title') or ''}"
    for target in environment.get("duplicate_refs", []):
        yield f"{target.get('label') or ''} {target.get('title') or ''}"


def _is_incomplete(text: str, tokens: Sequence[Token], environment: MutableMapping[str, Any]) -> bool:
    """Return whether the parser dropped lines, as it does if quotes and lists are nested too deep."""
    lines = text.split("\n")
    seen = [False] * len(lines)
    for token in tokens:
        if token.map and token.type in _LEAVES:
            seen[token.map[0] : token.map[1]] = [True] * (token.map[1] - token.map[0])
        elif token.map and token.type == "list_item_open":
            seen[token.map[0]] = True
    targets = [*environment.get("references", {}).values(), *environment.get("duplicate_refs", [])]
    for target in targets:
        start, end = target.get("map") or (0, 0)
        seen[start:end] = [True] * (end - start)
    return any(not is_seen and _WORD.search(line) for is_seen, line in zip(seen, lines, strict=False))
