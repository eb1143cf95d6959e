"""Writes the weights of checkpoints as the package reads them.

python -m training.export CHECKPOINT... --version 1 [--folder src/qa/rerankers/weights]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from qa.rerankers import weights

LARGEST = 25_000_000
"""Maximum size of the weights in bytes."""


def export(checkpoints: Sequence[Path], folder: Path, version: str) -> weights.Card:
    """Write the mean of the weights of checkpoints and their description into a folder.

    The mean of several runs from the same start is often better than each of them (arXiv 2203.05482).

    Raises:
        ValueError: The embeddings were trained, or the file is too large for the package.
    """
    states = [torch.load(each, map_location="cpu", weights_only=True)["reader"] for each in checkpoints]
    state = {name: torch.stack([each[name] for each in states]).mean(0) for name in states[0]}
    state[weights.EMBEDDINGS] = states[0][
        weights.EMBEDDINGS
    ]  # Rounding would change the mean of equal numbers.
    card = weights.save(state, folder, name="reader", version=version, languages=("en",))
    size = (folder / weights.WEIGHTS).stat().st_size
    if size > LARGEST:
        raise ValueError(f"the weights have {size:,} bytes and may have {LARGEST:,}")
    return card


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description="Write the weights of a checkpoint, or the mean of several, as the package reads them."
    )
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT")
    parser.add_argument("--version", required=True)
    parser.add_argument("--folder", type=Path, default=weights.FOLDER)
    options = parser.parse_args()
    print(export(options.checkpoints, options.folder, options.version), file=sys.stderr)


if __name__ == "__main__":
    main()
