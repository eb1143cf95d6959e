"""Indexing on a Ray cluster of two machines, both of them this one, beside a run without Ray.

    python benchmarks/scale/cluster.py ORIGINALS [--files 60] [--characters 8000] [--save]

ORIGINALS is a folder of files, as in benchmarks/speed/bulk.py. The two runs index the same folder into new indexes,
whose stores are then compared: texts, passages, sentences and vectors, byte by byte. Both machines share the cores
of this one, so the figure shows what Ray costs, and not what more machines bring. With --save, writes ray.md next
to this script.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "speed"))
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


def content(folder: Path) -> list[str]:
    """Return everything in a store, as SQL, without what differs between any two runs."""
    [path] = [path for path in folder.iterdir() if path.suffix in (".db", ".sqlite", ".sqlite3")]
    with closing(sqlite3.connect(path)) as connection:
        return [TIME.sub("", line) for line in connection.iterdump() if "('stamp'" not in line]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("originals", type=Path)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--characters", type=int, default=8_000)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_memory_monitor_refresh_ms": "0"}
    # By default, other work of the machine goes first.
    os.environ |= {"RAY_worker_niceness": "0"}
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    from bulk_files import write
    from ray.cluster_utils import Cluster

    import qa
    from qa import encoders

    machine = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 200_000_000}
    machines = Cluster(initialize_head=True, head_node_args=machine)
    machines.add_node(**machine)
    load = os.getloadavg()[0]
    encoders.load().encode(["a"])  # compiled once on each machine
    seconds, reports = {}, {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        characters = write(work / "docs", options.originals, options.files, options.characters)
        for path in (work / "docs").iterdir():
            # A file written just now is examined again, so its time is not stored.
            os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**10))
        for kind, address in (("this machine alone", None), ("Ray, two machines", machines.address)):
            index = work / kind
            with qa.open(index) as library:
                library.create()
                begun = time.perf_counter()
                reports[kind] = library.add(work / "docs", ray=address)
                seconds[kind] = time.perf_counter() - begun
            print(kind, f"{seconds[kind]:.1f} s", flush=True)
        is_same = len({"\n".join(content(work / kind)) for kind in seconds}) == 1
    machines.shutdown()
    rows = [
        f"| {kind} | {seconds[kind]:.1f} | {len(report.added) / seconds[kind]:.1f} "
        f"| {report.sentences / seconds[kind]:,.0f} | {report.embedded / seconds[kind]:,.0f} |"
        for kind, report in reports.items()
    ]
    table = "\n".join(
        ["| | s | documents/s | sentences/s | texts embedded/s |", "|---|--:|--:|--:|--:|", *rows]
    )
    report = f"""# A Ray cluster of two machines

`python benchmarks/scale/cluster.py ORIGINALS --files {options.files} --characters {options.characters}`: {options.files}
files ({characters:,} characters) on {os.cpu_count()} cores, which both machines share, with a load of {load:.1f} from
other work. The figure includes the start of Ray's processes and of their models.

{table}

The stores of both runs, with texts, passages, sentences and vectors, are {"the same, byte by byte" if is_same else "NOT THE SAME"}.
"""
    print(report)
    if options.save:
        (HERE / "ray.md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
