"""Models with random weights, small enough to be created and compiled within a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.rerankers.network import ReaderNetwork

WORDS = ("apfel", "garten", "apple", "garden", "the", "a", "in", "is", ".", "q", "d", ":")
_SIZES = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}


def bert(folder: Path, **settings: object) -> Path:
    """Save a model with three inputs as sentence-transformers does; ``settings`` are those of the model."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(exist_ok=True)
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(vocab_size=len(words), max_position_embeddings=64, **_SIZES)
    BertModel(config).save_pretrained(folder)
    return _saved(folder, settings)


def distilbert(folder: Path, **settings: object) -> Path:
    """Save a model with two inputs, without token types."""
    from transformers import BertTokenizerFast, DistilBertConfig, DistilBertModel

    folder.mkdir(exist_ok=True)
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    BertTokenizerFast(
        str(folder / "vocab.txt"), model_input_names=["input_ids", "attention_mask"]
    ).save_pretrained(folder)
    config = DistilBertConfig(
        vocab_size=len(words), dim=8, n_layers=1, n_heads=1, hidden_dim=8, max_position_embeddings=64
    )
    DistilBertModel(config).save_pretrained(folder)
    return _saved(folder, settings)


def cross_encoder(folder: Path, classes: int = 1) -> Path:
    """Save a cross-encoder with random weights."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(exist_ok=True)
    words = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        max_position_embeddings=64,
        num_labels=classes,
        initializer_range=0.5,
        **_SIZES,  # type: ignore[arg-type]
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def reader(folder: Path, layers: int = 1) -> Path:
    """Save a reader of the packaged one's width with random weights.

    They are large enough for logits of several units, as a trained reader has them.
    """
    import torch

    from qa.rerankers import weights

    torch.manual_seed(7)
    weights.save(random_network(layers).state_dict(), folder, name="random", version="0", languages=("en",))
    return folder


def random_network(layers: int) -> ReaderNetwork:
    """Return a network with random weights and the embeddings of the packaged encoder."""
    import torch

    from qa.rerankers.network import ReaderNetwork
    from qa.rerankers.weights import embeddings

    network = ReaderNetwork(layers)
    with torch.no_grad():
        network.word.weight.copy_(embeddings())
        for head in (network.sentence[2], network.span, network.whole[2]):
            head.weight.mul_(20)
    return network


def _saved(folder: Path, settings: dict[str, object]) -> Path:
    if settings:
        from sentence_transformers import SentenceTransformer

        SentenceTransformer(str(folder), device="cpu", local_files_only=True).save(str(folder))
        path = folder / "config_sentence_transformers.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | settings))
    return folder


def write_readme(folder: Path, front_matter: str | None) -> Path:
    """Write the README of a model into a folder."""
    folder.mkdir()
    if front_matter is not None:
        (folder / "README.md").write_text(f"---\n{front_matter}\n---\n\n# A model\n")
    return folder


def tiny_model(folder: Path, front_matter: str | None) -> Path:
    """Save a model with random weights as a folder whose README has this front matter."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    write_readme(folder, front_matter)
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\napfel\ngarten\n")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertModel(BertConfig(vocab_size=7, **sizes)).save_pretrained(folder)
    return folder
