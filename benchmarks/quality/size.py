"""Does the confidence depend on the size of the index? The same questions to indexes of increasing size.

    python benchmarks/quality/size.py DATA TRAIN [--work DIR] [--save]

DATA is the folder of the question sets; TRAIN is that of the training texts. Questions of squad11, which no
fit has used, are asked of their paragraphs together with more and more others, up to the full index;
questions about privacy policies, which no index answers, are asked of each as well.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from run import at_risk
from sets import SEED, Remembering, everything, indexed, largest, rows

from qa import encoders
from qa.answer.answerer import Answerer
from qa.evaluate import Outcome, auroc, calibration_error, figures, gold_of, outcome
from qa.index import Index

HERE = Path(__file__).parent
SIZES = (20, 200, 2_000, 20_000, None)
QUESTIONS = 300
RISK = 0.05
SMALL = 120
"""Number of indexes of a size too small for all questions; each has the paragraphs of some questions."""
HEAD = """# The confidence by size of the index

Written by `python benchmarks/quality/size.py DATA TRAIN --save`: {questions} questions of squad11, which no fit
has used, and {far} about privacy policies, which no index answers. *AUROC*: the first against the second. *ECE* and
the last two columns are over both. In the two smallest sizes each question is asked of the one index of {small} that
contains its answer.

| documents | sentences | hit@1 | hit@3 | AUROC | ECE | answered at risk {risk} | wrong |
|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write size.md here")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    encoder = Remembering(encoders.load())
    texts = {row["_id"]: row for row in everything(options.data, options.train)}
    asked = [row for row in rows(options.data / "squad11" / "questions.jsonl") if str(row["doc_id"]) in texts]
    asked = chance.sample(asked, QUESTIONS)
    far = [row["question"] for row in rows(options.data / "policyqa_dev" / "questions.jsonl")][:QUESTIONS]
    needed = list(dict.fromkeys(str(row["doc_id"]) for row in asked))
    others = [name for name in texts if name not in set(needed)]
    chance.shuffle(others)
    large = largest(options.data, options.train, options.work, encoder)
    lines = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(dir=options.work) as folder:
            lines.append(measure(size, Path(folder), encoder, texts, needed, others, asked, far, large))
            print(lines[-1], flush=True)
    table = HEAD.format(small=SMALL, questions=len(asked), far=len(far), risk=RISK) + "\n".join(lines) + "\n"
    print(table)
    if options.save:
        (HERE / "size.md").write_text(table)


def measure(
    size: int | None,
    folder: Path,
    encoder: Remembering,
    texts: dict[str, dict],
    needed: list[str],
    other_texts: list[str],
    asked: list[dict],
    far: list[str],
    large: Index,
) -> str:
    """Return a row of the table: the questions asked of indexes of about this many sentences."""
    # Small indexes cannot contain all paragraphs: each question is asked of an index with its paragraph.
    together = size is None or size >= 4 * len(needed)
    groups = [needed] if together else [[name] for name in needed[:SMALL]]
    outcomes: list[Outcome] = []
    outside: list[float] = []
    sentences = documents = 0
    for at, group in enumerate(groups):
        index = large
        if size is not None:
            around = other_texts[at * 7 :] + other_texts[: at * 7]
            members = [*group, *around[: max(0, round(size / 4.9) - len(group))]]
            corpus = folder / f"{at}.jsonl"
            corpus.write_text("".join(json.dumps(texts[name]) + "\n" for name in members))
            index = indexed(corpus, folder / str(at), encoder)
        answerer = Answerer(index, encoder)
        inside = [row for row in asked if str(row["doc_id"]) in set(group)]
        outcomes += (outcome(answerer.ask(row["question"], k=10), gold_of(row)) for row in inside)
        sampled = far if together else far[at * 4 % len(far) :][:4]
        outside += (answerer.ask(question, k=1).confidence for question in sampled)
        documents += len(index.documents())
        sentences += sum(info.sentences for info in index.documents())
    result_figures = figures(outcomes)
    right = [o.rank is not None and o.rank <= 3 for o in outcomes] + [False] * len(outside)
    sure = [o.confidence for o in outcomes]
    answered, wrong = at_risk(outcomes, outside, RISK)
    hit = result_figures.hit or {}
    return (
        f"| {documents // len(groups):,} | {sentences // len(groups):,} | {hit[1]:.3f} | {hit[3]:.3f} | "
        f"{auroc(sure, outside):.3f} | {calibration_error([*sure, *outside], right):.3f} | {answered:.3f} | {wrong:.3f} |"
    )


if __name__ == "__main__":
    main()
