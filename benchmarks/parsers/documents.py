"""Reads every file of a folder and writes the results to documents.md.

    python benchmarks/parsers/documents.py FOLDER

FOLDER contains files of any format at any depth; a manifest.jsonl in it may list the passwords of encrypted
PDFs (keys "path" and "pdf": {"password_that_opens_it"}).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "parsers"))

from soundness import faults, faults_of_passages  # noqa: E402

from qa import parsers  # noqa: E402
from qa.errors import ReadError  # noqa: E402
from qa.text.sentences import segment  # noqa: E402
from qa.types import Document  # noqa: E402


@dataclass
class Row:
    """The counts of one format."""

    files: int = 0
    read: int = 0
    named: int = 0
    empty: int = 0
    ended: int = 0
    faults: int = 0
    warnings: int = 0
    pages: int = 0
    sentences: int = 0
    bytes: int = 0
    seconds: float = 0.0


@dataclass
class Findings:
    """The rows by format, and the files with remarks."""

    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    named: list[tuple[str, str]] = field(default_factory=list)
    warned: list[tuple[str, str]] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    findings = Findings()
    known = passwords(folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.jsonl":
            name = path.relative_to(folder).as_posix()
            _read(path, name, known.get(name), findings)
    report = _report(findings)
    (HERE / "documents.md").write_text(report, encoding="utf-8")
    print(report)
    if any(row.empty or row.ended or row.faults for row in findings.rows.values()):
        sys.exit(1)


def passwords(folder: Path) -> dict[str, str]:
    manifest = folder / "manifest.jsonl"
    if not manifest.exists():
        return {}
    entries = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    password_of_path = {}
    for entry in entries:
        # If no other library could open the file, its note still contains the password.
        noted = re.search(r'password "([^"]+)"', entry.get("note") or "")
        password = entry.get("pdf", {}).get("password_that_opens_it") or (noted and noted[1])
        if password:
            password_of_path[entry["path"]] = password
    return password_of_path


def _read(path: Path, name: str, password: str | None, findings: Findings) -> None:
    row = findings.rows[path.suffix.lower() or "(none)"]
    row.files += 1
    row.bytes += path.stat().st_size
    started = time.perf_counter()
    try:
        items = list(parsers.read(path, name, password=password))
        row.read += 1
        for item in items:
            if isinstance(item, ReadError):
                findings.named.append((name, str(item)))
            else:
                _count(item, name, row, findings)
    except ReadError as error:
        row.named += 1
        findings.named.append((name, str(error)))
    except BaseException:
        row.ended += 1
        findings.broken.append((name, traceback.format_exc(limit=-1).strip().replace("\n", " ")))
    row.seconds += time.perf_counter() - started


def _count(document: Document, name: str, row: Row, findings: Findings) -> None:
    passages = segment(document)
    sentences = sum(len(passage.sentences) for passage in passages)
    row.sentences += sentences
    row.pages += len(document.pages)
    row.warnings += len(document.warnings)
    findings.warned += [(name, warning) for warning in document.warnings]
    row.empty += not sentences
    problems = [*faults(document), *faults_of_passages(document, passages)]
    row.faults += len(problems)
    findings.broken += [(name, fault) for fault in problems]
    if not sentences:
        findings.broken.append((name, "read, but not one sentence to quote"))


def _report(findings: Findings) -> str:
    head = (
        [
            "format",
            "files",
            "read",
            "named",
            "empty",
            "ended",
            "faults",
            "warnings",
            "pages",
            "sentences",
            "MB",
            "seconds",
        ],
        ["---", *["--:"] * 11],
    )
    lines = [f"| {' | '.join(cells)} |" for cells in head]
    total = Row()
    for extension, row in sorted(findings.rows.items()):
        lines.append(_line(extension, row))
        for key, value in vars(row).items():
            setattr(total, key, getattr(total, key) + value)
    lines.append(_line("all", total))
    parts = [
        "# Reading real files",
        "`python benchmarks/parsers/documents.py FOLDER`",
        "*named*: refused with a reason and a remedy; *empty*: read, but without a sentence to "
        "quote, and *ended*: any exception except ReadError (both must be 0); *faults*: sentences that are "
        "no slice within a block, blocks or pages that overlap or omit text (must be 0).",
        "\n".join(lines),
        *_list("Refused, with the reason", findings.named),
        *_list("Read, with a warning", findings.warned),
        *_list("Broken promises", findings.broken),
    ]
    return "\n\n".join(parts) + "\n"


def _line(name: str, row: Row) -> str:
    values = [row.files, row.read, row.named, row.empty, row.ended, row.faults, row.warnings]
    values += [row.pages, row.sentences]
    return (
        f"| {name} | {' | '.join(f'{value:,}' for value in values)} | {row.bytes / 1e6:.1f} "
        f"| {row.seconds:.1f} |"
    )


def _list(title: str, entries: list[tuple[str, str]]) -> list[str]:
    if not entries:
        return [f"## {title}", "None."]
    return [f"## {title}", "\n".join(f"- `{name}`: {text}" for name, text in entries)]


if __name__ == "__main__":
    main()
