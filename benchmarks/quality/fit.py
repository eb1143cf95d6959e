"""Fits the weights of the score and the calibration of the confidence, and writes src/qa/fitted.py.

    python benchmarks/quality/fit.py DATA [--work DIR]

DATA is the folder of the question sets. The weights are fitted on squad11_train_part and selqa_dev,
listwise: the likelihood that a softmax over the scores of a question's candidates gives the sentences
that hold the answer. The confidence is fitted by logistic regression on the features of whole result
sets: answerable questions (right where one of the first three quotes holds the answer), questions whose
answer stands outside the index (another part of the same article: near misses), questions on something
else altogether, each on indexes from a dozen sentences to ten thousand.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sets import Case, QuestionSet, Remembering, indexed, load, rows

from qa import embed
from qa.answer import Answerer
from qa.confidence import QUOTES, features
from qa.evaluate import auroc, calibration_error, folded, is_right
from qa.index import Index
from qa.search import Found, Searcher
from qa.types import Evidence

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qa" / "fitted.py"
MEASURES = [field.name for field in fields(Evidence) if field.name not in ("reader", "expected")]
KINDS = ["number", "date", "name", "place"]
NAMES = [*MEASURES, *KINDS]
DEPTH = 120
"""Candidates of a question that the listwise fit looks at."""


# -- the weights of the score -----------------------------------------------------------------------


def vector(evidence: Evidence, kind: str | None) -> list[float]:
    values = [getattr(evidence, name) for name in MEASURES]
    return values + [evidence.expected if kind == name else 0.0 for name in KINDS]


def candidates(sets: list[QuestionSet], encoder: Remembering) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """For every question its candidates' measures, which of them are right, and the question's weight."""
    made = []
    for each in sets:
        searcher = Searcher(each.index, encoder)
        found_here = []
        with each.index.snapshot() as snapshot:
            for case in each.cases:
                if not case.gold.answerable:
                    continue
                found = searcher.search(snapshot, case.text, case.documents)
                hits = found.hits[:DEPTH]
                right = np.array([holds(found, hit.sentence, case) for hit in hits])
                if right.any():
                    found_here.append((np.array([vector(h.evidence, found.question.kind) for h in hits]), right))
        made.extend((measures, right, 1 / len(found_here)) for measures, right in found_here)
    return made


def holds(found: Found, sentence, case: Case) -> bool:
    row = found.passages[sentence]
    text = folded(row.text[sentence.start - row.start : sentence.end - row.start])
    return sentence.doc_id == case.gold.doc_id and any(
        answer in text or (text in answer and len(text) > len(answer) / 2)
        for answer in map(folded, case.gold.answers)
    )


def fit_weights(data: list[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """Non-negative weights of the listwise likelihood, with a slight ridge."""
    total = sum(weight for *_, weight in data)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = 0.0, np.zeros_like(w)
        for measures, right, weight in data:
            scores = measures @ w
            scores -= scores.max()
            e = np.exp(scores)
            p = e / e.sum()
            q = np.where(right, e, 0)
            q /= q.sum()
            value -= weight * np.log(e[right].sum() / e.sum())
            gradient += weight * ((p - q) @ measures)
        return value / total + 1e-4 * w @ w, gradient / total + 2e-4 * w

    start = np.ones(len(NAMES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(NAMES))
    return found.x


# -- the calibration of the confidence --------------------------------------------------------------


def small_indexes(data: Path, work: Path, encoder: Remembering, name: str, count: int):
    """Indexes of a few paragraphs of one article, with questions whose answer is in, beside and far from them."""
    chance = random.Random(7)
    articles: dict[str, list[dict]] = defaultdict(list)
    for row in rows(data / name / "corpus.jsonl"):
        articles[row["title"]].append(row)
    questions: dict[str, list[dict]] = defaultdict(list)
    for row in rows(data / name / "questions.jsonl"):
        questions[str(row.get("doc_id"))].append(row)
    far = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")]
    titles = sorted(title for title, found in articles.items() if len(found) >= 4)
    for at in range(count):
        title = chance.choice(titles)
        size = chance.choice([3, 5, 8, 15, 40])
        paragraphs = articles[title]
        inside = paragraphs[:]
        chance.shuffle(inside)
        inside = inside[: min(size, max(2, len(inside) // 2))]
        ids = {row["doc_id"] for row in inside}
        corpus = work / f"{name}-{at}.jsonl"
        corpus.write_text("".join(json.dumps(row) + "\n" for row in inside))
        index = indexed(corpus, work / f"{name}-{at}", encoder)
        near = [q for row in paragraphs if row["doc_id"] not in ids for q in questions[row["doc_id"]]]
        own = [q for doc_id in sorted(ids) for q in questions[doc_id]]
        other = [q for t in chance.sample(titles, 3) if t != title for row in articles[t][:3]
                 for q in questions[row["doc_id"]][:1]]  # fmt: skip
        asked = [(q, "in" if q.get("answerable", True) else "near") for q in chance.sample(own, min(10, len(own)))]
        asked += [(q, "near") for q in chance.sample(near, min(3, len(near)))]
        asked += [({"question": q}, "far") for q in chance.sample(far, 4)]
        asked += [(q, "far") for q in other[:3]]
        yield index, asked


def observe(index: Index, encoder: Remembering, text: str, gold, documents=()) -> tuple[dict[str, float], bool]:
    """The features of one result set, and whether its first quotes hold the answer."""
    answerer = Answerer(index, encoder)
    searcher = Searcher(index, encoder)
    with index.snapshot() as snapshot:
        found = searcher.search(snapshot, text, documents)
    right = False
    if gold is not None:
        answer = answerer.ask(text, k=QUOTES, documents=documents)
        right = any(is_right(quote, gold) for quote in answer.quotes)
    return features(found), right


def observations(data: Path, work: Path, encoder: Remembering, full: list[QuestionSet]) -> list[dict]:
    from qa.evaluate import gold_of

    made: list[dict] = []
    for name, count in (("squad11_train_part", 120), ("squad20", 60), ("selqa_dev", 0), ("policyqa_dev", 0)):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            for index, asked in small_indexes(data, Path(folder), encoder, name, count):
                for row, kind in asked:
                    gold = gold_of(row) if kind == "in" else None
                    values, right = observe(index, encoder, row["question"], gold)
                    made.append({"set": f"small {name}", "kind": kind, "x": values, "y": right})
    far = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")]
    for each in full:
        for case in each.cases[:600]:
            gold = case.gold if case.gold.answerable else None
            if gold is not None and not gold.answers:
                continue
            values, right = observe(each.index, encoder, case.text, gold, case.documents)
            made.append({"set": each.name, "kind": "in" if gold else "near", "x": values, "y": right})
        if each.name in ("policyqa_dev", "cisi"):
            for text in far:
                values, _ = observe(each.index, encoder, text, None)
                made.append({"set": each.name, "kind": "far", "x": values, "y": False})
    # Questions on other matters against the large collections: those of the policies and of the source text.
    policies = next(each for each in full if each.name == "policyqa_dev")
    for each in full:
        if each.name not in ("policyqa_dev", "cisi"):
            for case in policies.cases[-150:]:
                values, _ = observe(each.index, encoder, case.text, None)
                made.append({"set": each.name, "kind": "far", "x": values, "y": False})
    return made


def fit_confidence(made: list[dict], names: list[str]) -> tuple[float, dict[str, float]]:
    """Logistic regression; each set and kind weighs alike, so that no set's size decides."""
    x = np.array([[m["x"][n] for n in names] for m in made])
    y = np.array([m["y"] for m in made], dtype=float)
    groups: dict[tuple[str, str], int] = defaultdict(int)
    for m in made:
        groups[m["set"], m["kind"]] += 1
    w = np.array([groups[m["set"], m["kind"]] ** -0.5 for m in made])
    w /= w.sum()

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        z = b[0] + x @ b[1:]
        p = 1 / (1 + np.exp(-z))
        value = (w * (np.logaddexp(0, z) - y * z)).sum() + 1e-4 * b[1:] @ b[1:]
        g = w * (p - y)
        return value, np.concatenate([[g.sum()], x.T @ g + 2e-4 * b[1:]])

    b = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    return float(b[0]), dict(zip(names, map(float, b[1:]), strict=True))


