"""Fits the weights of the score and the calibration of the confidence, and writes src/qa/search/fitted.json.

    python benchmarks/quality/fit.py DATA TRAIN [--work DIR]

DATA is the folder of the question sets, TRAIN that of the texts for training, which serve to make a large index.
The weights are fitted on squad11_train_part and selqa_dev, asked of everything and of the one article that holds the
answer, and on policyqa_dev, listwise: the likelihood that a softmax over the scores of a question's candidates gives
the sentences that hold the answer. Each weight may change with the number of the question's terms and of the
sentences that are asked. The confidence, a product of two logistic functions, is fitted to the features of whole
result sets: answerable questions (right where one of the first three quotes holds the answer), questions whose answer
stands outside the index (another part of the same article: near misses), questions on something else altogether, each
on indexes from a dozen sentences to ninety thousand.
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
"""Measures of what speaks against an answer: they are for the confidence, and order nothing better."""
MEASURES = [field.name for field in fields(Features) if field.name not in ("reader", "expected", *AGAINST)]
KINDS = ["number", "date", "name", "place"]
NAMES = [*MEASURES, *KINDS]
RIDGE = 1e-5
FACTORS = {
    "place": ("dense", "dense_best", "dense_passage", "margin", "size", "size_squared"),
    "accord": ("names", "numbers", "unopposed", "negated", "lacking"),
}
"""The confidence is a product: the right place was found, and nothing that stands there speaks against it."""
MOST = {"lacking": -4.0}
"""Bounds of coefficients. In large collections some sentence near a "when" always holds a date, so hardly
any observation speaks of quotes that lack what was asked for; in a short text it is what a question without
an answer looks like."""
DEPTH = 150
"""Candidates of a question that the listwise fit looks at."""
LARGE = 500
"""Questions of a set that are asked of everything there is."""
LEAST = 0.1
"""A measure whose weight is nowhere greater, where others weigh about 10, is left out."""


# -- the weights of the score -----------------------------------------------------------------------


@dataclass(frozen=True)
class Candidates:
    """A question's candidates: their measures, which of them are right, and how long and large it is."""

    measures: np.ndarray
    right: np.ndarray
    shape: tuple[float, float]
    weight: float


def vector(features: Features, kind: str | None) -> list[float]:
    values = [getattr(features, name) for name in MEASURES]
    return values + [features.expected if kind == name else 0.0 for name in KINDS]


def article(doc_id: str | None) -> str:
    return re.split("[#/]", str(doc_id))[0]


def within(each: QuestionSet) -> QuestionSet:
    """The same questions, each asked of the article alone that its answer stands in."""

    members: dict[str, list[str]] = defaultdict(list)
    for document in each.index.documents():
        members[article(document.doc_id)].append(document.doc_id)
    cases = [replace(case, documents=tuple(members[article(case.gold.doc_id)])) for case in each.cases]
    return QuestionSet(f"{each.name} by article", each.index, tuple(cases))


def candidates(each: QuestionSet, encoder: Remembering, weight: float) -> list[Candidates]:
    """For every question with an answer among its candidates; the weights of a set add up to ``weight``."""
    searcher = Searcher(each.index, encoder)
    made = []
    with each.index.snapshot() as snapshot:
        for case in each.cases:
            if not case.gold.answerable:
                continue
            found = searcher.search(snapshot, case.text, case.documents)
            hits = found.hits[:DEPTH]
            right = np.array([holds(found, hit.sentence, case) for hit in hits])
            if right.any():
                measures = np.array([vector(h.features, found.question.kind) for h in hits])
                made.append((measures, right, shape(len(found.question.terms), found.sentences)))
    print(f"{each.name}: {len(made)} questions with their candidates", file=sys.stderr)
    return [Candidates(*one, weight / len(made)) for one in made]


def holds(found: SearchResult, sentence, case: Case) -> bool:
    row = found.passages[sentence]
    text = folded(row.text[sentence.start - row.start : sentence.end - row.start])
    return sentence.doc_id == case.gold.doc_id and any(
        answer in text or (text in answer and len(text) > len(answer) / 2)
        for answer in map(folded, case.gold.answers)
    )


