"""The folders of caches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from qa.settings import cache_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, without the variables that move folders out of it."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".cache/qa"),
        ("freebsd14", ".cache/qa"),
        ("darwin", "Library/Caches/qa"),
        ("win32", "AppData/Local/qa/Cache"),
    ],
)
def test_caches_are_in_the_usual_folder_of_the_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, platform: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder() == home / folder
    assert not cache_folder().exists()


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_xdg_variable_moves_the_caches_on_every_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "elsewhere"))
    assert cache_folder() == home / "elsewhere" / "qa"


def test_a_relative_xdg_folder_is_ignored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert cache_folder() == home / ".cache" / "qa"


def test_a_user_without_a_home_has_no_cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert not cache_folder().exists()
    with pytest.raises((NotADirectoryError, FileNotFoundError)):
        cache_folder().mkdir(parents=True, exist_ok=True)


def test_windows_can_have_another_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(home / "Local"))
    assert cache_folder() == home / "Local" / "qa" / "Cache"
