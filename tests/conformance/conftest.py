"""A store of each kind that an index writes to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from writable_stores import KINDS, MANIFEST, Kind, fill

from qa.index.stores.base import WritableStore


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    if request.param in ("postgres", "shards"):
        request.getfixturevalue("server")
    return KINDS[request.param]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def store(kind: Kind, folder: Path) -> Iterator[WritableStore]:
    """A store with two files, three documents and a failure."""
    with closing(kind.create(folder, MANIFEST)) as store:
        fill(store)
        yield store
