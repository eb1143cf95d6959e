"""Speed of the reader: torch and its compiled form, in the same run.

    python benchmarks/speed/reader.py CORPUS --reader FOLDER [--passages 30] [--questions 20]

CORPUS has JSON lines with the keys title and text, FOLDER the reader's weights. Each question reads other
passages. The time is that of `Reranker.read`, from the texts to the answers; the rows take turns.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sentences import documents
from tokenizers import Tokenizer

from qa import rerankers
from qa.encoders.models import packaged
from qa.encoders.runtime import BF16, F32, has_bfloat16
from qa.rerankers import PassageText, Reranker, weights
from qa.rerankers.inputs import Tokenized, windows_of
from qa.rerankers.network import TorchNetwork
from qa.rerankers.openvino import OpenVinoNetwork, Settings
from qa.rerankers.reader import Reader
from qa.text.sentences import segment
from qa.types import Document

QUESTION = "Which of the members voted against the proposal in the first year?"


def tokenized() -> Tokenized:
    """Return the tokenizer of the reader."""
    return Tokenized(Tokenizer.from_file(str(packaged()[0] / "tokenizer.json")))


def rows(folder: Path) -> dict[str, Reranker]:
    """Return each way of running a reader."""
    os.environ["QA_ENCODER"] = "openvino"
    compiled = rerankers.load(str(folder))
    assert isinstance(compiled, Reader)
    assert isinstance(compiled._network, OpenVinoNetwork)
    networks = {"torch float32": TorchNetwork(weights.load_network(folder))}
    for precision, name in ((F32, "OpenVINO float32"), (BF16, "OpenVINO bfloat16")):
        if precision == F32 or has_bfloat16():
            networks[name] = OpenVinoNetwork(compiled._network._folder, Settings(precision))
    return {name: Reader(network, tokenized(), name, None) for name, network in networks.items()}


def passages(corpus: Path) -> Iterator[PassageText]:
    """Yield the passages of a corpus."""
    for title, text in documents(corpus):
        for each in segment(Document(doc_id="", title=title, text=text, sha256="", uri=None)):
            sentences = tuple((span.start - each.start, span.end - each.start) for span in each.sentences)
            yield PassageText(text[each.start : each.end], sentences, title, each.headings)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("--reader", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--passages", type=int, default=30)
    parser.add_argument("--questions", type=int, default=20)
    options = parser.parse_args()
    source = passages(options.corpus)
    asked = [[next(source) for _ in range(options.passages)] for _ in range(options.questions)]
    tokens = [len(window.ids) for texts in asked for _, window in windows_of(QUESTION, texts, tokenized())]
    times: dict[str, list[float]] = defaultdict(list)
    readers = rows(options.reader)
    for warm in (False, True):
        for texts in asked if warm else asked[:3]:
            for name, reader in readers.items():
                begun = time.perf_counter()
                reader.read(QUESTION, texts)
                if warm:
                    times[name].append(1000 * (time.perf_counter() - begun))
    print(
        f"{options.passages} passages, {sum(tokens) / len(asked):,.0f} tokens, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}\n\n| | p50, ms | p95, ms | tokens a second |\n|---|--:|--:|--:|"
    )
    for name, values in times.items():
        speed = sum(tokens) / (sum(values) / 1000)
        print(f"| {name} | {np.median(values):.0f} | {np.quantile(values, 0.95):.0f} | {speed:,.0f} |")


if __name__ == "__main__":
    main()
