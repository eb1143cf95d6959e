"""Fits the weights of the score and the calibration of the confidence, and writes src/qa/search/fitted.json.

    python benchmarks/quality/fit.py DATA TRAIN [--work DIR]

DATA is the folder of the question sets; TRAIN is that of the training texts, which make up a large index. The
weights are fitted on squad11_train_part and selqa_dev, asked of everything and of the one article with the
answer, and on policyqa_dev, listwise: the objective is the likelihood that a softmax over the scores of a
question's candidates assigns to the sentences with the answer. Each weight may change with the number of the
question's terms and of the searched sentences. The confidence, a product of two logistic functions, is fitted
to the features of whole result sets: answerable questions (right if one of the first three quotes contains
the answer), questions whose answer is outside the index (in another part of the same article: near misses),
and questions on unrelated topics, each on indexes from a dozen to ninety thousand sentences.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize
from sets import Case, QuestionSet, Remembering, indexed, largest, load, rows

from qa import encoders
from qa.answer.confidence import QUOTES, features, probability
from qa.answer.quotes import quotes_of
from qa.evaluate import Gold, auroc, calibration_error, folded, gold_of, is_right
from qa.index import Index
from qa.record import Quote
from qa.search import fitted
from qa.search.result import SearchResult
from qa.search.score import shape
from qa.search.searcher import Searcher
from qa.types import Features

Asked = tuple[str, Gold | None, tuple[str, ...]]
HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qa" / "search" / "fitted.json"
AGAINST = ("names", "numbers", "unopposed", "negated")
"""Features that speak against an answer: they are used by the confidence, and do not improve the order."""
MEASURES = [field.name for field in fields(Features) if field.name not in ("reader", "expected", *AGAINST)]
KINDS = ["number", "date", "name", "place"]
NAMES = [*MEASURES, *KINDS]
RIDGE = 1e-5
FACTORS = {
    "place": ("dense", "dense_best", "dense_passage", "margin", "size", "size_squared"),
    "accord": ("names", "numbers", "unopposed", "negated", "lacking"),
}
"""The factors of the confidence: the right place was found, and nothing there speaks against it."""
MOST = {"lacking": -4.0}
"""Bounds of coefficients. In large collections some sentence near a "when" always contains a date, so hardly
any observation has quotes without the expected kind; in a short text that is typical of a question without
an answer."""
DEPTH = 150
"""Number of candidates of a question in the listwise fit."""
LARGE = 500
"""Number of questions of a set that are asked of the full index."""
LEAST = 0.1
"""Features whose weight is below this everywhere are dropped; other weights are about 10."""


# -- the weights of the score -----------------------------------------------------------------------


@dataclass(frozen=True)
class Candidates:
    """A question's candidates: their features, which of them are right, and the lengths of question and
    index."""

    measures: np.ndarray
    right: np.ndarray
    shape: tuple[float, float]
    weight: float


def vector(features: Features, kind: str | None) -> list[float]:
    values = [getattr(features, name) for name in MEASURES]
    return values + [features.expected if kind == name else 0.0 for name in KINDS]


def article(doc_id: str | None) -> str:
    return re.split("[#/]", str(doc_id))[0]


def within(question_set: QuestionSet) -> QuestionSet:
    """Return the same questions, each limited to the article with its answer."""

    members: dict[str, list[str]] = defaultdict(list)
    for document in question_set.index.documents():
        members[article(document.doc_id)].append(document.doc_id)
    cases = [
        replace(case, documents=tuple(members[article(case.gold.doc_id)])) for case in question_set.cases
    ]
    return QuestionSet(f"{question_set.name} by article", question_set.index, tuple(cases))


def candidates(question_set: QuestionSet, encoder: Remembering, weight: float) -> list[Candidates]:
    """Return every question with an answer among its candidates; the weights of a set add up to ``weight``."""
    searcher = Searcher(question_set.index, encoder)
    examples = []
    with question_set.index.snapshot() as snapshot:
        for case in question_set.cases:
            if not case.gold.answerable:
                continue
            result = searcher.search(snapshot, case.text, case.documents)
            hits = result.hits[:DEPTH]
            right = np.array([has_answer(result, hit.sentence, case) for hit in hits])
            if right.any():
                measures = np.array([vector(h.features, result.question.kind) for h in hits])
                examples.append((measures, right, shape(len(result.question.terms), result.sentences)))
    print(f"{question_set.name}: {len(examples)} questions with their candidates", file=sys.stderr)
    return [Candidates(*example, weight / len(examples)) for example in examples]


def has_answer(result: SearchResult, sentence, case: Case) -> bool:
    row = result.passages[sentence]
    text = folded(row.text[sentence.start - row.start : sentence.end - row.start])
    return sentence.doc_id == case.gold.doc_id and any(
        answer in text or (text in answer and len(text) > len(answer) / 2)
        for answer in map(folded, case.gold.answers)
    )


def fit_weights(data: list[Candidates]) -> dict[str, tuple[float, float, float]]:
    """Return the constant and slopes of each feature's weight, by the listwise likelihood with slight ridges."""
    shapes = torch.tensor([question.shape for question in data]) - 0.5
    depth = max(len(question.right) for question in data)
    measures = torch.zeros(len(data), depth, len(NAMES))
    right, is_candidate = (torch.zeros(len(data), depth, dtype=torch.bool) for _ in range(2))
    for at, question in enumerate(data):
        measures[at, : len(question.right)] = torch.tensor(question.measures, dtype=torch.float32)
        right[at, : len(question.right)] = torch.tensor(question.right)
        is_candidate[at, : len(question.right)] = True
    share = torch.tensor([question.weight for question in data])
    share /= share.sum()
    constant = torch.full((len(NAMES),), 2.0, requires_grad=True)
    slopes = torch.zeros(len(NAMES), 2, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [constant, slopes], max_iter=200, line_search_fn="strong_wolfe", history_size=20
    )

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        weights = torch.nn.functional.softplus(constant + shapes @ slopes.T)
        scores = torch.einsum("qdk,qk->qd", measures, weights).masked_fill(~is_candidate, -1e9)
        missed = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
        value = (share * missed).sum() + 1e-4 * (weights**2).sum(1).mean() + 2.5e-5 * (slopes**2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    with torch.no_grad():
        corners = torch.tensor([[a, b] for a in (-0.5, 0.5) for b in (-0.5, 0.5)])
        greatest = torch.nn.functional.softplus(constant + corners @ slopes.T).amax(0)
        start = constant - slopes.sum(1) / 2
    return {
        name: (float(start[at]), *map(float, slopes[at]))
        for at, name in enumerate(NAMES)
        if name in KINDS or greatest[at] >= LEAST
    }


# -- the calibration of the confidence --------------------------------------------------------------


def small_indexes(data: Path, work: Path, encoder: Remembering, name: str, count: int):
    """Build indexes of some paragraphs of an article, with questions whose answer is in, near and far from
    them."""
    chance = random.Random(7)
    articles: dict[str, list[dict]] = defaultdict(list)
    for row in rows(data / name / "corpus.jsonl"):
        articles[row["title"]].append(row)
    questions: dict[str, list[dict]] = defaultdict(list)
    for row in rows(data / name / "questions.jsonl"):
        questions[str(row.get("doc_id"))].append(row)
    far = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")]
    titles = sorted(
        title for title, paragraphs_of_article in articles.items() if len(paragraphs_of_article) >= 4
    )
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
        question = [q for t in chance.sample(titles, 3) if t != title for row in articles[t][:3]
                 for q in questions[row["doc_id"]][:1]]  # fmt: skip
        asked = [
            (q, "in" if q.get("answerable", True) else "near") for q in chance.sample(own, min(10, len(own)))
        ]
        asked += [(q, "near") for q in chance.sample(near, min(3, len(near)))]
        asked += [({"question": q}, "far") for q in chance.sample(far, 4)]
        asked += [(q, "far") for q in question[:3]]
        yield index, asked


def observe(
    index: Index, encoder: Remembering, asked: list[Asked]
) -> Iterator[tuple[dict[str, float], bool]]:
    """Return the features of each result set, and whether its first quotes contain the answer."""
    searcher = Searcher(index, encoder)
    encoder.encode([text for text, *_ in asked], query=True)
    with index.snapshot() as snapshot:
        for text, gold, documents in asked:
            result = searcher.search(snapshot, text, documents)
            right = gold is not None and any(is_answer(q, gold) for q in quotes_of(snapshot, result, QUOTES))
            yield features(result), right


def is_answer(quote: Quote, gold: Gold) -> bool:
    """Return whether a quote is right, or, if only documents are known, whether it is from a right document."""
    return is_right(quote, gold) if gold.answers else quote.citation.doc_id in (gold.relevant or ())


def observations(
    data: Path, train: Path, work: Path, encoder: Remembering, full: list[QuestionSet]
) -> list[dict]:
    sample: list[dict] = []

    def add(name: str, index: Index, kinds: list[str], asked: list[Asked], about: list[str]) -> None:
        for kind, topic, (values, right) in zip(kinds, about, observe(index, encoder, asked), strict=True):
            sample.append({"set": name, "kind": kind, "article": topic, "x": values, "y": right})

    for name, count in (("squad11_train_part", 120), ("squad20", 60)):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            for index, rows_asked in small_indexes(data, Path(folder), encoder, name, count):
                kinds = [kind for _, kind in rows_asked]
                golds = [gold_of(row) if kind == "in" else None for row, kind in rows_asked]
                asked = [
                    (row["question"], gold, ()) for (row, _), gold in zip(rows_asked, golds, strict=True)
                ]
                about = [article(row.get("doc_id")) for row, _ in rows_asked]
                add(f"small {name}", index, kinds, asked, about)
        print(f"small {name}: {len(sample)} observations", file=sys.stderr)
    far = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")]
    # Questions on unrelated topics: of people at a search engine, and about privacy policies.
    policies = [case.text for each in full if each.name == "policyqa_dev" for case in each.cases[-150:]]
    for each in full:
        cases = each.cases[: 3000 if each.name == "squad20" else 1000]
        kinds = ["in" if c.gold.answerable else "near" for c in cases]
        asked = [(c.text, c.gold if c.gold.answerable else None, c.documents) for c in cases]
        other_sets = far if each.name in ("policyqa_dev", "cisi") else policies
        asked += [(text, None, ()) for text in other_sets]
        about = [article(c.gold.doc_id) for c in cases] + [""] * len(other_sets)
        add(each.name, each.index, kinds + ["far"] * len(other_sets), asked, about)
        print(f"{each.name}: {len(sample)} observations", file=sys.stderr)
    large = largest(data, train, work, encoder)
    for each in full[:2]:
        cases = each.cases[:LARGE]
        asked = [*((c.text, c.gold, ()) for c in cases), *((text, None, ()) for text in policies)]
        kinds = ["in"] * len(cases) + ["far"] * len(policies)
        add(
            f"large {each.name}",
            large,
            kinds,
            asked,
            [article(c.gold.doc_id) for c in cases] + [""] * len(policies),
        )
        print(f"large {each.name}: {len(sample)} observations", file=sys.stderr)
    return sample


def weight_of(observation: dict) -> float:
    """Return the weight of an observation.

    A privacy policy answers a question in many places, and the set names only some of them, so whether a
    quote is right is uncertain. Misleading questions are rare in practice; they count, but less than their
    number. In a large index another document may also answer, and such a quote counts as wrong.
    """
    if observation["set"] == "policyqa_dev" and observation["kind"] == "in":
        return 0.0
    if observation["set"].startswith("large"):
        return 0.5
    return 0.12 if is_misleading(observation) else 1.0


Confidence = dict[str, dict[str, float]]


def fit_confidence(sample: list[dict]) -> Confidence:
    """Return the likeliest product of two logistic regressions, with slight ridges."""
    columns = [
        np.array([[1.0, *(m["x"][name] for name in names)] for m in sample]) for names in FACTORS.values()
    ]
    cut = columns[0].shape[1]
    y = np.array([m["y"] for m in sample], dtype=float)
    w = np.array([weight_of(m) for m in sample])
    w /= w.sum()

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        factors = [1 / (1 + np.exp(-x @ part)) for x, part in zip(columns, (b[:cut], b[cut:]), strict=True)]
        p = np.clip(factors[0] * factors[1], 1e-12, 1 - 1e-12)
        slope = w * (p - y) / (1 - p)
        gradient = np.concatenate([x.T @ (slope * (1 - q)) for x, q in zip(columns, factors, strict=True)])
        ridge = RIDGE * b
        ridge[[0, cut]] = 0
        value = -(w * (y * np.log(p) + (1 - y) * np.log1p(-p))).sum() + ridge @ b
        return value, gradient + 2 * ridge

    names = ["intercept", *FACTORS["place"], "intercept", *FACTORS["accord"]]
    start = np.zeros(len(names))
    start[cut] = 1.0
    bounds = [(None, MOST.get(name)) for name in names]
    b = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000}).x
    fitted_to = [dict(zip(names[:cut], map(float, b[:cut]), strict=True)),
                 dict(zip(names[cut:], map(float, b[cut:]), strict=True))]  # fmt: skip
    return dict(zip(FACTORS, fitted_to, strict=True))


