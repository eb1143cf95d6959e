"""Joins ES modules into one, for the browser to load with one request.

Each module keeps its own scope: it becomes a function that runs at once and returns what the module exports.
Only the forms of import and export that the linter lets through are understood; any other is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) ([\w$]+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(modules: Mapping[str, str], main: str) -> str:
    """Returns one module that exports what the main module exports.

    Args:
        modules: The code of each module by its name, without ``.js``.
        main: The name of the module that is imported first.

    Raises:
        ValueError: A module imports in a circle (`graphlib.CycleError`), or in a form that is not understood.
        KeyError: A module imports one that does not exist.
    """
    order: TopologicalSorter[str] = TopologicalSorter()
    waiting, seen = [main], {main}
    while waiting:
        name = waiting.pop()
        imported = [match[2] for match in _IMPORT.finditer(modules[name])]
        order.add(name, *imported)
        waiting += set(imported) - seen
        seen.update(imported)
    parts = [_scoped(name, modules[name]) for name in order.static_order()]
    exports = ", ".join(_exports(modules[main]))
    return f"{''.join(parts)}export const {{ {exports} }} = {_identifier(main)};\n"


def _scoped(name: str, code: str) -> str:
    inner = _EXPORT.sub(r"\1 \2", _IMPORT.sub(_unpacked, code))
    if other := _OTHER.search(inner):
        raise ValueError(f"{name}.js: the bundle does not understand: {other[0]}")
    returned = ", ".join(_exports(code))
    return f"const {_identifier(name)} = (() => {{\n{inner}return {{ {returned} }};\n}})();\n"


def _unpacked(match: re.Match[str]) -> str:
    if match[1] is None:
        return ""
    names = ", ".join(name.strip().replace(" as ", ": ") for name in match[1].split(",") if name.strip())
    return f"const {{ {names} }} = {_identifier(match[2])};"


def _exports(code: str) -> list[str]:
    return [match[2] for match in _EXPORT.finditer(code)]


def _identifier(name: str) -> str:
    return "module_" + name.replace("-", "_")
