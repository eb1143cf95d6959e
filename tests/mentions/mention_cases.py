"""Documents to search, and a reader that accepts sentences with a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa.rerankers import PassageText, Reading

A = """# Limitation of Liability

The limitation of liability is in the garden. The LIMITATION  OF\tLIABILITY is by the
river; the liability is not.

The tower has a “limitation of liability”.
"""
B = """No delimitation of liability. An apple is red. An apple is green. A lantern.

A limitation of lia-
bility.
"""


class Accepting:
    """A reader that accepts the sentences with a word, and records the passages that it reads."""

    languages: frozenset[str] | None = None

    def __init__(self, word: str, name: str = "accepting") -> None:
        self.word = word
        self.name = name
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        self.read_texts += [passage.text for passage in passages]
        readings = []
        for passage in passages:
            logits = [2.5 if self.word in passage.text[a:b] else -2.5 for a, b in passage.sentences]
            nothing = tuple(None for _ in passage.sentences)
            readings.append(Reading(np.array(logits, dtype=np.float32), max(logits, default=-9.0), nothing))
        return readings
