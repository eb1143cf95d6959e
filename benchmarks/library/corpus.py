"""Synthetic documents: plain text of distinct sentences, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

_WORDS = """
    harbour ledger winter council treaty engine garden signal copper voyage lantern orchard railway
    bridge captain letter market mountain river station village weather window bishop cargo census
    channel charter colony compass cotton daughter doctor election factory festival forest fortress
    glacier governor granite harvest island journal kingdom library machine merchant minister museum
    notebook observatory palace parliament passage physician pilot port prison province quarry queen
    regiment reservoir school senate shipyard silver soldier survey teacher telegraph temple theatre
    tower tribunal tunnel university valley vessel vineyard warehouse workshop
""".split()  # noqa: SIM905 - a list of eighty quoted words is not read by anyone
_VERBS = """
    built crossed described examined followed guarded measured opened painted reached repaired sold
""".split()  # noqa: SIM905


def sentence(chance: random.Random) -> str:
    """Return a sentence of about fifteen words, with a number that makes it distinct."""
    first, second, third, fourth = chance.sample(_WORDS, 4)
    verb, fourth_word = chance.sample(_VERBS, 2)
    return (
        f"In {chance.randint(1200, 1999)} the {first} of the {second} {verb} {chance.randint(2, 99_999)} "
        f"{third}s and {fourth_word} the old {fourth}."
    )


def document(seed: int, sentences: int) -> str:
    """Return a text of so many sentences, in paragraphs of five."""
    chance = random.Random(seed)
    lines = [sentence(chance) for _ in range(sentences)]
    paragraphs = [" ".join(lines[at : at + 5]) for at in range(0, sentences, 5)]
    return f"Record {seed} of the {chance.choice(_WORDS)}\n\n" + "\n\n".join(paragraphs) + "\n"


def write(folder: Path, files: int, sentences: int, seed: int = 0) -> None:
    """Write a folder of so many files."""
    for number in range(files):
        path = folder / f"{number // 100:03d}" / f"{number:05d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(seed + number, sentences))
