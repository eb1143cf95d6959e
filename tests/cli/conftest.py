"""The command line in a folder with one document."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import TEXT, Qa, Run
from word_encoder import WordEncoder

from qa import encoders, rerankers
from qa.cli.main import main


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder) -> Path:
    """A working folder, with an encoder that loads at once, and no reader."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    monkeypatch.setattr(encoders, "load", lambda *_, **__: words)
    monkeypatch.setattr(rerankers, "load", lambda *_, **__: None)
    (tmp_path / "garden.txt").write_text(TEXT)
    return tmp_path


@pytest.fixture
def qa(place: Path, capfd: pytest.CaptureFixture[str]) -> Qa:
    def run(*arguments: str | Path) -> Run:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Run(code, out, err)

    return run


@pytest.fixture
def indexed(qa: Qa) -> Qa:
    assert qa("index", "garden.txt").code == 0
    return qa
