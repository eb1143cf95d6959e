"""Installs a wheel into a fresh environment and tries it there: python .ci/fresh.py dist/*.whl

The environment has the packages that the wheel requires, directly or not, and no others. Each is a link to
the package of the environment that runs this script. This takes seconds, and a missing requirement fails.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).parent


def required(wheel: Path) -> Iterable[Distribution]:
    """Returns the installed distributions that a wheel needs, directly or not, without its extras."""
    (mine,) = distributions(path=[str(wheel)])
    todo = [(Requirement(text), "") for text in mine.requires or []]
    seen: set[tuple[str, str]] = set()
    chosen: dict[str, Distribution] = {}
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        found = chosen[requirement.name] = distribution(requirement.name)
        if not requirement.specifier.contains(found.version, prereleases=True):
            raise SystemExit(f"{requirement} is asked for; {found.version} is installed")
        for wanted in ("", *requirement.extras):
            if (requirement.name, wanted) not in seen:
                seen.add((requirement.name, wanted))
                todo += [(Requirement(text), wanted) for text in found.requires or []]
    return chosen.values()


def link(packages: Iterable[Distribution], to: Path) -> None:
    """Links every top-level folder and module of the packages into another site-packages."""
    for package in packages:
        for name in {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            source = Path(str(package.locate_file(name)))
            if not (to / name).exists():
                (to / name).symlink_to(source, target_is_directory=source.is_dir())


def main(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "fresh"
        venv.create(folder, symlinks=True)
        python = folder / "bin" / "python"
        (site,) = (folder / "lib").glob("python*/site-packages")
        link(required(wheel), site)
        pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python)]
        subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
        subprocess.run([*pip, "check"], check=True)
        subprocess.run([str(python), "-I", str(HERE / "smoke.py")], check=True, cwd=temporary)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
