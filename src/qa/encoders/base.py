"""Encoders: what turns text into vectors, as protocols that search depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Vectors in float32; a name alone, for commands that embed nothing import no numpy."""


class Encoder(Protocol):
    """What embeds: a name that finds it again, a fingerprint that tells it from any other, one method.

    ``languages`` are the ISO 639-1 codes of those that it reads; None where it does not say, or says many.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def languages(self) -> frozenset[str] | None: ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors, one row a text, shape ``(len(texts), dimension)``, float32.

        ``query`` says that the texts are questions: some models write those differently.
        """


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The vector of a text as the sum of its tokens.

    ``spans`` are code points of the text, ``(0, 0)`` for a token that stands for none of them (a mark of
    the model, a prompt); ``shares``, shape ``(len(spans), dimension)``, are the rows whose sum is the
    text's unit vector, so that ``shares @ query`` is its cosine similarity token by token.
    """

    spans: tuple[tuple[int, int], ...]
    shares: Vectors


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that can take its vectors apart."""

    def tokens(self, text: str) -> TokenVectors | None:
        """The text's vector token by token, or None where the model does not make it as their mean."""


@runtime_checkable
class WordwiseEncoder(Encoder, Protocol):
    """An encoder that knows single words, too."""

    def words(self, words: Sequence[str]) -> Vectors | None:
        """A vector for each word by itself, before any context, or None where the model has no such thing.

        Shape ``(len(words), dimension of the table)``, float32, of length 1, or 0 for a word that it does not
        know.
        """
