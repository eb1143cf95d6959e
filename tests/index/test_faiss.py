"""A saved index whose parts do not belong together is refused; see `conformance` for the contract."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import Vectors
from qa.index.vectors.faiss import CODED, FaissIndex


def test_keys_of_other_vectors_are_refused(tmp_path: Path) -> None:
    index = FaissIndex.create(2)
    index.add([2, 3], [1, 1], np.eye(2, dtype=np.float32))
    index.save(tmp_path / "a.faiss")
    np.save(tmp_path / "a.npy", np.zeros((2, 3), dtype=np.int64))
    with pytest.raises(ValueError, match="does not belong to its keys"):
        FaissIndex.load(tmp_path / "a.faiss")


# Many vectors, with codes


def vectors(number: int, seed: int = 0, dimension: int = 192) -> Vectors:
    """Return unit vectors around some hundred topics, the first fifty of them equal."""
    random = np.random.default_rng(seed)
    topics = random.normal(size=(200, dimension))
    points = topics[random.integers(0, 200, number)] + random.normal(size=(number, dimension))
    points[:50] = points[0]
    unit: Vectors = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def points() -> Vectors:
    return vectors(CODED * 5 // 4)


@pytest.fixture
def coded(points: Vectors) -> FaissIndex:
    """An index with gaps between its keys, and every vector's document its key modulo 7."""
    index = FaissIndex.create(points.shape[1])
    keys = np.arange(len(points)) * 2 + 5
    for part in np.array_split(np.arange(len(points)), 5):
        index.add(keys[part].tolist(), (keys[part] % 7).tolist(), points[part])
    return index


def exactly(points: Vectors, query: Vectors, k: int) -> list[tuple[int, float]]:
    scores = points @ query
    rows = np.lexsort((np.arange(len(points)), -scores))[:k]
    return [(int(row) * 2 + 5, float(scores[row])) for row in rows]


def agreement(index: FaissIndex, points: Vectors, number: int = 200, k: int = 100) -> float:
    """Return the share of the nearest vectors that a search finds; those it finds are in the exact order."""
    shares = []
    random = np.random.default_rng(1)
    for row in random.integers(50, len(points), number):
        # A question is like what answers it, and like nothing else as much.
        query = points[row] + random.normal(size=points.shape[1], scale=0.05).astype(np.float32)
        query /= np.linalg.norm(query)
        hits, best = index.search(query, k), exactly(points, query, k)
        assert hits == sorted(hits, key=lambda hit: (-hit[1], hit[0]))
        assert [score for _, score in hits] == pytest.approx(
            [float(points[(key - 5) // 2] @ query) for key, _ in hits], abs=1e-6
        )
        assert hits[0] == pytest.approx(best[0])
        shares.append(len(dict(hits).keys() & dict(best).keys()) / k)
    return float(np.mean(shares))


def test_a_scan_of_codes_finds_the_nearest_in_the_exact_order(coded: FaissIndex, points: Vectors) -> None:
    assert coded._codes is not None
    assert coded._codes.ntotal == len(points)
    assert agreement(coded, points) >= 0.99
    # Equal vectors have equal similarities, and the lowest key first.
    assert [key for key, _ in coded.search(points[0], 50)] == [row * 2 + 5 for row in range(50)]
    assert coded.search(points[60], 3) == coded.search(points[60], 10)[:3]


def test_the_documents_of_a_search_are_searched_exactly(coded: FaissIndex, points: Vectors) -> None:
    query = points[60]
    hits = coded.search(query, 20, documents=[3, 4])
    every = [hit for hit in exactly(points, query, len(points)) if hit[0] % 7 in (3, 4)]
    assert [key for key, _ in hits] == [key for key, _ in every[:20]]


def test_codes_are_saved_and_follow_every_change(coded: FaissIndex, points: Vectors, tmp_path: Path) -> None:
    query = points[60]
    coded.save(tmp_path / "a.faiss")
    loaded = FaissIndex.load(tmp_path / "a.faiss")
    assert loaded._codes is not None
    assert loaded.search(query, 80) == coded.search(query, 80)
    new = vectors(1, seed=2)[:1]
    loaded.add([100_000], [9], new)
    assert loaded.search(new[0], 1)[0][0] == 100_000
    before = [key for key, _ in loaded.search(query, 80) if key % 7]
    loaded.keep([1, 2, 3, 4, 5, 6, 9])
    assert loaded._codes.ntotal == len(loaded)
    assert [key for key, _ in loaded.search(query, 80)][: len(before) // 2] == before[: len(before) // 2]
    loaded.keep([2])
    assert len(loaded) < CODED
    assert loaded._codes is None


def test_an_index_without_codes_is_searched_exactly(
    coded: FaissIndex, points: Vectors, tmp_path: Path
) -> None:
    coded.save(tmp_path / "a.faiss")
    (tmp_path / "a.codes").unlink()
    earlier = FaissIndex.load(tmp_path / "a.faiss")
    assert agreement(earlier, points, number=60) == 1


def test_codes_of_other_vectors_are_refused(coded: FaissIndex, points: Vectors, tmp_path: Path) -> None:
    coded.save(tmp_path / "a.faiss")
    coded.add([100_000], [1], points[:1])
    coded.save(tmp_path / "b.faiss")
    (tmp_path / "b.codes").replace(tmp_path / "a.codes")
    with pytest.raises(ValueError, match=r"a\.codes does not belong"):
        FaissIndex.load(tmp_path / "a.faiss")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot delete a mapped file")
def test_loaded_vectors_stay_in_their_file_until_they_change(points: Vectors, tmp_path: Path) -> None:
    index = FaissIndex.create(points.shape[1])
    index.add(range(1, 1001), [at % 2 for at in range(1000)], points[:1000])
    index.save(tmp_path / "a.faiss")
    content = (tmp_path / "a.faiss").read_bytes()
    mapped, changed = FaissIndex.load(tmp_path / "a.faiss"), FaissIndex.load(tmp_path / "a.faiss")
    assert "a.faiss" in Path("/proc/self/maps").read_text() if Path("/proc/self/maps").exists() else True
    changed.add([2000], [1], points[1000:1001])
    changed.keep([1])
    assert (len(changed), len(mapped)) == (501, 1000)
    assert (tmp_path / "a.faiss").read_bytes() == content
    # A writer deletes the files of earlier generations while readers have them open.
    (tmp_path / "a.faiss").unlink()
    np.testing.assert_array_equal(mapped.vectors(range(1, 1001)), points[:1000])
    assert mapped.search(points[70], 1) == [(71, pytest.approx(1))]
    changed.save(tmp_path / "b.faiss")
    np.testing.assert_array_equal(FaissIndex.load(tmp_path / "b.faiss").vectors([2000]), points[1000:1001])
