"""Other languages: their recognition, the quality of their answers, and the reliability of the confidence.

    python benchmarks/languages/run.py DATA [--work DIR] [--again] [--save]

DATA is the folder of the question sets; its folder xquad contains the same paragraphs and questions in twelve
languages. The model is the default, which supports English. Each question is asked of the paragraphs in its
own language and of the English ones: of the half of the articles that contains its answer, and of the other
half. The words-only confidence, for questions in languages that the model does not support, is fitted on the
languages other than English, and every figure of a language comes from a fit on the others; --save writes the
fit on all of them to src/qa/search/fitted.json, and results.md here.

questions.jsonl and heldout.jsonl contain everyday questions in ten languages, as users of contracts and
handbooks ask them. The rules of detection were chosen with questions.jsonl; heldout.jsonl was only counted.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "quality"))
from sets import QuestionSet, Remembering, load, rows

from qa import encoders
from qa.answer.calibration import logistic
from qa.answer.confidence import features, weighted
from qa.answer.quotes import quotes_of
from qa.evaluate import Gold, auroc, calibration_error, is_right
from qa.index import Index, Snapshot
from qa.lang import LANGUAGES as KNOWN
from qa.lang.detect import recognised
from qa.search.fitted import CONFIDENCE
from qa.search.searcher import Searcher

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qa" / "search" / "fitted.json"
LANGUAGES = ["en", "ar", "de", "el", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh"]
ENGLISH = ["squad11", "squad11_train_part", "squad20", "selqa_dev", "policyqa_dev", "cisi", "abstention"]
FEATURES = ["coverage", "coverage_window", "lexical", "unknown"]
"""Features of the words, independent of the model."""
QUESTIONS = 120
RIDGE = 1e-3


# -- recognising languages ------------------------------------------------------------------------------


def recognised_as(texts: Iterable[str], language: str) -> tuple[int, float, float, Counter[str]]:
    """Return the number of texts, the shares recognised and taken for another language, and the counts of
    those."""
    counts = Counter(recognised(text) or "-" for text in texts)
    n = counts.total()
    mistaken = Counter({code: count for code, count in counts.items() if code not in (language, "-")})
    return n, counts[language] / n, mistaken.total() / n, mistaken


def recognition(data: Path) -> list[str]:
    lines = ["| texts | of | recognised | taken for another language |", "|---|---|---|---|"]

    def add(name: str, texts: list[str], language: str) -> None:
        n, right, wrong, mistaken = recognised_as(texts, language)
        which = ", ".join(f"{KNOWN[code].name} {count}" for code, count in mistaken.most_common(3))
        lines.append(f"| {name} | {n:,} | {right:.4f} | {wrong:.4f}{f' ({which})' if which else ''} |")

    for code in LANGUAGES:
        folder = data / "xquad" / code
        add(f"{KNOWN[code].name} paragraphs", [r["text"] for r in rows(folder / "corpus.jsonl")], code)
        add(f"{KNOWN[code].name} questions", [r["question"] for r in rows(folder / "questions.jsonl")], code)
    for name in ENGLISH:
        folder = data / name
        add(f"{name} questions", [r["question"] for r in rows(folder / "questions.jsonl")], "en")
        if (folder / "corpus.jsonl").exists():
            add(f"{name} documents", [r["text"] for r in rows(folder / "corpus.jsonl")], "en")
    return lines


def everyday() -> list[str]:
    lines = ["| set | questions | right | taken for another language | unknown |", "|---|---|---|---|---|"]
    for name, file in (("development", "questions.jsonl"), ("held out", "heldout.jsonl")):
        asked = list(rows(HERE / file))
        seen = Counter(
            "right" if code == question_row["language"] else "other" if code else "unknown"
            for question_row in asked
            for code in [recognised(question_row["question"])]
        )
        lines.append(f"| {name} | {len(asked)} | {seen['right']} | {seen['other']} | {seen['unknown']} |")
    return lines


FIRST = """
import time
import numpy
from qa.lang.detect import recognised
times = []
for question in ("Which law governs?", "Wann endet der Vertrag?", "Quando scade il contratto?"):
    begin = time.process_time()
    recognised(question)
    times.append(time.process_time() - begin)
