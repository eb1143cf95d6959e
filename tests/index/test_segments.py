"""Results over several segments are those of one index, through any additions, removals and merges."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.index import segments
from qa.index.lexical import postings
from qa.index.lexical.base import Entry
from qa.index.lexical.postings import PostingsIndex
from qa.index.lexical.segment import LexicalSegment
from qa.index.segments import Segment, to_merge
from qa.index.vectors import faiss
from qa.index.vectors.faiss import FaissIndex

WORDS = [f"w{at}" for at in range(30)]
SHARES = [1 / (1 + at) for at in range(30)]
DIMENSION = 8

# Each change: how many texts of each of some documents are added, and which documents are then removed.
CHANGES = st.lists(
    st.tuples(
        st.lists(st.integers(1, 7), max_size=4),
        st.sets(st.integers(1, 40), max_size=5),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments so small that a few texts make several, in several sizes."""
    monkeypatch.setattr(segments, "_SMALLEST", 4)
    monkeypatch.setattr(faiss, "MOST", 24)
    monkeypatch.setattr(postings, "MOST", 24)
    monkeypatch.setattr(postings, "_BUILT", 16)


class Both:
    """A library as the writer has it in segments, generation by generation, and as one list of texts."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance = root, random.Random(seed)
        self.generation = self.document = self.key = 0
        self.entries: list[Entry] = []
        self.vectors: dict[int, np.ndarray] = {}
        FaissIndex.create(DIMENSION).save(self.path("vectors"))
        PostingsIndex.create(self.path("terms"))

    def path(self, name: str) -> Path:
        return self.root / f"{name}-{self.generation}"

    def change(self, added: list[int], removed: set[int], purge: bool) -> None:
        fresh = []
        for number in added:
            self.document += 1
            for _ in range(number):
                self.key += self.chance.randint(1, 3)
                length = self.chance.choice([0, 1, 3, 9, 60])
                words = self.chance.choices(WORDS, SHARES, k=length)
                fresh.append(Entry(self.key, self.document, words))
                row = np.array([self.chance.choice([-1, 0, 0, 1, 2]) for _ in range(DIMENSION)]) + 0.001
                self.vectors[self.key] = (row / np.linalg.norm(row)).astype(np.float32)
        self.entries = [entry for entry in self.entries if entry.document not in removed]
        live = {entry.document for entry in self.entries}
        sources = self.path("vectors"), self.path("terms")
        self.generation += 1
        vectors = FaissIndex.load(sources[0])
        vectors.keep(live)
        if purge:
            vectors.purge()
        if fresh:
            vectors.add(
                [entry.key for entry in fresh],
                [entry.document for entry in fresh],
                np.stack([self.vectors[entry.key] for entry in fresh]),
            )
        vectors.save(self.path("vectors"))
        PostingsIndex.derive(sources[1], self.path("terms"), live, purge=purge).add(fresh)
        for source in sources:
            shutil.rmtree(source)
        self.entries += fresh

    def check(self) -> None:
        vectors, terms = FaissIndex.load(self.path("vectors")), PostingsIndex.load(self.path("terms"))
        one = PostingsIndex(None, [LexicalSegment.of(self.entries)] if self.entries else [])
        keys = [entry.key for entry in self.entries]
        documents = [entry.document for entry in self.entries]
        matrix = np.stack([self.vectors[key] for key in keys]) if keys else np.zeros((0, DIMENSION))
        assert list(vectors.entries()) == list(zip(keys, documents, strict=True))
        assert list(terms.entries()) == list(one.entries())
        assert (len(vectors), vectors.last) == (len(keys), max(keys, default=0)) == (len(terms), terms.last)
        assert vectors.vectors(keys).tobytes() == matrix.astype(np.float32).tobytes()
        assert terms.mean_length == pytest.approx(one.mean_length)
        some = {document for document in documents if self.chance.random() < 0.3}
        for k in (1, 5, 100):
            for selected in (None, some):
                query = self.vectors[self.chance.choice([*self.vectors])] if keys else np.ones(DIMENSION)
                scores = {
                    key: float((self.vectors[key] * query).sum())
                    for key, document in zip(keys, documents, strict=True)
                    if selected is None or document in selected
                }
                exact = sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:k]
                assert vectors.search(query, k, selected) == exact
                asked = self.chance.sample(WORDS, self.chance.randint(1, 6))
                assert terms.search(asked, k, selected) == one.search(asked, k, selected)
                groups = [asked[:2], asked[2:] or asked[:1]]
                assert terms.having(groups, k, selected) == one.having(groups, k, selected)
                seen = terms.documents_with(asked, 10**6, selected)
                assert seen == one.documents_with(asked, 10**6, selected)
        assert [terms.frequency(word) for word in WORDS] == [one.frequency(word) for word in WORDS]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, seed=st.integers(0, 10**6))
def test_results_are_those_of_one_index(
    changes: list[tuple[list[int], set[int], bool]],
    seed: int,
    small: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    library = Both(tmp_path_factory.mktemp("library"), seed)
    for added, removed, purge in changes:
        library.change(added, removed, purge)
    library.check()


def test_the_index_over_segments_has_the_scores_of_bm25(small: None) -> None:
    chance = random.Random(3)
    entries = [
        Entry(key, key // 5, chance.choices(WORDS, SHARES, k=chance.randint(1, 40))) for key in range(1, 301)
    ]
    index = PostingsIndex(None)
    for at in range(0, 300, 10):
        index.add(entries[at : at + 10])
    assert len(index._segments) > 3
    mean = sum(len(entry.terms) for entry in entries) / 300
    for asked in (["w0"], ["w29", "w1"], WORDS[:12], [*WORDS, "unknown"]):
        scores: dict[int, float] = {}
        for word in asked:
            number = sum(word in entry.terms for entry in entries)
            for entry in entries:
                if count := list(entry.terms).count(word):
                    norm = 1.2 * (0.25 + 0.75 * len(entry.terms) / mean)
                    idf = np.log(1 + (300 - number + 0.5) / (number + 0.5))
                    scores[entry.key] = scores.get(entry.key, 0) + idf * count / (count + norm)
        best = sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:20]
        hits = index.search(asked, 20)
        assert [score for _, score in hits] == pytest.approx([score for _, score in best], rel=1e-5)
        assert [key for key, _ in hits] == [key for key, _ in best]


def sized(number: int, removed: int = 0) -> Segment:
    """Return what the plan needs of a segment with so many rows, and others that are removed."""
    rows = SimpleNamespace(number=number, keys=range(number + removed))
    return SimpleNamespace(rows=rows)  # type: ignore[return-value]


def plan(sizes: list[int], most: int = 10_000) -> list[range]:
    return to_merge([sized(size) for size in sizes], most)


def test_neighbours_of_one_size_are_merged_and_large_ones_are_not() -> None:
    assert plan([9000, 100, 100, 100]) == []
    assert plan([9000, 100, 100, 100, 100]) == [range(1, 5)]
    assert plan([300, 300, 300, 100, 300]) == [range(5)]
    # A large neighbour is not rewritten for a few small ones.
    assert plan([5000, 100, 100, 100]) == []
    assert plan([20_000] * 8) == []
    assert plan([100, 100, 20_000, 100, 100]) == []
    assert plan([]) == []


def test_a_segment_of_many_removed_rows_is_rewritten() -> None:
    assert to_merge([sized(90, removed=10), sized(70, removed=30)], 1000) == [range(1, 2)]
    assert to_merge([sized(20_000, removed=9000)], 1000) == [range(1)]


def test_each_row_is_rewritten_a_few_times_only() -> None:
    sizes: list[int] = []
    written = 0
    for _ in range(4000):
        sizes.append(100)
        written += 100
        while runs := plan(sizes, 32_768):
            [run] = runs
            merged = sum(sizes[at] for at in run)
            written += merged
            sizes[run.start : run.stop] = [merged]
    assert written / (4000 * 100) < 6
    assert len(sizes) < 30


@pytest.mark.parametrize("kind", [FaissIndex, PostingsIndex])
def test_rows_of_removed_documents_leave_the_disk_with_a_purge(
    kind: type, small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Both(tmp_path, 1)
    for _ in range(6):
        library.change([5, 5], set(), purge=False)

    def owners() -> set[int]:
        read: Callable[[Path], FaissIndex | PostingsIndex] = kind.load
        index = read(library.path("vectors" if kind is FaissIndex else "terms"))
        return {owner for segment in index._segments for owner in segment.rows.owners.tolist()}

    library.change([], {3}, purge=False)
    assert 3 in owners()
    library.check()
    files = {path.name for path in tmp_path.rglob("*.*")}
    library.change([], {12}, purge=True)
    assert not {3, 12} & owners()
    library.check()
    # The other segments keep their files.
    assert len(files & {path.name for path in tmp_path.rglob("*.*")} - {segments.LIST}) >= 3