def apply(made: list[dict], intercept: float, coefficients: dict[str, float]) -> list[float]:
    return [
        float(1 / (1 + np.exp(-(intercept + sum(c * m["x"][n] for n, c in coefficients.items()))))) for m in made
    ]


def report(made: list[dict], p: list[float], title: str) -> None:
    print(f"\n{title}\n{'set':<28}{'n':>6}{'right':>8}{'mean p':>8}{'ECE':>8}{'AUROC far':>11}{'near':>8}")
    for name in dict.fromkeys(m["set"] for m in made):
        here = [(m, q) for m, q in zip(made, p, strict=True) if m["set"] == name]
        inside = [q for m, q in here if m["kind"] == "in"]
        far = auroc(inside, [q for m, q in here if m["kind"] == "far"])
        near = auroc(inside, [q for m, q in here if m["kind"] == "near"])
        y = [m["y"] for m, _ in here]
        ece = calibration_error([q for _, q in here], y)
        shown = [f"{value:.3f}" if value is not None else "-" for value in (far, near)]
        print(
            f"{name:<28}{len(here):>6}{np.mean(y):>8.3f}{np.mean([q for _, q in here]):>8.3f}{ece:>8.3f}"
            f"{shown[0]:>11}{shown[1]:>8}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--weights-only", action="store_true")
    parser.add_argument("--confidence-only", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoder = Remembering(embed.load())
    names = ["squad11_train_part", "selqa_dev", "squad20", "policyqa_dev"]
    full = [load(options.data / name, options.work, encoder, 1500) for name in names]
    for each in full:
        remember(each.index, encoder)
    if not options.confidence_only:
        weights = fit_weights(candidates(full[:2], encoder))
        print("weights:", {n: round(float(w), 2) for n, w in zip(NAMES, weights, strict=True)})
        write(weights=dict(zip(NAMES, map(float, weights), strict=True)))
    if not options.weights_only:
        full.append(load(options.data / "cisi", options.work, encoder, 0))
        made = observations(options.data, options.work, encoder, full)
        (options.work / "observations.json").write_text(json.dumps(made))
        names = list(made[0]["x"])
        intercept, coefficients = fit_confidence(made, names)
        report(made, apply(made, intercept, coefficients), "fitted on all")
        leave_one_out(made, names)
        print("confidence:", round(intercept, 2), {n: round(c, 2) for n, c in coefficients.items()})
        write(confidence={"intercept": intercept, **coefficients})


def leave_one_out(made: list[dict], names: list[str]) -> None:
    p = [0.0] * len(made)
    for left in dict.fromkeys(m["set"].removeprefix("small ") for m in made):
        fitted = fit_confidence([m for m in made if left not in m["set"]], names)
        for at, m in enumerate(made):
            if left in m["set"]:
                p[at] = apply([m], *fitted)[0]
    report(made, p, "each set by a fit on the others")


def remember(index: Index, encoder: Remembering) -> None:
    """Vectors of sentences stand in the index: samples of its paragraphs need not embed them again."""
    with index.snapshot() as snapshot:
        texts = {}
        for row, _, _ in snapshot.store.texts():
            for sentence in row.sentences:
                texts[sentence.id] = row.text[sentence.start - row.start : sentence.end - row.start]
        dense = snapshot.derived.sentences
        encoder.remember([texts[int(key)] for key in dense.keys], dense.matrix)


def write(weights: dict[str, float] | None = None, confidence: dict[str, float] | None = None) -> None:
    """Replaces one part of the fitted numbers, or both."""
    from qa import fitted

    weights = weights or dict(fitted.WEIGHTS)
    confidence = confidence or dict(fitted.CONFIDENCE)
    lines = [
        '"""Numbers fitted by benchmarks/quality/fit.py, which says on what; not to be edited by hand."""',
        "",
        "from collections.abc import Mapping",
        "from types import MappingProxyType",
        "",
    ]
    for name, values in (("WEIGHTS", weights), ("CONFIDENCE", confidence)):
        lines.append(f"{name}: Mapping[str, float] = MappingProxyType(\n    {{")
        lines += [f'        "{key}": {value:.4g},' for key, value in values.items()]
        lines.append("    }\n)")
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
