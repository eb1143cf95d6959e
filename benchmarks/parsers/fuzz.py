"""Reads tens of thousands of hostile and damaged files and writes the results to fuzz.md.

    python benchmarks/parsers/fuzz.py [--inputs N] [--seed S] [--processes P] [--keep FOLDER] [FOLDER]

The files are those of tests/parsers/hostile_files.py: first the hand-written ones, then damaged ones, derived
from small sound files and from the files in FOLDER, if present. A child process with a limit of ten seconds
and 2 GB reads each, so every crash or hang is detected, named and saved. The resulting documents must be
sound (tests/parsers/soundness.py), and are cut into sentences as well.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "parsers"))

from hostile_files import EXTENSIONS, Input, hand_written, hostile_input, with_files  # noqa: E402
from soundness import check_sound  # noqa: E402

from qa import parsers  # noqa: E402
from qa.errors import ReadError  # noqa: E402
from qa.parsers import sandbox, wire  # noqa: E402

SECONDS = 10.0
MEMORY = 2_000_000_000
PAGE_SECONDS = 2
"""Limit of seconds per page of a PDF: the parser's own limit, reduced to fit into the time for an input."""
LARGEST_SEED = 150_000
"""Maximum bytes of a real file: damage to larger ones is rarely where it matters."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="damage files with this extension only")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where inputs that break a promise are kept")
    parser.add_argument("--no-report", action="store_true")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        _work(options.folder, options.seed, options.only)
        return
    fuzz = _Fuzz(options)
    fuzz.run()
    report = fuzz.report()
    print(report)
    if not options.no_report:
        (HERE / "fuzz.md").write_text(report, encoding="utf-8")
    if fuzz.findings:
        sys.exit(1)


# -- the child --------------------------------------------------------------------------------------


def _seeds(folder: Path | None) -> dict[str, tuple[bytes, ...]]:
    more: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.suffix.lower() in EXTENSIONS and path.stat().st_size <= LARGEST_SEED:
            more[path.suffix.lower()].append(path.read_bytes())
    return with_files(more)


def _work(folder: Path | None, seed: int, only: str) -> None:
    """Read the inputs whose numbers arrive line by line, and answer each with a line of JSON."""
    seeds = _seeds(folder)
    hand_written()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sandbox.PDF_PAGE_SECONDS = PAGE_SECONDS
    sandbox.call = _exposed
    for line in sys.stdin:
        damaged_file = hostile_input(int(line), seed, seeds, only)
        print(
            json.dumps({"begun": damaged_file.counts_by_description, "name": damaged_file.name[-20:]}),
            flush=True,
        )
        started = time.perf_counter()
        outcome, detail = _read(damaged_file)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"outcome": outcome, "detail": detail, "s": seconds, "peak": peak}), flush=True)


_sandboxed = sandbox.call


def _exposed(module: str, function: str, data: bytes, *arguments: object, **options: object) -> object:
    """Read in this process, so the sandbox hides no crash or hang of a parser; PDFs stay in the sandbox."""
    if module.startswith("qa.parsers.pdf"):
        return _sandboxed(module, function, data, *arguments, **options)
    options.pop("stop", None)
    reader = getattr(import_module(module), function)
    return wire.loads(wire.dumps(reader(data, *arguments, **options)))


def _read(damaged_file: Input) -> tuple[str, str]:
    sentences = 0
    named = ""
    try:
        for item in parsers.read_bytes(damaged_file.data, damaged_file.name, "id"):
            sentences += check_sound(item, damaged_file.name)
            named = str(item) if isinstance(item, ReadError) else named
    except ReadError as error:
        cause = error.__cause__
        try:
            check_sound(error)
        except AssertionError as wrong:
            return "unsound", str(wrong)
        if isinstance(cause, MemoryError):
            return "memory", repr(cause)
        if "its reader cannot handle" in str(error):
            return "unforeseen", str(error)[:200]
        return "named", str(error)[:60]
    except AssertionError as wrong:
        return "unsound", str(wrong)[:500]
    except BaseException as error:
        return "raised", repr(error)[:500]
    return ("read", "") if sentences else ("named", named[:60]) if named else ("read", "no sentence")


# -- the parent -------------------------------------------------------------------------------------


class _Worker:
    """A child process that reads one input at a time."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments
        self.number = -1
        self.begun = ""
        self.deadline = 0.0
        self.start()

    def start(self) -> None:
        # Unbuffered, because select does not see the contents of a buffer.
        self.heard = b""
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def give(self, number: int) -> None:
        assert self.process.stdin is not None
        self.number = number
        self.begun = ""
        # Starting the process and creating the input do not count as reading time.
        self.deadline = time.monotonic() + SECONDS + 60
        self.process.stdin.write(b"%d\n" % number)
        self.process.stdin.flush()

    def line(self) -> bytes | None:
        """Return the next line, empty if the process has ended, or None if the line is incomplete."""
        if b"\n" not in self.heard:
            assert self.process.stdout is not None
            read = os.read(self.process.stdout.fileno(), 1 << 16)
            if not read:
                return b""
            self.heard += read
        line, newline, rest = self.heard.partition(b"\n")
        if not newline:
            return None
        self.heard = rest
        return line

    def stop(self) -> int:
        self.process.kill()
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        return code


