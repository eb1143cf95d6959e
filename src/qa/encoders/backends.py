"""Chooses what runs a model: its compiled form with OpenVINO, or the original with torch."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from qa.encoders.compiled import ConversionError
from qa.errors import ModelError, UsageError

AUTO, OPENVINO, SENTENCE_TRANSFORMERS = BACKENDS = ("auto", "openvino", "sentence-transformers")
"""Values of ``$QA_ENCODER``, which also chooses what runs the reader."""

CPU, CUDA = "cpu", "cuda"
DEVICES = (AUTO, CPU, CUDA)
"""Values of ``$QA_DEVICE``, which chooses what embeds documents."""
_GPU_FILES = ("/dev/nvidiactl", "/dev/nvidia0", "C:/Windows/System32/nvcuda.dll")

T = TypeVar("T")


def backend() -> str:
    """Return the user's choice.

    Raises:
        UsageError: ``$QA_ENCODER`` is not the name of a backend.
    """
    name = os.environ.get("QA_ENCODER") or AUTO
    if name not in BACKENDS:
        raise UsageError("encoder-unknown", name=name, known=", ".join(BACKENDS))
    return name


def device() -> str:
    """Return the user's choice of a device.

    Raises:
        UsageError: ``$QA_DEVICE`` is not the name of a device.
    """
    name = os.environ.get("QA_DEVICE") or AUTO
    if name not in DEVICES:
        raise UsageError("device-unknown", name=name, known=", ".join(DEVICES))
    return name


def may_use_gpu() -> bool:
    """Return whether documents may be embedded on a GPU, as far as that is known without torch."""
    chosen = device()
    if chosen != AUTO:
        return chosen == CUDA
    return backend() != OPENVINO and any(map(os.path.exists, _GPU_FILES))


def has_gpu() -> bool:
    """Return whether torch can use a GPU; this imports torch, which takes seconds."""
    import torch

    return torch.cuda.is_available()


def compiled_or_original(name: str, compiled: Callable[[], T], original: Callable[[], T]) -> T:
    """Return a model's compiled form if it can be made and is wanted, else the original.

    Args:
        name: The model's name, for messages.
        compiled: Loads the compiled form.
        original: Loads the original.

    Raises:
        ModelError: ``$QA_ENCODER`` requires the compiled form, which cannot be made.
    """
    chosen = backend()
    if chosen != SENTENCE_TRANSFORMERS:
        try:
            return compiled()
        except (ConversionError, ImportError, OSError, RuntimeError) as error:
            if chosen == OPENVINO:
                raise ModelError("model-not-compiled", model=name, cause=error) from error
    return original()
