"""Split preformatted prose with hard line ends into paragraphs; leave code unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.types import BlockKind

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_CODE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:code|highlight|lang|language|prettyprint|brush|src|source|syntax|hljs|console|shell"
    r"|terminal|programlisting|screen|chroma|pygments|crayon)(?:$|[\s_:-])",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<!\S)[\"'“‘(\[`]*[^\W\d_]{2,}[\"'”’)\]`.,;:!?-]*(?!\S)")
_CODE_LINE = re.compile(
    r"[;{}]\s*$|^\s*(?:[$>#%]|//|/\*|\*/|@|<\w|&lt;)|\w\(\S*\)|[=!<>]=|->|=>|::|\t\S|^\s*\w+ = \S"
    r"|^\s*(?:def|class|import|return|elif|else|for|if|while|function|var|let|const|public|private)\b.*[:({=]\s*$",
    re.MULTILINE,
)
_DRAWN = re.compile(r"\+-{2,}|-{4,}|={4,}|_{4,}|\.{4,}|(?:\. ){4,}|\S {3,}\S|\|.*\||[─-╿]")
_SECTION = re.compile(
    r"((?:\d{1,3}\.)+(?:\d{1,3})?|\d{1,3}|Appendix [A-Z])\.?(?: {1,4}|  )[A-Z\"“][^\n]{1,70}"
)
_PAGE_FOOT = re.compile(r"[^\n]{0,100}\[Page \d{1,4}\]")
_PAGE_HEAD = re.compile(r"(?:RFC \d+|Internet-Draft)  +[^\n]{1,80} {2,}\w+ \d{4}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;。！？][\"”’)\]]*\Z")
_DRAWING_SIGNS = ("   ", "---", "====", "____", "....", ". . ", "|", "─", "━", "│", "┃")
_SAMPLE = 20_000
_LEAST_PROSE_SHARE = 0.3
_LEAST_PROSE_WORDS = 6
_PROSE_SHARE = 0.62


def is_code_class(classes: str | None) -> bool:
    """Return whether the classes of an element mark it as code."""
    return bool(classes) and _CODE_CLASS.search(classes or "") is not None


def is_prose(text: str) -> bool:
    """Return whether preformatted text is prose with hard line ends, as in old archives and RFCs."""
    parts = [_dedented(part) for part in _BLANK_LINES.split(text[:_SAMPLE]) if part.strip()]
    prose = sum(len(part) for part in parts if _is_prose_part(part))
    # Texts without a sentence to judge by are prose if they have blank lines.
    if not prose and len(parts) > 1 and not any(_CODE_LINE.search(part) for part in parts):
        return True
    return prose >= _LEAST_PROSE_SHARE * sum(map(len, parts))


def _dedented(part: str) -> str:
    return "\n".join(map(str.strip, part.strip().split("\n")))


def _is_prose_part(part: str) -> bool:
    tokens = part.split()
    words = len(_WORD.findall(part))
    if words < _LEAST_PROSE_WORDS or words < _PROSE_SHARE * len(tokens):
        return False
    return not _is_drawn(part) and len(_CODE_LINE.findall(part)) <= 0.2 * (part.count("\n") + 1)


def _is_drawn(part: str) -> bool:
    return any(sign in part for sign in _DRAWING_SIGNS) and _DRAWN.search(part) is not None


def parts(text: str) -> Iterator[tuple[BlockKind, int, str]]:
    """Yield kind, level and text of each stretch between blank lines of preformatted prose."""
    for part in _BLANK_LINES.split(text):
        stripped = _dedented(part)
        if not stripped:
            continue
        is_line = "\n" not in stripped
        if (
            is_line
            and len(stripped) < 100
            and (section := _SECTION.fullmatch(stripped))
            and ".." not in stripped
        ):
            level = len([number for number in section[1].split(".") if number])
            yield "heading", min(level, 6), stripped
        elif not is_line and _is_drawn(stripped) and not _is_prose_part(stripped):
            yield "code", 0, part.strip("\n")
        else:
            yield "paragraph", 0, stripped


def is_page_foot(text: str) -> bool:
    """Return whether a stretch is the running foot or head of a page of an RFC."""
    return _PAGE_FOOT.fullmatch(text) is not None


def is_page_head(text: str) -> bool:
    """Return whether a stretch is the head that each page of an RFC repeats."""
    return _PAGE_HEAD.fullmatch(text) is not None


def goes_on(text: str, following: str) -> bool:
    """Return whether a paragraph ends in the middle of a sentence that ``following`` continues."""
    return _SENTENCE_END.search(text) is None and following[:1].islower()
