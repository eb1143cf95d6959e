"""The text of a table row: its cells alone, or each after the name of its column.

    python benchmarks/parsers/rows.py

Indexes five tables with each way of writing their rows, and asks 29 questions whose answer is one cell of one
row. A row is right if it contains that cell and the subject of the question.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from qa import parsers
from qa.cli import main as qa
from qa.errors import ReadError
from qa.parsers.build import TextBuilder
from qa.types import Document

Question = tuple[str, str, str]
"""A question, the cell that answers it, and a cell of the same row that it names."""


def tables(rng: random.Random) -> tuple[dict[str, list[list[str]]], list[Question]]:
    names = [
        "Harbor Mills",
        "Blue Anchor",
        "Dover Print",
        "Ellis & Sons",
        "Northgate Books",
        "Quay Coffee",
        "Selby Labs",
        "Tern Studio",
        "Union Bakery",
        "Wren Dental",
        "Marlow Optics",
        "Kite Travel",
    ]
    rents = [["Tenant", "Unit", "Rent per month", "Deposit", "Lease start", "Lease end", "Break option"]]
    for i, name in enumerate(names):
        rents.append(
            [
                name,
                f"{i + 1}0{i % 3 + 1}",
                f"{rng.randint(20, 90) * 500:,}",
                f"{rng.randint(20, 90) * 1000:,}",
                f"{rng.randint(1, 28)}.0{i % 9 + 1}.201{i % 9}",
                f"31.12.202{i % 9}",
                rng.choice(["yes", "no", "after 5 years"]),
            ]
        )
    asked: list[Question] = [
        (f"What is the rent of {rents[i][0]}?", rents[i][2], rents[i][0]) for i in (1, 4, 8)
    ]
    asked += [(f"How much is the deposit of {rents[i][0]}?", rents[i][3], rents[i][0]) for i in (2, 5)]
    asked += [(f"When does the lease of {rents[i][0]} end?", rents[i][5], rents[i][0]) for i in (3, 7)]
    asked.append((f"Which tenant is in unit {rents[6][1]}?", rents[6][0], rents[6][1]))
    asked.append((f"Who pays a deposit of {rents[9][3]}?", rents[9][0], rents[9][3]))
    staff = [["Name", "Position", "Department", "E-mail", "Phone", "Joined"]]
    people = [
        "Anna Becker",
        "Tom Hale",
        "Priya Nair",
        "Luis Ortega",
        "Mei Chen",
        "Olu Adeyemi",
        "Sara Lind",
        "Jan Novak",
        "Ruth Meyer",
        "Ivan Petrov",
    ]
    jobs = [
        "accountant",
        "head of sales",
        "paralegal",
        "driver",
        "engineer",
        "auditor",
        "nurse",
        "translator",
        "archivist",
        "welder",
    ]
    parts = [
        "Finance",
        "Sales",
        "Legal",
        "Logistics",
        "Works",
        "Audit",
        "Health",
        "Languages",
        "Records",
        "Works",
    ]
    for i, name in enumerate(people):
        phone = f"+44 20 {rng.randint(1_000_000, 9_999_999)}"
        staff.append(
            [name, jobs[i], parts[i], f"{name.split()[0].lower()}@example.org", phone, str(2001 + i)]
        )
    asked += [(f"What is the phone number of {staff[i][0]}?", staff[i][4], staff[i][0]) for i in (1, 3)]
    asked += [
        ("Who is the archivist?", "Ruth Meyer", "archivist"),
        ("Which department does Mei Chen work in?", "Works", "Mei Chen"),
        ("When did Olu Adeyemi join?", "2006", "Olu"),
        ("What is Tom Hale's position?", "head of sales", "Tom Hale"),
        ("Who is the head of sales?", "Tom Hale", "head of sales"),
    ]
    accounts = [["In thousands", "2021", "2022", "2023"]]
    for line in [
        "Revenue",
        "Cost of sales",
        "Gross profit",
        "Administrative expenses",
        "Depreciation",
        "Interest paid",
        "Tax",
        "Net income",
        "Dividends",
    ]:
        accounts += [[line, *(f"{rng.randint(100, 9999):,}" for _ in range(3))]]
    asked += [
        (f"What was the {accounts[i][0].lower()} in 2022?", accounts[i][2], accounts[i][0])
        for i in (1, 4, 6, 8)
    ]
    inspections = [["Date", "Site", "Inspector", "Finding", "Severity", "Due"]]
    findings = [
        "Fire door wedged open",
        "Handrail loose on stair B",
        "Extinguisher past its date",
        "Oil leak at pump 3",
        "Emergency light broken",
        "No eyewash at the bench",
        "Blocked exit in the canteen",
        "Guard missing on the lathe",
    ]
    for i, finding in enumerate(findings):
        site, severity = ["Leith", "Hull", "Cork"][i % 3], ["low", "high", "medium"][i % 3]
        inspections.append([f"2023-0{i + 1}-1{i}", site, people[i], finding, severity, f"2023-0{i + 2}-01"])
    asked += [
        ("What was found about the handrail?", "Handrail loose", "Hull"),
        ("Which site had an oil leak?", "Leith", "Oil leak"),
        ("Who found the blocked exit?", "Sara Lind", "Blocked exit"),
        ("What is the severity of the missing guard on the lathe?", "high", "lathe"),
        ("By when must the emergency light be repaired?", "2023-06-01", "Emergency"),
    ]
    prices = [["Item", "Size", "Price", "Stock"]]
    for i, item in enumerate(
        [
            "Oak plank",
            "Pine plank",
            "Brass hinge",
            "Steel bolt",
            "Copper pipe",
            "Zinc bucket",
            "Hemp rope",
            "Glass pane",
        ]
    ):
        prices.append(
            [item, f"{i + 2} m", f"{rng.randint(3, 90)}.{rng.randint(10, 99)}", str(rng.randint(0, 500))]
        )
    asked += [(f"What does a {prices[i][0].lower()} cost?", prices[i][2], prices[i][0]) for i in (1, 3, 7)]
    asked.append(("How many steel bolts are in stock?", prices[4][3], "Steel bolt"))
    sheets = {
        "rents": rents,
        "staff": staff,
        "accounts": accounts,
        "inspections": inspections,
        "prices": prices,
    }
    return sheets, asked


def measure(way: str | None) -> tuple[int, int, int, float]:
    """Return the number of questions, of right first quotes, of answers, and the mean confidence."""
    sheets, asked = tables(random.Random(3))
    first = answered = 0
    confidence = 0.0
    usual = parsers.read

    def read(path: Path, doc_id: str, **options: object) -> Iterator[Document | ReadError]:
        for document in usual(path, doc_id, **options):  # type: ignore[arg-type]
            yield (
                document
                if way is None or isinstance(document, ReadError)
                else _rewritten(document, path, way)
            )

    parsers.read = read
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, rows in sheets.items():
                text = "\n".join("\t".join(row) for row in rows)
                Path(folder, f"{name}.tsv").write_text(text, encoding="utf-8")
            index = f"{folder}/index"
            source = Path(__file__).parents[2] / "index" / "source.txt"
            _run("index", "--index", index, folder, str(source))
            for question, cell, about in asked:
                record = json.loads(_run("ask", question, "--index", index, "--format", "json"))
                quotes = record["quotes"]
                first += bool(quotes) and cell in quotes[0]["text"] and about in quotes[0]["text"]
                answered += record["answered"]
                confidence += record["confidence"]
    finally:
        parsers.read = usual
    return len(asked), first, answered, confidence / len(asked)


def _rewritten(document: Document, path: Path, way: str) -> Document:
    """Return the document with its rows as cells alone, and the first row as a heading if ``way`` requires
    it."""
    builder = TextBuilder()
    for at, row in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if at == 0 and way == "heading":
            builder.add(row, "heading", 2)
        else:
            builder.add(row, "row")
    return replace(document, text=builder.text, blocks=builder.blocks, places=(), lines=())


def _run(*arguments: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        qa(list(arguments))
    return out.getvalue()


if __name__ == "__main__":
    ways = {
        "its cells, with the column names as a heading": "heading",
        "its cells alone": "cells",
        "each cell after the name of its column": None,
    }
    print("| A row is | right row first | answered, not refused | mean confidence |\n|---|--:|--:|--:|")
    for name, way in ways.items():
        questions, first, answered, confidence = measure(way)
        print(f"| {name} | {first} of {questions} | {answered} | {confidence:.2f} |", flush=True)
