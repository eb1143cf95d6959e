"""The cache of compiled models on this machine: where each is, its files, and whether they are intact."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from qa.encoders.checksums import remembered_sha256, sha256
from qa.errors import ModelError
from qa.settings import cache_folder

FOLDER = "encoders"
MODEL, WEIGHTS, TOKENIZER = "model.xml", "model.bin", "tokenizer.json"
WORDS, WORD_MEAN = "words.npy", "words-mean.npy"
SETTINGS, CHECK = "encoder.json", "check.json"
SPACE = 3
"""Free bytes required for each byte of the model: the compiled form is larger, and others need space too."""
ABANDONED_SECONDS = 24 * 60 * 60
"""Age of a temporary folder after which no process uses it."""
UNUSED_SECONDS = 90 * 24 * 60 * 60
"""Time without use after which a compiled model is deleted, for example that of an older version."""
STAMP_SECONDS = 24 * 60 * 60
"""Age of the time of last use above which it is set again. It is the modification time of the folder."""
CONVERTER = 1
"""Version of `qa.encoders.convert`. Increase it when the same model converts to something else."""


class ConversionError(Exception):
    """The model has no compiled form with the same results; the message is the reason."""


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


S = TypeVar("S", bound=_Dataclass)
"""The settings of a kind of model, a dataclass of JSON values."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a compiled encoder that are not in its OpenVINO files.

    Attributes:
        dimension: Number of components of a vector.
        precision: Precision for documents, see `qa.encoders.runtime`. Questions always use float32.
        query_prompt: The text that the model reads before a question.
        document_prompt: The text that the model reads before a text of a document.
        padding: Id of the padding token.
        unknown: Id of the token for an unknown word.
    """

    dimension: int
    precision: str
    query_prompt: str
    document_prompt: str
    padding: int
    unknown: int | None


def key(fingerprint: str, *, bfloat16: bool) -> str:
    """Return the name of a model's compiled form, which changes with the versions of the software used."""
    parts: dict[str, Any] = {"model": fingerprint, "converter": CONVERTER, "bfloat16": bfloat16}
    parts["machine"] = platform.machine()
    for package in ("openvino", "sentence-transformers", "transformers"):
        with suppress(PackageNotFoundError):
            parts[package] = version(package)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def folder(key: str) -> Path:
    """Return the folder of a compiled model, which need not exist."""
    return cache_folder() / FOLDER / key


def load(key: str, kind: type[S]) -> S | None:
    """Return the settings of a compiled model, or None if it is missing, incomplete or changed.

    Args:
        key: The name of the compiled form, see `key`.
        kind: The class of its settings.
    """
    location = folder(key)
    try:
        stored = json.loads((location / SETTINGS).read_text(encoding="utf-8"))
        checksums: dict[str, str] = stored["files"]
        if stored["sha256"] != _checksum(stored["settings"], checksums):
            return None
        if any(remembered_sha256(location / name) != checksum for name, checksum in checksums.items()):
            return None
        if not {MODEL, WEIGHTS, TOKENIZER} <= checksums.keys():
            return None
        if mark_used(location):
            _clean(location.parent)
        return kind(**{field.name: stored["settings"][field.name] for field in fields(kind)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


@contextmanager
def cached_files(folder: Path) -> Iterator[None]:
    """Report files of a compiled model that disappeared or changed after the checksums were compared."""
    try:
        yield
    except Exception as error:  # The libraries have no specific errors.
        raise ModelError("model-cache-changed", folder=folder) from error


def mark_used(location: Path) -> bool:
    """Set the time when a compiled model was last used, at most once a day; return whether it was set.

    Raises:
        FileNotFoundError: Another process deleted the model.
    """
    if time.time() - location.stat().st_mtime < STAMP_SECONDS:
        return False
    try:
        os.utime(location)
    except FileNotFoundError:
        raise
    except OSError:
        return False  # The cache is read-only, so nothing is deleted either.
    return True


def _checksum(settings: dict[str, Any], files: dict[str, str]) -> str:
    """Return the SHA-256 of the content of `SETTINGS`, which damage would otherwise change unnoticed."""
    return hashlib.sha256(json.dumps([settings, files], sort_keys=True).encode()).hexdigest()


def load_or_make(key: str, kind: type[S], size: int, make: Callable[[Path], S]) -> S:
    """Return the settings of a compiled model; if it is missing or damaged, compile and store it first.

    Args and errors are those of `load` and `store`.
    """
    return load(key, kind) or store(key, size, make)


def store(key: str, size: int, make: Callable[[Path], S]) -> S:
    """Compile a model, store it completely or not at all, and return its settings.

    If a model cannot be compiled, that is stored too, and later calls fail without trying again.

    Args:
        key: The name of the compiled form, see `key`.
        size: Size of the original model in bytes.
        make: Writes the files into an empty folder.

    Raises:
        ConversionError: The model cannot be compiled, or a previous attempt failed.
        OSError: The disk is full or read-only.
    """
    target = folder(key)
    refusal = target.with_name(f"{key}.refused")
    with suppress(FileNotFoundError):
        reason = refusal.read_text(encoding="utf-8", errors="replace").strip()
        mark_used(refusal)
        raise ConversionError(reason)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(target.parent).free < SPACE * size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target.parent))
    _clean(target.parent)
    fresh = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=target.parent))
    try:
        settings = make(fresh)
        files = {path.name: sha256(path) for path in sorted(fresh.iterdir())}
        stored = {"settings": asdict(settings), "files": files}
        text = json.dumps(stored | {"sha256": _checksum(**stored)}, indent=1)
        (fresh / SETTINGS).write_text(text, encoding="utf-8")
        if load(key, type(settings)) is None:  # Otherwise another process was faster.
            _replace(fresh, target)
        return settings
    except ConversionError as error:
        refusal.write_text(str(error), encoding="utf-8")
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _clean(parent: Path) -> None:
    """Delete what no process uses: models without use for a long time, and folders of killed processes."""
    for path in parent.iterdir():
        with suppress(OSError):
            if path.name.startswith("."):
                if _is_older(path, ABANDONED_SECONDS):
                    shutil.rmtree(path, ignore_errors=True)
            elif _is_older(path, UNUSED_SECONDS):
                _remove_unused(path)


def _is_older(path: Path, seconds: float) -> bool:
    return time.time() - path.stat().st_mtime > seconds


def _remove_unused(entry: Path) -> None:
    """Delete an entry, unless another process begins to use it at this moment."""
    with _aside(entry.parent) as old:
        # From here on, no process finds it.
        moved = entry.rename(old / entry.name)
        if not _is_older(moved, UNUSED_SECONDS):
            moved.rename(entry)


@contextmanager
def _aside(parent: Path) -> Iterator[Path]:
    """Create a folder for what is to be deleted, and delete it at the end."""
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=parent))
    try:
        yield old
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _replace(fresh: Path, target: Path) -> None:
    """Rename a folder to ``target``, and delete a damaged folder of that name."""
    with _aside(target.parent) as old:
        with suppress(FileNotFoundError):
            target.rename(old / "damaged")
        try:
            fresh.rename(target)
        except OSError:
            if not os.path.isdir(target):
                raise
            # Another process stored the same model at the same moment.
