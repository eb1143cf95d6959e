"""The library and the command line read with the reranker that the user names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tiny_models import cross_encoder
from word_encoder import WordEncoder

import qa
from qa import encoders, rerankers
from qa.cli import main
from qa.rerankers import NOTHING_TO_READ, PassageText, Reading
from qa.rerankers import cross_encoder as cross_encoders

TEXT = "# Garden\n\nThe apple is under the tree. It is red.\n\n# River\n\nThe kettle is old.\n"


class Recording:
    """A reranker that records what it reads."""

    name = "recording"
    languages: frozenset[str] | None = None

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.read_passages: list[PassageText] = []

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        import numpy as np

        self.asked.append(question)
        self.read_passages += passages
        return [
            Reading(
                np.zeros(len(each.sentences), dtype=np.float32),
                NOTHING_TO_READ,
                (None,) * len(each.sentences),
            )
            for each in passages
        ]


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "tale.md"
    path.write_text(TEXT)
    return path


def test_a_library_reads_passages_with_title_headings_and_sentences(tmp_path: Path, document: Path) -> None:
    reranker = Recording()
    with qa.open(tmp_path / "index", model=WordEncoder(), reranker=reranker) as library:
        library.add(document)
        library.ask("Where is the apple?")
    assert reranker.asked == ["Where is the apple?"]
    [passage] = [each for each in reranker.read_passages if "apple" in each.text]
    assert passage.headings[-1] == "Garden"
    assert passage.title
    assert [passage.text[start:end] for start, end in passage.sentences][:2] == [
        "The apple is under the tree.",
        "It is red.",
    ]


def test_a_library_loads_the_reranker_it_names_with_the_first_question(
    tmp_path: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = cross_encoders.CrossEncoderReranker.read

    def read(
        self: cross_encoders.CrossEncoderReranker, question: str, passages: Sequence[PassageText]
    ) -> list[Reading]:
        asked.append(question)
        return original(self, question, passages)

    monkeypatch.setattr(cross_encoders.CrossEncoderReranker, "read", read)
    folder = cross_encoder(tmp_path / "model")
    with qa.open(tmp_path / "index", model=WordEncoder(), reranker=folder) as library:
        library.add(document)
        assert asked == []
        library.ask("Where is the apple?")
    assert asked == ["Where is the apple?"]


def test_the_reader_is_the_default_of_the_library_and_the_command_line(
    tmp_path: Path, document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names: list[str] = []
    reranker = Recording()

    def load(name: str, **_: object) -> Recording:
        names.append(name)
        return reranker

    monkeypatch.setattr(rerankers, "load", load)
    monkeypatch.setattr(encoders, "load", lambda *_, **__: WordEncoder())
    with qa.open(tmp_path / "index", model=WordEncoder()) as library:
        library.add(document)
        assert names == []
        library.ask("Where is the apple?")
    ask = ["ask", "Where is the kettle?", "--index", str(tmp_path / "index")]
    assert main(ask) == 0
    assert main([*ask, "--reranker", "some/model"]) == 0
    assert names == ["reader", "reader", "some/model"]
    assert reranker.asked == ["Where is the apple?", *["Where is the kettle?"] * 2]
    assert "The kettle is old." in capsys.readouterr().out


def test_a_missing_reranker_is_one_sentence_on_the_command_line(
    source_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert main(["ask", "Who?", "--index", str(source_folder), "--reranker", "no/such-model"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "There is no folder no/such-model" in output.err


def test_only_the_users_own_settings_may_name_a_reranker(
    source_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "qa.toml").write_text('reranker = "someone/some-model"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["ask", "Who?", "--index", str(source_folder)]) == 2
    assert "reranker" in capsys.readouterr().err