class _Fuzz:
    """Distributes the inputs to workers and counts the results."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.counts_by_description: Counter[str] = Counter()
        self.unforeseen: Counter[str] = Counter()
        self.findings: list[str] = []
        self.slowest: list[tuple[float, str]] = []
        self.peak = 0
        self.seconds = 0.0

    def run(self) -> None:
        arguments = ["--seed", str(self.options.seed), "--only", self.options.only]
        if self.options.folder:
            arguments.append(str(self.options.folder))
        workers = [_Worker(arguments) for _ in range(self.options.processes)]
        numbers = iter(range(self.options.first, self.options.first + self.options.inputs))
        started = time.monotonic()
        busy = [worker for worker in workers if self._next(worker, numbers)]
        while busy:
            waiting = [worker.process.stdout for worker in busy if b"\n" not in worker.heard]
            ready = select.select(waiting, [], [], 0.2)[0] if len(waiting) == len(busy) else []
            for worker in list(busy):
                if worker.process.stdout in ready or b"\n" in worker.heard:
                    done = self._hear(worker)
                elif time.monotonic() > worker.deadline:
                    worker.stop()
                    self._record(worker, "hang", f"no end after {SECONDS:.0f} s")
                    worker.start()
                    done = True
                else:
                    continue
                if done and not self._next(worker, numbers):
                    busy.remove(worker)
        self.seconds = time.monotonic() - started
        for worker in workers:
            worker.stop()

    def _next(self, worker: _Worker, numbers: object) -> bool:
        number = next(numbers, None)  # type: ignore[call-overload]
        if number is not None:
            worker.give(number)
        return number is not None

    def _hear(self, worker: _Worker) -> bool:
        """Process one line of a worker, and return whether it has finished its input."""
        line = worker.line()
        if line is None:
            return False
        if not line:
            code = worker.process.wait()
            worker.stop()
            self._record(worker, "crash", f"the process ended with {code}")
            worker.start()
            return True
        answer = json.loads(line)
        if "begun" in answer:
            worker.begun = (
                f"{answer['begun']} ({os.path.splitext(answer['name'])[1] or answer['name'].strip()})"
            )
            worker.deadline = time.monotonic() + SECONDS
            return False
        self.peak = max(self.peak, answer["peak"])
        self.slowest = sorted([*self.slowest, (answer["s"], worker.begun)], reverse=True)[:10]
        outcome = answer["outcome"]
        if outcome in {"read", "named", "unforeseen"}:
            self._count(worker, outcome)
            if outcome == "unforeseen":
                self.unforeseen[f"{worker.begun}: {answer['detail']}"] += 1
                self._keep(worker)
        else:
            self._record(worker, outcome, answer["detail"])
        return True

    def _count(self, worker: _Worker, outcome: str) -> None:
        extension = worker.begun.rpartition("(")[2].rstrip(")")
        self.outcomes[extension][outcome] += 1
        self.counts_by_description[
            worker.begun.rpartition(" (")[0] if worker.number >= len(hand_written()) else "written by hand"
        ] += 1

    def _record(self, worker: _Worker, outcome: str, detail: str) -> None:
        self._count(worker, outcome)
        self.findings.append(f"{outcome}: input {worker.number}, {worker.begun}: {detail}")
        print(self.findings[-1], file=sys.stderr, flush=True)
        self._keep(worker)

    def _keep(self, worker: _Worker) -> None:
        if self.options.keep:
            damaged_file = hostile_input(
                worker.number, self.options.seed, _seeds(self.options.folder), self.options.only
            )
            self.options.keep.mkdir(parents=True, exist_ok=True)
            (self.options.keep / f"{worker.number}{Path(damaged_file.name).suffix}").write_bytes(
                damaged_file.data
            )

    def report(self) -> str:
        columns = ("read", "named", "unforeseen", "crash", "hang", "memory", "raised", "unsound")
        rows = [["format", "inputs", *columns], ["---", *["--:"] * (len(columns) + 1)]]
        total: Counter[str] = Counter()
        for extension, counts in sorted(self.outcomes.items()):
            rows.append([extension, f"{counts.total():,}", *(f"{counts[column]:,}" for column in columns)])
            total += counts
        rows.append(["all", f"{total.total():,}", *(f"{total[column]:,}" for column in columns)])
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        inputs = ", ".join(f"{name} {times:,}" for name, times in sorted(self.counts_by_description.items()))
        slow = "\n".join(f"- {seconds:.1f} s: {name}" for seconds, name in self.slowest[:5])
        unforeseen = "\n".join(f"- {times} × {name}" for name, times in self.unforeseen.most_common(20))
        return (
            "\n\n".join(
                (
                    "# Hostile and damaged files",
                    f"`python benchmarks/parsers/fuzz.py --inputs {self.options.inputs} --seed {self.options.seed}"
                    f"{' --only ' + self.options.only if self.options.only else ''}{' FOLDER' if self.options.folder else ''}`",
                    "*read*: a sound document, cut into sentences; *named*: refused with a reason; *unforeseen*: "
                    "refused as damaged by the general handler; the others (must all be 0): the process died, took "
                    f"more than {SECONDS:.0f} s or {MEMORY / 1e9:.0f} GB, raised anything except ReadError, or "
                    "returned an unsound document.",
                    table,
                    f"Inputs: {inputs}. {self.seconds:.0f} s in all; peak memory of a process "
                    f"{self.peak / 1e6:,.0f} MB, without the child that reads PDFs, which has its own limit.",
                    "## Slowest",
                    slow,
                    "## Unforeseen",
                    unforeseen or "None.",
                    "## Broken promises",
                    "\n".join(f"- {finding}" for finding in self.findings) or "None.",
                )
            )
            + "\n"
        )


if __name__ == "__main__":
    main()
