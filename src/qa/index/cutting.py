"""Cuts documents into passages and sentences, with the texts to embed for each."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from qa.index.events import StagedDocument, Texts
from qa.index.stores.rows import vector_key
from qa.lang.detect import language_of
from qa.text.sentences import segment
from qa.text.tokens import unwrapped
from qa.types import Document

PART = 512
"""Number of texts after which those of an unfinished document are passed on."""


def passage_input(title: str, headings: Sequence[str], text: str) -> str:
    """Return the text to embed for a passage: the document's title, its headings and its text."""
    context = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join((title, *headings))
    return f"{context}\n{unwrapped(text)}"


def sentence_input(text: str) -> str:
    """Return the text to embed for a sentence: its words without line breaks."""
    return unwrapped(text)


def stage(document: Document) -> Generator[Texts, None, None]:
    """Segment a document into passages and sentences.

    Yields:
        The texts to embed, the last ones with the document.
    """
    texts: dict[bytes, str] = {}
    passages = []
    sentences = 0
    for passage in segment(document):
        text = passage_input(document.title, passage.headings, document.text[passage.start : passage.end])
        key = vector_key(text)
        texts[key] = text
        keys = []
        for sentence in passage.sentences:
            words = sentence_input(document.text[sentence.start : sentence.end])
            keys.append(vector_key(words))
            texts[keys[-1]] = words
        passages.append((passage, key, tuple(keys)))
        sentences += len(keys)
        if len(texts) >= PART:
            yield Texts(texts, sentences, None)
            texts, sentences = {}, 0
    yield Texts(texts, sentences, StagedDocument(document, language_of(document.text), tuple(passages)))
