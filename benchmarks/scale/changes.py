"""The cost of one more document, of opening and of a question in a large library, beside another version.

    python benchmarks/scale/changes.py NAME=SOURCES:FOLDER... --questions FILE [--save]

Each FOLDER was made by ``grow.py`` with the version of the program in SOURCES (its folder `src`), or migrated. Each step
runs in a separate process, the versions in turns. Vectors are drawn around real ones, so embedding takes no time: with
the default model it adds about a millisecond a sentence. Bytes written are those to files, as the system counts them for the process. With --save,
writes changes.md and changes.json next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STEPS = ("open", "add", "change", "remove")
TITLES = {
    "open": "opening an index, and the first search",
    "add": "adding a document of 100 sentences, until it can be asked about",
    "change": "changing 10 of its sentences",
    "remove": "`qa remove` of the document",
}
K = 80


def written() -> int:
    """Return the bytes that this process has written to files."""
    return int(Path("/proc/self/io").read_text().split("write_bytes:")[1].split()[0])


def resident() -> tuple[float, float]:
    """Return the megabytes of memory of this process, and those of them that are not of files."""
    status = Path("/proc/self/status").read_text()
    return tuple(int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))  # type: ignore[return-value]


def step(name: str, folder: Path, cache: Path) -> dict[str, Any]:
    """Run a step in this process, and return its cost."""
    import faiss  # noqa: F401
    import numpy as np
    from drawn import DrawnEncoder, real_vectors

    from qa.index import Index
    from qa.text.tokens import terms

    if name == "open":
        queries = np.load(cache / "queries.npy")
        words = [terms(text, "en") for text in json.loads((cache / "questions.json").read_text())]
        before = resident()
        began = time.perf_counter()
        index = Index(folder / "index")
        with index.snapshot() as snapshot:
            indexes = snapshot.indexes
            opened = time.perf_counter() - began
            indexes.sentences.search(queries[0], K)
            searched = time.perf_counter() - began
            after = resident()
            times: dict[str, list[float]] = {}
            keys = sorted(snapshot.store.document_keys().values())
            some = set(keys[:: len(keys) // 100])
            for query, asked in zip(queries, words, strict=True):
                for way, search in (
                    (
                        "by meaning",
                        lambda query=query: (
                            indexes.sentences.search(query, K),
                            indexes.passages.search(query, K // 2),
                        ),
                    ),
                    (
                        "by words",
                        lambda asked=asked: (
                            indexes.sentence_terms.search(asked, K),
                            indexes.passage_terms.search(asked, K // 2),
                        ),
                    ),
                    ("in 100 documents", lambda query=query: indexes.sentences.search(query, K, some)),
                ):
                    started = time.process_time()
                    search()
                    times.setdefault(way, []).append(1000 * (time.process_time() - started))
            number = len(indexes.sentences)
        end = resident()
        return {
            "seconds": opened, "first": searched, "before": before, "after": after, "end": end, "number": number,
            "searches": {way: [float(np.percentile(each, q)) for q in (50, 95)] for way, each in times.items()},
        }  # fmt: skip
    encoder = DrawnEncoder(real_vectors(folder / "real.npy"))
    path = folder / "one-more.md"
    chance = np.random.default_rng(5)
    lines = [
        f"The {number}th measurement of the xylograph gave {chance.integers(10**6)} grains in its {chance.integers(10**4)}th trial."
        for number in range(100)
    ]
    if name == "change":
        lines[40:50] = [line.replace("gave", "lost") for line in lines[40:50]]
    paragraphs = [" ".join(lines[at : at + 4]) for at in range(0, 100, 4)]
    path.write_text("# One more\n\n" + "\n\n".join(paragraphs) + "\n")
    index = Index(folder / "index")
    bytes_before = written()
    began, cpu = time.perf_counter(), time.process_time()
    if name == "remove":
        index.remove(["one-more.md"])
    else:
        report = index.update([str(path)], lambda: encoder)
        assert len(report.added) + len(report.changed) == 1, report
    with index.snapshot() as snapshot:
        hits = snapshot.indexes.sentence_terms.search(terms("xylograph", "en"), 200)
        assert len(hits) == (0 if name == "remove" else 100), len(hits)
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - cpu,
        "written": written() - bytes_before,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sides", nargs="+", metavar="NAME=SOURCES:FOLDER")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        folder = Path(options.sides[0])
        print(json.dumps(step(options.step, folder, folder)))
        return 0
    sides = {name: rest.split(":") for name, rest in (side.split("=", 1) for side in options.sides)}
    prepare([Path(folder) for _, folder in sides.values()], options.questions)
    results: dict[str, dict[str, Any]] = {name: {} for name in sides}
    for each in STEPS:
        for name, (sources, folder) in sides.items():
            command = [sys.executable, __file__, folder, "--step", each]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": sources},
            )
            if done.returncode:
                raise RuntimeError(done.stderr)
            results[name][each] = json.loads(done.stdout.splitlines()[-1])
            print(name, each, results[name][each], flush=True)
    for name, (_, folder) in sides.items():
        root = Path(folder) / "index"
        text = sum(path.stat().st_size for path in (Path(folder) / "docs").rglob("*.md"))
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
        results[name]["disk"] = {"index": size, "text": text}
    lines = table(results)
    print("\n".join(lines))
    if options.save:
        Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n")
        Path(__file__).with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
    return 0


def prepare(folders: list[Path], questions: Path) -> None:
    """Write the vectors of real questions to each folder."""
    import numpy as np

    from qa import encoders

    texts = [json.loads(line)["question"] for line in questions.open()][:200]
    vectors = encoders.load("all-MiniLM-L6-v2").encode(texts, query=True)
    for folder in folders:
        np.save(folder / "queries.npy", vectors)
        (folder / "questions.json").write_text(json.dumps(texts))


def table(results: dict[str, dict[str, Any]]) -> list[str]:
    """Return the results as Markdown."""
    names = list(results)
    number = next(iter(results.values()))["open"]["number"]
    last = results[names[-1]]

    def row(title: str, value: Any, form: str) -> str:
        values = [value(results[name]) for name in names]
        ratio = f"{values[0] / values[-1]:.1f}" if len(values) > 1 and values[-1] else ""
        return f"| {title} | " + " | ".join(format(each, form) for each in values) + f" | {ratio} |"

    lines = [
        f"# Changes in a library of {number:,} sentences",
        "",
        f"Written by `python benchmarks/scale/changes.py` on {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}. About",
        "184,000 sentences are real; the others are recombined from their halves, and vectors are drawn around real ones.",
        "Embedding is not part of the times. Seconds of the processor depend less on what else runs. Of the bytes of adding",
        "and changing, 68 MB are a temporary file of the language detection, in all versions.",
        "",
        f"| | {' | '.join(names)} | Ratio |",
        "|---|" + "---:|" * (len(names) + 1),
    ]
    for each in STEPS[1:]:
        lines.append(row(f"{TITLES[each]}: seconds", lambda r, e=each: r[e]["seconds"], ".2f"))
        lines.append(row("… of the processor", lambda r, e=each: r[e]["processor"], ".2f"))
        lines.append(row("… megabytes written", lambda r, e=each: r[e]["written"] / 1e6, ",.1f"))
    lines.append(row("opening: seconds", lambda r: r["open"]["seconds"], ".2f"))
    lines.append(row("… with the first search", lambda r: r["open"]["first"], ".2f"))
    lines.append(row("memory after it, MB", lambda r: r["open"]["after"][0], ",.0f"))
    lines.append(row("memory after 200 questions, MB", lambda r: r["open"]["end"][0], ",.0f"))
    lines.append(row("… without mapped files", lambda r: r["open"]["end"][1], ",.0f"))
    for way in last["open"]["searches"]:
        for at, name in enumerate(("p50", "p95")):
            title = f"search {way}, {name}, ms of the processor"
            lines.append(row(title, lambda r, w=way, a=at: r["open"]["searches"][w][a], ".1f"))
    kilobytes = lambda r: (r["disk"]["index"] - r["disk"]["text"]) / number / 1000  # noqa: E731
    lines.append(row("disk beyond the text, KB a sentence", kilobytes, ".2f"))
    return lines


if __name__ == "__main__":
    sys.exit(main())
