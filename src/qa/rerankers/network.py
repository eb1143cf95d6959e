"""The network of the reader in torch: an encoder of the packaged model's shape with three small heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.rerankers.inputs import Inputs
from qa.rerankers.reader import Logits

HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
EPSILON = 1e-12
BATCH_TOKENS = 2048
"""Maximum tokens of a batch that torch runs, padding included."""


class Layer(nn.Module):
    """A transformer layer as in BERT (arXiv 1810.04805): normalised after each of its two sublayers."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, EPSILON)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, EPSILON)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the next vector of each token; ``bias`` is added to the logits of the attention."""
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=bias)
        x = self.norm1(x + self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, length, HIDDEN))))
        output: Tensor = self.norm2(x + self.dropout(self.down(functional.gelu(self.up(x)))))
        return output


class ReaderNetwork(nn.Module):
    """Scores every sentence of a passage for a question, and finds the answer's words."""

    def __init__(self, layers: int = LAYERS, dropout: float = 0.0) -> None:
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.segment = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
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


class TorchNetwork:
    """Runs the network with torch in float32; the reference implementation."""

    batch_tokens = BATCH_TOKENS
    is_exact_in_batches = False

    def __init__(self, network: ReaderNetwork) -> None:
        self.network = network.eval()

    def run(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Yield the output for each batch in order."""
        for batch in batches:
            with torch.inference_mode():
                outputs = self.network(
                    *map(torch.from_numpy, (batch.ids, batch.types, batch.mask, batch.pool))
                )
            yield Logits(*(np.asarray(output) for output in outputs))
