"""The reader's weights: a file in half precision, and a description with the checksums.

The embeddings of the tokens are not in the file. They are those of the packaged encoder, and stay as they are
when the reader is trained.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.encoders.checksums import remembered_sha256, sha256
from qa.encoders.models import packaged
from qa.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

    from qa.rerankers.network import ReaderNetwork

FOLDER = Path(__file__).parent / "weights"
"""The folder of the weights in the package."""
WEIGHTS, CARD = "reader.safetensors", "reader.json"
ENCODER = "model.safetensors"
"""The file of the packaged encoder that has the embeddings."""
EMBEDDINGS = "word.weight"
_PACKAGED_EMBEDDINGS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Card:
    """The description of the reader's weights.

    Attributes:
        name: The name of the model.
        version: The version of the weights.
        languages: ISO 639-1 codes of the languages that it was trained on.
        sha256: SHA-256 of the weights.
        encoder_sha256: SHA-256 of the weights of the encoder whose embeddings it uses.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    sha256: str
    encoder_sha256: str


def read_card(folder: Path) -> Card:
    """Read the description of the weights in a folder, and check the weights.

    Raises:
        ModelError: There are no weights, they are damaged, or the packaged encoder is another.
    """
    if not (folder / CARD).is_file():
        raise ModelError("reader-missing", folder=folder)
    try:
        values = json.loads((folder / CARD).read_text(encoding="utf-8"))
        card = Card(**{field.name: values[field.name] for field in fields(Card)})
        if not (isinstance(card.languages, list) and all(isinstance(code, str) for code in card.languages)):
            raise ValueError("the languages are not a list of codes")
        card = replace(card, languages=tuple(card.languages))
        is_intact = remembered_sha256(folder / WEIGHTS) == card.sha256
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError("reader-damaged", folder=folder) from error
    if not is_intact:
        raise ModelError("reader-damaged", folder=folder)
    if packaged()[1] != card.encoder_sha256:
        raise ModelError("reader-other-encoder", folder=folder)
    return card


def load_network(folder: Path) -> ReaderNetwork:
    """Load the network with the weights in a folder and the embeddings of the packaged encoder.

    Raises:
        ModelError: The weights are not those of the network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from qa.rerankers.network import ReaderNetwork

    try:
        state = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
        layers = {name.split(".")[1] for name in state if name.startswith("layers.")}
        network = ReaderNetwork(len(layers))
        network.load_state_dict(state | {EMBEDDINGS: embeddings()})
    except (SafetensorError, RuntimeError) as error:
        raise ModelError("reader-damaged", folder=folder) from error
    return network.eval()


def embeddings() -> Tensor:
    """Return the embeddings of the packaged encoder in float32."""
    from safetensors import safe_open

    with safe_open(packaged()[0] / ENCODER, "pt") as file:
        return file.get_tensor(_PACKAGED_EMBEDDINGS).float()  # type: ignore[no-any-return]


def save(
    state: dict[str, Tensor], folder: Path, *, name: str, version: str, languages: tuple[str, ...]
) -> Card:
    """Write the weights of a network, as `ReaderNetwork.state_dict` returns them, and their description.

    Args:
        state: The weights. The embeddings must be those of the packaged encoder, and are not written.
        folder: The folder to write into, which is created if it is missing.
        name: The name of the model.
        version: The version of the weights.
        languages: ISO 639-1 codes of the languages that it was trained on.

    Raises:
        ValueError: The embeddings are others.
    """
    import torch
    from safetensors.torch import save_file

    if not torch.equal(embeddings(), state[EMBEDDINGS].float().cpu()):
        raise ValueError("the embeddings are not those of the packaged encoder")
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        key: value.detach().to("cpu", torch.float16).contiguous()
        for key, value in state.items()
        if key != EMBEDDINGS
    }
    save_file(weights, folder / WEIGHTS)
    card = Card(name, version, languages, sha256(folder / WEIGHTS), packaged()[1])
    (folder / CARD).write_text(json.dumps(asdict(card), indent=1) + "\n", encoding="utf-8")
    for file in (WEIGHTS, CARD):
        # safetensors writes files that only their owner can read.
        (folder / file).chmod(0o644)
    return card
