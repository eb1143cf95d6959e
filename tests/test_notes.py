"""Limits of an index's model are reported, with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.answer.calibration import AS_FITTED, dumps
from qa.encoders import Encoder
from qa.index import CALIBRATION, Index
from qa.index.stores.sqlite import SqliteStore
from qa.notes import MULTILINGUAL, WIDEST, on_calibration, on_documents, on_index, on_questions

GERMAN = "Der Apfel ist in dem Garten. Die Laterne ist auf dem Turm, und sie ist nicht an."


@pytest.fixture
def german(tmp_path: Path) -> tuple[Index, WordEncoder]:
    """An index with a German and an English document, whose model supports English."""
    reads = WordEncoder(languages=frozenset({"en"}))
    (tmp_path / "de.txt").write_text(GERMAN)
    (tmp_path / "en.txt").write_text("The garden holds an apple, and it is red.")
    index = Index.create(tmp_path / "index", reads)
    assert index.update([str(tmp_path / "*.txt")], lambda: reads).unread == {"de": 1}
    return index, reads


def test_documents_are_counted_by_unsupported_language() -> None:
    assert [*map(str, on_documents({"de": 3, "am": 1}, "the-model"))] == [
        "1 document is in Amharic, which the model the-model does not support: it is matched by words only. "
        f"To support Amharic, index into a new folder with --model {WIDEST}",
        "3 documents are in German, which the model the-model does not support: they are matched by words "
        "only. "
        f"To support German, index into a new folder with --model {MULTILINGUAL}",
    ]
    one, wide = on_documents({"de": 3, "am": 1, "fr": 9, "cs": 1}, "the-model")
    assert (str(one).startswith("1 document is in Amharic"), str(wide)) == (
        True,
        "13 documents are in languages that the model the-model does not support (French 9, German 3, "
        "Czech 1): they are matched by words only. "
        f"To support these languages, index into a new folder with --model {MULTILINGUAL}",
    )
    assert str(on_questions({"ru": 1}, "m")[0]).startswith(
        "1 question is in Russian, which the model m does not support"
    )


def test_an_index_reports_the_languages_its_model_does_not_support(german: tuple[Index, WordEncoder]) -> None:
    index, _ = german
    assert index.languages == {"en"}
    unread, uncalibrated = map(str, on_index(index, index.documents()))
    assert unread.startswith("1 document is in German, which the model words-of-the-tests does not support")
    assert uncalibrated.startswith(
        "The confidence is calibrated for all-MiniLM-L6-v2, not for this model; run:"
    )


def test_a_model_without_declared_languages_has_no_note(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "de.txt").write_text(GERMAN)
    index = Index.create(tmp_path / "index", words)
    assert index.update([str(tmp_path / "de.txt")], lambda: words).unread == {}
    assert index.languages is None
    assert Answerer(index, words).unread("Wo ist der Apfel?") is None
    assert on_index(index, index.documents()) == [on_calibration(index)]


def test_a_question_in_an_unsupported_language_has_a_note_with_the_language(
    german: tuple[Index, WordEncoder],
) -> None:
    index, reads = german
    answerer = Answerer(index, reads)
    answer = answerer.ask("Wer ist der Kaiser von China?")
    assert (answer.answered, answer.reason_code) == (False, "language_not_supported")
    assert str(answer.reason).startswith("the question is in German, which")
    assert answerer.unread("Where is the apple?") is None
    assert answerer.unread("apple?") is None
    assert "German" not in str(answerer.ask("Who is Juan Carlos de Borbon?").reason)


def test_the_default_model_supports_english_and_needs_no_calibration(
    model: Encoder, source_folder: Path, tmp_path: Path
) -> None:
    index = Index(source_folder)
    assert (index.languages, index.is_default_model, on_index(index, index.documents())) == ({"en"}, True, [])
    assert index.manifest()["languages"] == "en"
    # An index created before models declared their languages.
    older = Index.create(tmp_path / "older", model)
    store = SqliteStore(tmp_path / "older", writable=True)
    with store.writing():
        store.forget_manifest("languages")
    store.close()
    assert Index(older.folder).languages == {"en"}


def test_a_calibration_removes_the_note_until_the_fitted_numbers_change(
    german: tuple[Index, WordEncoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, _ = german
    index.keep_calibration(dumps(AS_FITTED))
    assert on_calibration(index) is None
    index.keep_calibration(index.manifest()[CALIBRATION].replace('"of": "', '"of": "x'))
    assert "older version of the program" in str(on_calibration(index))