def fit_weights(data: list[Candidates]) -> dict[str, tuple[float, float, float]]:
    """Constant and slopes of each measure's weight, by the listwise likelihood with slight ridges."""
    shapes = torch.tensor([one.shape for one in data]) - 0.5
    depth = max(len(one.right) for one in data)
    measures = torch.zeros(len(data), depth, len(NAMES))
    right, there = (torch.zeros(len(data), depth, dtype=torch.bool) for _ in range(2))
    for at, one in enumerate(data):
        measures[at, : len(one.right)] = torch.tensor(one.measures, dtype=torch.float32)
        right[at, : len(one.right)] = torch.tensor(one.right)
        there[at, : len(one.right)] = True
    share = torch.tensor([one.weight for one in data])
    share /= share.sum()
    constant = torch.full((len(NAMES),), 2.0, requires_grad=True)
    slopes = torch.zeros(len(NAMES), 2, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [constant, slopes], max_iter=200, line_search_fn="strong_wolfe", history_size=20
    )

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        weights = torch.nn.functional.softplus(constant + shapes @ slopes.T)
        scores = torch.einsum("qdk,qk->qd", measures, weights).masked_fill(~there, -1e9)
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
        asked = [
            (q, "in" if q.get("answerable", True) else "near") for q in chance.sample(own, min(10, len(own)))
        ]
        asked += [(q, "near") for q in chance.sample(near, min(3, len(near)))]
        asked += [({"question": q}, "far") for q in chance.sample(far, 4)]
        asked += [(q, "far") for q in other[:3]]
        yield index, asked


def observe(
    index: Index, encoder: Remembering, asked: list[Asked]
) -> Iterator[tuple[dict[str, float], bool]]:
    """The features of each result set, and whether its first quotes hold the answer."""
    searcher = Searcher(index, encoder)
    encoder.encode([text for text, *_ in asked], query=True)
    with index.snapshot() as snapshot:
        for text, gold, documents in asked:
            found = searcher.search(snapshot, text, documents)
            right = gold is not None and any(
                holds_answer(q, gold) for q in quotes_of(snapshot, found, QUOTES)
            )
            yield features(found), right


def holds_answer(quote: Quote, gold: Gold) -> bool:
    """Whether a quote is right, or where no answers are known but documents, of such a document."""
    return is_right(quote, gold) if gold.answers else quote.citation.doc_id in (gold.relevant or ())


def observations(
    data: Path, train: Path, work: Path, encoder: Remembering, full: list[QuestionSet]
) -> list[dict]:
    made: list[dict] = []

    def add(name: str, index: Index, kinds: list[str], asked: list[Asked], about: list[str]) -> None:
        for kind, what, (values, right) in zip(kinds, about, observe(index, encoder, asked), strict=True):
            made.append({"set": name, "kind": kind, "article": what, "x": values, "y": right})

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
        print(f"small {name}: {len(made)} observations", file=sys.stderr)
    far = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")]
    # Questions on other matters: of people at a search engine, and about privacy policies.
    policies = [case.text for each in full if each.name == "policyqa_dev" for case in each.cases[-150:]]
    for each in full:
        cases = each.cases[: 3000 if each.name == "squad20" else 1000]
        kinds = ["in" if c.gold.answerable else "near" for c in cases]
        asked = [(c.text, c.gold if c.gold.answerable else None, c.documents) for c in cases]
        others = far if each.name in ("policyqa_dev", "cisi") else policies
        asked += [(text, None, ()) for text in others]
        about = [article(c.gold.doc_id) for c in cases] + [""] * len(others)
        add(each.name, each.index, kinds + ["far"] * len(others), asked, about)
        print(f"{each.name}: {len(made)} observations", file=sys.stderr)
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
        print(f"large {each.name}: {len(made)} observations", file=sys.stderr)
    return made


def weight_of(m: dict) -> float:
    """How much an observation says.

    A privacy policy answers a question in many places, of which the set names some: whether a quote is
    right cannot be told there. Questions written to mislead are seldom asked by people who want to know; they
    count, but not as many as there are. In a large index another document may answer as well, and such a quote
    is taken for wrong.
    """
    if m["set"] == "policyqa_dev" and m["kind"] == "in":
        return 0.0
    if m["set"].startswith("large"):
        return 0.5
    return 0.12 if is_misleading(m) else 1.0


