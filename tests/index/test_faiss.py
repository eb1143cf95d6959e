"""Many vectors: codes, segments and their files; see `conformance` for the contract."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import Vectors
from qa.index import columns
from qa.index.vectors.faiss import MOST, SCANNED, FaissIndex
from qa.index.vectors.segment import CODED


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
    return vectors(3 * SCANNED)


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
    assert agreement(coded, points) >= 0.99
    assert sum(block.codes.ntotal for block in coded._scanned()) > SCANNED
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
    coded.save(tmp_path / "a")
    loaded = FaissIndex.load(tmp_path / "a")
    assert loaded.search(query, 80) == coded.search(query, 80)
    new = vectors(1, seed=2)[:1]
    loaded.add([100_000], [9], new)
    assert loaded.search(new[0], 1)[0][0] == 100_000
    before = [key for key, _ in loaded.search(query, 80) if key % 7]
    loaded.keep([1, 2, 3, 4, 5, 6, 9])
    after = loaded.search(query, 80)
    assert [key for key, _ in after][: len(before) // 2] == before[: len(before) // 2]
    # Rewriting the segments changes nothing but their files.
    loaded.purge()
    assert not any(segment.rows.removed for segment in loaded._segments)
    assert loaded.search(query, 40) == after[:40]
    loaded.keep([2])
    assert len(loaded) < SCANNED
    assert [key for key, _ in loaded.search(query, 20)] == [
        key for key, _ in exactly(points, query, len(points)) if key % 7 == 2
    ][:20]


def test_what_is_added_shares_the_files_of_what_is_there(points: Vectors, tmp_path: Path) -> None:
    index = FaissIndex.create(points.shape[1])
    index.add(range(1, 20_001), [1] * 20_000, points[:20_000])
    index.save(tmp_path / "a")
    loaded = FaissIndex.load(tmp_path / "a")
    loaded.add([30_000], [2], points[20_000:20_001])
    loaded.keep([1, 2])
    loaded.save(tmp_path / "b")
    fresh = [path for path in (tmp_path / "b").iterdir() if path.stat().st_nlink == 1]
    assert sum(path.stat().st_size for path in fresh) < 3000
    assert FaissIndex.load(tmp_path / "b").search(points[20_000], 1) == [(30_000, pytest.approx(1))]
    assert len(FaissIndex.load(tmp_path / "a")) == 20_000


def test_small_additions_are_merged_and_no_segment_is_too_large(tmp_path: Path) -> None:
    index = FaissIndex.create(2)
    angles = np.linspace(0, 1, MOST + 40_000, dtype=np.float32)
    unit = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for at in range(200):
        index.add([at + 1], [at], unit[at : at + 1])
        index.search(unit[0], 1)
    assert len(index._segments) < 8
    index.add(range(201, len(unit) + 1), range(200, len(unit)), unit[200:])
    index.save(tmp_path / "a")
    assert max(segment.rows.number for segment in index._segments) <= MOST
    loaded = FaissIndex.load(tmp_path / "a")
    assert list(loaded.entries()) == [(at + 1, at) for at in range(len(unit))]
    assert loaded.vectors([1, 150, 70_000, len(unit)]).tobytes() == unit[[0, 149, 69_999, -1]].tobytes()


def test_vectors_of_half_the_precision_take_half_the_space(points: Vectors, tmp_path: Path) -> None:
    sizes = []
    for name, values in (("whole", points[:1000]), ("half", points[:1000].astype(np.float16))):
        index = FaissIndex.create(points.shape[1])
        index.add(range(1, 1001), [1] * 1000, values.astype(np.float32))
        index.save(tmp_path / name)
        loaded = FaissIndex.load(tmp_path / name)
        assert loaded.vectors(range(1, 1001)).tobytes() == values.astype(np.float32).tobytes()
        assert loaded.search(values[70].astype(np.float32), 1)[0][0] == 71
        sizes.append(sum(path.stat().st_size for path in (tmp_path / name).glob("*.faiss")))
    assert sizes[1] < 0.51 * sizes[0]


def test_files_that_do_not_belong_together_are_refused(points: Vectors, tmp_path: Path) -> None:
    index = FaissIndex.create(points.shape[1])
    index.add(range(1, CODED + 1), [1] * CODED, points[:CODED])
    index.save(tmp_path / "a")
    other = FaissIndex.create(points.shape[1])
    other.add(range(1, CODED), [1] * (CODED - 1), points[1:CODED])
    other.save(tmp_path / "b")
    [rows] = (tmp_path / "a").glob("*.rows")
    content = rows.read_bytes()
    [others] = (tmp_path / "b").glob("*.rows")
    rows.write_bytes(others.read_bytes())
    with pytest.raises(ValueError, match="does not belong to its keys"):
        FaissIndex.load(tmp_path / "a")
    rows.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="incomplete"):
        FaissIndex.load(tmp_path / "a")
    rows.write_bytes(b"x" + content)
    with pytest.raises(ValueError, match="not a file of columns"):
        columns.read(rows)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot delete a mapped file")
def test_loaded_vectors_stay_in_their_file_even_when_it_is_deleted(points: Vectors, tmp_path: Path) -> None:
    index = FaissIndex.create(points.shape[1])
    index.add(range(1, 5001), [at % 2 for at in range(5000)], points[:5000])
    index.save(tmp_path / "a")
    mapped = FaissIndex.load(tmp_path / "a")
    assert ".faiss" in Path("/proc/self/maps").read_text() if Path("/proc/self/maps").exists() else True
    # A writer deletes the files of earlier generations while readers have them open.
    for path in (tmp_path / "a").iterdir():
        path.unlink()
    np.testing.assert_array_equal(mapped.vectors(range(1, 5001)), points[:5000])
    assert mapped.search(points[70], 1) == [(71, pytest.approx(1))]
    assert mapped._segments[0].read_codes().ntotal == 5000
