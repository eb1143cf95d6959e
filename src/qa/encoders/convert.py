"""Compiles a sentence-transformers model and checks that the compiled form returns the same vectors."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from logging import ERROR
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.compiled import CHECK, MODEL, TOKENIZER, WORD_MEAN, WORDS, ConversionError, Settings
from qa.encoders.openvino import OpenVinoEncoder
from qa.encoders.runtime import BF16, F32, has_bfloat16, openvino
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from qa.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor, nn

MIN_COSINE = {F32: 0.9999, BF16: 0.9995}
"""Minimum cosine similarity with the model's own vectors, for each precision."""
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_SHAPE = (2, 16)

_SENTENCES = (
    "",
    "Yes.",
    "A cat sleeps.",
    "Which law governs the supply agreement?",
    "  Spaces before,\tand\n\nlines between, and after.  ",
    "The committee bought a car in the year of the great flood.",
    "On 31 December 2024 revenue was $1,234,567.89, up 12.5 % (2023: $1,097,393.68).",
    "Der Vertrag beginnt am 1. Mai; Änderungen bedürfen der Schriftform, außer bei Gefahr im Verzug.",
    "Le juge a annulé la décision, puisqu'elle n'était pas motivée.",
    "El 40 % de los encuestados respondió que sí; el resto, que no.",
    "Договор вступает в силу с момента подписания.",
    "本契約は、署名の日から効力を生ずる。",
    "يسري هذا العقد من تاريخ توقيعه.",
    "import sys; print(sys.argv[1:])  # https://example.org/a?b=c",
    "(a) the Supplier, (b) the Customer and (c) each of their Affiliates;",
    "NATO has carried out 8 rounds of expansion \N{EM DASH} or so \N{LEFT DOUBLE QUOTATION MARK}they"
    "\N{RIGHT DOUBLE QUOTATION MARK} say \N{GRINNING FACE}.",
    "x" * 300,
)
_PARAGRAPH = " ".join(_SENTENCES[2:16])
CHECKED = (*_SENTENCES, _PARAGRAPH, *(" ".join([_PARAGRAPH] * times) for times in (2, 3, 8)))
"""Texts of all lengths, some longer than a model's maximum number of tokens."""


def convert(encoder: SentenceTransformerEncoder, folder: Path) -> Settings:
    """Write the compiled form of a model into an empty folder and return its settings.

    Raises:
        ConversionError: The model cannot be converted, or the compiled form returns other vectors.
        OSError: The disk is full.
    """
    tokenizer = encoder.tokenizer
    if tokenizer is None:
        raise ConversionError("its tokenizer is written in Python")
    if not encoder.includes_prompt and (encoder.prompt(query=False) or encoder.prompt(query=True)):
        raise ConversionError("the tokens of its prompt are left out of its vectors")
    # The reference for both precisions: the vectors of the original model.
    expected = {query: encoder.encode(CHECKED, query=query) for query in (False, True)}
    _convert(encoder, folder / MODEL)
    tokenizer.save(str(folder / TOKENIZER))
    if encoder.word_table is not None:
        np.save(folder / WORDS, encoder.word_table.weights)
        np.save(folder / WORD_MEAN, encoder.word_table.mean)
    settings, measured = _check(folder, _settings(encoder), expected)
    note = {"texts": len(CHECKED), "least_cosine": measured, "asked": MIN_COSINE}
    (folder / CHECK).write_text(json.dumps(note, indent=1), encoding="utf-8")
    return settings


def _settings(encoder: SentenceTransformerEncoder) -> Settings:
    padding, table = encoder.model.tokenizer.pad_token_id, encoder.word_table
    return Settings(
        dimension=encoder.dimension,
        precision=F32,
        query_prompt=encoder.prompt(query=True),
        document_prompt=encoder.prompt(query=False),
        padding=0 if padding is None else int(padding),
        unknown=None if table is None else table.unknown,
    )


def _check(
    folder: Path, settings: Settings, expected: dict[bool, np.ndarray[Any, Any]]
) -> tuple[Settings, dict[str, float]]:
    """Check the compiled model's vectors.

    Returns:
        The settings with the fastest precision that passes, and the minimum cosine of each precision.

    Raises:
        ConversionError: The vectors differ even in float32.
    """
    measured = {F32: min(_min_cosine(folder, settings, expected, query=query) for query in (False, True))}
    if not measured[F32] >= MIN_COSINE[F32]:
        raise ConversionError(f"its vectors differ (cosine similarity {measured[F32]:.6f})")
    if has_bfloat16():
        faster = replace(settings, precision=BF16)
        measured[BF16] = _min_cosine(folder, faster, expected, query=False)
        if measured[BF16] >= MIN_COSINE[BF16]:
            settings = faster
    return settings, measured


def _min_cosine(
    folder: Path, settings: Settings, expected: dict[bool, np.ndarray[Any, Any]], *, query: bool
) -> float:
    """Return the minimum cosine similarity of the compiled model's vectors with the model's own."""
    compiled = OpenVinoEncoder(folder, settings, "", "", None)
    try:
        vectors = compiled.encode(CHECKED, query=query)
    except ModelError as error:
        raise ConversionError("its compiled form cannot be run") from error
    # NaN must not pass the check.
    return float(np.nan_to_num((vectors * expected[query]).sum(axis=1), nan=-1.0).min())


def _convert(encoder: SentenceTransformerEncoder, path: Path) -> None:
    from torch import int64, nn, ones

    model = encoder.model
    names = tuple(name for name in _INPUTS if name in model.preprocess(["A cat sleeps."]))
    if names[:2] != _INPUTS[:2]:
        raise ConversionError("it reads something other than tokens")

    def embed(features: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        output = model(features)
        return output["sentence_embedding"], output["token_embeddings"]

    class TwoInputs(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
            return embed({"input_ids": input_ids, "attention_mask": attention_mask})

    class ThreeInputs(TwoInputs):
        def forward(  # type: ignore[override]
            self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
        ) -> tuple[Tensor, Tensor]:
            return embed(dict(zip(_INPUTS, (input_ids, attention_mask, token_type_ids), strict=True)))

    example = {name: ones(_SHAPE, dtype=int64) for name in names}
    wrapped = (ThreeInputs if len(names) > 2 else TwoInputs)().eval()
    to_openvino(wrapped, example, path)


def to_openvino(model: nn.Module, example: Any, path: Path) -> None:
    """Convert a torch model and write it to a file.

    Args:
        model: The model.
        example: Its inputs, by name or in order.
        path: The ``.xml`` file.

    Raises:
        ConversionError: The model cannot be converted.
        OSError: The disk is full.
    """
    with _quiet():
        try:
            converted = openvino().convert_model(model, example_input=example)
        except Exception as error:
            raise ConversionError(f"OpenVINO does not convert it ({type(error).__name__})") from error
        try:
            openvino().save_model(converted, path, compress_to_fp16=False)
        except RuntimeError as error:  # OpenVINO raises this when the disk is full.
            raise OSError(str(error)) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress warnings while the model is traced; the check of the vectors covers what they warn about."""
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity(ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
