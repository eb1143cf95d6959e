"""Headings, contents, running lines, labels and signatures are no quotes; clauses with their titles are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qa.text.clauses import numbers
from qa.text.sentences import SENTENCE_CHARACTERS, segment
from qa.types import Block, Document, Page

PROSE = "The tenant pays the rent on the first day of each month to the account of the landlord."
MORE = "The landlord repairs the roof and the windows within thirty days after a written notice."


def document(text: str, *blocks: Block, pages: tuple[Page, ...] = ()) -> Document:
    return Document("d", "T", text, "0" * 64, blocks=blocks, pages=pages)


def quotes(text: str) -> list[str]:
    return [text[s.start : s.end] for passage in segment(document(text)) for s in passage.sentences]


def paths(text: str) -> dict[str, tuple[str, ...]]:
    return {
        text[s.start : s.end]: passage.headings
        for passage in segment(document(text))
        for s in passage.sentences
    }


# -- headings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "24. Governing law and jurisdiction",
        "14.2 Term and Termination",
        "ARTICLE IV",
        "Section 3. Fees",
        "PAYMENT TERMS",
        "Payment of rent",
        "Zahlung der Miete",
        "§ 5 Miete",
        "Artículo 7. Del arrendamiento",
        "Статья 4",
        "ОПЛАТА АРЕНДЫ",
    ],
)
def test_a_title_is_the_path_of_its_text_and_no_quote(heading: str) -> None:
    text = f"{PROSE}\n\n{heading}\n\n{MORE}"
    assert quotes(text) == [PROSE, MORE]
    assert paths(text)[MORE][-1] == heading


def test_a_number_and_the_title_on_the_next_line_are_one_heading() -> None:
    text = f"{PROSE}\n\nARTICLE II\n\nREPAIRS\n\n{MORE}"
    assert paths(text)[MORE] == ("ARTICLE II REPAIRS",)


def test_headings_are_nested_by_their_numbers() -> None:
    last = "Notices are sent by post to the tenant's home."
    result = paths(f"{PROSE}\n\n2. Repairs\n\n2.1 Roof\n\n{MORE}\n\n3. Notice\n\n{last}")
    assert result[MORE] == ("2. Repairs", "2.1 Roof")
    assert result[last] == ("3. Notice",)


def test_a_numbered_clause_is_not_below_the_title_of_the_clause_before() -> None:
    text = f"{PROSE}\n\n8. Force Majeure\n\n{MORE}\n\n9. Costs. Each party pays its own costs of this lease."
    assert paths(text)["9. Costs. Each party pays its own costs of this lease."] == ()


@pytest.mark.parametrize(
    "line",
    [
        "The tenant left.",
        "Effective date: 1 July 2019",
        "We agree, however,",
        "In total, 42 people",
        "and the garden",
    ],
)
def test_a_line_with_other_marks_is_no_heading(line: str) -> None:
    assert line in " ".join(quotes(f"{PROSE}\n\n{line}\n\n{MORE}"))


def test_numbered_lines_without_text_between_them_are_a_list() -> None:
    lines = [
        "1. Oriental Bank and Trust",
        "2. Oriental International Bank Limited",
        "3. Oriental Leasing Company Now",
    ]
    assert quotes("\n\n".join([PROSE, *lines])) == [PROSE, *lines]


def test_one_word_below_names_is_a_heading() -> None:
    text = f"{PROSE}\n\nAnna Baker\n\nHarbour University, Denver\n\nAbstract\n\n{MORE}"
    assert "Abstract" not in quotes(text)
    assert paths(text)[MORE][-1] == "Abstract"


def test_verse_has_no_headings() -> None:
    verse = "Tyger Tyger burning bright\n\nIn the forests of the night\n\nWhat immortal hand or eye"
    assert quotes(verse) == verse.split("\n\n")


def test_a_question_above_its_answer_is_a_heading() -> None:
    answer = "The tenant pays interest from the second week of the month on."
    assert quotes(f"{PROSE}\n\nWhat happens if the rent is late?\n{answer}") == [PROSE, answer]


# -- the title block --------------------------------------------------------------------------------


def test_the_title_block_of_a_document_is_one_quote() -> None:
    title = (
        "LEASE AGREEMENT\n\nbetween\n\nHarbor Mills Limited\n\nand\n\nQuay Estates\n\nDated as of 3 May 2021"
    )
    text = f"{title}\n\n{PROSE}\n\nPAYMENT\n\n{MORE}"
    assert quotes(text) == [title, PROSE, MORE]


# -- titles that lead a clause ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "clause",
    [
        "27. Governing Law. This lease is governed by the law of the Free State.",
        "(a) Term. The term of this lease begins on the first of May.",
        "Section 5.2 Late Fees. The tenant pays a fee of five percent.",
        "4.1. Limitation of Liability: The landlord is not liable for frost.",
        "CONFIDENTIALITY. The parties keep this lease secret.",
        "Severability. An invalid clause does not end this lease.",
    ],
)
def test_a_title_belongs_to_the_sentence_it_leads(clause: str) -> None:
    assert quotes(f"{PROSE}\n\n{clause} It ends here.")[1] == clause


def test_clauses_of_a_text_without_line_breaks_are_whole_and_have_their_path() -> None:
    first = "20. Independence. Nothing in this lease creates a partnership between the parties."
    second = "21. Survival. The duty to pay survives the end of this lease."
    text = f"{PROSE} {first} They act alone. {second} It has no end."
    assert quotes(text) == [PROSE, first, "They act alone.", second, "It has no end."]


def test_a_list_in_a_sentence_does_not_hide_the_ends_of_sentences() -> None:
    text = "It covers (i) roofs, (ii) doors, (iii) walls and (iv) floors. The rest is not covered. Ask us."
    assert quotes(text) == [
        "It covers (i) roofs, (ii) doors, (iii) walls and (iv) floors.",
        "The rest is not covered.",
        "Ask us.",
    ]


def test_a_long_list_is_cut_at_its_items_and_not_at_its_words() -> None:
    item = "the tenant has paid the whole rent and the costs of the year before in time and in full"
    text = f"The lease ends if (a) {item}; (b) {item}; (c) {item}; or (d) {item}, and so on; (e) {item}."
    result = quotes(text)
    assert "".join("".join(result).split()) == "".join(text.split())
    assert len(result) > 2
    assert all(sentence.startswith("(") for sentence in result[1:])


@pytest.mark.parametrize("label", ["14.", "(iv)", "B.", "2.1", "NN."])
def test_a_bare_label_belongs_to_the_text_after_it(label: str) -> None:
    assert quotes(f"{PROSE}\n\n{label}\n\n{MORE}") == [PROSE, f"{label}\n\n{MORE}"]


def test_numbers_of_clauses_are_combined_from_the_lines_above() -> None:
    lead, item = "14.2 The tenant repairs the following parts of the house:", "(b) the boiler in the cellar."
    path = paths("\n\n".join([PROSE, lead, "(a) the windows of the hall;", item]))[item]
    own, _ = numbers(path, item)
    assert ("14", "2", "b") in own


def test_a_letter_after_h_is_no_roman_numeral() -> None:
    text = "\n\n".join(f"({letter}) the part {letter} of the house and garden;" for letter in "fghij")
    assert set(paths(f"{PROSE}\n\n{text}").values()) == {()}


# -- contents ---------------------------------------------------------------------------------------


def test_lines_with_leaders_are_no_quotes() -> None:
    lines = "1. Rent ............ 3\n\n2. Repairs ............ 4\n\n3. Notice ............ 12"
    assert quotes(f"{PROSE}\n\n{lines}\n\n{MORE}") == [PROSE, MORE]


def test_a_list_of_contents_with_pages_is_no_quote_and_a_table_of_values_is() -> None:
    lines = ["Rent and costs 3", "Repairs 4", "Notice 12"]
    listed = "\n\n".join(["Contents", *lines])
    assert quotes(f"{PROSE}\n\n{listed}\n\n{MORE}") == [PROSE, MORE]
    assert lines[1] in "\n".join(quotes("\n\n".join([PROSE, *lines, MORE])))


def test_a_list_of_contents_without_line_breaks_is_no_quote() -> None:
    listed = (
        "TABLE OF CONTENTS ARTICLE 1 - RENT 1 ARTICLE 2 - REPAIRS 1 ARTICLE 3 - NOTICE 2 ARTICLE 4 - COSTS 3 "
        "ARTICLE 5 - PUBLICITY 5 ARTICLE 6 - OWNERSHIP 6 ARTICLE 7 - LICENCE 7"
    )
    assert quotes(f"{PROSE}\n\n{listed}\n\n{MORE}") == [PROSE, MORE]


ENTRIES = [
    *(
        f"{name}, Anna, {n}, {n + 7}–{n + 9}"
        for n, name in enumerate(["Abel", "Baker", "Clark", "Dorn", "Egan"], 3)
    ),
    "fees:\nof carriers, 12, 15n",
    "see also rent",
    *(
        f"harbour, {word}, {n}n"
        for n, word in enumerate(["dues", "depth", "fog", "light", "mud", "port", "quay", "rope"], 9)
    ),
    *(
        f"tide of {word}, {n}"
        for n, word in enumerate(["May", "June", "July", "August", "winter", "spring", "rain"], 80)
    ),
]


def test_the_index_of_a_book_is_no_quote() -> None:
    text = "\n\n".join([PROSE, MORE, "INDEX", *ENTRIES])
    assert quotes(text) == [PROSE, MORE]


def test_a_few_notes_that_end_with_pages_are_quotes() -> None:
    notes = [f"{n}. A. Baker, The Rent of a House, volume {n}, {n + 100}" for n in range(1, 9)]
    quoted = " ".join(quotes("\n\n".join([PROSE, *notes])))
    assert all(f"volume {n}" in quoted for n in range(1, 9))


def test_titles_that_the_text_repeats_are_a_list_of_contents() -> None:
    listed = "Inhaltsverzeichnis\n\nMiete\n\nReparaturen\n\nKündigung"
    text = f"{PROSE}\n\n{listed}\n\nMiete\n\n{MORE}\n\nReparaturen\n\n{MORE}\n\nKündigung\n\n{MORE}"
    assert quotes(text) == [PROSE, MORE, MORE, MORE]
    assert [p.headings for p in segment(document(text))][1:] == [("Miete",), ("Reparaturen",), ("Kündigung",)]


# -- running lines ----------------------------------------------------------------------------------


def test_a_line_that_recurs_where_pages_end_is_no_quote_and_breaks_no_sentence() -> None:
    first, second = "The tenant keeps the garden in order and cuts", "the grass once a week in summer."
    foot = "Source: HARBOR MILLS, S-1, 7/1/2019"
    text = f"{PROSE}\n\n{foot}\n\n\n\n{first}\n\n12\n\n{foot}\n\n\n\n{second}\n\n{MORE}\n\n{foot}"
    result = quotes(text)
    assert result[0] == PROSE
    assert result[1].startswith(first)
    assert result[1].endswith(second)
    assert result[2:] == [MORE]


def test_a_refrain_is_no_running_line() -> None:
    text = "\n\n".join(["The sea is wide and cold tonight", PROSE] * 4)
    assert quotes(text).count("The sea is wide and cold tonight") + sum(
        "The sea is wide and cold tonight" in passage.headings for passage in segment(document(text))
    )


def test_a_line_at_the_edges_of_known_pages_is_no_quote() -> None:
    prose = [
        f"In part {word} the tenant pays the rent of the {word} year."
        for word in ("one", "two", "three", "four")
    ]
    parts = [f"{sentence}\n\nConfidential draft of the parties\n\n" for sentence in prose]
    text = "".join(parts).rstrip()
    starts = [sum(map(len, parts[:at])) for at in range(4)]
    pages = tuple(
        Page(number, start, end) for number, (start, end) in enumerate(pairwise([*starts, len(text)]), 1)
    )
    sentences = [s for passage in segment(document(text, pages=pages)) for s in passage.sentences]
    assert [text[s.start : s.end] for s in sentences] == prose


def test_a_running_block_is_never_quoted() -> None:
    text = f"{PROSE}\n\nHarbor Mills Annual Report\n\n{MORE}"
    ends = [len(PROSE), len(PROSE) + 28, len(text)]
    starts = [0, len(PROSE) + 2, len(PROSE) + 30]
    kinds = ("paragraph", "running", "paragraph")
    blocks = [Block(a, b, kind) for a, b, kind in zip(starts, ends, kinds, strict=True)]
    sentences = [s for passage in segment(document(text, *blocks)) for s in passage.sentences]
    assert [text[s.start : s.end] for s in sentences] == [PROSE, MORE]


# -- signatures, addresses, fields, short items -----------------------------------------------------


def test_a_signature_is_one_quote() -> None:
    signature = "HARBOR MILLS LIMITED\n\nBy: /s/ Jane Doe\n\nName: Jane Doe\n\nTitle: Director"
    assert quotes(f"{PROSE}\n\n{signature}") == [PROSE, signature]


def test_a_direction_in_brackets_is_no_quote() -> None:
    assert quotes(f"{PROSE}\n\n[Signature page follows.]\n\n{MORE}") == [PROSE, MORE]
    assert quotes(f"{PROSE}\n\n(She was there too.)\n\n{MORE}")[1] == "(She was there too.)"


def test_an_address_is_one_quote() -> None:
    address = (
        "Harbor Mills Limited\n12 Quay Street\nNordvik 54919\nAttention: Jane Doe\nTelephone: (916) 721-0428"
    )
    assert quotes(f"{PROSE}\n\n{address}\n\n{MORE}") == [PROSE, address, MORE]


def test_a_field_has_its_value() -> None:
    assert quotes(f"{PROSE}\n\nTerm:\n\n24 months\n\n{MORE}")[1] == "Term:\n\n24 months"


def test_several_short_items_are_one_quote_with_their_lead_in() -> None:
    items = "The house has the following rooms:\n\n• kitchen\n\n• two bedrooms\n\n• bathroom"
    assert quotes(f"{PROSE}\n\n{items}\n\n{MORE}") == [PROSE, items, MORE]


def test_joined_sentences_are_not_too_long() -> None:
    text = "\n\n".join(["By: ____", "Name: A B", "12 Quay Street"] * 200)
    assert max(map(len, quotes(text))) <= SENTENCE_CHARACTERS


# -- running lines that are rows, or that the parser knows --------------------------------------------


def test_a_footer_with_cells_is_no_quote_and_does_not_break_a_sentence() -> None:
    footer = "Lease of a House\tInitials ____"
    begins = "A notice to the tenant has effect three days after its delivery by the postal"
    third, fourth = "The garden is open to all tenants of the house.", "The key is with the landlord."
    pages = [f"{PROSE}\n\n{begins}", f"authorities of the town.\n\n{MORE}", third, fourth]
    text = "\n\n".join(f"{page}\n\n{footer}\n\n{number}" for number, page in enumerate(pages, start=1))
    blocks, at = [], 0
    for piece in text.split("\n\n"):
        kind = "row" if piece == footer else "paragraph"
        blocks.append(Block(at, at + len(piece), kind))  # type: ignore[arg-type]
        at += len(piece) + 2
    sentences = [
        text[s.start : s.end] for passage in segment(document(text, *blocks)) for s in passage.sentences
    ]
    assert sentences == [
        PROSE,
        f"{begins}\n\n{footer}\n\n1\n\nauthorities of the town.",
        MORE,
        third,
        fourth,
    ]


def test_a_copy_of_a_running_line_at_the_edge_of_a_page_is_no_quote_and_the_title_is() -> None:
    title = "HARBOUR LEASE OF 2021"
    pieces = [(title, "paragraph"), (PROSE, "paragraph"), (title.title(), "running")]
    pieces += [(MORE, "paragraph"), (title.title(), "paragraph")]
    text = "\n\n".join(piece for piece, _ in pieces)
    blocks, at = [], 0
    for piece, kind in pieces:
        blocks.append(Block(at, at + len(piece), kind))  # type: ignore[arg-type]
        at += len(piece) + 2
    pages = (Page(1, 0, text.index(MORE)), Page(2, text.index(MORE), len(text)))
    passages = segment(document(text, *blocks, pages=pages))
    assert [text[s.start : s.end] for each in passages for s in each.sentences] == [title, PROSE, MORE]


def test_an_address_of_two_lines_is_one_sentence_without_the_text_after_it() -> None:
    address = "Kind Attn: Ms. Anna Baker, Coordinator\n\n12 Mill Street, Harbour 12345, Denver"
    after = "The tenant sends each letter by mail."
    assert quotes(f"{PROSE}\n\n{address}\n\n{after}") == [PROSE, address, after]
