"""Expands files, folders and globs to files, each with its name in the index."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qa.index.stores.database import is_index
from qa.messages import Message

_MAGIC = set("*?[")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index.

    Attributes:
        path: Its absolute path.
        doc_id: Its name in the index.
        root: The URI of the folder or file that the user named.
    """

    path: Path
    doc_id: str
    root: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or document that could not be indexed, or only in part.

    Attributes:
        name: Its name.
        message: What is wrong and what to do about it.
    """

    name: str
    message: Message

    @property
    def reason(self) -> str:
        """What is wrong and what to do about it, in English."""
        return str(self.message)

    def as_json(self) -> dict[str, str]:
        """Return the failure for JSON."""
        return {"name": self.name, "code": self.message.code, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Skipped(Failure):
    """A folder that is left out on purpose: it is no failure of the run."""


def expand(sources: Sequence[str], *, leave_out: Path) -> Iterator[SourceFile | Failure]:
    """Find the files of sources, each once and in a stable order.

    A folder yields every file below it, at any depth. Hidden files are skipped. Links that lead out of the
    folder are reported and not followed. The search files of an index are no documents, so folders that are
    an index are reported and skipped.

    Args:
        sources: Files, folders and globs.
        leave_out: The folder of the index, which is skipped even if it has no index yet.

    Yields:
        The files, a failure for each source that cannot be read, and each skipped folder once.
    """
    seen: set[Path] = set()
    skipped: set[Skipped] = set()
    for source in sources:
        for item in _expand(source, leave_out.resolve()):
            if isinstance(item, Failure):
                if item not in skipped:
                    yield item
                if isinstance(item, Skipped):
                    skipped.add(item)
                continue
            # The folders above are already resolved; only the file itself may be a link.
            real = item.path.resolve() if item.path.is_symlink() else item.path
            if real not in seen:
                seen.add(real)
                yield item


def _expand(source: str, leave_out: Path) -> Iterator[SourceFile | Failure]:
    if not source:
        # An unset variable of a shell: `Path` would take it for the current folder.
        yield Failure('""', Message.of("path-empty"))
        return
    path = Path(os.path.expanduser(source))
    if path.is_dir():
        root = path.resolve()
        if is_index(root):
            yield Failure(source, Message.of("path-is-index"))
        else:
            yield from _folder(root, leave_out, root)
    elif path.is_file():
        yield SourceFile(path.resolve(), path.name, path.resolve().as_uri())
    elif path.is_symlink():
        yield Failure(source, Message.of("path-broken-link"))
    elif _MAGIC & set(source):
        yield from _matches(source, leave_out)
    elif path.exists():
        yield Failure(source, Message.of("path-irregular"))
    else:
        yield Failure(source, Message.of("path-missing"))


def _matches(pattern: str, leave_out: Path) -> Iterator[SourceFile | Failure]:
    pattern = os.path.expanduser(pattern)
    base = _base(pattern)
    matched = sorted(glob.glob(pattern, recursive=True))
    is_index_cached = cache(is_index)
    if not matched:
        yield Failure(pattern, Message.of("path-no-match"))
    for match in matched:
        path = Path(match)
        real = path.resolve()
        if index := next((folder for folder in _between(base, real) if is_index_cached(folder)), None):
            yield _skipped(index)
        elif path.is_dir():
            yield from _folder(real, leave_out, base)
        elif path.is_file():
            doc_id = real.relative_to(base).as_posix() if real.is_relative_to(base) else real.name
            yield SourceFile(real, doc_id, base.as_uri())


def _folder(folder: Path, leave_out: Path, base: Path) -> Iterator[SourceFile | Failure]:
    def add_failure(error: OSError) -> None:
        failures.append(Failure(str(error.filename), Message.of("path-not-openable")))

    failures: list[Failure] = []
    for parent, folders, names in os.walk(folder, onerror=add_failure):
        subfolders = []
        for name in sorted(folders):
            inner = Path(parent, name)
            if name.startswith("."):
                continue
            if is_index(inner):
                yield _skipped(inner.resolve())
                continue
            if inner.resolve() == leave_out:
                continue
            if inner.is_symlink():
                yield Failure(str(inner), Message.of("path-link-to-folder"))
                continue
            subfolders.append(name)
        # Assigned in place: `os.walk` descends into these only.
        folders[:] = subfolders
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(base):
                yield Failure(str(path), Message.of("path-link-outside"))
            elif not path.is_file():
                yield Failure(str(path), Message.of("path-irregular-left-out"))
            else:
                yield SourceFile(path, path.relative_to(base).as_posix(), base.as_uri())
        yield from failures
        failures.clear()
    yield from failures


def _skipped(index: Path) -> Skipped:
    return Skipped(str(index), Message.of("path-is-index"))


def _between(base: Path, path: Path) -> Iterator[Path]:
    """Yield a path and the folders above it, up to a base."""
    return (folder for folder in (path, *path.parents) if folder.is_relative_to(base))


def _base(pattern: str) -> Path:
    """Return the last folder before the first wildcard, to which names are relative."""
    parts = Path(pattern).parts
    fixed = next(at for at, part in enumerate(parts) if _MAGIC & set(part))
    return Path(*parts[:fixed]).resolve() if fixed else Path.cwd()


def gone(sources: Sequence[str], uris: Iterable[str]) -> Iterator[str]:
    """Find the files under the sources that no longer exist.

    The files of a missing or unreadable folder are not gone: it may be a drive that is not connected.

    Args:
        sources: Files, folders and globs.
        uris: The URIs of indexed files.

    Yields:
        The URIs of files that no longer exist.
    """
    folders, files = [], set()
    for source in sources:
        path = Path(os.path.expanduser(source))
        if path.is_dir():
            folders.append(path.resolve())
        elif _MAGIC & set(source) and not path.exists():
            folders.append(_base(os.path.expanduser(source)))
        else:
            files.add(path.resolve())
    for uri in uris:
        path = path_of(uri)
        if (path in files or any(path.is_relative_to(folder) for folder in folders)) and is_gone(uri):
            yield uri


def is_gone(uri: str) -> bool:
    """Return whether the file certainly does not exist; an unreadable file is not gone."""
    try:
        path_of(uri).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def path_of(uri: str) -> Path:
    """Return the path of a ``file:`` URI."""
    return Path(unquote(urlsplit(uri).path))
