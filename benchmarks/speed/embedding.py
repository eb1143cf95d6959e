"""Embedding speed: sentence-transformers and its compiled form, in the same run.

    python benchmarks/speed/embedding.py [--corpus FILE] [--sentences 20000] [--save]

The sentences are embedded block by block, each block by every backend, in rotating order, so other work of
the machine affects all of them equally. FILE has JSON lines with the key text (and title); without it,
sentences are synthetic. With --save, writes embedding.json and embedding.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sentences import sample

from qa import encoders
from qa.encoders import Encoder, compiled
from qa.encoders.openvino import OpenVinoEncoder
from qa.encoders.runtime import BF16, F32, has_bfloat16

HERE = Path(__file__).parent
PLAIN = "sentence-transformers float32"
BLOCK = 2_000
QUESTIONS = 200


def backends() -> dict[str, Encoder]:
    """Return each way of running the default model."""
    os.environ["QA_ENCODER"] = "openvino"
    fast = encoders.load()
    os.environ["QA_ENCODER"] = "sentence-transformers"
    encoder_of_backend = {PLAIN: encoders.load()}
    key = compiled.key(fast.fingerprint, bfloat16=has_bfloat16())
    settings = compiled.load(key, compiled.Settings)
    assert settings is not None
    for precision, name in ((F32, "OpenVINO float32"), (BF16, "OpenVINO bfloat16")):
        if precision == F32 or has_bfloat16():
            own = replace(settings, precision=precision)
            encoder_of_backend[name] = OpenVinoEncoder(
                compiled.folder(key), own, fast.name, fast.fingerprint, fast.languages
            )
    return encoder_of_backend


def measure(texts: list[str]) -> dict[str, dict[str, Any]]:
    tried = backends()
    names = list(tried)
    for encoder in tried.values():
        encoder.encode(texts[:64])
        encoder.encode(texts[:1], query=True)
    seconds: dict[str, float] = defaultdict(float)
    questions: dict[str, list[float]] = defaultdict(list)
    cosines: dict[str, float] = dict.fromkeys(names, 1.0)
    for number, at in enumerate(range(0, len(texts), BLOCK)):
        block, vectors = texts[at : at + BLOCK], {}
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = time.perf_counter()
            vectors[name] = tried[name].encode(block)
            seconds[name] += time.perf_counter() - begun
        for name in names:
            least = float((vectors[name] * vectors[PLAIN]).sum(axis=1).min())
            cosines[name] = min(cosines[name], least)
    for text in texts[:QUESTIONS]:
        for name in names:
            begun = time.perf_counter()
            tried[name].encode([text], query=True)
            questions[name].append(time.perf_counter() - begun)
    return {
        name: {
            "sentences_per_second": len(texts) / seconds[name],
            "times": seconds[PLAIN] / seconds[name],
            "least_cosine": cosines[name],
            "question_ms": 1000 * median(questions[name]),
        }
        for name in names
    }


def table(results: dict[str, dict[str, Any]]) -> str:
    lines = [
        "| | sentences a second | times sentence-transformers | least cosine with it | a question, ms |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, result in results.items():
        lines.append(
            f"| {name} | {result['sentences_per_second']:,.0f} | {result['times']:.2f} | {result['least_cosine']:.7f} "
            f"| {result['question_ms']:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    texts = sample(options.corpus, options.sentences)
    results = measure(texts)
    print(table(results))
    if not options.save:
        return
    about = {
        "sentences": len(texts),
        "corpus": options.corpus.parent.name if options.corpus else "synthetic",
        "mean_characters": float(np.mean([len(text) for text in texts])),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        **{package: version(package) for package in ("openvino", "torch", "sentence-transformers")},
    }
    (HERE / "embedding.json").write_text(json.dumps({"about": about, "results": results}, indent=1) + "\n")
    (HERE / "embedding.md").write_text(
        f"""# Embedding

`python benchmarks/speed/embedding.py --sentences {options.sentences}`: {len(texts):,} sentences of
{about["mean_characters"]:.0f} characters on average ({about["corpus"]}), the default model, {about["cores"]} cores,
torch {about["torch"]}, OpenVINO {about["openvino"]}, a load of {about["load"]:.1f} from this and other work.
Each block of {BLOCK:,} sentences is embedded by every backend before the next block. A question is one text by
itself, at the median of {min(QUESTIONS, len(texts))}; the compiled form embeds it in float32 in both rows.

{table(results)}
"""
    )


if __name__ == "__main__":
    main()
