"""The reader in torch: an encoder of the packaged model's shape with three small heads."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
EPSILON = 1e-12


class Layer(nn.Module):
    """A transformer layer as in BERT (arXiv 1810.04805): normalised after each of its two sublayers."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, EPSILON)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, EPSILON)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=bias)
        x = self.norm1(x + self.out(mixed.transpose(1, 2).reshape(batch, length, HIDDEN)))
        return self.norm2(x + self.down(functional.gelu(self.up(x))))


class Reader(nn.Module):
    """Scores every sentence of a passage for a question, and finds the answer's words."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.segment = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.sentence = nn.Sequential(nn.Linear(2 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.span = nn.Linear(HIDDEN, 2)
        self.whole = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor, pool: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits of sentences (B, S), of start and end (B, T, 2), and of the passage (B)."""
        length = ids.shape[1]
        x = self.word(ids) + self.position.weight[:length] + self.segment(types)
        x = self.norm(x)
        bias = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias.to(x.dtype))
        first = x[:, 0]
        sentences = torch.bmm(pool.to(x.dtype), x)
        both = torch.cat([sentences, first[:, None].expand_as(sentences)], dim=2)
        return self.sentence(both).squeeze(2), self.span(x), self.whole(first).squeeze(1)


def from_packaged(path: Path) -> Reader:
    """Return a reader with the weights of the packaged encoder, and fresh heads."""
    weights = load_file(path)
    strip = {name.removeprefix("bert."): value for name, value in weights.items()}
    reader = Reader()
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
