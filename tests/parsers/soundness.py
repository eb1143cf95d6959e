"""What must be true of every document and its sentences, for every file format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.errors import ReadError
from qa.parsers.build import has_text
from qa.text.sentences import SENTENCE_CHARACTERS, segment
from qa.types import Document, Passage, Sentence

EXACT = (".txt", ".text", ".jsonl")
"""Formats whose text is the file's own, code point for code point."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_UNSTORABLE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\w")


def faults(document: Document, name: str = "") -> Iterator[str]:
    """Yield every way in which a document breaks the promises of the parsers, with the place."""
    text = document.text
    if not text.strip() and not any("no text" in warning for warning in tuple(map(str, document.warnings))):
        yield "the text is empty"
    forbidden = _UNSTORABLE if name.endswith(EXACT) or document.doc_id.endswith(EXACT) else _FORBIDDEN
    if match := forbidden.search(text):
        yield f"the text holds {match[0]!r} at {match.start()}"
    for name, value in (("title", document.title), ("doc_id", document.doc_id)):
        if not value or _FORBIDDEN.search(value):
            yield f"the {name} is {value!r}"
    for warning in tuple(map(str, document.warnings)):
        if not warning.endswith((".", "--left-out")) or _FORBIDDEN.search(warning) or "\n" in warning:
            yield f"the warning {warning!r} is no sentence"
    if not re.fullmatch("[0-9a-f]{64}", document.sha256):
        yield f"the hash is {document.sha256!r}"
    yield from _of_blocks(document)
    yield from _of_pages(document)


def _of_blocks(document: Document) -> Iterator[str]:
    end = 0
    for block in document.blocks:
        piece = document.text[block.start : block.end]
        if not end <= block.start < block.end <= len(document.text):
            yield f"the block {block} overlaps or is empty"
        if piece != piece.strip():
            yield f"the block {block} begins or ends with white space"
        if has_text(document.text[end : block.start]):
            yield f"the text before the block {block} is in no block"
        # A heading has a level, a numbered item may have one.
        if block.kind != "item" and (block.kind == "heading") != (block.level > 0):
            yield f"the block {block} has a level that is none"
        end = block.end
    if document.blocks and has_text(document.text[end:]):
        yield "the text after the last block is in no block"


def _of_pages(document: Document) -> Iterator[str]:
    end = 0
    for number, page in enumerate(document.pages, 1):
        if page.number != number or page.start != end or page.end < page.start:
            yield f"the page {page} does not follow the one before"
        end = page.end
    if document.pages and end != len(document.text):
        yield "the pages end before the text"


def faults_of_passages(document: Document, passages: tuple[Passage, ...]) -> Iterator[str]:
    """Yield every way in which passages and sentences are not slices in order, within blocks."""
    starts = {block.start for block in document.blocks}
    ends = sorted(block.end for block in document.blocks)
    place = 0
    end = 0
    for passage in passages:
        if not passage.sentences:
            yield f"the passage at {passage.start} has no sentence"
            continue
        if (passage.start, passage.end) != (passage.sentences[0].start, passage.sentences[-1].end):
            yield f"the passage at {passage.start} is not its sentences"
        for sentence in passage.sentences:
            piece = document.text[sentence.start : sentence.end]
            if not end <= sentence.start < sentence.end <= len(document.text):
                yield f"the sentence {sentence} overlaps or is empty"
            if piece != piece.strip() or not _WORD.search(piece):
                yield f"the sentence {sentence} is white space at its ends, or no words"
            if len(piece) > SENTENCE_CHARACTERS:
                yield f"the sentence {sentence} is too long"
            while place < len(ends) and ends[place] <= sentence.start:
                place += 1
            if starts and place == len(ends):
                yield f"the sentence {sentence} is in no block"
            elif starts and sentence.end > ends[place]:
                yield from _of_crossing(document, sentence)
            end = sentence.end


def _of_crossing(document: Document, sentence: Sentence) -> Iterator[str]:
    """Yield the faults of a sentence that joins blocks: a broken paragraph, a signature, the title."""
    joined = [b for b in document.blocks if b.start < sentence.end and b.end > sentence.start]
    if any(block.kind == "code" for block in joined):
        yield f"the sentence {sentence} joins code"
    is_opening = all(block.end <= sentence.end for block in document.blocks[: len(joined)])
    if any(block.kind == "heading" for block in joined) and not is_opening:
        yield f"the sentence {sentence} joins a heading to other text"


def check_sound(item: Document | ReadError, name: str = "") -> int:
    """Return the number of sentences of a parser's result.

    Raises:
        AssertionError: The document or the reason is not sound.
    """
    if isinstance(item, ReadError):
        reason = str(item)
        assert reason.endswith((".", ".)")), f"the reason {reason!r} is no sentence"
        assert "\n" not in reason, f"the reason {reason!r} has several lines"
        reason.encode("utf-8")
        return 0
    passages = segment(item)
    problems = [*faults(item, name), *faults_of_passages(item, passages)]
    assert not problems, "; ".join(problems[:5])
    return sum(len(passage.sentences) for passage in passages)
