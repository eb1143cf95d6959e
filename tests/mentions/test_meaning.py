"""Every passage that a reader accepts, and the bound on those that are missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mention_cases import Accepting
from word_encoder import WordEncoder

import qa
from qa.answer.calibration import highest_rate
from qa.errors import ModelError, UsageError
from qa.mentions import meaning
from qa.mentions.meaning import missed_at_most


def test_neighbouring_accepted_sentences_are_one_place(library: qa.Library) -> None:
    mentions = library.find("Where is fruit?", meaning=True)
    [mention] = mentions.mentions
    assert mention.text == "An apple is red. An apple is green."
    assert (mention.score, mention.citation.doc_id) == (2.5, "deals/b.txt")
    completeness = mentions.completeness
    assert completeness is not None
    assert completeness.read == completeness.passages == 4
    assert (completeness.accepted, completeness.missed_at_most, mentions.complete) == (1, 0, True)


@pytest.fixture
def many(tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch) -> qa.Library:
    """A library of 400 documents of one passage; few are searched, read in vain and sampled."""
    for name, value in {"SEARCHED": 20, "PATIENCE": 15, "SAMPLE": 50, "BATCH": 5}.items():
        monkeypatch.setattr(meaning, name, value)
    near = [f"The kettle number {n} has an apple." for n in range(30)]
    far = [f"A needle of the {n}th forest is a mirror." for n in range(370)]
    lines = [json.dumps({"_id": f"{at:03}", "text": text}) for at, text in enumerate(near + far)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))
    library = qa.open(tmp_path / "index", model=words, reranker=Accepting("apple"))
    library.add(tmp_path / "corpus.jsonl")
    return library


def test_reading_ends_after_many_refusals_and_a_sample_bounds_the_rest(many: qa.Library) -> None:
    mentions = many.find("kettle apple", meaning=True)
    completeness = mentions.completeness
    assert completeness is not None
    assert completeness.passages == 400
    assert mentions.total == completeness.accepted == 30
    assert completeness.last_accepted == 30
    assert (completeness.sample, completeness.sample_accepted) == (50, 0)
    assert 80 <= completeness.read < 200
    unread = 400 - (completeness.read - 50)
    assert completeness.missed_at_most == int(highest_rate(0, 50) * unread)
    assert not mentions.complete
    assert mentions == many.find("kettle apple", meaning=True)


def test_the_sample_finds_what_the_search_missed(many: qa.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    # The reader accepts the passages that the search puts last.
    reader = Accepting("needle")
    with qa.open(many.folder, model=WordEncoder(), reranker=reader) as library:
        mentions = library.find("kettle apple", meaning=True)
        completeness = mentions.completeness
        assert completeness is not None
        assert completeness.sample_accepted > 0
        assert completeness.missed_at_most > 250
        missed = 370 - completeness.accepted
        assert missed <= completeness.missed_at_most
        everything = library.find("kettle apple", meaning=True, everything=True)
        assert everything.complete
        assert (everything.total, everything.completeness.read) == (370, 400)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("unread", "sample", "accepted", "bound"),
    [(0, 0, 0, 0), (50, 50, 3, 0), (1000, 300, 0, 9), (1000, 300, 1, 14), (10, 5, 5, 5), (301, 300, 0, 1)],
)
def test_the_bound_is_that_of_clopper_and_pearson(
    unread: int, sample: int, accepted: int, bound: int
) -> None:
    assert missed_at_most(unread, sample, accepted) == bound


def test_the_bound_is_right_nineteen_times_of_twenty() -> None:
    from scipy.stats import hypergeom

    unread, sample = 2000, 300
    for accepted in (1, 5, 10, 20, 40, 100):
        share = sum(
            hypergeom.pmf(seen, unread, accepted, sample)
            for seen in range(min(accepted, sample) + 1)
            if accepted - seen <= missed_at_most(unread, sample, seen)
        )
        assert share >= 0.95, accepted


def test_a_meaning_needs_a_reader_of_its_language(library: qa.Library, words: WordEncoder) -> None:
    none = qa.open(library.folder, model=words, reranker="none")
    with none as other, pytest.raises(UsageError, match="needs a reader"):
        other.find("apple", meaning=True)
    english = Accepting("apple")
    english.languages = frozenset({"en"})
    limited = qa.open(library.folder, model=words, reranker=english)
    with limited as other, pytest.raises(UsageError, match="in German, which the model does not support"):
        other.find("Welche Haftungsbeschränkung ist in dem Vertrag vereinbart?", meaning=True)


def test_numbers_that_are_not_finite_are_a_fault_of_the_model(
    library: qa.Library, words: WordEncoder
) -> None:
    class Broken(Accepting):
        def read(self, question, passages):  # type: ignore[no-untyped-def]
            readings = super().read(question, passages)
            for reading in readings:
                reading.sentences[:] = float("nan")
            return readings

    broken = qa.open(library.folder, model=words, reranker=Broken("apple", "broken"))
    with broken as other, pytest.raises(ModelError, match="broken"):
        other.find("apple", meaning=True)
