"""Makes the vectors that are missing, and keeps them as they are made: a killed run embeds nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from qa.index.stores.base import WritableStore

if TYPE_CHECKING:
    from qa.encoders import Encoder, Vectors

EMBED_AT_ONCE = 512
"""Texts embedded between two commits of vectors: what a kill can cost."""
EMBED_CHARACTERS = 8_000
"""Characters embedded between two looks whether to stop: about a second on a slow machine.

An encoder that is faster has its own number, ``characters_at_once``.
"""
_WINDOWS = 4
"""Commits of texts that are sorted by length together."""


class Embedding:
    """The texts of one run that need a vector.

    Which texts are embedded together depends on the texts alone, never on the time: the same texts in the
    same order have the same vectors, bit by bit.
    """

    def __init__(
        self, store: WritableStore, encoder: Callable[[], Encoder], tell: Callable[[int, int], None]
    ) -> None:
        """``tell`` is called before each portion with the texts and the characters that wait."""
        self._store = store
        self._encoder = encoder
        self._tell = tell
        self._loaded: Encoder | None = None
        self._texts: dict[bytes, str] = {}
        self._parted = False
        self.embedded = self.characters = 0

    @property
    def waits(self) -> bool:
        """Whether a text waits for its vector."""
        return bool(self._texts)

    def add(self, texts: Mapping[bytes, str], *, last: bool) -> None:
        """Takes texts of a document by their vector keys, and embeds once there are enough to be worth it.

        ``last`` says that the document ends with them. What is left of one that was embedded in part does
        not wait for the next: long documents, too, are sometimes complete.
        """
        if self._loaded is None and self._missing(texts):
            # Now, while the files that follow are read.
            self._loaded = self._encoder()
        self._texts.update(texts)
        full = len(self._texts) >= _WINDOWS * EMBED_AT_ONCE
        if full or (last and self._parted):
            self.embed()
        self._parted = (full or self._parted) and not last

    def embed(self) -> None:
        """Makes and keeps the vectors of all texts that wait."""
        texts = self._texts
        # By length: texts of a length are embedded together, and padding costs as much as words.
        missing = sorted(self._missing(texts), key=lambda key: -len(texts[key]))
        to_go = sum(len(texts[key]) for key in missing)
        for at in range(0, len(missing), EMBED_AT_ONCE):
            keys = missing[at : at + EMBED_AT_ONCE]
            self._embed_and_keep({key: texts[key] for key in keys}, len(missing) - at, to_go)
            to_go -= sum(len(texts[key]) for key in keys)
        texts.clear()

    def give_up(self) -> frozenset[bytes]:
        """Drops the texts that wait; returns the keys of those that have no vector."""
        missing = frozenset(self._missing(self._texts))
        self._texts.clear()
        return missing

    def _missing(self, texts: Mapping[bytes, str]) -> list[bytes]:
        with self._store.reading():
            known = self._store.known_vectors(list(texts))
        return [key for key in texts if key not in known]

    def _embed_and_keep(self, texts: Mapping[bytes, str], left: int, to_go: int) -> None:
        """Embeds texts, and keeps at a stop what is made of them; ``left``, of ``to_go`` characters, wait."""
        import numpy as np

        if self._loaded is None:
            self._loaded = self._encoder()
        limit = int(getattr(self._loaded, "characters_at_once", EMBED_CHARACTERS))
        vectors: list[Vectors] = []
        keys: list[bytes] = []
        try:
            for portion in _portions(texts, limit):
                self._tell(left - len(keys), to_go)
                vectors.append(self._loaded.encode([texts[key] for key in portion]))
                keys += portion
                length = sum(len(texts[key]) for key in portion)
                to_go -= length
                self.characters += length
                self.embedded += len(portion)
        finally:
            if keys:
                with self._store.writing():
                    self._store.set_manifest("unpublished", "1")
                    self._store.add_vectors(keys, np.concatenate(vectors))


def _portions(texts: Mapping[bytes, str], limit: int) -> Iterator[list[bytes]]:
    """The keys of texts in their order, parted where there are so many characters."""
    portion: list[bytes] = []
    length = 0
    for key, text in texts.items():
        portion.append(key)
        length += len(text)
        if length >= limit:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion
