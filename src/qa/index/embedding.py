"""Embeds texts without a vector and stores the vectors at once, so a killed run embeds nothing twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from qa.index.stores.base import WritableStore
from qa.turns import TURNS

if TYPE_CHECKING:
    from qa.encoders import Encoder, Vectors

EMBED_AT_ONCE = 512
"""Texts embedded between two commits; a killed run loses at most the vectors of these."""
DEVICES = "devices"
"""The manifest's key of the kinds of devices that computed the index's vectors."""
_WINDOWS = 4
"""Number of commits whose texts are sorted by length together."""


class Embedding:
    """Embeds the texts of one run.

    Which texts are embedded together depends on the texts alone, never on the time. The same texts in the
    same order have the same vectors, bit by bit.
    """

    def __init__(
        self, store: WritableStore, encoder: Callable[[], Encoder], progress: Callable[[int, int], None]
    ) -> None:
        """Prepare a run.

        Args:
            store: The store for the vectors.
            encoder: Returns the encoder. It is called only if there is something to embed.
            progress: Called before each portion with the number of waiting texts and of their characters.
        """
        self._store = store
        self._encoder = encoder
        self._progress = progress
        self._loaded: Encoder | None = None
        self._texts: dict[bytes, str] = {}
        self._device: str | None = None
        self._is_split = False
        # Shards that are computed elsewhere: the keys of each, and what waits for its vectors.
        self._shards: deque[tuple[Mapping[bytes, str], Callable[[Callable[[], object]], Vectors]]] = deque()
        self.embedded = self.characters = 0

    @property
    def waits(self) -> bool:
        """Whether texts wait to be embedded."""
        return bool(self._texts)

    def add(self, texts: Mapping[bytes, str], *, last: bool) -> None:
        """Add texts of a document, and embed all that wait once there are enough.

        The rest of a document that is partly embedded does not wait for the next document, so that long
        documents become complete, too.

        Args:
            texts: The texts by their vector keys.
            last: Whether they are the last ones of the document.
        """
        if self._loaded is None and self._missing(texts):
            # Load now, while the following files are parsed.
            self._loaded = self._encoder()
        self._texts.update(texts)
        is_full = len(self._texts) >= _WINDOWS * EMBED_AT_ONCE
        if is_full or (last and self._is_split):
            self._begin()
        self._is_split = (is_full or self._is_split) and not last

    def embed(self) -> None:
        """Embed all waiting texts and store their vectors."""
        self._begin()
        self._finish(0)

    def _begin(self) -> None:
        """Embed all waiting texts; some may then still be computed elsewhere."""
        texts = self._texts
        # Texts of similar length are embedded together, since padding costs as much as words.
        missing = sorted(self._missing(texts), key=lambda key: -len(texts[key]))
        characters = sum(len(texts[key]) for key in missing)
        for at in range(0, len(missing), EMBED_AT_ONCE):
            keys = missing[at : at + EMBED_AT_ONCE]
            self._embed_and_store({key: texts[key] for key in keys}, len(missing) - at, characters)
            characters -= sum(len(texts[key]) for key in keys)
        texts.clear()

    def give_up(self) -> frozenset[bytes]:
        """Drop the waiting texts; return the keys of those without a vector."""
        missing = frozenset(self._missing(self._texts)).union(*(texts for texts, _ in self._shards))
        self._texts.clear()
        self._shards.clear()
        return missing

    def _missing(self, texts: Mapping[bytes, str]) -> list[bytes]:
        with self._store.reading():
            known = self._store.known_vectors(list(texts))
        return [key for key in texts if key not in known and not any(key in each for each, _ in self._shards)]

    def _embed_and_store(self, texts: Mapping[bytes, str], waiting: int, characters: int) -> None:
        """Embed texts and store their vectors; after a stop, those that are ready.

        Args:
            texts: The texts by their vector keys.
            waiting: Number of all waiting texts, these included.
            characters: Number of their characters.
        """
        from qa.encoders import ShardEncoder

        if self._loaded is None:
            self._loaded = self._encoder()
        if isinstance(self._loaded, ShardEncoder):
            for portion in _portions(texts, self._loaded.characters_at_once):
                shard = {key: texts[key] for key in portion}
                self._shards.append((shard, self._loaded.submit([*shard.values()])))
                self._finish(self._loaded.shards_at_once, waiting, characters)
            return
        vectors: list[Vectors] = []
        keys: list[bytes] = []
        try:
            for portion in _portions(texts, self._loaded.characters_at_once):
                self._progress(waiting - len(keys), characters)
                with TURNS.long_work():
                    TURNS.step()
                    vectors.append(self._loaded.encode([texts[key] for key in portion]))
                keys += portion
                length = sum(len(texts[key]) for key in portion)
                characters -= length
                self.characters += length
                self.embedded += len(portion)
        finally:
            if keys:
                self._put(keys, vectors)

    def _finish(self, most: int, waiting: int = 0, characters: int = 0) -> None:
        """Store the vectors of shards, the oldest first, until no more than ``most`` are left.

        Each is stored at once, so a killed run does not compute it again.
        """
        while len(self._shards) > most:
            texts, wait = self._shards[0]
            vectors = wait(lambda: self._progress(waiting, characters))
            self._put([*texts], [vectors])
            self._shards.popleft()
            self.embedded += len(texts)
            self.characters += sum(map(len, texts.values()))

    def _put(self, keys: Sequence[bytes], vectors: Sequence[Vectors]) -> None:
        import numpy as np

        with self._store.writing():
            self._store.set_manifest("unpublished", "1")
            self._record_device()
            self._store.add_vectors(keys, rounded(np.concatenate(vectors)))

    def _record_device(self) -> None:
        """Record which kinds of devices computed vectors: those of another differ in the last digits."""
        if self._device is None:
            self._device = str(getattr(self._loaded, "device", "cpu"))
            known = self._store.manifest().get(DEVICES, "").split()
            self._store.set_manifest(DEVICES, " ".join(sorted({*known, self._device})))


def rounded(vectors: Vectors) -> Vectors:
    """Return vectors with the precision of float16, which takes half the space.

    It changes a similarity by less than 0.0001.
    """
    import numpy as np

    return vectors.astype(np.float16).astype(np.float32)


def _portions(texts: Mapping[bytes, str], limit: int) -> Iterator[list[bytes]]:
    """Yield the keys of texts in order, in portions of at least ``limit`` characters."""
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
