"""Every sentence is a slice in its place, with the boundaries that a reader expects."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.text.sentences import LEAD_CHARACTERS, SENTENCE_CHARACTERS, segment
from qa.types import Block, BlockKind, Document


def document(text: str, *blocks: Block) -> Document:
    return Document("d", "T", text, "0" * 64, blocks=blocks)


def sentences(text: str, *blocks: Block) -> list[str]:
    return [text[s.start : s.end] for passage in segment(document(text, *blocks)) for s in passage.sentences]


def passages(text: str, *blocks: Block) -> list[str]:
    return [text[p.start : p.end] for p in segment(document(text, *blocks))]


def laid_out(*parts: tuple[str, BlockKind, int]) -> tuple[str, tuple[Block, ...]]:
    """Generate a text of blocks separated by blank lines, as parsers build it."""
    text, blocks = "", []
    for words, kind, level in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(len(text), len(text) + len(words), kind, level))
        text += words
    return text, tuple(blocks)


PIECES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        [
            "\n",
            "\n\n",
            " \n\t\n ",
            ". ",
            "Mr. ",
            "U.S. ",
            "\u3000",
            "- a",
            "1. b",
            "。",
            "؟ ",
            "…”",
            "\x00",
            "😀",
            "e\u0301",
        ]
    ),
    st.integers(900, 2500).map("x".__mul__),
)


@st.composite
def sources(draw: st.DrawFn) -> Document:
    text = "".join(draw(st.lists(PIECES, max_size=12)))
    if not draw(st.booleans()):
        return document(text)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = st.sampled_from(["paragraph", "heading", "item", "row", "code"])
    blocks = []
    for a, b in pairwise(edges):
        kind = draw(kinds)
        blocks.append(Block(a, b, kind, draw(st.integers(1, 6)) if kind == "heading" else 0))
    return document(text, *blocks)


@settings(max_examples=200)
@given(sources())
@example(document(""))
@example(document("\n \n\n"))
@example(document("word " * 2000))
def test_sentences_are_separate_slices_with_words_inside_their_passage(source: Document) -> None:
    last_passage = last_sentence = 0
    for passage in segment(source):
        assert last_passage <= passage.start < passage.end <= len(source.text)
        assert passage.sentences
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        for sentence in passage.sentences:
            assert sentence.doc_id == source.doc_id
            assert last_sentence <= sentence.start < sentence.end <= passage.end
            words = source.text[sentence.start : sentence.end]
            assert words == words.strip()
            assert any(c.isalnum() or c == "_" for c in words)
            assert len(words) <= SENTENCE_CHARACTERS
            last_sentence = sentence.end
        last_passage = passage.end


@given(st.lists(st.sampled_from(["One two.", "Three four five!", "Is it six?", "Seven."]), min_size=1))
def test_no_word_is_lost_between_the_sentences(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    assert " ".join(sentences(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "European Union Director for Foreign Affairs Mr. Borrell and Dr. Smith spoke.",
        "He was elected to the U.S. Senate in 1990.",
        "The book by J. R. R. Tolkien was read.",
        "Some fruit, e.g. apples and pears, is red.",
        "It costs 3.5 million, cf. p. 12 of the report.",
        "See Fig. 3 and Sec. 4.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    assert sentences(f"{text} Then it ended.") == [text, "Then it ended."]


def test_initials_before_the_start_of_another_sentence_end_theirs() -> None:
    assert sentences("He lived in the U.S. The climate is mild there.") == [
        "He lived in the U.S.",
        "The climate is mild there.",
    ]


def test_a_closing_quote_belongs_to_the_sentence_it_closes() -> None:
    assert sentences("“We shall go.” They went. She said: “No!” He stayed.") == [
        "“We shall go.”",
        "They went.",
        "She said: “No!”",
        "He stayed.",
    ]


def test_a_hard_wrapped_paragraph_is_cut_at_its_sentences_and_not_at_its_lines() -> None:
    text = (
        "The committee met on the second day of the month in order to\n"
        "talk about the harbour and the cost of a new light at the end\n"
        "of the pier. It did not agree on anything that was put to it\n"
        "and went home late."
    )
    first = text[: text.index(" It did")]
    assert sentences(text) == [first, text[len(first) + 1 :]]


def test_list_items_and_lines_of_verse_are_sentences() -> None:
    assert sentences("- Bring the blue kettle\n- bring bread\n* Bring a lantern") == [
        "- Bring the blue kettle",
        "- bring bread",
        "* Bring a lantern",
    ]
    assert sentences("1. Open the door\n2. Close it again") == ["1. Open the door", "2. Close it again"]
    assert sentences("Tyger Tyger, burning bright\nIn the forests\nWhat immortal hand") == [
        "Tyger Tyger, burning bright",
        "In the forests",
        "What immortal hand",
    ]


def test_headings_are_the_path_of_the_text_below_and_no_sentences() -> None:
    text, blocks = laid_out(
        ("Guide", "heading", 1),
        ("Before the\nstart", "heading", 2),
        ("Read this first.", "paragraph", 0),
        ("Then", "heading", 2),
        ("Read that.", "paragraph", 0),
        ("Annex", "heading", 1),
        ("Read the rest.", "paragraph", 0),
    )
    passages_with_headings = [(p.headings, text[p.start : p.end]) for p in segment(document(text, *blocks))]
    assert passages_with_headings == [
        (("Guide", "Before the start"), "Read this first."),
        (("Guide", "Then"), "Read that."),
        (("Annex",), "Read the rest."),
    ]


def test_numbered_items_are_above_their_subitems() -> None:
    long = "2.2 The tenant repairs " + "windows and doors " * 8 + "and:"
    text, blocks = laid_out(
        ("Repairs", "heading", 1), ("2.1 The roof is kept in good repair.", "item", 2), (long, "item", 2),
        ("(a) the windows;", "item", 3), ("A comment between them.", "paragraph", 0),
        ("(b) the boiler;", "item", 3), ("(i) yearly", "item", 4),
        ("2.3 Costs are shared.", "item", 2), ("Notice", "heading", 1), ("(c) by post", "item", 3),
    )  # fmt: skip
    paths = {
        text[sentence.start : sentence.end]: passage.headings
        for passage in segment(document(text, *blocks))
        for sentence in passage.sentences
    }
    lead = paths["(a) the windows;"][1]
    assert long.startswith(lead)
    assert len(lead) <= LEAD_CHARACTERS
    assert paths["(b) the boiler;"] == ("Repairs", lead)
    assert paths["(i) yearly"] == ("Repairs", lead, "(b) the boiler;")
    assert paths["A comment between them."] == paths["2.3 Costs are shared."] == ("Repairs",)
    assert paths["(c) by post"] == ("Notice",)


def test_a_document_of_headings_alone_can_be_quoted() -> None:
    text, blocks = laid_out(("Opening hours", "heading", 1), ("Monday to Friday", "heading", 2))
    assert sentences(text, *blocks) == ["Opening hours", "Monday to Friday"]


def test_a_table_row_is_one_sentence_even_with_full_stops() -> None:
    text, blocks = laid_out(("Borrell. Mr. | 5. | Done. Yes.", "row", 0), ("Bonne. | 6.", "row", 0))
    assert sentences(text, *blocks) == ["Borrell. Mr. | 5. | Done. Yes.", "Bonne. | 6."]


def test_code_is_cut_at_its_lines_only() -> None:
    text, blocks = laid_out(("print(1). print(2)\n    return x. y", "code", 0))
    assert sentences(text, *blocks) == ["print(1). print(2)", "return x. y"]


def test_short_blocks_are_merged_and_long_ones_stay_separate() -> None:
    long = "This is a sentence of exactly eight words. " * 4
    text = f"First short.\n\nSecond short.\n\n{long.strip()}\n\nLast short."
    assert passages(text) == ["First short.\n\nSecond short.", long.strip(), "Last short."]


def test_a_long_block_is_cut_into_passages_of_equal_size() -> None:
    text = " ".join(f"Sentence number {n} has these eight words here." for n in range(50))
    assert [len(passage.split()) for passage in passages(text)] == [200, 200]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们去了北京。天气很好！你呢？", 3),
        ("今日は晴れです。明日は雨が降りますか？", 2),
        ("ذهبنا إلى السوق. هل اشتريت الخبز؟ نعم اشتريته.", 3),
        ("हम बाज़ार गए। वहाँ बहुत भीड़ थी। हम लौट आए।", 3),
        ("Мы пошли домой. Было темно.", 2),
        ("Wir trafen Dr. Müller. Er kam z. B. aus Wien.", 2),
    ],
)
def test_other_scripts_are_cut_at_their_own_full_stops(text: str, count: int) -> None:
    result = sentences(text)
    assert len(result) == count
    assert "".join("".join(result).split()) == "".join(text.split())


def test_text_without_spaces_or_stops_is_cut_at_the_limit() -> None:
    thai = "ภาษาไทยเป็นภาษาที่มีระดับเสียง" * 100
    result = sentences(thai)
    assert "".join(result) == thai
    assert [len(s) for s in result] == [1000, 1000, 1000]


def test_a_long_sentence_is_cut_at_a_clause_rather_than_a_word() -> None:
    text = "word " * 150 + "clause; " + "word " * 150 + "end."
    first, second = sentences(text)
    assert first.endswith("clause;")
    assert second.startswith("word")


def test_a_long_sentence_is_cut_before_an_item_rather_than_at_a_comma() -> None:
    waiver = "to waive, to the fullest extent permitted by law, any objection to the venue, "
    items = [f"({number}) {waiver * 3}" for number in ("i", "ii", "iii", "iv", "v", "vi")]
    text = f"The Parties irrevocably agree {''.join(items)}and (vii) that the laws of New York govern."
    first, second = sentences(text)
    assert first.endswith("to the venue,")
    assert second.startswith("(v) to waive")


def seconds(text: str) -> float:
    begin = time.perf_counter()
    segment(document(text))
    return time.perf_counter() - begin


@pytest.mark.parametrize(
    "text",
    [
        "This is a sentence, more or less. " * 30_000,
        "x" * 1_000_000,
        "short\n" * 160_000,
        "我们去了北京。" * 140_000,
    ],
    ids=["prose", "no-spaces", "short-lines", "chinese"],
)
def test_a_megabyte_is_segmented_in_seconds(text: str) -> None:
    assert seconds(text) < 20


def test_many_abbreviations_do_not_take_quadratic_time() -> None:
    # Each stop once started a new search from the beginning of the sentence.
    assert seconds("e.g. " * 10_000) < 10


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1." * 20_000 + "x",
        "1. " * 50_000 + "x",
        "(1) " * 40_000,
        "a.1,2,3,4,5" * 15_000,
        "a.1" + ",1" * 80_000 + " x",
        "lit. b. " * 20_000,
        "Fed. R. Civ. P. " * 10_000,
        "¹²†" * 50_000,
        "1.\n" * 50_000,
    ],
    ids=range(9),
)
def test_many_numbers_and_marks_are_segmented_quickly(text: str) -> None:
    assert seconds(text) < 10


def test_a_sentence_at_the_edge_of_a_window_is_not_cut_there() -> None:
    text = " ".join(f"Sentence {n} was about Mr. Borrell and nobody else." for n in range(1000))
    assert [len(s.split()) for s in sentences(text)] == [9] * 1000


@pytest.mark.parametrize(
    "first",
    [
        "The catch was large.12",
        "The catch was large!3",
        "The catch was large.1,2",
        "The catch was large.1–3",
        "The catch was large.[12]",
        "The catch was large.¹²",
        "The catch was large.¹,²",
        "The catch was large.†",
        "He said “no.”3",
        'He said "no."3',
        "The catch was made in the EU.4",
    ],
)
@pytest.mark.parametrize("second", ["It holds for years.", "“It holds.”", "Économie is a word."])
def test_a_note_mark_belongs_to_the_sentence_it_ends(first: str, second: str) -> None:
    assert sentences(f"{first} {second} So it goes.") == [first, second, "So it goes."]


@pytest.mark.parametrize(
    "text",
    [
        "The price is 3.12 Euros a day.",
        "Use version 2.12 Beta of it.",
        "It is in no.12 The Quay, as p.12 Of the list says.",
        "See large.12 and small.13 fish.",
        "Read the file notes.12 times.",
    ],
)
def test_a_number_after_a_full_stop_can_be_no_mark(text: str) -> None:
    assert sentences(f"{text} Then it ended.") == [text, "Then it ended."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Steps: 1. Open the valve. 2. Close it.", ["Steps: 1. Open the valve.", "2. Close it."]),
        (
            "It is set. 1. Fees are due. 2. Fees are paid.",
            ["It is set.", "1. Fees are due.", "2. Fees are paid."],
        ),
        ("It is set. 2.1. Fees are due.", ["It is set.", "2.1. Fees are due."]),
        ("Steps:\n1.\nOpen the valve.\n2.\nClose it.", ["Steps:", "1.\nOpen the valve.", "2.\nClose it."]),
        ("(a)\nThe fee is due.\n(b)\nIt is paid.", ["(a)\nThe fee is due.", "(b)\nIt is paid."]),
        ("Steps: 1. 2. 3.", ["Steps: 1. 2. 3."]),
        ("Open the valve. 2.", ["Open the valve. 2."]),
        ("We agree: a. The fee is due. b. It is paid.", ["We agree: a. The fee is due.", "b. It is paid."]),
    ],
)
def test_an_item_number_is_no_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


LEGAL = (
    "2. Fees. The fee is set under 42 U.S.C. § 1983 and Smith v. Jones Shipping Co., 123 F.3d 456 (9th Cir. "
    "1997), aff'd, 525 U.S. 83. See e.g. Art. 5 para. 2 lit. b. The fee is due within 30 days."
)


def test_a_cited_letter_does_not_begin_the_next_sentence() -> None:
    result = sentences(LEGAL)
    assert result[-2:] == ["See e.g. Art. 5 para. 2 lit. b.", "The fee is due within 30 days."]
    assert "123 F.3d 456 (9th Cir. 1997), aff'd, 525 U.S. 83." in result[-3]


@pytest.mark.parametrize(
    "text",
    [
        "See Ex. 4 and Ex. B of the list.",
        "Under para. 3 and paras. 4 and 5 it is due.",
        "Under ss. 3 to 5 and s. 9 it is due.",
        "It is in Vol. 2 and in Vol. II of the acts.",
        "Under art. 5, cl. 7 and reg. 4 it is due.",
        "In Sch. 1 it is due.",
        "It is on pp. 3-5 and on p. 9 of the file.",
        "See No. 14 and Nos. 3 and 4 of it.",
        "Cf. Smith et al. (2020) on fees.",
        "Smith et al. Found a comet.",
        "Acme Inc. and Sons Ltd. of London pay.",
        "It was won in Smith v. Jones and in Lee vs. Kim.",
        "Fed. R. Civ. P. 12 is cited.",
        "It is in 123 F. Supp. 2d 45 and Rev. Stat. ch. 5 too.",
        "The 9th Cir. 1997 ruling is cited.",
        "On Sept. 11 and Jan. 5 it was cold.",
        "It takes approx. 5 tonnes, min. 3 and max. 9 of them.",
    ],
)
def test_legal_abbreviations_do_not_end_a_sentence(text: str) -> None:
    assert sentences(f"{text} Then it ended.") == [text, "Then it ended."]


@pytest.mark.parametrize(
    "first",
    [
        "Read the next para.",
        "The answer is no.",
        "He works for Acme Inc.",
        "They like art.",
        "She is at the board of Acme Co. Ltd.",
        "It is due in the U.S.",
        "There are kettles, lanterns, etc.",
        "He came at 5 p.m.",
        "Hugman, Barry (ed.), p. 348.",
        "p. 348.",
    ],
)
def test_an_abbreviation_at_the_end_of_a_sentence_ends_it(first: str) -> None:
    assert sentences(f"{first} The man left. A man came.") == [first, "The man left.", "A man came."]


@pytest.mark.parametrize("length", [5_000, 20_000, 50_000])
def test_a_text_without_sentence_ends_is_cut_between_words(length: int) -> None:
    words = ["supplier", "delivers", "nine", "a"]
    text = " ".join(words[at * at % 7 % 4] for at in range(length // 6))
    stretches = [text[s.start : s.end] for passage in segment(document(text)) for s in passage.sentences]
    assert " ".join(stretches) == text
    assert {word for stretch in stretches for word in stretch.split()} <= set(words)
