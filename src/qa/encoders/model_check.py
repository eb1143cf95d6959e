"""Refuses model folders whose settings make a library load code or another model.

A model is data: weights and settings. In some formats the settings can name Python classes to import, or a
model to download from a hub, so a folder from a stranger could run any code. This check reads only JSON and
imports nothing.
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
    "sentence_transformers.cross_encoder.modules.",
)
_ACTIVATIONS = "torch.nn."
_ACTIVATION_KEYS = ("activation_function", "activation_fn", "sbert_ce_default_activation_function")
# Vocabularies and weight maps are large, and their keys are words of a language.
_NOT_SETTINGS = frozenset(
    {"tokenizer.json", "vocab.json", "added_tokens.json", "model.safetensors.index.json"}
)
_SETTINGS_BYTES = 5_000_000
_DEPTH = 50


def check_folder(folder: Path, name: str) -> None:
    """Check that the settings in a folder name neither code nor a model outside the folder.

    Args:
        folder: The folder of the model.
        name: The model's name, for messages.

    Raises:
        ModelError: They do, or a settings file is not valid JSON.
    """
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
        for item in value:
            yield from _problems(item, file, depth + 1)
    elif isinstance(value, dict):
        yield from _own_problems(value, file)
        for item in value.values():
            yield from _problems(item, file, depth + 1)


def _own_problems(settings: dict[str, Any], file: str) -> Iterator[Message]:
    if settings.get("auto_map") or settings.get("custom_pipelines"):
        yield Message.of("model-names-files")
    if settings.get("trust_remote_code"):
        yield Message.of("model-wants-trust")
    if settings.get("base_model_name_or_path"):
        yield Message.of("model-is-adapter", name=_shortened(settings["base_model_name_or_path"]))
    if file == "modules.json":
        yield from _foreign_classes([settings.get("type")])
    types = settings.get("types")
    if isinstance(types, dict):  # The modules of a router.
        yield from _foreign_classes(list(types.values()))
    tokenizer = settings.get("tokenizer_class")
    if isinstance(tokenizer, str) and "." in tokenizer:  # The names of transformers have no dot.
        yield from _foreign_classes([tokenizer])
    for key in _ACTIVATION_KEYS:
        activation = settings.get(key)
        if isinstance(activation, str) and "." in activation and not activation.startswith(_ACTIVATIONS):
            yield Message.of("model-names-foreign-activation", name=_shortened(activation))


def _foreign_classes(names: list[Any]) -> Iterator[Message]:
    for name in names:
        if not (isinstance(name, str) and name.startswith(_LIBRARY)):
            yield Message.of("model-names-foreign-class", name=_shortened(name))


def _shortened(value: Any) -> str:
    return " ".join(str(value).split())[:80]