print(*times)
"""


def loading() -> str:
    """Return the processor time that detection adds to the first question of a process: the minimum of five."""
    runs = [
        list(
            map(
                float,
                subprocess.run(
                    [sys.executable, "-c", FIRST], capture_output=True, text=True, check=True
                ).stdout.split(),
            )
        )
        for _ in range(5)
    ]
    english, first, later = (min(run[at] for run in runs) * 1000 for at in range(3))
    return (
        f"The first question in another language takes {first:.0f} ms of processor time, including the loading of the detection model; the next "
        f"{later:.2f} ms. A question that begins with clearly English words takes {english:.2f} ms without the model."
    )


# -- asking -----------------------------------------------------------------------------------------


def halves(question_set: QuestionSet) -> dict[int, tuple[str, ...]]:
    """Return the paragraphs of every second article, and of the others."""
    ids = [document.doc_id for document in question_set.index.documents()]
    side = {name: at % 2 for at, name in enumerate(sorted({article(i) for i in ids}))}
    return {half: tuple(i for i in ids if side[article(i)] == half) for half in (0, 1)}


def article(doc_id: str) -> str:
    return doc_id.partition("#")[0]


def observations(data: Path, work: Path) -> list[dict]:
    encoder = Remembering(encoders.load())
    english = load(data / "xquad" / "en", work, encoder)
    gold_in_english = {case.id: case.gold for case in english.cases}
    sample: list[dict] = []

    def observe(
        searcher: Searcher, snapshot: Snapshot, text: str, documents: tuple[str, ...], gold: Gold | None
    ) -> dict:
        result = searcher.search(snapshot, text, documents)
        right = [gold is not None and is_right(quote, gold) for quote in quotes_of(snapshot, result, 3)]
        return {"x": features(result), "y": any(right), "first": right[0]}

    for language in LANGUAGES:
        question_set = load(data / "xquad" / language, work, encoder)
        # The same index, as if the languages of its model were unknown.
        undeclared = Index(question_set.index.folder)
        undeclared.languages = None
        cases = random.Random(1).sample(list(question_set.cases), QUESTIONS)
        encoder.encode([case.text for case in cases], query=True)
        parts = halves(question_set)
        asked = [("own", question_set.index), ("before", undeclared), ("english", english.index)]
        for asked_of, index in asked[1:2] if language == "en" else asked:
            searcher = Searcher(index, encoder)
            with index.snapshot() as snapshot:
                for case in cases:
                    gold = gold_in_english[case.id] if asked_of == "english" else case.gold
                    half = 0 if case.gold.doc_id in parts[0] else 1
                    for has_answer, part in ((True, parts[half]), (False, parts[1 - half])):
                        features_and_outcome = observe(
                            searcher, snapshot, case.text, part, gold if has_answer else None
                        )
                        sample.append(
                            {
                                "language": language,
                                "of": asked_of,
                                "holds": has_answer,
                                **features_and_outcome,
                            }
                        )
        print(language, len(sample), file=sys.stderr)
    return sample


# -- the confidence of words alone ------------------------------------------------------------------


def fit(sample: list[dict]) -> np.ndarray:
    """Return intercept and coefficients of a logistic regression with a slight ridge, by Newton's method."""
    x = np.array([[1.0, *(m["x"][name] for name in FEATURES)] for m in sample])
    y = np.array([m["y"] for m in sample], dtype=float)
    ridge = 2 * RIDGE * np.diag([0.0, *[1.0] * len(FEATURES)])
    b = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ b))
        hessian = (x * (p * (1 - p))[:, None]).T @ x / len(y) + ridge
        b -= np.linalg.solve(hessian, x.T @ (p - y) / len(y) + ridge @ b)
    return b


def by_words(coefficients: np.ndarray, observation: dict) -> float:
    return logistic(
        float(
            coefficients[0]
            + sum(w * observation["x"][name] for w, name in zip(coefficients[1:], FEATURES, strict=True))
        )
    )


def by_all(observation: dict) -> float:
    return logistic(weighted(observation["x"], CONFIDENCE["hybrid"]))


