"""Judges quotations with known verdicts: PYTHONPATH=. python -m benchmarks.check.run [--half dev|test] [--each N]

The thresholds of `qa.check.nearest` were chosen on the dev half of the documents; results are of the test half.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

import qa
from benchmarks.check.quotations import DATA, Sample, foreign, make, paraphrased, rows
from benchmarks.library.encoder import TinyEncoder
from qa.check.drafts import Passage, of_passages
from qa.check.record import VERDICTS

SETS = ("nda_contractnli", "doc2dial", "fairytaleqa", "clapnq", "squad11", "pubmedqa_yesno", "tatqa")
LANGUAGES = ("de", "es", "ru", "el", "tr", "ar", "zh")
HERE = Path(__file__).parent


def is_dev(doc_id: str) -> bool:
    """Return whether a document belongs to the half that thresholds were chosen on."""
    return zlib.crc32(doc_id.encode()) % 2 == 0


def index(folder: Path) -> qa.Library:
    """Return a library with the PDF contracts and the texts of the data sets."""
    library = qa.open(folder / "index", model=TinyEncoder())
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for name in (*SETS, *(f"xquad/{language}" for language in LANGUAGES)):
        with (corpus / f"{name.replace('/', '-')}.jsonl").open("w", encoding="utf-8") as lines:
            for row in rows(name):
                doc_id = f"{name}/{row['doc_id']}"
                record = {"_id": doc_id, "title": row["title"], "text": row["text"]}
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    library.add(corpus, DATA / "contracts_pdf" / "pdf")
    return library


def samples(library: qa.Library, half: str, each: int) -> list[Sample]:
    """Return the quotations of one half."""
    dev = half == "dev"
    names = [info.doc_id for info in library.documents() if is_dev(info.doc_id) == dev]
    sources = []
    for name in names:
        text = library.document(name).text
        # PDF contracts are few and long, so they are drawn more often.
        sources += [(name, text)] * (20 if name.endswith(".pdf") else 4 if "nda" in name else 1)
    seed = 0 if dev else 1
    quotations = list(make(sources, seed, each))
    quotations += foreign(seed, each)
    return quotations + list(paraphrased(seed, each, lambda doc_id: is_dev(doc_id) == dev))


def main() -> None:
    """Print the confusion table, and the quotations judged wrongly with --wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    folder = options.index or Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    library = qa.Library(folder / "index") if (folder / "index").exists() else index(folder)
    quotations = samples(library, options.half, options.each)
    passages = tuple(Passage(str(number), each.text) for number, each in enumerate(quotations))
    started, used = time.perf_counter(), time.process_time()
    check = library.check(of_passages(passages))
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    verdicts = [quotation.verdict for quotation in check.quotations]
    table: dict[str, Counter[str]] = {}
    right: Counter[str] = Counter()
    for each, quotation in zip(quotations, check.quotations, strict=True):
        table.setdefault(each.kind, Counter())[quotation.verdict] += 1
        right[each.kind] += quotation.verdict in each.right
        if options.wrong and quotation.verdict not in each.right:
            print(f"\n{each.kind} [{each.doc_id}] judged {quotation.verdict}: {each.text!r}")
            if quotation.citation:
                print(f"   source: {quotation.source!r}")
                print([(c.kind, c.draft, c.source) for c in quotation.difference if c.kind != "same"][:6])
            if quotation.nearest:
                print(f"   nearest: {quotation.nearest.text!r}")
    lines = report(options, quotations, verdicts, table, right)
    lines.append(
        f"\n{len(quotations):,} quotations in {seconds:.1f} s ({processor:.1f} s of processor time)."
    )
    print("\n".join(lines))
    if options.output:
        options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.index is None:
        shutil.rmtree(folder)


def report(options, quotations, verdicts, table, right) -> list[str]:  # type: ignore[no-untyped-def]
    """Return the confusion table and the three promises as Markdown."""
    kinds = {each.kind: each.right for each in quotations}
    lines = [f"| {options.half} half | n | " + " | ".join(VERDICTS) + " | right |"]
    lines.append("|---" * (len(VERDICTS) + 3) + "|")
    for kind, counts in table.items():
        cells = (str(counts[verdict] or "") for verdict in VERDICTS)
        lines.append(f"| {kind} | {sum(counts.values())} | {' | '.join(cells)} | {right[kind]} |")
    pairs = list(zip(quotations, verdicts, strict=True))
    wrong_verbatim = sum(v in ("altered", "not_found") for q, v in pairs if q.right == {"verbatim"})
    passed = sum(
        v in ("verbatim", "typographic") for q, v in pairs if not q.right & {"verbatim", "typographic"}
    )
    between = [(q, v) for q, v in pairs if q.right in ({"altered"}, {"not_found"})]
    hits = sum(v in q.right for q, v in between)
    lines += [
        "",
        f"- Verbatim called altered or not found: {wrong_verbatim}",
        f"- Altered, stitched, paraphrased or foreign called verbatim or typographic: {passed}",
        f"- Altered against not found: {hits} of {len(between)} right ({hits / len(between):.1%})",
        f"- All kinds: {sum(right[kind] for kind in kinds)} of {len(pairs)} right",
    ]
    return lines


if __name__ == "__main__":
    main()