def apply(sample: list[dict], factors: Confidence) -> list[float]:
    return [probability(m["x"], factors) for m in sample]


FEWEST = 50
"""Minimum number of answers of a set for a meaningful error rate."""
CAUTION = 0.8
"""Share of an error rate that the sets here may reach, because another set may have more errors than any of
them."""
RISKS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)


def thresholds(sample: list[dict], confidences: list[float]) -> dict[str, float]:
    """Return for each error rate the lowest confidence at which no set has more errors.

    ``p`` are confidences by fits on other sets, so no set lowers its own threshold; the most demanding set
    decides, because the rate is a promise. The questions are ordinary ones: with an answer, without one, or
    on an unrelated topic; misleading questions and sets with uncertain gold answers are excluded.
    """
    by_set: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for observation, confidence in zip(sample, confidences, strict=True):
        is_certain = observation["set"] not in ("policyqa_dev", "cisi") and not observation["set"].startswith(
            "large"
        )
        if is_certain and not is_misleading(observation):
            by_set[observation["set"]].append((confidence, observation["y"]))
    limits = dict.fromkeys(map(str, RISKS), 0.0)
    for observed in by_set.values():
        limits_of_set: dict[str, float] = {}
        wrong = 0
        for answered, (confidence, right) in enumerate(sorted(observed, reverse=True), start=1):
            wrong += not right
            for risk in RISKS:
                if answered >= FEWEST and wrong <= CAUTION * risk * answered:
                    limits_of_set[str(risk)] = confidence
        for risk, confidence in limits_of_set.items():
            limits[risk] = max(limits[risk], confidence)
    return limits


