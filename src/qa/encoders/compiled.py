"""Compiled models on this machine: where they are, what belongs to one, and whether all of it is sound."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from qa.encoders.checksums import remembered_sha256, sha256
from qa.settings import cache_folder

FOLDER = "encoders"
MODEL, WEIGHTS, TOKENIZER = "model.xml", "model.bin", "tokenizer.json"
WORDS, WORD_MEAN = "words.npy", "words-mean.npy"
SETTINGS, CHECK = "encoder.json", "check.json"
SPACE = 3
"""Free bytes needed for each byte of the model: the compiled form is larger, and other things need space."""
CONVERTER = 1
"""The version of `qa.encoders.convert`: raised when it makes something else of the same model."""


class ConversionError(Exception):
    """The model has no compiled form that gives the same vectors; the message says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a compiled model does not say itself.

    ``precision`` is the one for documents, ``padding`` and ``unknown`` are tokens.
    """

    dimension: int
    precision: str
    query_prompt: str
    document_prompt: str
    padding: int
    unknown: int | None


def key(fingerprint: str, *, bfloat16: bool) -> str:
    """Returns the name of a model's compiled form: another for each version of what makes and runs it."""
    parts: dict[str, Any] = {"model": fingerprint, "converter": CONVERTER, "bfloat16": bfloat16}
    parts["machine"] = platform.machine()
    for package in ("openvino", "sentence-transformers", "transformers"):
        with suppress(PackageNotFoundError):
            parts[package] = version(package)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def folder(key: str) -> Path:
    """Returns the folder of a compiled model, whether it is there or not."""
    return cache_folder() / FOLDER / key


def load(key: str) -> Settings | None:
    """Returns the settings of a compiled model, or None where it is missing, torn or altered."""
    place = folder(key)
    try:
        stored = json.loads((place / SETTINGS).read_text(encoding="utf-8"))
        if any(remembered_sha256(place / name) != checksum for name, checksum in stored["files"].items()):
            return None
        if not {MODEL, WEIGHTS, TOKENIZER} <= stored["files"].keys():
            return None
        return Settings(**{field.name: stored["settings"][field.name] for field in fields(Settings)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def store(key: str, size: int, make: Callable[[Path], Settings]) -> Settings:
    """Makes a compiled model and puts it in its place, whole or not at all; returns its settings.

    A model that cannot be compiled is noted, and not tried again.

    Args:
        key: The model's, see `key`.
        size: Bytes of the model itself.
        make: Writes the files into an empty folder.

    Raises:
        ConversionError: The model cannot be compiled, now or earlier.
        OSError: The disk is full or read-only.
    """
    target = folder(key)
    refusal = target.with_name(f"{key}.refused")
    with suppress(FileNotFoundError):
        raise ConversionError(refusal.read_text(encoding="utf-8"))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(target.parent).free < SPACE * size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target.parent))
    fresh = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=target.parent))
    try:
        settings = make(fresh)
        files = {path.name: sha256(path) for path in sorted(fresh.iterdir())}
        text = json.dumps({"settings": asdict(settings), "files": files}, indent=1)
        (fresh / SETTINGS).write_text(text, encoding="utf-8")
        if load(key) is None:  # otherwise another process was faster
            _replace(fresh, target)
        return settings
    except ConversionError as error:
        refusal.write_text(str(error), encoding="utf-8")
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _replace(fresh: Path, target: Path) -> None:
    """Renames a folder; one that has the name, and is damaged, goes."""
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
    try:
        with suppress(FileNotFoundError):
            target.rename(old / "damaged")
        try:
            fresh.rename(target)
        except OSError:
            if not os.path.isdir(target):
                raise
            # Another process made the same in this very moment.
    finally:
        shutil.rmtree(old, ignore_errors=True)
