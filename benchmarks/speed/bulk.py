"""Rate of `qa index` over many files, with one process that reads them and with several.

    python benchmarks/speed/bulk.py ORIGINALS [--files 500] [--characters 8000] [--rounds 2] [--before SRC] [--save]

ORIGINALS is a folder of files; each measured file has the text of one of them with other digits and some other
words, half of them as PDF, the rest as Word, HTML and text. SRC is the folder `src` of another version of this
project. Rounds alternate: each runs every variant once, each into a new index, and every figure is the median.
"Reading alone" has an encoder that takes no time, as a GPU nearly does: it is the most that reading, cutting and
storing allow. With --save, writes bulk.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
RUN = """
import hashlib, json, sys, time
import numpy as np
import qa

class Instant:
    name, fingerprint, dimension, languages, characters_at_once = "instant", "instant", 384, None, 10**6
    def __init__(self):
        chance = np.random.default_rng(0).standard_normal((4096, 384)).astype("float32")
        self.vectors = chance / np.linalg.norm(chance, axis=1, keepdims=True)
    def encode(self, texts, *, query=False):
        return self.vectors[[hash(text) % 4096 for text in texts]]

folder, index, alone, workers = sys.argv[1:]
more = {"workers": int(workers)} if workers != "-" else {}
with qa.open(index, model=Instant() if alone == "alone" else None) as library:
    if alone != "alone":
        library.create()
        from qa import encoders
        encoders.load().encode(["a"])
    begun = time.perf_counter()
    report = library.add(folder, **more)
print(json.dumps([time.perf_counter() - begun, len(report.added), report.sentences, len(report.failed)]))
"""


def run(folder: Path, index: Path, alone: bool, workers: int | None, source: Path | None) -> list[float]:
    environment = {**os.environ, **({"PYTHONPATH": str(source.resolve())} if source else {})}
    arguments = [str(folder), str(index), "alone" if alone else "whole", str(workers or "-")]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    figures: list[float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("originals", type=Path)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--characters", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--before", type=Path, metavar="SRC")
    parser.add_argument("--only", choices=["alone", "whole"])
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    variants: dict[str, tuple[int | None, Path | None]] = {}
    if options.before:
        variants["before"] = (None, options.before)
    for count in options.workers:
        variants[f"{count} process{'es' if count > 1 else ''}"] = (count, None)
    modes = [options.only] if options.only else ["alone", "whole"]
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        from bulk_files import write

        characters = write(work / "docs", options.originals, options.files, options.characters)
        load = os.getloadavg()[0]
        for number in range(options.rounds):
            for mode in modes:
                for variant, (workers, source) in variants.items():
                    index = work / f"index-{number}-{mode}-{variant}"
                    seconds, documents, sentences, failed = run(
                        work / "docs", index, mode == "alone", workers, source
                    )
                    times[mode, variant].append(seconds)
                    print(
                        f"{mode}, {variant}: {seconds:.1f} s, {documents} documents, {failed} failed",
                        flush=True,
                    )
    rows = [
        f"| {'reading alone' if mode == 'alone' else '`qa index`'}, {variant} | {median(each):.1f} "
        f"| {documents / median(each):.1f} | {sentences / median(each):,.0f} |"
        for (mode, variant), each in times.items()
    ]
    table = "\n".join(["| | s | documents/s | sentences/s |", "|---|--:|--:|--:|", *rows])
    report = f"""# Many files

`python benchmarks/speed/bulk.py ORIGINALS --files {options.files} --characters {options.characters} --rounds {options.rounds}`:
{documents:,} files with {sentences:,} sentences ({characters:,} characters) on {os.cpu_count()} cores, with a load of
{load:.1f} from other work; medians. "Reading alone" has an encoder that takes no time.

{table}
"""
    print(report)
    if options.save:
        (HERE / "bulk.md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