def is_misleading(observation: dict) -> bool:
    """Return whether a question was written to look answerable; the reported figures exclude those."""
    return "squad20" in observation["set"] and observation["kind"] == "near"


def report(sample: list[dict], confidences: list[float], title: str) -> list[str]:
    """Print the quality of the confidences of each set, and return it as the rows of a table."""
    lines = [
        "| set | observations | right | mean confidence | ECE | AUROC far | near | answered at risk 0.05 | wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(m["set"] for m in sample):
        observations_of_set = [(m, q) for m, q in zip(sample, confidences, strict=True) if m["set"] == name]
        inside = [q for m, q in observations_of_set if m["kind"] == "in"]
        far = auroc(inside, [q for m, q in observations_of_set if m["kind"] == "far"])
        near = auroc(inside, [q for m, q in observations_of_set if m["kind"] == "near"])
        asked = [(m, q) for m, q in observations_of_set if not is_misleading(m)]
        right = [m["y"] for m, _ in asked]
        ece = calibration_error([q for _, q in asked], right)
        other_observations = [(m, q) for m, q in zip(sample, confidences, strict=True) if m["set"] != name]
        least = thresholds([m for m, _ in other_observations], [q for _, q in other_observations])["0.05"]
        answered = [(m["kind"], m["y"]) for m, q in asked if q >= least]
        wrong = sum(not y for _, y in answered) / max(1, len(answered))
        share = sum(kind == "in" for kind, _ in answered) / max(1, len(inside))
        shown = [f"{value:.3f}" if value is not None else "-" for value in (far, near)]
        lines.append(
            f"| {name} | {len(asked):,} | {np.mean(right):.3f} | {np.mean([q for _, q in asked]):.3f} | {ece:.3f} | "
            f"{shown[0]} | {shown[1]} | {share:.3f} | {wrong:.3f} |"
        )
    print("\n".join(["", title, *lines]))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--only", choices=("weights", "confidence"), help="fit only these")
    parser.add_argument("--again", action="store_true", help="fit the confidence to what was observed before")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.again:
        calibrate(json.loads((options.work / "observations.json").read_text()))
        return
    if not options.only:
        # One process each: the confidence must be fitted to the results of the new weights.
        for only in ("weights", "confidence"):
            subprocess.run([sys.executable, *sys.argv, "--only", only], check=True)
        return
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    names = ["squad11_train_part", "selqa_dev", "squad20", "policyqa_dev"]
    full = [load(options.data / name, options.work, encoder, 3000) for name in names]
    for question_set in full:
        remember(question_set.index, encoder)
    if options.only == "weights":
        weights = fit_weights(
            [
                *candidates(full[0], encoder, 1),
                *candidates(full[1], encoder, 1),
                *candidates(within(full[0]), encoder, 1),
                *candidates(within(full[1]), encoder, 1),
                *candidates(full[3], encoder, 1),
            ]
        )
        write(weights=weights)
        encoder.keep_queries(options.work / "queries.npz")
    else:
        full[-1] = load(options.data / names[-1], options.work, encoder, 3000, "questions_grouped.jsonl")
        full.append(load(options.data / "cisi", options.work, encoder, 3000))
        sample = observations(options.data, options.train, options.work, encoder, full)
        encoder.keep_queries(options.work / "queries.npz")
        (options.work / "observations.json").write_text(json.dumps(sample))
        calibrate(sample)


def calibrate(sample: list[dict]) -> None:
    """Fit the confidence and its thresholds to observations, report the quality, and write them."""
    factors = fit_confidence(sample)
    report(sample, apply(sample, factors), "fitted on all")
    left_out = leave_one_out(sample)
    lines = report(sample, left_out, "each set by a fit on the others")
    near = misled(sample)
    risks = thresholds(sample, left_out)
    with (HERE / "calibration.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "kind", "confidence", "right"])
        for observation, confidence in zip(sample, left_out, strict=True):
            writer.writerow(
                [observation["set"], observation["kind"], f"{confidence:.4f}", int(observation["y"])]
            )
    (HERE / "calibration.md").write_text("\n".join([HEAD, *lines, "", TAIL.format(near)]))
    print("thresholds:", {risk: round(q, 3) for risk, q in risks.items()})
    print("confidence:", {name: {n: round(c, 2) for n, c in f.items()} for name, f in factors.items()})
    write(confidence=factors, risks=risks)


HEAD = """# The confidence on sets outside its fit

Written by `python benchmarks/quality/fit.py DATA TRAIN`. Every row comes from a fit on the other sets (small and large
indexes belong to their set); the threshold of the last two columns comes from the other sets, too. *Right*: one of the
first three quotes contains the answer. *far*: an answerable question against one on another topic; *near*: against one
on the same articles. *Answered*: share of the answerable questions; *wrong*: share of all answers, including those to
questions on other topics. squad20's misleading questions are only in the column *near*. policyqa's gold answers name
some of the many right places, those of a large index one of perhaps several: rightness is uncertain there.
"""
TAIL = """Only squad20 has misleading questions, so a fit on the other sets has never seen one. With a fit on all sets
and the other half of squad20's articles, the AUROC *near* of squad20 is **{:.3f}**.
"""


def leave_one_out(sample: list[dict]) -> list[float]:
    confidences = [0.0] * len(sample)
    for name in dict.fromkeys(m["set"].split(" ")[-1] for m in sample):
        factors = fit_confidence([m for m in sample if name not in m["set"]])
        for at, m in enumerate(sample):
            if name in m["set"]:
                confidences[at] = probability(m["x"], factors)
    return confidences


def misled(sample: list[dict]) -> float:
    """Return how well a fit on other articles recognises misleading questions."""
    articles = sorted({m["article"] for m in sample if m["set"] == "squad20" and m["article"]})
    inside: list[float] = []
    near: list[float] = []
    for half in (set(articles[::2]), set(articles[1::2])):
        factors = fit_confidence([m for m in sample if m["article"] not in half or "squad20" not in m["set"]])
        for m in sample:
            if m["set"] == "squad20" and m["article"] in half:
                (inside if m["kind"] == "in" else near).append(probability(m["x"], factors))
    value = auroc(inside, near)
    assert value is not None
    print(f"\nsquad20, each half of the articles by a fit without it: AUROC near {value:.3f}")
    return value


def remember(index: Index, encoder: Remembering) -> None:
    """Cache the sentence vectors of an index, so that samples of its paragraphs need not embed them again."""
    with index.snapshot() as snapshot:
        texts = {}
        for row in snapshot.store.passages(snapshot.store.passage_keys()):
            for sentence in row.sentences:
                texts[sentence.id] = row.text[sentence.start - row.start : sentence.end - row.start]
        encoder.remember(list(texts.values()), snapshot.indexes.sentences.vectors(list(texts)))


def rounded(value):
    """Round numbers to four digits, at any depth."""
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}")


def write(
    weights: dict[str, tuple[float, float, float]] | None = None,
    confidence: Confidence | None = None,
    risks: dict[str, float] | None = None,
) -> None:
    """Replace some of the fitted numbers."""
    numbers = {
        "weights": weights or fitted.WEIGHTS,
        "confidence": confidence or fitted.CONFIDENCE,
        "thresholds": risks or fitted.THRESHOLDS,
    }
    TARGET.write_text(json.dumps(rounded(numbers), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
