"""Types that describe a language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SCRIPTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"[{letters}]")
    for name, letters in {
        "Latin": r"A-Za-z\u00c0-\u024f\u1e00-\u1eff",
        "Kana": r"\u3040-\u30ff",
        "Han": r"\u4e00-\u9fff",
        "Hangul": r"\uac00-\ud7af\u1100-\u11ff",
        "Thai": r"\u0e00-\u0e7f",
        "Devanagari": r"\u0900-\u097f",
        "Arabic": r"\u0600-\u06ff\u0750-\u077f",
        "Hebrew": r"\u0590-\u05ff",
        "Cyrillic": r"\u0400-\u04ff",
        "Greek": r"\u0370-\u03ff",
        "Armenian": r"\u0530-\u058f",
        "Georgian": r"\u10a0-\u10ff",
        "Bengali": r"\u0980-\u09ff",
        "Tamil": r"\u0b80-\u0bff",
        "Myanmar": r"\u1000-\u109f",
        "Khmer": r"\u1780-\u17ff",
        "Ethiopic": r"\u1200-\u137f",
    }.items()
}
"""Patterns for the letters of each script."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text, split at white space."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Lower-case abbreviations without their last full stop, grouped by what normally follows them."""

    before_numbers: frozenset[str] = frozenset()
    """Abbreviations before a figure, a Roman numeral or a letter: "Art. 5", "lit. b", "Vol. II", "Ex. A"."""
    before_words: frozenset[str] = frozenset()
    """Abbreviations before anything, usually a name or the words that are compared or explained."""
    in_names: frozenset[str] = frozenset()
    """Abbreviations in the middle of a name or citation, which may also end a sentence."""


@dataclass(frozen=True, slots=True)
class FollowUpSigns:
    """Words that show that a question follows up on another."""

    opens: str
    """Openings of a question, separated by ``|``."""
    references: str
    """Words that refer to something in an earlier question."""
    asks: str
    """Question words and auxiliary verbs that start a question."""
    measure: str = ""
    """Words of ``asks`` that belong to the next word ("how old")."""
    points: str = ""
    """Words of ``references`` that refer to nothing earlier when a noun follows."""
    idle: str = ""
    """A pattern for uses of the words of ``references`` that refer to nothing."""


@dataclass(frozen=True, slots=True)
class AnswerSigns:
    """Words of a question that show what type its answer has, and words of answers of that type.

    All fields but the months are patterns.
    """

    date: str
    """Questions about a date: "When", "What is the effective date"."""
    amount: str
    """Questions about an amount of money or a share: "How much"."""
    number: str
    """Questions about a number or a duration: "How many", "How long"."""
    name: str
    """Questions about a person or an organisation: "Who"."""
    yes_no: str
    """Openings of a question that is answered with yes or no."""
    yes: str
    no: str
    months: tuple[str, ...]
    """The names of each month, January first, as a pattern."""
    currencies: str
    """Words for currencies and shares: "dollars", "percent"."""


@dataclass(frozen=True, slots=True)
class BookParts:
    """Words of headings that name a part of a book."""

    levels: tuple[str, ...] = ()
    """Names of parts, from the largest to the smallest."""
    matter: frozenset[str] = frozenset()
    """Names of front and back matter, with or without a number."""
    counted: frozenset[str] = frozenset()
    """Numbers as words: "Chapter One"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What the program knows about a language; all fields except the first two may be empty.

    A field described as a pattern is an alternation for a regular expression.
    """

    code: str
    """ISO 639-1 code."""
    name: str
    """Name in English."""

    # Writing
    script: str = "Latin"
    """A key of `SCRIPTS`."""
    own_letters: str = ""
    """A pattern for lower-case letters that no other supported language of the script uses."""
    own_signs: str = ""
    """A pattern for punctuation that no other language uses."""
    capital_nouns: bool = False
    """Whether every noun starts with a capital."""
    quotation_marks: str = "“”‘’"
    """Opening and closing quotation marks, first the outer pair, then the inner pair."""
    stemmer: str = ""
    """Name of the Snowball stemmer."""
    keeps_accents: bool = False
    """Whether its accents are part of its letters, and terms therefore keep them."""
    dotted_ordinals: bool = False
    """Whether a number with a full stop is an ordinal: "2. Weltkrieg", "3. maj"."""
    ordinal_endings: frozenset[str] = frozenset()
    """Endings printed as superscripts after a figure: "1st", "2e", "3º"."""
    needs_wide_model: bool = False
    """Whether only the larger multilingual model supports it."""

    # Words
    stop_words: frozenset[str] = frozenset()
    """The most common short words and the question words: they do not describe a question's subject."""
    name_particles: frozenset[str] = frozenset()
    """Lower-case words within names of people and places."""
    legal_forms: frozenset[str] = frozenset()
    """Words and abbreviations that end the names of companies and institutions."""
    months: frozenset[str] = frozenset()
    abbreviations: Abbreviations = field(default_factory=Abbreviations)
    contractions: str = ""
    """A pattern for the endings that an apostrophe joins to a word."""
    sentence_openers: str = ""
    """A pattern for words that start a sentence after an abbreviation that may end one."""
    leans_back: str = ""
    """A pattern for openings of a sentence that refer to the sentence before it."""
    after_quotation: str = ""
    """A pattern for words that continue a sentence after a quotation that ends in a full stop."""

    # Labels in documents and lists of questions
    clause_words: str = ""
    """A pattern for words before a clause number."""
    short_name_openers: str = ""
    """A pattern for words before the short name of a party: hereinafter "Acme"."""
    division_words: str = ""
    """A pattern for words before the number of a large part: "Annex A"."""
    contents_titles: frozenset[str] = frozenset()
    """Lower-case titles of a list of contents."""
    document_kinds: frozenset[str] = frozenset()
    """Lower-case words for kinds of documents, which their titles have: "lease"."""
    signature_labels: str = ""
    """A pattern for the labels of a signature block: "By:"."""
    address_labels: str = ""
    """A pattern for the labels of an address: "Attention:"."""
    clause_counters: str = ""
    """Signs that may follow a clause number."""
    question_labels: frozenset[str] = frozenset()
    """Words before a question's number in a list."""
    question_counters: str = ""
    """Signs that may follow a question's number."""
    question_columns: frozenset[str] = frozenset()
    """Names of the question column of a table."""
    answer_columns: frozenset[str] = frozenset()
    """Lower-case names of the column of a questionnaire that an answer belongs in."""
    comment_columns: frozenset[str] = frozenset()
    """Lower-case names of a column that an answer belongs in if no column is named after the answer."""
    source_columns: tuple[str, ...] = ()
    """Names of the column for the source of an answer; the first is that of a new column."""
    page_words: str = ""
    """A pattern for words before a page number."""
    page_of: str = ""
    """A pattern for words between a page number and the number of pages."""
    page_references: str = ""
    """A pattern for words and abbreviations before the page in a reference: "at 12"."""
    quotation_notes: str = ""
    """A pattern for remarks that an author adds to a quotation: "emphasis added"."""
    book_parts: BookParts = field(default_factory=BookParts)

    # Questions
    question_opening: str = ""
    """A pattern for lower-case openings of a question that no other language has."""
    asks_further: frozenset[str] = frozenset()
    """Words that show that a question asks for more than the place of some words."""
    look_up_words: frozenset[str] = frozenset()
    """Words of questions that ask where some words are: "Where does the contract mention"."""
    follow_ups: FollowUpSigns | None = None
    answer_signs: AnswerSigns | None = None
