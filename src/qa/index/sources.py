"""Which files a person means by files, folders and globs, and what each is called in the index."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qa.messages import Message

_MAGIC = set("*?[")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index: its path, its name in the index, and the uri of what was named to find it."""

    path: Path
    doc_id: str
    root: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be indexed, or not as a whole: what, and why and what to do."""

    name: str
    message: Message

    @property
    def reason(self) -> str:
        """Why and what to do, in English."""
        return str(self.message)

    def as_json(self) -> dict[str, str]:
        """Returns the failure as JSON can hold it."""
        return {"name": self.name, "code": self.message.code, "reason": self.reason}


def expand(sources: Sequence[str], *, leave_out: Path) -> Iterator[SourceFile | Failure]:
    """The files of sources, each once, in a stable order; ``leave_out`` is the index's own folder.

    A folder gives every file below it, at any depth; hidden ones are left out, and links that lead out of
    it are named instead of followed.
    """
    seen: set[Path] = set()
    for source in sources:
        for found in _expand(source, leave_out.resolve()):
            if isinstance(found, Failure):
                yield found
                continue
            # Every folder above it is a real one by now: only the file itself may still be a link.
            real = found.path.resolve() if found.path.is_symlink() else found.path
            if real not in seen:
                seen.add(real)
                yield found


def _expand(source: str, leave_out: Path) -> Iterator[SourceFile | Failure]:
    path = Path(source).expanduser()
    if path.is_dir():
        root = path.resolve()
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
    if not matched:
        yield Failure(pattern, Message.of("path-no-match"))
    for match in matched:
        path = Path(match)
        if path.is_dir():
            yield from _folder(path.resolve(), leave_out, base)
        elif path.is_file():
            real = path.resolve()
            doc_id = real.relative_to(base).as_posix() if real.is_relative_to(base) else real.name
            yield SourceFile(real, doc_id, base.as_uri())


def _folder(folder: Path, leave_out: Path, base: Path) -> Iterator[SourceFile | Failure]:
    def refused(error: OSError) -> None:
        problems.append(Failure(str(error.filename), Message.of("path-not-openable")))

    problems: list[Failure] = []
    for where, folders, names in os.walk(folder, onerror=refused):
        here = Path(where)
        kept = []
        for name in sorted(folders):
            inner = here / name
            if name.startswith(".") or inner.resolve() == leave_out:
                continue
            if inner.is_symlink():
                yield Failure(str(inner), Message.of("path-link-to-folder"))
                continue
            kept.append(name)
        folders[:] = kept
        for name in sorted(names):
            path = here / name
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(base):
                yield Failure(str(path), Message.of("path-link-outside"))
            elif not path.is_file():
                yield Failure(str(path), Message.of("path-irregular-left-out"))
            else:
                yield SourceFile(path, path.relative_to(base).as_posix(), base.as_uri())
        yield from problems
        problems.clear()
    yield from problems


def _base(pattern: str) -> Path:
    """The last folder before the first wildcard: what names are relative to."""
    parts = Path(pattern).parts
    fixed = next(at for at, part in enumerate(parts) if _MAGIC & set(part))
    return Path(*parts[:fixed]).resolve() if fixed else Path.cwd()


def gone(sources: Sequence[str], uris: Iterable[str]) -> Iterator[str]:
    """Those of the files that lie where the sources point, and are there no more.

    A folder that is not there at all, or that cannot be opened, says nothing about its files: it may be
    a drive that is not connected.
    """
    folders, files = [], set()
    for source in sources:
        path = Path(source).expanduser()
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
    """Whether there certainly is no such file; one that may not be looked at is not gone."""
    try:
        path_of(uri).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def path_of(uri: str) -> Path:
    """The path of a ``file:`` uri."""
    return Path(unquote(urlsplit(uri).path))
