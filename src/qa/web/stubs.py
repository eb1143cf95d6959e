"""Keeps Gradio from writing type stubs into its own installation each time that it is imported.

It makes them for editors, out of the source of each of its components, which takes half of the time of its
import. A program that runs needs none, and may not be allowed to write there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_MODULE, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        # A later version may have another name for it: then it does what it does.
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, _make_none)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not SourceFileLoader:
            return None
        spec.loader = _Loader(fullname, spec.origin)
        return spec


def _make_none(*_: object) -> None:
    pass


@contextmanager
def without_stubs() -> Iterator[None]:
    """Imports Gradio without its stubs, for as long as the context lasts."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
