"""The parties of a contract are exact slices of its opening, and only names that the text marks as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.parties import name_with_parties, parties

OPENINGS = [
    (
        'This Agreement (the "Agreement") is made as of 1 May 2020 by and between Acme Corp., a Delaware '
        "corporation, located at 71 South Wacker Drive, Chicago, Illinois 60606, U.S.A. (“Acme”), and Beta "
        "GmbH, a German limited liability company, Halle (Saale), Germany (“Beta”). Both are Parties.",
        ("Acme Corp.", "Beta GmbH"),
    ),
    (
        "dated as of August 26, 2015 among Acme Pharmaceuticals, Inc., Acme Pharma, LLC. and R-Tech Ueno, "
        "Ltd. TABLE OF CONTENTS",
        ("Acme Pharmaceuticals, Inc.", "Acme Pharma, LLC.", "R-Tech Ueno, Ltd."),
    ),
    (
        "Party A (Shipper): Acme Express Co., Ltd. Address: Building 1\nParty B (Carrier): Beta Logistics "
        "Ltd. Address: 12 Floor\n1.1 The platform of Party A: Something Else",
        ("Acme Express Co., Ltd.", "Beta Logistics Ltd."),
    ),
    (
        "PARTIES (1) Acme Biopharma UK Limited is a company registered in the United Kingdom; and (2) Brett "
        "Hauser of [address removed] (the “Executive”).",
        ("Acme Biopharma UK Limited", "Brett Hauser"),
    ),
    (
        "provides the terms under which Acme Group, Inc., a Nevada corporation, authorizes Direct Response, "
        "Inc., a Pennsylvania corporation, to be its agent.",
        ("Acme Group, Inc.", "Direct Response, Inc."),
    ),
    ("made by and between ACME-HALEY, INC., a Colorado corporation, and ____________ (the “Pro”).",
     ("ACME-HALEY, INC.",)),
    (
        "Acme Group Limited\nLiability Company (hereinafter referred to as Party A), and 2. Beta Technology, "
        "Inc., (hereinafter referred to as Party B)",
        ("Acme Group Limited\nLiability Company", "Beta Technology, Inc."),
    ),
    ("by and between:\n\nParties to this agreement\n\nACME SMELTERS « Pty » Ltd, nr 07\nAND\n\nBETA, SA.",
     ("ACME SMELTERS « Pty » Ltd", "BETA, SA.")),
    # A sentence about something else has no parties.
    ("The difference between Monday and Tuesday is a day. Between Paris and London there is a tunnel.", ()),
    ("Legal Representative of Party A:\n Name: Mengli Chen", ()),
    ("the Plan of Merger by and among PSS, PSS Merger Corp. and others.", ()),
]  # fmt: skip


@pytest.mark.parametrize(("opening", "expected"), OPENINGS)
def test_the_parties_are_those_that_the_opening_names(opening: str, expected: tuple[str, ...]) -> None:
    assert parties(opening) == expected


@given(
    st.lists(st.sampled_from([*'Aa.,;()\n"”1& ', "between ", " and ", "Acme ", "Inc.", " Party A:", "(1) "]))
)
def test_every_party_is_a_slice_of_any_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for name in parties(text):
        assert name
        assert name in text


def test_a_name_over_two_lines_is_found_in_the_text_and_shown_on_one() -> None:
    text = "between Acme\nHoldings Corp., a Delaware corporation, and Beta LLC (“Beta”)."
    assert parties(text) == ("Acme\nHoldings Corp.", "Beta LLC")
    assert name_with_parties("SUPPLY AGREEMENT", text) == "Supply Agreement (Acme Holdings Corp. / Beta LLC)"


def test_only_a_contract_gets_a_name_and_only_parties_that_its_title_lacks() -> None:
    text = "between Acme Corp., a Delaware corporation, and Beta LLC (“Beta”)."
    assert name_with_parties("ACME CORP. SUPPLY AGREEMENT", text) == "Acme CORP. Supply Agreement (Beta LLC)"
    assert name_with_parties("Supply Agreement of Acme Corp. and Beta LLC", text) is None
    assert name_with_parties("A history of bridges", text) is None
    assert name_with_parties("Supply Agreement", "No names here.") is None
    assert (
        name_with_parties("IP AND SUPPLY AGREEMENT", text)
        == "IP and Supply Agreement (Acme Corp. / Beta LLC)"
    )
