"""The wheel: every file of the package, one version, and a description with working links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parents[1]
REPOSITORY = "https://git.example/team/qa"
LINK = re.compile(r"\]\(([^)\s]+)\)")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of a wheel, copied because a build leaves files behind."""
    tree = tmp_path_factory.mktemp("build") / "tree"
    shutil.copytree(ROOT / "src" / "qa", tree / "src" / "qa", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    return tree


def build(tree: Path, to: Path, repository: str) -> zipfile.ZipFile:
    to.mkdir()
    subprocess.run(
        [sys.executable, "-c", BUILD, str(to)],
        cwd=tree,
        env={**os.environ, "QA_REPOSITORY": repository},
        check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(to.glob("*.whl")))


@pytest.fixture(scope="module")
def wheel(tree: Path) -> zipfile.ZipFile:
    """A wheel built without a repository address, as on most machines."""
    return build(tree, tree.parent / "plain", "")


def metadata(wheel: zipfile.ZipFile) -> Message:
    return message_from_bytes(wheel.read(f"verbatim_qa-{qa.__version__}.dist-info/METADATA"))


def description(wheel: zipfile.ZipFile) -> str:
    return metadata(wheel).get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_the_wheel_has_every_file_of_the_package(wheel: zipfile.ZipFile, tree: Path) -> None:
    files = {path.relative_to(tree / "src").as_posix() for path in (tree / "src" / "qa").rglob("*.*")}
    assert len(files) > 50
    assert files <= set(wheel.namelist())


def test_the_version_is_in_one_place(wheel: zipfile.ZipFile) -> None:
    assert metadata(wheel)["Version"] == qa.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", qa.__version__)
    for name in ("pyproject.toml", "setup.py"):
        assert qa.__version__ not in (ROOT / name).read_text(encoding="utf-8")


def test_a_description_without_a_repository_has_no_relative_link(wheel: zipfile.ZipFile) -> None:
    text = description(wheel)
    assert metadata(wheel)["Description-Content-Type"].startswith("text/markdown")
    assert "What it promises" in text
    assert all(re.match(r"https?:", target) for target in LINK.findall(text))
    assert "(see docs/security.md)" in text, "the text of a link stays"
    assert metadata(wheel).get_all("Project-URL") is None


def test_with_a_repository_links_lead_to_its_files_and_pictures_are_shown(tree: Path) -> None:
    wheel = build(tree, tree.parent / "released", REPOSITORY + "/")
    targets = LINK.findall(description(wheel))
    assert all(re.match(r"https?:", target) for target in targets)
    files = [target for target in targets if target.startswith(REPOSITORY)]
    assert len(files) == len(re.findall(r"\]\((?!https?:|#)", (ROOT / "README.md").read_text("utf-8"))) > 10
    tag = f"v{qa.__version__}"
    for target in files:
        kind, version, path = target.removeprefix(REPOSITORY + "/").split("/", 2)
        assert version == tag
        assert kind == ("raw" if path.endswith(".png") else "blob")
        assert (ROOT / path.partition("#")[0]).exists(), target
    urls = dict(line.split(", ") for line in metadata(wheel).get_all("Project-URL", []))
    assert {"Repository", "Documentation", "Changelog", "Issues"} == urls.keys()
    assert urls["Changelog"] == f"{REPOSITORY}/blob/{tag}/CHANGELOG.md"