Confidence = dict[str, dict[str, float]]


def fit_confidence(made: list[dict]) -> Confidence:
    """The likeliest product of two logistic regressions, with slight ridges."""
    columns = [
        np.array([[1.0, *(m["x"][name] for name in names)] for m in made]) for names in FACTORS.values()
    ]
    cut = columns[0].shape[1]
    y = np.array([m["y"] for m in made], dtype=float)
    w = np.array([weight_of(m) for m in made])
    w /= w.sum()

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        found = [1 / (1 + np.exp(-x @ part)) for x, part in zip(columns, (b[:cut], b[cut:]), strict=True)]
        p = np.clip(found[0] * found[1], 1e-12, 1 - 1e-12)
        slope = w * (p - y) / (1 - p)
        gradient = np.concatenate([x.T @ (slope * (1 - q)) for x, q in zip(columns, found, strict=True)])
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


def apply(made: list[dict], factors: Confidence) -> list[float]:
    return [probability(m["x"], factors) for m in made]


FEWEST = 50
"""Answers of a set from which on its rate of error is one."""
CAUTION = 0.8
"""Share of a rate of error that the sets seen here may reach: another set may err more than any of them."""
RISKS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)


def thresholds(made: list[dict], p: list[float]) -> dict[str, float]:
    """For each rate of error, the least confidence from which no set's answers were wrong more often.

    ``p`` are confidences by fits on other sets, so that no threshold is flattered by its own set; the set
    that asks most decides, for the rate is a promise. Of questions as people ask them: with an answer,
    without one, or on something else; not of those that were written to mislead, nor of sets of which it
    cannot be told what is right.
    """
    by_set: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for m, q in zip(made, p, strict=True):
        told = m["set"] not in ("policyqa_dev", "cisi") and not m["set"].startswith("large")
        if told and not is_misleading(m):
            by_set[m["set"]].append((q, m["y"]))
    found = dict.fromkeys(map(str, RISKS), 0.0)
    for observed in by_set.values():
        here: dict[str, float] = {}
        wrong = 0
        for answered, (q, right) in enumerate(sorted(observed, reverse=True), start=1):
            wrong += not right
            for risk in RISKS:
                if answered >= FEWEST and wrong <= CAUTION * risk * answered:
                    here[str(risk)] = q
        for risk, q in here.items():
            found[risk] = max(found[risk], q)
    return found


def is_misleading(m: dict) -> bool:
    """Whether a question was written to look answerable: what is said of the confidence leaves those out."""
    return "squad20" in m["set"] and m["kind"] == "near"