def asking(sample: list[dict]) -> list[str]:
    lines = [
        "| questions in | asked of | by | hit@1 | hit@3 | AUROC | answered | right when answered | answered without an"
        " answer | ECE |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for asked_of, where, by in (
        ("before", "own language", "meaning and words"),
        ("own", "own language", "words"),
        ("english", "English", "words"),
    ):
        mine = [m for m in sample if m["of"] == asked_of]
        every: list[list[float | None]] = []
        for language in LANGUAGES:
            of_language = [m for m in mine if m["language"] == language]
            if language == "en" and asked_of != "before":
                continue
            b = fit(unsupported(sample, language))
            p = [by_all(m) if asked_of == "before" else by_words(b, m) for m in of_language]
            values = shares(of_language, p)
            if language != "en":
                every.append(values)
            lines.append(row(KNOWN[language].name, where, by, values))
        means = [float(np.mean([v for v in column if v is not None])) for column in zip(*every, strict=True)]
        lines.append(row("*mean without English*", where, by, means))
    return lines


def unsupported(sample: list[dict], excluded: str) -> list[dict]:
    """Return the observations of unsupported questions, without those of one language."""
    return [m for m in sample if m["of"] != "before" and m["language"] not in (excluded, "en")]


def row(name: str, where: str, by: str, values: list[float | None]) -> str:
    shown = ["-" if value is None else f"{value:.3f}" for value in values]
    return "| " + " | ".join([name, where, by, *shown]) + " |"


def shares(sample: list[dict], confidences: list[float]) -> list[float | None]:
    inside = [(m, q) for m, q in zip(sample, confidences, strict=True) if m["holds"]]
    outside = [q for m, q in zip(sample, confidences, strict=True) if not m["holds"]]
    answered = [m["y"] for m, q in inside if q >= 0.5]
    return [
        float(np.mean([m["first"] for m, _ in inside])),
        float(np.mean([m["y"] for m, _ in inside])),
        auroc([q for _, q in inside], outside),
        len(answered) / len(inside),
        float(np.mean(answered)) if answered else None,
        float(np.mean([q >= 0.5 for q in outside])),
        calibration_error(confidences, [m["y"] for m in sample]),
    ]


def write(coefficients: np.ndarray) -> None:
    """Replace the fitted numbers."""
    numbers = json.loads(TARGET.read_text(encoding="utf-8"))
    numbers["confidence"]["words"] = {
        name: float(f"{w:.4g}") for name, w in zip(["intercept", *FEATURES], coefficients, strict=True)
    }
    TARGET.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


ASKING = "## Questions to a model that supports English"


def report_on_recognition(data: Path) -> str:
    return "\n".join(
        [
            "# Other languages",
            "",
            "Written by `python benchmarks/languages/run.py DATA --save`.",
            "",
            "## Recognition",
            "",
            "Everyday questions in ten languages, short and with names, some without accents. The rules were chosen with",
            "the development set. 53 of its questions were held out at first, and 49 of these were right; then the rules changed.",
            "The current held-out set was written before that change and is used only for these figures.",
            "",
            *everyday(),
            "",
            loading(),
            "",
            "XQuAD and English texts. If a text has too few words of a language, the language is unknown.",
            "",
            *recognition(data),
            "",
            "",
        ]
    )


def report_on_asking(sample: list[dict]) -> str:
    return "\n".join(
        [
            ASKING,
            "",
            f"{QUESTIONS} questions per language, on half of the articles: the half with the answer, and the other half",
            "(*answered without an answer*). *By words*: score and confidence from words alone,",
            "which the program uses for such questions; the confidence is fitted on the other languages. *By meaning and",
            "words*: score and confidence of questions in English.",
            "",
            *asking(sample),
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-languages")
    parser.add_argument("--again", action="store_true", help="use what was observed before")
    parser.add_argument("--recognise", action="store_true", help="only the first part; keep the second")
    parser.add_argument("--save", action="store_true", help="write results.md, and the fit")
    options = parser.parse_args()
    results = HERE / "results.md"
    first = report_on_recognition(options.data)
    if options.recognise:
        second = ASKING + results.read_text().partition(ASKING)[2]
    else:
        observed = observe_all(options)
        second = report_on_asking(observed)
        if options.save:
            write(fit(unsupported(observed, "en")))
    print(first + second)
    if options.save:
        results.write_text(first + second)


def observe_all(options: argparse.Namespace) -> list[dict]:
    options.work.mkdir(parents=True, exist_ok=True)
    cache = options.work / "languages.json"
    if options.again:
        return json.loads(cache.read_text())
    observed = observations(options.data, options.work)
    cache.write_text(json.dumps(observed))
    return observed


if __name__ == "__main__":
    main()
