"""Measures how often the encoding of a text is recognised, by its length, and writes encodings.md.

    python benchmarks/parsers/text_encodings.py [CORPUS...]

The texts are those of encoding_texts.py, and the documents of each JSON Lines corpus named by CORPUS, whose
folder has the name of its language ("…/ru/corpus.jsonl"). A stretch counts as right if every character is.
Other installed detectors are measured for comparison.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from encoding_texts import TEXTS, encoded

from qa.errors import ReadError
from qa.parsers import encoding

HERE = Path(__file__).parent
LENGTHS = (20, 40, 80, 200, 500, 2_000)
EACH = 6
BY_CODE = {
    "de": "German", "el": "Greek", "es": "Spanish", "ro": "Romanian", "ru": "Russian", "tr": "Turkish",
    "ar": "Arabic", "th": "Thai", "zh": "Chinese",
}  # fmt: skip
# Letters that these encodings represent differently.
_OLD_LETTERS = str.maketrans("șțȘȚ", "şţŞŢ")


@dataclass(frozen=True)
class Case:
    language: str
    encoding: str
    length: int
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="*", metavar="CORPUS")
    options = parser.parse_args()
    report = ["# Encodings", "`python benchmarks/parsers/text_encodings.py [CORPUS...]`"]
    report.append(
        "Share of stretches in which every character is right, by their length in characters; stretches of "
        "only ASCII are excluded."
    )
    report += _section("Sentences written for this project", list(_own()))
    if options.corpora:
        report += _section("Documents of other corpora", list(_others(options.corpora)))
    text = "\n\n".join(report) + "\n"
    (HERE / "encodings.md").write_text(text, encoding="utf-8")
    print(text)


def _own() -> Iterator[Case]:
    for language, (names, _) in TEXTS.items():
        for name in names:
            text, _ = encoded(language, name)
            yield from _stretches(language, name, [text])


def _others(corpora: list[Path]) -> Iterator[Case]:
    for corpus in corpora:
        language = BY_CODE.get(corpus.parent.name)
        if language is None:
            continue
        texts = [json.loads(line)["text"].translate(_OLD_LETTERS) for line in corpus.open(encoding="utf-8")]
        for name in TEXTS[language][0]:
            if name != "big5":
                yield from _stretches(language, name, texts)


def _stretches(language: str, name: str, texts: list[str]) -> Iterator[Case]:
    rng = random.Random(f"{language}/{name}")
    for length in LENGTHS:
        for _ in range(EACH):
            text = " ".join(rng.sample(texts, min(4, len(texts))))
            if len(text) < length:
                # A longer stretch of a short text would be the same stretch.
                continue
            start = rng.randrange(len(text) - length + 1)
            piece = text[start : start + length]
            piece = piece.encode(name, "ignore").decode(name).strip()
            if not piece.isascii():
                yield Case(language, name, length, piece)


def _section(title: str, cases: list[Case]) -> list[str]:
    lengths = sorted({case.length for case in cases})
    rows = [["", *(f"{length:,}" for length in lengths), "ms each"], ["---", *["--:"] * (len(lengths) + 1)]]
    weak: list[str] = []
    for name, detect in _detectors().items():
        right: dict[int, list[bool]] = defaultdict(list)
        by_encoding: dict[str, list[bool]] = defaultdict(list)
        began = time.perf_counter()
        for case in cases:
            hit = detect(case.text.encode(case.encoding)) == case.text
            right[case.length].append(hit)
            by_encoding[f"{case.language} in {case.encoding}"].append(hit)
        took = 1000 * (time.perf_counter() - began) / len(cases)
        rows.append([name, *(f"{_share(right[length]):.3f}" for length in lengths), f"{took:.1f}"])
        if name == "qa":
            weak = [
                f"- {label}: {_share(hits):.2f}" for label, hits in by_encoding.items() if _share(hits) < 0.9
            ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return [
        f"## {title}",
        f"{len(cases):,} stretches in {len({(c.language, c.encoding) for c in cases})} pairs of language and "
        "encoding.",
        table,
        "Below 0.9:\n\n" + ("\n".join(weak) or "None."),
    ]


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _detectors() -> dict[str, Callable[[bytes], str]]:
    detectors: dict[str, Callable[[bytes], str]] = {"qa": _qa}
    try:
        import chardet

        def by_chardet(data: bytes) -> str:
            return _decoded(data, chardet.detect(data)["encoding"])

        detectors[f"chardet {chardet.__version__}"] = by_chardet
    except ImportError:
        pass
    try:
        import charset_normalizer

        def by_normalizer(data: bytes) -> str:
            best = charset_normalizer.from_bytes(data).best()
            return _decoded(data, best.encoding if best else None)

        detectors[f"charset-normalizer {charset_normalizer.__version__}"] = by_normalizer
    except ImportError:
        pass
    return detectors


def _qa(data: bytes) -> str:
    try:
        return encoding.decode_exactly(data)[0]
    except ReadError:
        return ""


def _decoded(data: bytes, name: str | None) -> str:
    return data.decode(name, "replace") if name else ""


if __name__ == "__main__":
    main()