def report(made: list[dict], p: list[float], title: str) -> list[str]:
    """Prints what the confidences of each set are worth, and gives it as the rows of a table."""
    lines = [
        "| set | observations | right | mean confidence | ECE | AUROC far | near | answered at risk 0.05 | wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(m["set"] for m in made):
        here = [(m, q) for m, q in zip(made, p, strict=True) if m["set"] == name]
        inside = [q for m, q in here if m["kind"] == "in"]
        far = auroc(inside, [q for m, q in here if m["kind"] == "far"])
        near = auroc(inside, [q for m, q in here if m["kind"] == "near"])
        asked = [(m, q) for m, q in here if not is_misleading(m)]
        right = [m["y"] for m, _ in asked]
        ece = calibration_error([q for _, q in asked], right)
        others = [(m, q) for m, q in zip(made, p, strict=True) if m["set"] != name]
        least = thresholds([m for m, _ in others], [q for _, q in others])["0.05"]
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
        # One process each: the confidence is to be fitted to what the new weights find.
        for only in ("weights", "confidence"):
            subprocess.run([sys.executable, *sys.argv, "--only", only], check=True)
        return
    encoder = Remembering(encoders.load())
    encoder.recall_queries(options.work / "queries.npz")
    names = ["squad11_train_part", "selqa_dev", "squad20", "policyqa_dev"]
    full = [load(options.data / name, options.work, encoder, 3000) for name in names]
    for each in full:
        remember(each.index, encoder)
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
        made = observations(options.data, options.train, options.work, encoder, full)
        encoder.keep_queries(options.work / "queries.npz")
        (options.work / "observations.json").write_text(json.dumps(made))
        calibrate(made)


def calibrate(made: list[dict]) -> None:
    """Fits the confidence and its thresholds to observations, tells how well, and writes them."""
    factors = fit_confidence(made)
    report(made, apply(made, factors), "fitted on all")
    left_out = leave_one_out(made)
    lines = report(made, left_out, "each set by a fit on the others")
    near = misled(made)
    risks = thresholds(made, left_out)
    with (HERE / "calibration.csv").open("w", newline="") as file:
        kept = csv.writer(file, lineterminator="\n")
        kept.writerow(["set", "kind", "confidence", "right"])
        for m, p in zip(made, left_out, strict=True):
            kept.writerow([m["set"], m["kind"], f"{p:.4f}", int(m["y"])])
    (HERE / "calibration.md").write_text("\n".join([HEAD, *lines, "", TAIL.format(near)]))
    print("thresholds:", {risk: round(q, 3) for risk, q in risks.items()})
    print("confidence:", {name: {n: round(c, 2) for n, c in f.items()} for name, f in factors.items()})
    write(confidence=factors, risks=risks)


HEAD = """# The confidence on sets that it was not fitted on

Made by `python benchmarks/quality/fit.py DATA TRAIN`. Every row is by a fit on the other sets (those of small and large
indexes belong to their set); the threshold of the last two columns comes of the other sets, too. *Right*: one of the
first three quotes holds the answer. *far*: an answerable question against one on other matters; *near*: against one
on the same articles. *Answered*: of the answerable questions; *wrong*: of what was answered, on other matters too.
squad20's questions that were written to mislead are in the column *near* alone. policyqa's gold answers name some of
the many right places, those of a large index one place of perhaps several: what is right there is told with doubt.
"""
TAIL = """Misleading questions stand in squad20 alone, so that a fit on the other sets has never seen one. By a fit on
all sets and the other half of squad20's articles, the AUROC *near* of squad20 is **{:.3f}**.
"""


def leave_one_out(made: list[dict]) -> list[float]:
    p = [0.0] * len(made)
    for left in dict.fromkeys(m["set"].split(" ")[-1] for m in made):
        others = fit_confidence([m for m in made if left not in m["set"]])
        for at, m in enumerate(made):
            if left in m["set"]:
                p[at] = probability(m["x"], others)
    return p


def misled(made: list[dict]) -> float:
    """How well misleading questions are told by a fit on other articles."""
    articles = sorted({m["article"] for m in made if m["set"] == "squad20" and m["article"]})
    inside: list[float] = []
    near: list[float] = []
    for half in (set(articles[::2]), set(articles[1::2])):
        others = fit_confidence([m for m in made if m["article"] not in half or "squad20" not in m["set"]])
        for m in made:
            if m["set"] == "squad20" and m["article"] in half:
                (inside if m["kind"] == "in" else near).append(probability(m["x"], others))
    value = auroc(inside, near)
    assert value is not None
    print(f"\nsquad20, each half of the articles by a fit without it: AUROC near {value:.3f}")
    return value


def remember(index: Index, encoder: Remembering) -> None:
    """Vectors of sentences stand in the index: samples of its paragraphs need not embed them again."""
    with index.snapshot() as snapshot:
        texts = {}
        for row in snapshot.store.passages(snapshot.store.passage_keys()):
            for sentence in row.sentences:
                texts[sentence.id] = row.text[sentence.start - row.start : sentence.end - row.start]
        encoder.remember(list(texts.values()), snapshot.indexes.sentences.vectors(list(texts)))


def rounded(value):
    """Numbers with four digits, at any depth."""
    if isinstance(value, Mapping):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [rounded(one) for one in value]
    return float(f"{value:.4g}")


def write(
    weights: dict[str, tuple[float, float, float]] | None = None,
    confidence: Confidence | None = None,
    risks: dict[str, float] | None = None,
) -> None:
    """Replaces some of the fitted numbers."""
    numbers = {
        "weights": weights or fitted.WEIGHTS,
        "confidence": confidence or fitted.CONFIDENCE,
        "thresholds": risks or fitted.THRESHOLDS,
    }
    TARGET.write_text(json.dumps(rounded(numbers), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
