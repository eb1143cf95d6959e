"""The protocols for encoders, which turn texts into vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Vectors in float32. A quoted name, because commands that embed nothing do not import NumPy."""


@runtime_checkable
class Encoder(Protocol):
    """A model that embeds texts."""

    @property
    def name(self) -> str:
        """Name of the model, by which it can be loaded again."""

    @property
    def fingerprint(self) -> str:
        """A text that differs between any two models."""

    @property
    def dimension(self) -> int:
        """Number of components of a vector."""

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes of the supported languages; None if multilingual or unknown."""

    @property
    def characters_at_once(self) -> int:
        """Number of characters that `encode` should get in a call, about a second's work.

        Between two calls, indexing reports its progress, and checks whether to stop.
        """

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return a unit vector for each text.

        Args:
            texts: The texts to embed.
            query: Whether the texts are questions. Some models put a different prompt before those. The
                vector of a question is the same, to the last bit, in any company.

        Returns:
            Vectors in float32, shape ``(len(texts), dimension)``.
        """


@runtime_checkable
class ShardEncoder(Encoder, Protocol):
    """An encoder that can embed several shards of texts at once, for example on several machines."""

    @property
    def shards_at_once(self) -> int:
        """Number of shards that should be submitted before the first is waited for."""

    def submit(self, texts: Sequence[str]) -> Callable[[Callable[[], object]], Vectors]:
        """Begin to embed the texts of a shard.

        Args:
            texts: Texts of documents.

        Returns:
            A function that waits for the vectors, which are those of ``encode(texts)``. It calls its argument
            a few times a second; an exception of that ends the wait.
        """


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The vector of a text as a sum over its tokens.

    Attributes:
        spans: Start and end of each token in code points of the text. ``(0, 0)`` for a token that is not in
            the text, such as a special token or a token of the prompt.
        shares: One row for each token, shape ``(len(spans), dimension)``. The rows add up to the text's unit
            vector, so ``shares @ query`` splits its cosine similarity by token.
    """

    spans: tuple[tuple[int, int], ...]
    shares: Vectors


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that can split a text's vector by token."""

    def tokens(self, text: str) -> TokenVectors | None:
        """Return the text's vector split by token, or None if it is not the mean of the tokens' vectors."""


@runtime_checkable
class WordwiseEncoder(Encoder, Protocol):
    """An encoder that can also embed single words."""

    def words(self, words: Sequence[str]) -> Vectors | None:
        """Return a vector for each word without context, or None if the model has no word vectors.

        Returns:
            Vectors in float32, shape ``(len(words), dimension of the table)``. Their length is 1, or 0 for an
            unknown word.
        """
