"""What all tests share: settings, the real model, and an index of the text that the project ships with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from word_encoder import WordEncoder

import qa
from qa import encoders
from qa.encoders import Encoder

# A busy machine must not fail a property by its clock.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

SOURCE = Path(__file__).parents[1] / "index" / "source.txt"


@pytest.fixture(scope="session")
def model() -> Encoder:
    """The model that the project ships with, loaded once."""
    return encoders.load()


@pytest.fixture(scope="session")
def source_folder(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index, by the real model, of the shipped text; not to be changed."""
    folder = tmp_path_factory.mktemp("source") / "index"
    with qa.open(folder, model=model) as library:
        assert library.add(SOURCE).added == ["source.txt"]
    return folder


@pytest.fixture
def words() -> WordEncoder:
    """An encoder whose vectors can be worked out by hand."""
    return WordEncoder()
