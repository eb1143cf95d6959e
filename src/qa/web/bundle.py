"""Joins ES modules into one module that the browser loads with one request.

Each module keeps its own scope: it becomes a function that runs at once and returns the module's exports.
Only the forms of import and export that the linter allows are supported; any other is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) ([\w$]+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(modules: Mapping[str, str], main: str) -> str:
    """Return one module with the exports of the main module.

    Args:
        modules: The code of each module by its name, without ``.js``.
        main: The name of the module that the page imports.

    Raises:
        ValueError: Modules import each other in a circle (`graphlib.CycleError`), or in an unsupported form.
        KeyError: An imported module does not exist.
    """
    order: TopologicalSorter[str] = TopologicalSorter()
    pending, seen = [main], {main}
    while pending:
        name = pending.pop()
        imported = [match[2] for match in _IMPORT.finditer(modules[name])]
        order.add(name, *imported)
        pending += set(imported) - seen
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
