"""Answers quote: every word of them is a slice of a document, and every citation leads to it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.answer.quotes import MAX_DIVERSITY_PENALTY
from qa.encoders import Encoder
from qa.errors import QuestionError, UsageError
from qa.index import Index
from qa.record import REASONS, Answer, to_json_line
from qa.types import Document, Page

Make = Callable[..., Index]


def document(doc_id: str, text: str, pages: Sequence[Page] = (), title: str = "") -> Document:
    return Document(doc_id, title or doc_id, text, f"{abs(hash(text)):064x}"[:64], tuple(pages))


def made(folder: Path, encoder: Encoder, documents: Iterable[Document]) -> Index:
    """An index of these very documents, as if a file had been read as them."""
    given_documents = list(documents)
    (folder / "given.jsonl").write_text("x")
    index = Index.create(folder / "index", encoder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.parsers.read", lambda *_, **__: iter(given_documents))
        report = index.update([str(folder / "given.jsonl")], lambda: encoder)
    assert report.failed == []
    return index


@pytest.fixture
def make(tmp_path: Path, words: WordEncoder) -> Make:
    return lambda *documents: made(tmp_path, words, documents)


@pytest.fixture
def real_answerer(source_folder: Path, model: Encoder) -> Answerer:
    return Answerer(Index(source_folder), model)


def ask(index: Index, encoder: Encoder, question: str, **options: object) -> Answer:
    return Answerer(index, encoder).ask(question, **options)  # type: ignore[arg-type]


def check(answer: Answer, index: Index) -> None:
    """Every slice, line and surrounding of an answer is right, worked out the slow way."""
    for rank, quote in enumerate(answer.quotes, start=1):
        assert quote.rank == rank
        for citation in (quote.citation, *quote.also):
            source = index.document(citation.doc_id)
            assert source is not None
            text = source.text
            assert text[citation.start : citation.end] == quote.text != ""
            assert citation.prefix == text[max(0, citation.start - 32) : citation.start]
            assert citation.suffix == text[citation.end : citation.end + 32]
            before = text[: citation.start].replace("\r\n", "\n")
            assert citation.line == 1 + before.count("\n") + before.count("\r")
            assert (citation.sha256, citation.title, citation.uri) == (
                source.sha256,
                source.title,
                source.uri,
            )
            pages = [page.number for page in source.pages if page.start <= citation.start < page.end]
            assert citation.page == (pages[0] if pages else None)
        start, end = quote.citation.start, quote.citation.end
        assert quote.context.start <= start < end <= quote.context.end
        source = index.document(quote.citation.doc_id)
        assert source is not None
        assert source.text[quote.context.start : quote.context.end] == quote.context.text
        for span in quote.matched:
            assert start <= span.start < span.end <= end
    # A quote comes before one of a higher score only where the other's document has had its say already.
    for at, quote in enumerate(answer.quotes):
        for later in answer.quotes[at + 1 :]:
            document = later.citation.doc_id
            given = sum(before.citation.doc_id == document for before in answer.quotes[:at])
            assert quote.score >= later.score - MAX_DIVERSITY_PENALTY * given
            assert quote.citation.doc_id != document or quote.score >= later.score


TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        st.sampled_from(
            ["An apple. ", "He ate it. ", "Mr. A. ", "\n\n", "\n", "我们去了北京。", "e\u0301 ", "😀 "]
        ),
    ),
    max_size=10,
).map("".join)


# The second document has its say before the first has its second, by however little.
@example(["0", "ATE.:0"], "ate:b", 3, False)
@settings(max_examples=20)
@given(
    st.lists(TEXTS, min_size=1, max_size=3),
    st.one_of(st.text(max_size=30), st.sampled_from(["Who ate an apple?", "北京"])),
    st.integers(1, 4),
    st.booleans(),
)
def test_every_quote_of_any_text_to_any_question_is_its_slice(
    texts: list[str], question: str, k: int, with_pages: bool
) -> None:
    encoder = WordEncoder()

    def pages(text: str) -> list[Page]:
        half = len(text) // 2
        return [Page(1, 0, half), Page(2, half, len(text))] if with_pages and half else []

    documents = [document(f"d{at}", text, pages(text)) for at, text in enumerate(texts)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = made(Path(folder), encoder, documents)
        try:
            answer = ask(index, encoder, question, k=k)
        except QuestionError:
            return
        assert answer.question == question
        assert len(answer.quotes) <= k
        assert answer.answered is (answer.reason is None)
        assert 0 <= answer.confidence <= 1
        check(answer, index)


def test_the_same_question_has_the_same_record_byte_for_byte(make: Make, words: WordEncoder) -> None:
    text = " ".join(f"The {a} met the {b}." for a in words.vocabulary[:7] for b in words.vocabulary[7:14])
    index = make(document("a", text), document("b", text[:400]))

    def line() -> str:
        return to_json_line(ask(Index(index.folder), words, "Who met the dragon?", k=5))

    first = line()
    assert json.loads(first)["quotes"][4]["rank"] == 5
    assert line() == line() == first


def test_the_real_model_quotes_the_shipped_text(model: Encoder, source_folder: Path) -> None:
    index = Index(source_folder)
    answer = ask(index, model, "Who did the Chinese Foreign Minister speak with on the phone?")
    check(answer, index)
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


def test_a_sentence_that_leans_back_is_quoted_with_the_one_before(make: Make, words: WordEncoder) -> None:
    index = make(document("a", "Anna built a tower. She lit the lantern there. The river is near."))
    assert ask(index, words, "Who lit the lantern?", k=1).quotes[0].text == (
        "Anna built a tower. She lit the lantern there."
    )
    assert ask(index, words, "Where is the river?", k=1).quotes[0].text == "The river is near."


def test_a_quote_does_not_lean_back_over_a_very_long_sentence(make: Make, words: WordEncoder) -> None:
    index = make(document("a", f"Anna built {'very ' * 70}high. She lit the lantern there."))
    assert ask(index, words, "Who lit the lantern?", k=1).quotes[0].text == "She lit the lantern there."


def test_a_sentence_that_was_quoted_already_is_not_quoted_again(make: Make, words: WordEncoder) -> None:
    index = make(document("a", "Anna built a tower. She lit the lantern there. The river is near."))
    quotes = ask(index, words, "Who lit the lantern?", k=5).quotes
    assert [quote.text for quote in quotes] == [
        "Anna built a tower. She lit the lantern there.",
        "The river is near.",
    ]


def test_the_same_words_in_another_place_are_one_quote_with_both_places(
    make: Make, words: WordEncoder
) -> None:
    index = make(
        document("a", "The dragon sleeps. The river is near."),
        document("b", "Once more: all is well. The dragon sleeps."),
    )
    first, *others = ask(index, words, "Does the dragon sleep?", k=5).quotes
    assert first.text == "The dragon sleeps."
    assert {(c.doc_id, c.start) for c in (first.citation, *first.also)} == {("a", 0), ("b", 24)}
    assert all(quote.text != first.text for quote in others)


def test_documents_that_answer_alike_each_get_their_say_before_one_repeats_itself(
    make: Make, words: WordEncoder
) -> None:
    index = make(
        document("a", "The dragon sleeps.\n\nA dragon sleeps long.\n\nDragons sleep by day."),
        document("b", "One dragon sleeps in the hills."),
        document("c", "The kettle and the mirror are of silver."),
    )
    quotes = ask(index, words, "Where does the dragon sleep?", k=5).quotes
    assert [quote.citation.doc_id for quote in quotes[:2]] in (["a", "b"], ["b", "a"])
    # One that answers otherwise, or not at all, takes nobody's turn.
    assert [quote.citation.doc_id for quote in quotes[2:]] == ["a", "a", "c"]
    scores = [quote.score for quote in quotes if quote.citation.doc_id == "a"]
    assert scores == sorted(scores, reverse=True)


def test_words_with_other_white_space_are_not_called_the_same(make: Make, words: WordEncoder) -> None:
    # A citation under ``also`` must hold the quote as it is written.
    index = make(document("a", "The dragon sleeps."), document("b", "The dragon\nsleeps."))
    answer = ask(index, words, "Who sleeps?", k=5)
    check(answer, index)
    assert sorted(quote.text for quote in answer.quotes) == ["The dragon\nsleeps.", "The dragon sleeps."]


def test_as_many_quotes_as_were_asked_for(make: Make, words: WordEncoder) -> None:
    index = make(document("a", "An apple. A candle. A dragon. An engine."))
    assert [len(ask(index, words, "apple", k=k).quotes) for k in (1, 2, 4, 9)] == [1, 2, 4, 4]
    assert len(ask(index, words, "apple").quotes) == 3


def test_only_the_documents_that_were_named_are_quoted(make: Make, words: WordEncoder) -> None:
    index = make(document("a [1]", "The dragon sleeps."), document("b", "The dragon wakes."))
    quotes = ask(index, words, "dragon", documents=["a [1]"], k=5).quotes
    assert [quote.citation.doc_id for quote in quotes] == ["a [1]"]
    with pytest.raises(UsageError, match="No document is called c"):
        ask(index, words, "dragon", documents=["c"])


# Citations


def test_page_line_and_surroundings_are_those_of_the_first_character(make: Make, words: WordEncoder) -> None:
    text = "The river\nis wide.\n\nThe dragon sleeps in\nthe tower. The end."
    page = text.index("\n\n") + 2
    index = make(document("a", text, [Page(7, 0, page), Page(8, page, len(text))]))
    cited = ask(index, words, "Where does the dragon sleep?", k=1).quotes[0].citation
    assert text[cited.start : cited.end] == "The dragon sleeps in\nthe tower."
    assert (cited.page, cited.line) == (8, 4)
    assert (cited.prefix, cited.suffix) == ("The river\nis wide.\n\n", " The end.")


def test_a_quote_that_runs_over_a_page_is_cited_where_it_begins(make: Make, words: WordEncoder) -> None:
    text = "The dragon sleeps in the tower."
    index = make(document("a", text, [Page(1, 0, 10), Page(2, 10, len(text))]))
    assert ask(index, words, "dragon").quotes[0].citation.page == 1


# No answer


def test_an_empty_index_gives_its_fixed_reason(make: Make, words: WordEncoder) -> None:
    index = make(document("a", "An apple."))
    index.remove(["a"])
    assert ask(index, words, "apple?") == Answer(
        id="1", question="apple?", answered=False, confidence=0.0, reason=REASONS["no_documents"],
        reason_code="no_documents", quotes=(),
    )  # fmt: skip


def test_a_low_confidence_is_no_answer_but_still_shows_what_is_nearest(
    make: Make, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make(document("a", "An apple."))
    monkeypatch.setattr("qa.answer.answerer.confidence", lambda *_: 0.4999)
    answer = ask(index, words, "apple?")
    assert (answer.answered, answer.reason_code, answer.confidence) == (False, "no_answer", 0.4999)
    assert [quote.text for quote in answer.quotes] == ["An apple."]
    monkeypatch.setattr("qa.answer.answerer.confidence", lambda *_: 0.5)
    answer = ask(index, words, "apple?")
    assert (answer.answered, answer.reason) == (True, None)


@pytest.mark.parametrize(
    ("question", "why"), [("", "is empty"), ("?!", "is empty"), ("a" * 10_000, "10,000")]
)
def test_what_is_no_question_is_refused(make: Make, words: WordEncoder, question: str, why: str) -> None:
    with pytest.raises(QuestionError, match=why):
        ask(make(document("a", "An apple.")), words, question)


def test_a_phrase_in_quotation_marks_must_stand_in_the_quote(real_answerer: Answerer) -> None:
    answer = real_answerer.ask('What did China say about "security concerns"?', k=5)
    assert answer.quotes
    assert all("security concerns" in quote.text for quote in answer.quotes)


def test_a_document_of_one_sentence_can_answer(tmp_path: Path, model: Encoder) -> None:
    (tmp_path / "treaty.txt").write_text("The treaty was signed in Paris in 1856.")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "treaty.txt")], lambda: model)
    assert Answerer(index, model).ask("Where was the treaty signed?").answered
    assert not Answerer(index, model).ask("How do I reset my router password?").answered


def test_a_word_that_a_line_end_parts_is_found_and_quoted_as_it_stands(
    tmp_path: Path, model: Encoder
) -> None:
    text = "The commit-\ntee met in Paris. It dis-\ncussed the bud-\nget of the organi-\nsation at length.\n"
    (tmp_path / "minutes.txt").write_text(text)
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "minutes.txt")], lambda: model)
    answer = Answerer(index, model).ask("Where did the committee meet?")
    assert answer.answered
    assert answer.quotes[0].text == "The commit-\ntee met in Paris."
    assert text[answer.quotes[0].matched[0].start : answer.quotes[0].matched[0].end] == "commit-\ntee"


def test_a_word_with_a_minus_stands_in_no_quote(real_answerer: Answerer) -> None:
    assert any("Charter" in quote.text for quote in real_answerer.ask("What does China think?", k=10).quotes)
    answer = real_answerer.ask("What does China think? -Charter", k=10)
    assert answer.quotes
    assert not any("Charter" in quote.text for quote in answer.quotes)


def test_a_phrase_that_stands_nowhere_is_said_to_be_missing(real_answerer: Answerer) -> None:
    answer = real_answerer.ask('Does China call for "a shared, broad, inclusive" unicorn?')
    assert not answer.answered
    assert answer.reason_code == "phrase_not_found"
    assert answer.quotes
