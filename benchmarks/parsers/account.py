"""Compares the account of every file with an independent extraction, and writes account.md.

    python benchmarks/parsers/account.py FOLDER... [--baseline CHECKOUT]

A word of the independent extraction (see the *_reference.py modules) that is neither in the text of the
file's documents nor in their omissions is *unaccounted for*; there must be no such words. With --baseline,
another checkout of this project reads the same files in the same run, file by file in turns, and the seconds
per MB are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from documents import passwords  # noqa: E402

from qa import parsers  # noqa: E402
from qa.errors import ReadError  # noqa: E402
from qa.parsers import account  # noqa: E402
from qa.parsers.build import Extract  # noqa: E402
from qa.types import Document  # noqa: E402

# The module with the independent extraction for each format.
REFERENCES = {
    "pdf_reference": {".pdf"},
    "docx_reference": {".docx"},
    "markup_reference": {".html", ".htm", ".xhtml", ".epub", ".md", ".markdown", ".mht", ".mhtml"},
    "office_reference": {".xlsx", ".csv", ".tsv", ".pptx", ".odt", ".rtf"},
    "text_reference": {".txt", ".text", ".srt", ".vtt", ".eml", ".msg"},
}
# Run by a checkout: reads the files named on its lines, and answers with seconds or "refused".
TIMER = """
import sys, time, pathlib
from qa import parsers
from qa.errors import ReadError
for line in sys.stdin:
    path, _, password = line.rstrip("\\n").partition("\\t")
    started = time.perf_counter()
    try:
        for _ in parsers.read(pathlib.Path(path), "x", password=password or None):
            pass
        print(time.perf_counter() - started, flush=True)
    except ReadError:
        print("refused", flush=True)
"""
ROUNDS = 3


@dataclass
class Row:
    """The counts of one format."""

    files: int = 0
    refused: int = 0
    words: int = 0
    missing: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    seconds: float = 0.0
    baseline: float = 0.0


class Timer:
    """A process that reads files with the parsers of a checkout and reports the time of each."""

    def __init__(self, checkout: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
        self._process = subprocess.Popen(
            [sys.executable, "-c", TIMER],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def seconds(self, path: Path, password: str | None) -> float | None:
        """Return the seconds that reading the file takes, or None if it is refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path.resolve()}\t{password or ''}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        return None if answer == "refused" else float(answer)

    def close(self) -> None:
        self._process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "account.md")
    options = parser.parse_args()
    references = _references()
    rows: dict[str, Row] = defaultdict(Row)
    lost: list[tuple[str, Counter[str]]] = []
    files = list(_files(options.folders))
    for path, name, password in files:
        extension = path.suffix.lower()
        if extension not in references:
            continue
        row = rows[extension]
        row.files += 1
        missing = _compare(path, password, references[extension], row)
        if missing:
            row.missing += missing.total()
            lost.append((name, missing))
    if options.baseline:
        _time([file for file in files if file[0].suffix.lower() in references], options.baseline, rows)
    report = _report(rows, lost, bool(options.baseline))
    options.output.write_text(report, encoding="utf-8")
    print(report)
    sys.exit(1 if lost else 0)


def _references() -> dict[str, Callable[[bytes, str], str]]:
    functions: dict[str, Callable[[bytes, str], str]] = {}
    for name, extensions in REFERENCES.items():
        module = import_module(name)
        for extension in extensions:
            functions[extension] = (
                module.reference
                if len(extensions) > 1
                else lambda data, _, reference=module.reference: reference(data)
            )
    return functions


def _files(folders: list[Path]) -> Iterator[tuple[Path, str, str | None]]:
    for folder in folders:
        known = passwords(folder)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                yield path, name, known.get(name)


def _compare(
    path: Path, password: str | None, reference: Callable[[bytes, str], str], row: Row
) -> Counter[str]:
    try:
        documents = list(parsers.read(path, path.name, password=password))
    except ReadError:
        row.refused += 1
        return Counter()
    try:
        independent = reference(path.read_bytes(), path.suffix.lower())
    except Exception as error:
        print(f"{path.name}: no other extraction ({type(error).__name__}: {error})", file=sys.stderr)
        return Counter()
    whole = Extract(None, "")
    for document in documents:
        if isinstance(document, Document):
            row.left_out.update(o.reason for o in document.omissions)
            whole = replace(
                whole,
                text=f"{whole.text}\n\n{document.title}\n\n{document.text}",
                omissions=(*whole.omissions, *document.omissions),
            )
    row.words += len(account.words(independent))
    return account.missing(independent, whole)


def _time(files: list[tuple[Path, str, str | None]], baseline: Path, rows: dict[str, Row]) -> None:
    """Read every file with both checkouts in turns; the time of a file is the minimum of some rounds."""
    timers = (Timer(HERE.parents[1]), Timer(baseline))
    for path, _, password in files:
        times: list[list[float | None]] = [[], []]
        for _ in range(ROUNDS):
            for timer, seconds in zip(timers, times, strict=True):
                seconds.append(timer.seconds(path, password))
        seconds_here, seconds_of_baseline = ([s for s in seconds if s is not None] for seconds in times)
        # Only files that both can read can be compared.
        if seconds_here and seconds_of_baseline:
            row = rows[path.suffix.lower()]
            row.bytes += path.stat().st_size
            row.seconds += min(seconds_here)
            row.baseline += min(seconds_of_baseline)
    for timer in timers:
        timer.close()


def _report(rows: dict[str, Row], lost: list[tuple[str, Counter[str]]], timed: bool) -> str:
    head = [
        "format",
        "files",
        "refused",
        "words of the independent extraction",
        "unaccounted for",
        "omissions, by reason",
    ]
    head += ["MB", "s/MB", "s/MB before", "ratio"] if timed else []
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    total = Row()
    for extension, row in sorted(rows.items()):
        lines.append(_line(extension, row, timed))
        for key, value in vars(row).items():
            setattr(total, key, getattr(total, key) + value)
    lines.append(_line("all", total, timed))
    parts = [
        "# Every word accounted for",
        "`python benchmarks/parsers/account.py FOLDER... --baseline CHECKOUT`",
        "*Unaccounted for*: words of the independent extraction that are neither in the text "
        "nor among the omissions (must be 0). *s/MB before*: the parsers of the checkout named by "
        "--baseline, on the same files in the same run.",
        "\n".join(lines),
        "## Missing words",
        "\n".join(
            f"- `{name}`: {json.dumps(missing.most_common(12), ensure_ascii=False)}" for name, missing in lost
        )
        or "None.",
    ]
    return "\n\n".join(parts) + "\n"


def _line(name: str, row: Row, timed: bool) -> str:
    reasons = ", ".join(f"{reason} {times:,}" for reason, times in row.left_out.most_common())
    cells = [name, f"{row.files:,}", f"{row.refused:,}", f"{row.words:,}", f"{row.missing:,}", reasons]
    if timed:
        size = row.bytes / 1e6 or 1.0
        cells += [f"{row.bytes / 1e6:.1f}", f"{row.seconds / size:.2f}", f"{row.baseline / size:.2f}"]
        cells.append(f"{row.seconds / row.baseline:.2f}" if row.baseline else "")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
