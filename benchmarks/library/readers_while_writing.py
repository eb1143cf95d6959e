"""Two processes read while one writes, and every answer is checked against its generation.

The writer adds, changes and removes documents without a pause. A reader takes a snapshot, searches by words
and by vector, and checks that vectors, words, documents and texts belong to one generation, that each
sentence is the correct slice of the text, and that each search finds its sentence.

    python benchmarks/library/readers_while_writing.py [--seconds 120] [--output benchmarks/library/readers]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import corpus
from encoder import TinyEncoder

from qa.index import Index, Options, doctor


def write(docs: Path, folder: Path, until: float, results: Queue[Any]) -> None:
    """Change the folder and update the index, repeatedly."""
    encoder, chance = TinyEncoder(), random.Random(1)
    generations = 0
    errors: list[str] = []
    serial = 10_000
    while time.time() < until:
        names = sorted(docs.iterdir())
        for path in chance.sample(names, 3):
            serial += 1
            if chance.random() < 0.3:
                path.unlink()
            else:
                path.write_text(corpus.document(serial, 10))
        while len(list(docs.iterdir())) < len(names):
            serial += 1
            (docs / f"{serial}.txt").write_text(corpus.document(serial, 10))
        try:
            Index(folder).update([str(docs)], lambda: encoder, Options(prune=True))
            generations += 1
        except Exception as error:
            errors.append(repr(error))
    results.put({"writer": True, "generations": generations, "errors": errors})


def read(folder: Path, until: float, seed: int, results: Queue[Any]) -> None:
    """Ask the index, repeatedly."""
    encoder, chance = TinyEncoder(), random.Random(seed)
    index = Index(folder)
    answers = slowest = 0.0
    seen: set[int] = set()
    errors: list[str] = []
    while time.time() < until:
        began = time.perf_counter()
        try:
            seen.add(_ask(index, encoder, chance))
        except Exception as error:
            errors.append(repr(error))
        answers += 1
        slowest = max(slowest, time.perf_counter() - began)
    counts = {"answers": int(answers), "generations": len(seen), "slowest": slowest, "errors": errors}
    results.put({"writer": False, **counts})


def _ask(index: Index, encoder: TinyEncoder, chance: random.Random) -> int:
    with index.snapshot() as snapshot:
        derived, store = snapshot.indexes, snapshot.store
        keys = store.document_keys()
        documents = set(keys.values())
        if {document for _, document in derived.sentences.entries()} != documents:
            raise AssertionError("the vectors belong to other documents than the texts")
        if len(derived.sentences) != sum(
            len(row.sentences) for row in store.passages(store.passage_keys())
        ) or len(derived.sentence_terms) != len(derived.sentences):
            raise AssertionError("vectors, words and sentences differ in number")
        document = store.document(chance.choice(sorted(keys)))
        assert document is not None
        passage = chance.choice(store.passages(store.passage_keys([keys[document.doc_id]])))
        sentence = chance.choice(passage.sentences)
        text = document.text[sentence.start : sentence.end]
        if text != passage.text[sentence.start - passage.start : sentence.end - passage.start]:
            raise AssertionError("a sentence is not the slice at its offsets")
        (near, similarity), *_ = derived.sentences.search(encoder.encode([text])[0], 1)
        if similarity < 0.999 or not store.passages_of([near]):
            raise AssertionError(f"a sentence is not found by its own vector ({similarity})")
        hits = derived.sentence_terms.search([w for w in text.lower().split() if w.isdigit()], 50)
        if hits and not store.passages_of(key for key, _ in hits):
            raise AssertionError("the words belong to missing sentences")
        return derived.generation


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        docs, folder = Path(name, "docs"), Path(name, "index")
        docs.mkdir()
        for number in range(options.documents):
            (docs / f"{number}.txt").write_text(corpus.document(number, 10))
        encoder = TinyEncoder()
        Index.create(folder, encoder).update([str(docs)], lambda: encoder)
        context = multiprocessing.get_context("spawn")
        results: Queue[Any] = context.Queue()
        until = time.time() + options.seconds + 2
        workers = [context.Process(target=write, args=(docs, folder, until, results))]
        workers += [
            context.Process(target=read, args=(folder, until, seed, results))
            for seed in range(options.readers)
        ]
        for worker in workers:
            worker.start()
        reports = [results.get(timeout=options.seconds + 120) for _ in workers]
        for worker in workers:
            worker.join()
        faults = [str(fault) for fault in doctor.check(folder)]
    writer = next(result for result in reports if result["writer"])
    readers = [result for result in reports if not result["writer"]]
    errors = [error for result in reports for error in result["errors"]] + faults
    lines = [
        "# Reading while writing",
        "",
        "Written by `python benchmarks/library/readers_while_writing.py`. Each answer must belong to one",
        "generation completely: its documents, their vectors, their words, their texts.",
        "",
        "| | |",
        "|---|---|",
        f"| seconds | {options.seconds:.0f} |",
        f"| generations written | {writer['generations']:,} |",
        f"| processes reading | {len(readers)} |",
        f"| answers | {sum(result['answers'] for result in readers):,} |",
        f"| generations seen by each reader | {min(r['generations'] for r in readers):,} and more |",
        f"| longest answer, including the loading of a new generation | {max(r['slowest'] for r in readers):.2f} s |",
        f"| **errors, inconsistent answers, faults afterwards** | **{len(errors):,}** |",
    ]
    print("\n".join(lines))
    for error in errors[:20]:
        print(error)
    if options.output is not None:
        options.output.with_suffix(".md").write_text("\n".join(lines) + "\n")
        options.output.with_suffix(".json").write_text(json.dumps(reports, indent=1) + "\n")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
