"""Refuses model folders that name code, or other models, for the libraries to load.

A model is data: weights and settings. Some formats let the settings name Python classes to import or a
model on a hub to fetch; a folder from a stranger could run anything that way. This check reads only JSON
and imports nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.messages import Message

_LIBRARY = (
    "sentence_transformers.models.",
    "sentence_transformers.base.modules.",
    "sentence_transformers.sentence_transformer.modules.",
)
_ACTIVATIONS = "torch.nn."
# Vocabularies and weight maps: large, and their keys are words of a language.
_NOT_SETTINGS = frozenset(
    {"tokenizer.json", "vocab.json", "added_tokens.json", "model.safetensors.index.json"}
)
_SETTINGS_BYTES = 5_000_000
_DEPTH = 50


def check_folder(folder: Path, name: str) -> None:
    """Raises `ModelError` where the folder's settings name code or a model outside it."""
    for path in sorted(folder.rglob("*.json")):
        if path.name in _NOT_SETTINGS or not path.is_file() or path.stat().st_size > _SETTINGS_BYTES:
            continue
        try:
            settings = json.loads(path.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError, OSError) as error:
            raise ModelError("model-json-invalid", model=name, file=path.name) from error
        for problem in _problems(settings, path.name, 0):
            raise ModelError(
                "model-refused", model=name, file=path.relative_to(folder).as_posix(), problem=problem
            )


def _problems(value: Any, file: str, depth: int) -> Iterator[Message]:
    if depth > _DEPTH:
        yield Message.of("model-nested-too-deep")
    elif isinstance(value, list):
        for each in value:
            yield from _problems(each, file, depth + 1)
    elif isinstance(value, dict):
        yield from _own_problems(value, file, depth)
        for each in value.values():
            yield from _problems(each, file, depth + 1)


def _own_problems(settings: dict[str, Any], file: str, depth: int) -> Iterator[Message]:
    if settings.get("auto_map") or settings.get("custom_pipelines"):
        yield Message.of("model-names-files")
    if settings.get("trust_remote_code"):
        yield Message.of("model-wants-trust")
    if settings.get("base_model_name_or_path"):
        yield Message.of("model-is-adapter", name=_shown(settings["base_model_name_or_path"]))
    if file == "modules.json":
        yield from _foreign([settings.get("type")])
    types = settings.get("types")
    if isinstance(types, dict):  # the parts of a router
        yield from _foreign(list(types.values()))
    tokenizer = settings.get("tokenizer_class")
    if isinstance(tokenizer, str) and "." in tokenizer:  # transformers' own names have no dot
        yield from _foreign([tokenizer])
    activation = settings.get("activation_function")
    if isinstance(activation, str) and "." in activation and not activation.startswith(_ACTIVATIONS):
        yield Message.of("model-names-foreign-activation", name=_shown(activation))


def _foreign(classes: list[Any]) -> Iterator[Message]:
    for each in classes:
        if not (isinstance(each, str) and each.startswith(_LIBRARY)):
            yield Message.of("model-names-foreign-class", name=_shown(each))


def _shown(value: Any) -> str:
    return " ".join(str(value).split())[:80]
