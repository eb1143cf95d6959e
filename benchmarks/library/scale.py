"""The cost of a folder: the first run, a run without changes, a run with one changed file, and so on.

Every step runs in a separate process, as for a user; its time is that of the whole process, and its memory is
the peak of the process. The time of the real model is nearly all embedding; the tiny encoder removes that and
shows the cost of the store itself.

    python benchmarks/library/scale.py [--files 2000] [--encoder tiny|real] [--output benchmarks/library/scale]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import corpus

STEPS = {
    "first": "the first run",
    "again": "nothing changed",
    "changed": "one file changed (one sentence more)",
    "added": "one file more",
    "renamed": "one file renamed, with `--prune`",
    "removed": "`qa remove` of one document",
    "opened": "opening, and one search by words and by vector",
    "checked": "`qa doctor`",
}


@dataclass(frozen=True)
class Measured:
    """One step: seconds with and without the start of Python, peak memory, and the changes."""

    step: str
    seconds: float
    inside: float
    megabytes: float
    embedded: int
    counts: str


def step(name: str, docs: Path, folder: Path, encoder_name: str) -> None:
    """Run one step in this process, and print its cost as JSON."""
    began = time.perf_counter()
    import numpy as np
    from encoder import TinyEncoder

    from qa import encoders
    from qa.encoders import Encoder
    from qa.index import Index, Options, doctor

    def encoder() -> Encoder:
        return TinyEncoder(384) if encoder_name == "tiny" else encoders.load()

    embedded, counts = 0, ""
    if name == "opened":
        with Index(folder).snapshot() as snapshot:
            derived = snapshot.indexes
            derived.sentences.search(np.ones(384, dtype=np.float32), 80)
            derived.sentence_terms.search(["harbour", "treati"], 80)
            counts = f"{len(derived.sentences):,} sentences, {len(derived.passages):,} passages"
    elif name == "checked":
        counts = f"{len(doctor.check(folder))} faults"
    elif name == "removed":
        Index(folder).remove([Index(folder).documents()[1].doc_id])
    else:
        if not Index.exists(folder):
            Index.create(folder, encoder())
        report = Index(folder).update([str(docs)], encoder, Options(prune=name == "renamed"))
        embedded = report.embedded
        counts = (
            f"{len(report.added):,} added, {len(report.changed):,} changed, "
            f"{len(report.unchanged):,} unchanged, {len(report.removed):,} removed, {len(report.failed)} failed"
        )
    inside = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"inside": inside, "megabytes": peak, "embedded": embedded, "counts": counts}))


def prepare(name: str, docs: Path) -> None:
    """Change the folder for a step."""
    files = sorted(path for path in docs.rglob("*.txt") if path.is_file())
    middle = files[len(files) // 2]
    if name == "changed":
        middle.write_text(middle.read_text() + "\nOne more sentence tells of a whale.\n")
    elif name == "added":
        (docs / "new.txt").write_text(corpus.document(10**6, 5))
    elif name == "renamed":
        middle.rename(middle.with_name("renamed.txt"))


def measure(files: int, sentences: int, encoder: str) -> list[Measured]:
    """Measure all steps, one after the other."""
    measured = []
    with tempfile.TemporaryDirectory() as root:
        docs = Path(root, "docs")
        corpus.write(docs, files, sentences)
        for path in docs.rglob("*.txt"):
            # Set an older time: a file written just now is examined again.
            os.utime(path, (time.time() - 60, time.time() - 60))
        for name in STEPS:
            prepare(name, docs)
            began = time.perf_counter()
            command = [sys.executable, __file__, "--step", name, "--root", root, "--encoder", encoder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            seconds = time.perf_counter() - began
            if done.returncode:
                raise RuntimeError(done.stderr)
            cost = json.loads(done.stdout.splitlines()[-1])
            measured.append(Measured(name, seconds, **cost))
            print(measured[-1], flush=True)
    return measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--sentences", type=int, default=5, help="in each file")
    parser.add_argument("--encoder", choices=("tiny", "real"), default="tiny")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.step, options.root / "docs", options.root / "index", options.encoder)
        return 0
    measured = measure(options.files, options.sentences, options.encoder)
    first = measured[0]
    encoder = "the real model (all-MiniLM-L6-v2)" if options.encoder == "real" else "the tiny encoder"
    lines = [
        f"# {options.files:,} files with {encoder}",
        "",
        f"Written by `python benchmarks/library/scale.py --files {options.files} --sentences {options.sentences} "
        f"--encoder {options.encoder}`, on {os.cpu_count()} cores. The seconds include the start of Python.",
        "",
        "| Step | Seconds | Of the first run | Texts embedded | Peak memory | Result |",
        "|---|---|---|---|---|---|",
    ]
    for measurement in measured:
        share = f"{measurement.seconds / first.seconds:.2%}"
        lines.append(
            f"| {STEPS[measurement.step]} | {measurement.seconds:.2f} | {share} | {measurement.embedded:,} | {measurement.megabytes:,.0f} MB | {measurement.counts} |"
        )
    print("\n".join(lines))
    if options.output is not None:
        options.output.with_suffix(".md").write_text("\n".join(lines) + "\n")
        results = {
            "files": options.files,
            "encoder": options.encoder,
            "steps": [asdict(measurement) for measurement in measured],
        }
        options.output.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
