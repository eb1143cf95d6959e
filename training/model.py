"""The reader's network with the weights that training begins with."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from qa.rerankers.network import LAYERS, ReaderNetwork


def from_packaged(path: Path, dropout: float = 0.0) -> ReaderNetwork:
    """Return a reader with the weights of the packaged encoder, and fresh heads."""
    weights = load_file(path)
    strip = {name.removeprefix("bert."): value for name, value in weights.items()}
    reader = ReaderNetwork(dropout=dropout)
    state = reader.state_dict()
    state["word.weight"] = strip["embeddings.word_embeddings.weight"]
    state["position.weight"] = strip["embeddings.position_embeddings.weight"]
    state["segment.weight"] = strip["embeddings.token_type_embeddings.weight"]
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = strip[f"embeddings.LayerNorm.{part}"]
        for n in range(LAYERS):
            old, new = f"encoder.layer.{n}", f"layers.{n}"
            state[f"{new}.qkv.{part}"] = torch.cat(
                [strip[f"{old}.attention.self.{each}.{part}"] for each in ("query", "key", "value")]
            )
            state[f"{new}.out.{part}"] = strip[f"{old}.attention.output.dense.{part}"]
            state[f"{new}.norm1.{part}"] = strip[f"{old}.attention.output.LayerNorm.{part}"]
            state[f"{new}.up.{part}"] = strip[f"{old}.intermediate.dense.{part}"]
            state[f"{new}.down.{part}"] = strip[f"{old}.output.dense.{part}"]
            state[f"{new}.norm2.{part}"] = strip[f"{old}.output.LayerNorm.{part}"]
    reader.load_state_dict(state)
    return reader
