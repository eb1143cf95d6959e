"""The entries of the cache of compiled models."""

from __future__ import annotations

from pathlib import Path

from qa.encoders import compiled


def entries(cache: Path) -> list[Path]:
    """Return the entries of a cache folder."""
    return sorted((cache / compiled.FOLDER).iterdir())
