"""An encoder that embeds on the machines of a Ray cluster, with the same vectors as on this machine."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from qa import __version__
from qa.errors import ModelError

if TYPE_CHECKING:
    from qa.cluster import Cluster
    from qa.encoders.base import Encoder, Vectors

AT_ONCE = 2
"""Shards for each machine: while one is computed, the next is on its way."""
_PROBES = (
    "Either party may end this agreement with a notice of thirty days.",
    "Rain.",
    "The committee approved the budget of 1,234,567 euros for the year 2031.",
)
_PACKAGES = ("openvino", "sentence-transformers", "torch", "tokenizers")


class RayEncoder:
    """Embeds documents on a cluster, and questions on this machine.

    A shard is what `encode` gets in one call on a single machine, and one process computes it as a whole.
    Each process first shows that it has the same model and software, and that some texts have the same
    vectors.
    """

    def __init__(self, local: Encoder, cluster: Cluster) -> None:
        self._local = local
        self._cluster = cluster
        self._expected: dict[str, str] | None = None
        self.name = local.name
        self.fingerprint = local.fingerprint
        self.dimension = local.dimension
        self.languages = local.languages
        self.characters_at_once = local.characters_at_once
        self.shards_at_once = max(1, cluster.machines) * AT_ONCE

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return a unit vector for each text; see `Encoder.encode`."""
        return self._local.encode(texts, query=query) if query else self.submit(texts)(lambda: None)

    def submit(self, texts: Sequence[str]) -> Callable[[Callable[[], object]], Vectors]:
        """Begin to embed texts of documents; see `ShardEncoder.submit`."""
        if self._expected is None:
            self._expected = identity(self._local)
        is_gpu = getattr(self._local, "device", "cpu") != "cpu"
        arguments = (self.name, self._expected, os.environ.get("QA_ENCODER"), list(texts))
        reference = self._cluster.submit(encode_shard, *arguments, gpu=is_gpu)

        def wait(tick: Callable[[], object]) -> Vectors:
            from qa.cluster import LostError

            try:
                vectors: Vectors = self._cluster.result(reference, tick)
            except LostError as error:
                raise ModelError("cluster-lost", address=self._cluster.address) from error
            except BaseException:
                self._cluster.cancel(reference)
                raise
            return vectors

        return wait


def identity(encoder: Encoder) -> dict[str, str]:
    """Return what decides on the bits of an encoder's vectors: model, software, and vectors of some texts."""
    versions = {"verbatim-qa": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "missing"
    vectors = hashlib.sha256(encoder.encode(_PROBES).tobytes()).hexdigest()
    return {"model": encoder.fingerprint, **versions, "kind": type(encoder).__name__, "vectors": vectors}


def encode_shard(name: str, expected: dict[str, str], backend: str | None, texts: list[str]) -> Any:
    """Return the vectors of texts; runs on a machine of the cluster.

    Raises:
        ModelError: The machine has another model or other software, or computes other vectors.
    """
    encoder, own = _loaded(name, backend)
    for part, value in expected.items():
        if own.get(part) == value:
            continue
        host = socket.gethostname()
        if part == "vectors":
            raise ModelError("cluster-other-vectors", host=host)
        raise ModelError(
            "cluster-other-version", host=host, part=part, own=own.get(part, "")[:12], expected=value[:12]
        )
    return encoder.encode(texts)


@cache
def _loaded(name: str, backend: str | None) -> tuple[Encoder, dict[str, str]]:
    from qa.encoders.models import load

    if backend:
        os.environ["QA_ENCODER"] = backend
    encoder = load(name)
    return encoder, identity(encoder)
