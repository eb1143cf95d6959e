"""A cross-encoder of sentence-transformers as a reranker: it reads each sentence by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import ModelError
from qa.rerankers.base import NOTHING_TO_READ, PassageText, Reading

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 32
"""Pairs of a batch."""


class CrossEncoderReranker:
    """A reranker that scores pairs of the question and a sentence below its headings.

    A passage has the highest logit of its sentences. It names no answers.
    """

    def __init__(self, model: CrossEncoder, name: str, languages: frozenset[str] | None) -> None:
        if model.num_labels != 1:
            raise ModelError("reranker-with-classes", model=name, classes=model.num_labels)
        self._model = model
        self.name = name
        self.languages = languages

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """Return a reading of each passage; see `Reranker.read`."""
        pairs = [
            (at, sentence, (question, "\n".join((*passage.headings, passage.text[start:end]))))
            for at, passage in enumerate(passages)
            for sentence, (start, end) in enumerate(passage.sentences)
            if passage.text[start:end].strip()
        ]
        readings = [np.full(len(each.sentences), NOTHING_TO_READ, dtype=np.float32) for each in passages]
        # By content, because a pair is then in the same batch at any position.
        pairs.sort(key=lambda pair: pair[2])
        for (at, sentence, _), logit in zip(pairs, self._logits([pair for _, _, pair in pairs]), strict=True):
            readings[at][sentence] = logit
        return [
            Reading(logits, float(logits.max(initial=NOTHING_TO_READ)), (None,) * len(logits))
            for logits in readings
        ]

    def _logits(self, pairs: list[tuple[str, str]]) -> list[float]:
        from torch import nn

        logits = self._model.predict(
            pairs, batch_size=BATCH, show_progress_bar=False, activation_fn=nn.Identity()
        )
        return np.asarray(logits, dtype=np.float32).tolist()  # type: ignore[no-any-return]
