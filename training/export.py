"""Writes the weights of a checkpoint as the package reads them.

python -m training.export CHECKPOINT --version 1 [--folder src/qa/rerankers/weights]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from qa.rerankers import weights

LARGEST = 25_000_000
"""Maximum size of the weights in bytes."""


def export(checkpoint: Path, folder: Path, version: str) -> weights.Card:
    """Write the weights of a checkpoint and their description into a folder.

    Raises:
        ValueError: The embeddings were trained, or the file is too large for the package.
    """
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["reader"]
    card = weights.save(state, folder, name="reader", version=version, languages=("en",))
    size = (folder / weights.WEIGHTS).stat().st_size
    if size > LARGEST:
        raise ValueError(f"the weights have {size:,} bytes and may have {LARGEST:,}")
    return card


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description="Write the weights of a checkpoint as the package reads them."
    )
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument("--version", required=True)
    parser.add_argument("--folder", type=Path, default=weights.FOLDER)
    options = parser.parse_args()
    print(export(options.checkpoint, options.folder, options.version), file=sys.stderr)


if __name__ == "__main__":
    main()
