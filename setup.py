"""What pyproject.toml cannot say: the project's URLs, and a description whose links work on a package index.

The address of the repository is one setting, ``QA_REPOSITORY`` (such as ``https://host/owner/name``). The
release workflow sets it to the repository that it runs in. A build without it has no URLs, and the links of
its description are plain text.
"""

import os
import re
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
LINK = re.compile(r"(!?)\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\((?![a-z]+:|#)([^)\s]+)\)")
"""An image or a link of Markdown to a file of this repository; the text of a link may be an image."""


def version() -> str:
    """Returns the version as ``src/qa/__init__.py`` has it, without importing the package."""
    source = (ROOT / "src" / "qa" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)[1]


def description(readme: str, repository: str | None, tag: str) -> str:
    """Returns the README with its relative links made absolute, or removed where there is no repository."""

    def replace(link: re.Match[str]) -> str:
        image, text, target = link.groups()
        if repository is None:
            return "" if image else LINK.sub(replace, text)
        return f"{image}[{LINK.sub(replace, text)}]({repository}/{'raw' if image else 'blob'}/{tag}/{target})"

    return LINK.sub(replace, readme)


def urls(repository: str | None, tag: str) -> dict[str, str]:
    """Returns the project's URLs, as ``[project.urls]`` would have them."""
    if repository is None:
        return {}
    return {
        "Repository": repository,
        "Documentation": f"{repository}/tree/{tag}/docs",
        "Changelog": f"{repository}/blob/{tag}/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


if __name__ == "__main__":
    repository = os.environ.get("QA_REPOSITORY", "").rstrip("/") or None
    tag = f"v{version()}"
    setup(
        long_description=description((ROOT / "README.md").read_text(encoding="utf-8"), repository, tag),
        long_description_content_type="text/markdown",
        project_urls=urls(repository, tag),
    )
