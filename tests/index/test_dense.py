"""Nearest vectors: exact, in a stable order, within a filter, and never a row that is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.index.vectors.flat import Dense

KEYS = np.array([2, 3, 5, 8, 9])
DOCUMENTS = np.array([1, 1, 2, 2, 3])
VECTORS = np.array([[1, 0], [0, 1], [1, 0], [0.6, 0.8], [0, -1]], dtype=np.float32)


@pytest.fixture
def dense() -> Dense:
    made = Dense.empty(2)
    made.add(KEYS, DOCUMENTS, VECTORS)
    return made


def query(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_the_nearest_come_first_and_equals_in_the_order_of_their_keys(dense: Dense) -> None:
    found = dense.search(query(1, 0), 5)
    assert [key for key, _ in found] == [2, 5, 8, 3, 9]
    assert [score for _, score in found] == pytest.approx([1, 1, 0.6, 0, 0])


def test_only_documents_that_are_allowed_and_no_padding_where_they_are_few(dense: Dense) -> None:
    assert dense.search(query(1, 0), 5, {2}) == [(5, pytest.approx(1)), (8, pytest.approx(0.6))]
    assert dense.search(query(1, 0), 1, [3]) == [(9, pytest.approx(0))]
    assert dense.search(query(1, 0), 5, set()) == []
    assert dense.search(query(1, 0), 5, {77}) == []


def test_more_than_there_are_is_all_there_are(dense: Dense) -> None:
    assert len(dense.search(query(0, 1), 1000)) == 5
    assert Dense.empty(2).search(query(0, 1), 3) == []


def test_dropping_documents_keeps_every_other_vector_with_its_key(dense: Dense) -> None:
    dense.keep({1, 3})
    assert dense.keys.tolist() == [2, 3, 9]
    np.testing.assert_array_equal(dense.matrix, VECTORS[[0, 1, 4]])
    assert dense.search(query(0, 1), 3) == [
        (3, pytest.approx(1)),
        (2, pytest.approx(0)),
        (9, pytest.approx(-1)),
    ]


def test_what_was_saved_is_loaded(dense: Dense, tmp_path: Path) -> None:
    dense.save(tmp_path / "a.faiss")
    found = Dense.load(tmp_path / "a.faiss")
    np.testing.assert_array_equal(found.matrix, VECTORS)
    assert found.keys.tolist() == KEYS.tolist()
    assert found.documents.tolist() == DOCUMENTS.tolist()
    assert found.rows(np.array([9, 3])).tolist() == [4, 1]


def test_keys_of_other_vectors_are_refused(dense: Dense, tmp_path: Path) -> None:
    dense.save(tmp_path / "a.faiss")
    np.save(tmp_path / "a.npy", np.zeros((2, 3), dtype=np.int64))
    with pytest.raises(ValueError, match="does not belong to its keys"):
        Dense.load(tmp_path / "a.faiss")
