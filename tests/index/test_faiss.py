"""A saved index whose parts do not belong together is refused; see `conformance` for the contract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.index.vectors.faiss import FaissIndex


def test_keys_of_other_vectors_are_refused(tmp_path: Path) -> None:
    index = FaissIndex.create(2)
    index.add([2, 3], [1, 1], np.eye(2, dtype=np.float32))
    index.save(tmp_path / "a.faiss")
    np.save(tmp_path / "a.npy", np.zeros((2, 3), dtype=np.int64))
    with pytest.raises(ValueError, match="does not belong to its keys"):
        FaissIndex.load(tmp_path / "a.faiss")
