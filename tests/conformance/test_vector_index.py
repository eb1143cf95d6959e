"""The contract of every vector index: nearest first, in a stable order, with a filter, restored from disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from postgres_indexes import PostgresVectors
from toys import ToyVectors

from qa.index.vectors.base import VectorIndex, VectorIndexes
from qa.index.vectors.faiss import FaissIndex

KEYS = [2, 3, 5, 8, 9]
DOCUMENTS = [1, 1, 2, 2, 3]
VECTORS = np.array([[1, 0], [0, 1], [1, 0], [0.6, 0.8], [0, -1]], dtype=np.float32)


@pytest.fixture(params=[FaissIndex, ToyVectors, PostgresVectors])
def kind(request: pytest.FixtureRequest) -> VectorIndexes:
    if request.param is PostgresVectors:
        request.getfixturevalue("server")
    return request.param


@pytest.fixture
def index(kind: VectorIndexes) -> VectorIndex:
    index = kind.create(2)
    index.add(KEYS, DOCUMENTS, VECTORS)
    return index


def query(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_the_nearest_come_first_and_equal_ones_in_the_order_of_their_keys(index: VectorIndex) -> None:
    hits = index.search(query(1, 0), 5)
    assert [key for key, _ in hits] == [2, 5, 8, 3, 9]
    assert [similarity for _, similarity in hits] == pytest.approx([1, 1, 0.6, 0, 0])


def test_a_filter_selects_documents_without_padding(index: VectorIndex) -> None:
    assert index.search(query(1, 0), 5, {2}) == [(5, pytest.approx(1)), (8, pytest.approx(0.6))]
    assert index.search(query(1, 0), 1, [3]) == [(9, pytest.approx(0))]
    assert index.search(query(1, 0), 5, set()) == []
    assert index.search(query(1, 0), 5, {77}) == []


def test_at_most_k_hits_are_returned(kind: VectorIndexes, index: VectorIndex) -> None:
    assert [key for key, _ in index.search(query(0, 1), 1)] == [3]
    assert len(index.search(query(0, 1), 1000)) == 5
    assert kind.create(2).search(query(0, 1), 3) == []


def test_similarities_are_in_the_order_of_their_keys(index: VectorIndex) -> None:
    similarities = index.similarities(query(0.6, 0.8), [9, 2, 8, 2])
    assert similarities.dtype == np.float32
    assert similarities.tolist() == pytest.approx([-0.8, 0.6, 1, 0.6])
    assert index.similarities(query(1, 0), []).shape == (0,)


def test_vectors_are_stored_bit_by_bit(index: VectorIndex) -> None:
    assert index.vectors([8, 2]).tobytes() == VECTORS[[3, 0]].tobytes()
    assert index.vectors([]).shape == (0, 2)


def test_changing_the_original_vectors_changes_nothing(kind: VectorIndexes) -> None:
    index, vectors = kind.create(2), VECTORS.copy()
    index.add(KEYS, DOCUMENTS, vectors)
    vectors[:] = 0
    index.vectors([2])[:] = 0
    assert index.vectors(KEYS).tolist() == VECTORS.tolist()


@pytest.mark.parametrize("key", [1, 4, 100])
def test_a_key_without_a_vector_is_refused(kind: VectorIndexes, index: VectorIndex, key: int) -> None:
    for candidate in (index, kind.create(2)):
        with pytest.raises(KeyError):
            candidate.vectors([2, key] if len(candidate) else [key])
        with pytest.raises(KeyError):
            candidate.similarities(query(1, 0), [key])


def test_removing_documents_keeps_the_vectors_of_the_others(index: VectorIndex) -> None:
    index.keep({1, 3, 77})
    assert list(index.entries()) == [(2, 1), (3, 1), (9, 3)]
    assert index.vectors([2, 3, 9]).tolist() == VECTORS[[0, 1, 4]].tolist()
    assert [key for key, _ in index.search(query(0, 1), 5)] == [3, 2, 9]
    with pytest.raises(KeyError):
        index.vectors([5])


def test_entries_are_added_after_the_last_key(kind: VectorIndexes, index: VectorIndex) -> None:
    assert (kind.create(2).last, index.last, len(index), index.dimension) == (0, 9, 5, 2)
    index.add([12], [3], query(0, 1).reshape(1, 2))
    assert (index.last, len(index)) == (12, 6)
    assert [key for key, _ in index.search(query(0, 1), 2)] == [3, 12]


def test_a_saved_index_can_be_loaded_and_extended(
    kind: VectorIndexes, index: VectorIndex, tmp_path: Path
) -> None:
    index.save(tmp_path / "a.index")
    loaded = kind.load(tmp_path / "a.index")
    assert list(loaded.entries()) == list(index.entries())
    assert loaded.vectors(KEYS).tobytes() == VECTORS.tobytes()
    assert loaded.search(query(0.6, 0.8), 5) == index.search(query(0.6, 0.8), 5)
    loaded.add([12], [3], query(0, 1).reshape(1, 2))
    assert (len(loaded), len(kind.load(tmp_path / "a.index"))) == (6, 5)


def test_two_indexes_in_one_folder_are_independent(kind: VectorIndexes, tmp_path: Path) -> None:
    for at, name in enumerate(("a.index", "b.index")):
        index = kind.create(2)
        index.add([at + 1], [1], VECTORS[at : at + 1])
        index.save(tmp_path / name)
    assert [kind.load(tmp_path / name).last for name in ("a.index", "b.index")] == [1, 2]


def test_a_missing_index_raises_a_damage_error(kind: VectorIndexes, tmp_path: Path) -> None:
    from qa.index.backends import DAMAGED

    with pytest.raises(DAMAGED):
        kind.load(tmp_path / "gone.index")
