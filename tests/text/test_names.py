"""Names, labels and addresses say nothing by themselves; sentences and figures with words do."""

from __future__ import annotations

import pytest

from qa.text.names import is_complete, is_lead_in, is_name, is_unfinished, plain_title


@pytest.mark.parametrize(
    "text",
    [
        "Media Work",
        "GOVERNING LAW",
        "Gentlemen:",
        "If to the Professional:",
        "14. Termination",
        "2.",
        "Name: ____\nTitle: ____",
        "Harbor Mills, Inc.\n12 Mill Street\nDenver, CO 80216",
        "By:\tBy:",
        "December 14, 1997",
        "Règlement Intérieur",
    ],
)
def test_a_name_says_nothing(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "The tenant pays.",
        "THE LANDLORD IS NOT LIABLE FOR FROST, FLOODS OR FIRE IN THE HOUSE.",
        "(a) the windows and their locks; and",
        "The Supplier shall:\n(a) Deliver flour.",
        "Rent:\tfive percent of the gross income",
        "房客每月支付租金。",
    ],
)
def test_a_sentence_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_a_line_without_an_end_is_unfinished() -> None:
    assert is_unfinished("Toggle the table of contents")
    assert not is_unfinished("Ducks have many predators.")
    assert not is_unfinished("(a) the windows and their locks; and")
    assert not is_unfinished("one\ntwo")


def test_an_item_is_complete_with_a_capital_and_an_end() -> None:
    assert is_complete("(b) The landlord keeps the roof.")
    assert not is_complete("(b) keeps the roof.")
    assert not is_complete("(b) The roof; and")
    assert not is_complete("• Two weeks after conversion")


def test_a_lead_in_ends_with_a_colon() -> None:
    assert is_lead_in("The supplier shall:")
    assert is_lead_in("供应商应：")
    assert not is_lead_in("Term: 24 months")


@pytest.mark.parametrize(
    "line",
    [
        "14. Termination ............ 12",
        "Termination . . . . . . 12",
        "Termination\t12",
        "14. TERMINATION.",
        "Termination …… iv",
    ],
)
def test_a_contents_line_has_the_words_of_its_title(line: str) -> None:
    assert plain_title(line) == "termination"
