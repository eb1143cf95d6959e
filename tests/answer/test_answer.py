"""Every word of an answer is a slice of a document, and every citation leads to it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from answering import IndexBuilder, ask, check_citations, document, index_of_documents
from hypothesis import example, given, settings
from hypothesis import strategies as st
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.errors import QuestionError, UsageError
from qa.index import Index
from qa.record import REASONS, Answer, to_json_line
from qa.rerankers import Reranker
from qa.types import Page


@pytest.fixture
def build_index(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> IndexBuilder:
    return lambda *documents: index_of_documents(tmp_path, words, documents, place_of(tmp_path))


@pytest.fixture
def real_answerer(source_folder: Path, model: Encoder) -> Answerer:
    return Answerer(Index(source_folder), model)


TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(
            ["An apple. ", "He ate it. ", "Mr. A. ", "\n\n", "\n", "我们去了北京。", "e\u0301 ", "😀 "]
        ),
    ),
    max_size=10,
).map("".join)


# The second document gets its first quote before the first document gets its second.
@example(["0", "ATE.:0"], "ate:b", 3, False)
@settings(max_examples=20)
@given(
    st.lists(TEXTS, min_size=1, max_size=3),
    st.one_of(st.text(max_size=30), st.sampled_from(["Who ate an apple?", "北京"])),
    st.integers(1, 4),
    st.booleans(),
)
def test_every_quote_is_a_slice_of_its_document(
    texts: list[str], question: str, k: int, with_pages: bool
) -> None:
    encoder = WordEncoder()

    def pages(text: str) -> list[Page]:
        half = len(text) // 2
        return [Page(1, 0, half), Page(2, half, len(text))] if with_pages and half else []

    documents = [document(f"d{at}", text, pages(text)) for at, text in enumerate(texts)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = index_of_documents(Path(folder), encoder, documents)
        try:
            answer = ask(index, encoder, question, k=k)
        except QuestionError:
            return
        assert answer.question == question
        assert len(answer.quotes) <= k
        assert answer.answered is (answer.reason is None)
        assert 0 <= answer.confidence <= 1
        check_citations(answer, index)


def test_the_same_question_returns_the_same_record_byte_for_byte(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    text = " ".join(f"The {a} met the {b}." for a in words.vocabulary[:7] for b in words.vocabulary[7:14])
    index = build_index(document("a", text), document("b", text[:400]))

    def line() -> str:
        return to_json_line(ask(Index(index.location), words, "Who met the dragon?", k=5))

    first = line()
    assert json.loads(first)["quotes"][4]["rank"] == 5
    assert line() == line() == first


def test_the_real_model_quotes_the_shipped_text(model: Encoder, source_folder: Path) -> None:
    index = Index(source_folder)
    answer = ask(index, model, "Who did the Chinese Foreign Minister speak with on the phone?")
    check_citations(answer, index)
    quote = answer.quotes[0]
    assert quote.text.startswith(
        "The Chinese Foreign Minister and State Counselor spoke on phone with UK Foreign"
    )
    assert quote.text.endswith("Mr. Bonne, correspondingly.")
    assert (quote.citation.line, quote.citation.page, quote.citation.start) == (1, None, 0)
    matched = {quote.text[s.start : s.end] for s in quote.matched}
    assert {"Chinese", "Foreign", "Minister", "phone"} <= matched
    assert not matched & {"the", "with", "on"}


# Quotes


def test_a_sentence_that_refers_back_is_quoted_with_its_predecessor(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(document("a", "Anna built a tower. She lit the lantern there. The river is near."))
    assert ask(index, words, "Who lit the lantern?", k=1).quotes[0].text == (
        "Anna built a tower. She lit the lantern there."
    )
    assert ask(index, words, "Where is the river?", k=1).quotes[0].text == "The river is near."


def test_a_quote_does_not_extend_over_a_very_long_sentence(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(document("a", f"Anna built {'very ' * 70}high. She lit the lantern there."))
    assert ask(index, words, "Who lit the lantern?", k=1).quotes[0].text == "She lit the lantern there."


def test_a_quoted_sentence_is_not_quoted_again(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(document("a", "Anna built a tower. She lit the lantern there. The river is near."))
    quotes = ask(index, words, "Who lit the lantern?", k=5).quotes
    assert [quote.text for quote in quotes] == [
        "Anna built a tower. She lit the lantern there.",
        "The river is near.",
    ]


def test_repeated_words_are_one_quote_with_both_places(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(
        document("a", "The dragon sleeps. The river is near."),
        document("b", "Once more: all is well. The dragon sleeps."),
    )
    first, *repeated = ask(index, words, "Does the dragon sleep?", k=5).quotes
    assert first.text == "The dragon sleeps."
    assert {(c.doc_id, c.start) for c in (first.citation, *first.also)} == {("a", 0), ("b", 24)}
    assert all(quote.text != first.text for quote in repeated)


def test_each_document_with_the_same_answer_is_quoted_before_any_is_repeated(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(
        document("a", "The dragon sleeps.\n\nA dragon sleeps long.\n\nDragons sleep by day."),
        document("b", "One dragon sleeps in the hills."),
        document("c", "The kettle and the mirror are of silver."),
    )
    quotes = ask(index, words, "Where does the dragon sleep?", k=5).quotes
    assert [quote.citation.doc_id for quote in quotes[:2]] in (["a", "b"], ["b", "a"])
    # A document with a different answer, or none, does not change the order.
    assert [quote.citation.doc_id for quote in quotes[2:]] == ["a", "a", "c"]
    scores = [quote.score for quote in quotes if quote.citation.doc_id == "a"]
    assert scores == sorted(scores, reverse=True)


def test_the_penalty_puts_the_quote_of_another_document_before_the_next_of_the_same(
    build_index: IndexBuilder, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_index(
        document("a", "The dragon sleeps in the tower.\n\nA dragon sleeps in a tower, too."),
        document("b", "One dragon has a candle."),
    )

    def order(penalty: float) -> list[str]:
        monkeypatch.setattr("qa.answer.quotes.DIVERSITY_PENALTY", penalty)
        quotes = ask(index, words, "Where does the dragon of the tower sleep?", k=3).quotes
        return [quote.citation.doc_id for quote in quotes]

    assert order(0.0) == ["a", "a", "b"]
    assert order(1e9) == ["a", "b", "a"]


def test_texts_that_differ_in_white_space_are_different_quotes(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    # A citation under ``also`` must contain the quote exactly as written.
    index = build_index(document("a", "The dragon sleeps."), document("b", "The dragon\nsleeps."))
    answer = ask(index, words, "Who sleeps?", k=5)
    check_citations(answer, index)
    assert sorted(quote.text for quote in answer.quotes) == ["The dragon\nsleeps.", "The dragon sleeps."]


def test_the_number_of_quotes_is_the_number_requested(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(document("a", "An apple. A candle. A dragon. An engine."))
    assert [len(ask(index, words, "apple", k=k).quotes) for k in (1, 2, 4, 9)] == [1, 2, 4, 4]
    assert len(ask(index, words, "apple").quotes) == 3


def test_only_named_documents_are_quoted(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(document("a [1]", "The dragon sleeps."), document("b", "The dragon wakes."))
    quotes = ask(index, words, "dragon", documents=["a [1]"], k=5).quotes
    assert [quote.citation.doc_id for quote in quotes] == ["a [1]"]
    with pytest.raises(UsageError, match="No document matches c"):
        ask(index, words, "dragon", documents=["c"])


# Citations


def test_page_line_and_context_are_those_of_the_first_character(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    text = "The river\nis wide.\n\nThe dragon sleeps in\nthe tower. The end."
    page = text.index("\n\n") + 2
    index = build_index(document("a", text, [Page(7, 0, page), Page(8, page, len(text))]))
    cited = ask(index, words, "Where does the dragon sleep?", k=1).quotes[0].citation
    assert text[cited.start : cited.end] == "The dragon sleeps in\nthe tower."
    assert (cited.page, cited.line) == (8, 4)
    assert (cited.prefix, cited.suffix) == ("The river\nis wide.\n\n", " The end.")


def test_a_quote_across_pages_is_cited_where_it_begins(build_index: IndexBuilder, words: WordEncoder) -> None:
    text = "The dragon sleeps in the tower."
    index = build_index(document("a", text, [Page(1, 0, 10), Page(2, 10, len(text))]))
    assert ask(index, words, "dragon").quotes[0].citation.page == 1


# No answer


def test_an_empty_index_has_a_fixed_reason(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(document("a", "An apple."))
    index.remove(["a"])
    assert ask(index, words, "apple?") == Answer(
        id="1", question="apple?", answered=False, confidence=0.0, reason=REASONS["no_documents"],
        reason_code="no_documents", quotes=(),
    )  # fmt: skip


def test_low_confidence_is_no_answer_but_shows_the_nearest_quotes(
    build_index: IndexBuilder, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build_index(document("a", "An apple."))
    monkeypatch.setattr("qa.answer.answerer.confidence", lambda *_: 0.4999)
    answer = ask(index, words, "apple?")
    assert (answer.answered, answer.reason_code, answer.confidence) == (False, "no_answer", 0.4999)
    assert [quote.text for quote in answer.quotes] == ["An apple."]
    monkeypatch.setattr("qa.answer.answerer.confidence", lambda *_: 0.5)
    answer = ask(index, words, "apple?")
    assert (answer.answered, answer.reason) == (True, None)


@pytest.mark.parametrize(
    ("question", "reason"), [("", "is empty"), ("?!", "is empty"), ("a" * 10_000, "10,000")]
)
def test_invalid_questions_are_refused(
    build_index: IndexBuilder, words: WordEncoder, question: str, reason: str
) -> None:
    with pytest.raises(QuestionError, match=reason):
        ask(build_index(document("a", "An apple.")), words, question)


def test_a_quoted_phrase_must_be_in_the_quote(real_answerer: Answerer) -> None:
    answer = real_answerer.ask('What did China say about "security concerns"?', k=5)
    assert answer.quotes
    assert all("security concerns" in quote.text for quote in answer.quotes)


def test_a_document_of_one_sentence_can_answer(tmp_path: Path, model: Encoder) -> None:
    (tmp_path / "treaty.txt").write_text("The treaty was signed in Paris in 1856.")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "treaty.txt")], lambda: model)
    assert Answerer(index, model).ask("Where was the treaty signed?").answered
    assert not Answerer(index, model).ask("How do I reset my router password?").answered


def test_a_word_split_at_a_line_end_is_quoted_unchanged(
    tmp_path: Path, model: Encoder, reader: Reranker
) -> None:
    text = "The commit-\ntee met in Paris. It dis-\ncussed the bud-\nget of the organi-\nsation at length.\n"
    (tmp_path / "minutes.txt").write_text(text)
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "minutes.txt")], lambda: model)
    answer = Answerer(index, model, reranker=reader).ask("Where did the committee meet?")
    assert answer.answered
    assert answer.quotes[0].text == "The commit-\ntee met in Paris."
    marked = [(text[match.start : match.end], match.kind) for match in answer.quotes[0].matched]
    assert marked == [("commit-\ntee", "lexical"), ("met", "similar"), ("in Paris", "answer")]


def test_a_word_with_a_minus_is_in_no_quote(real_answerer: Answerer) -> None:
    assert any("Charter" in quote.text for quote in real_answerer.ask("What does China think?", k=10).quotes)
    answer = real_answerer.ask("What does China think? -Charter", k=10)
    assert answer.quotes
    assert not any("Charter" in quote.text for quote in answer.quotes)


def test_a_missing_phrase_is_reported(real_answerer: Answerer) -> None:
    answer = real_answerer.ask('Does China call for "a shared, broad, inclusive" unicorn?')
    assert not answer.answered
    assert answer.reason_code == "phrase_not_found"
    assert answer.quotes
