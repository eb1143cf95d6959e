"""Prevents Gradio from writing type stubs into its installation each time it is imported.

Gradio generates the stubs for editors from the source of each of its components, which takes half of its
import time. A running program needs none, and may not have permission to write there.
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
        # A later version may rename the function; then Gradio writes its stubs.
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, _write_nothing)


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


def _write_nothing(*_: object) -> None:
    pass


@contextmanager
def without_stubs() -> Iterator[None]:
    """Import Gradio without writing its stubs while the context lasts."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
