"""The form in which the program keeps what it knows of a language."""

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
"""The letters of each script."""


def words(text: str) -> frozenset[str]:
    """Returns the words of a text between its blanks."""
    return frozenset(text.split())


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Returns the pairs of words of a text, which commas separate."""
    return tuple((first, second) for first, second in map(str.split, text.split(",")))


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Abbreviations in small letters, without their last full stop, by what normally follows them."""

    before_numbers: frozenset[str] = frozenset()
    """Before a figure, a Roman numeral or a letter: "Art. 5", "lit. b", "Vol. II", "Ex. A"."""
    before_words: frozenset[str] = frozenset()
    """Before anything, most often a name or the words that are compared or explained."""
    in_names: frozenset[str] = frozenset()
    """In the middle of a name or a citation, but at the end of a sentence as well."""


@dataclass(frozen=True, slots=True)
class FollowUpSigns:
    """The words that show that a question follows another.

    ``opens`` are openings of a question, separated by ``|``; ``stands_for`` are words in place of something
    that an earlier question named; ``asks`` are words that questions are asked with, and ``measure`` those of
    them that take the next word along ("how old"); ``anew`` are openings that ask the question before once
    more; ``points`` are words of ``stands_for`` that show nothing before a noun; ``idle`` is a pattern for
    words that look like those of ``stands_for`` and stand for nothing.
    """

    opens: str
    stands_for: str
    asks: str
    measure: str = ""
    anew: str = ""
    points: str = ""
    idle: str = ""


@dataclass(frozen=True, slots=True)
class BookParts:
    """The words of headings that name a part of a book: ``levels`` from the largest part to the smallest."""

    levels: tuple[str, ...] = ()
    matter: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What the program knows of a language; every field but the first two may be empty.

    Fields of type ``str`` that are called a pattern are alternatives of a regular expression.
    """

    code: str
    """ISO 639-1."""
    name: str
    """In English."""

    # Writing
    script: str = "Latin"
    """A key of `SCRIPTS`."""
    own_letters: str = ""
    """A pattern for small letters that the script's other languages here do not write."""
    own_signs: str = ""
    """A pattern for punctuation that no other language writes."""
    capital_nouns: bool = False
    """Whether every noun is written with a capital."""
    quotation_marks: str = "“”‘’"
    """Opening and closing, outer and inner."""
    stemmer: str = ""
    """The name of the Snowball stemmer."""
    keeps_accents: bool = False
    """Whether its marks are part of its letters, so that words keep them."""
    dotted_ordinals: bool = False
    """Whether a number with a full stop is an ordinal: "2. Weltkrieg", "3. maj"."""
    ordinal_endings: frozenset[str] = frozenset()
    """What is printed high after a figure: "1st", "2e", "3º"."""
    needs_wide_model: bool = False
    """Whether of the multilingual models only the larger one reads it."""

    # Words
    stop_words: frozenset[str] = frozenset()
    """The commonest short words, and those that a question is asked with: they say nothing of its subject."""
    name_particles: frozenset[str] = frozenset()
    """Words in small letters within names of people and places."""
    months: frozenset[str] = frozenset()
    abbreviations: Abbreviations = field(default_factory=Abbreviations)
    contractions: str = ""
    """A pattern for what an apostrophe adds to a word."""
    sentence_openers: str = ""
    """A pattern for words that start a sentence, after an abbreviation that may end one."""
    leans_back: str = ""
    """A pattern for openings of a sentence that refer to the one before it."""
    after_quotation: str = ""
    """A pattern for what continues a sentence after a quotation that ends in a full stop."""

    # Labels in documents and lists of questions
    clause_words: str = ""
    """A pattern for words before the number of a clause."""
    clause_counters: str = ""
    """Signs after the number of a clause, one of which follows it."""
    question_labels: frozenset[str] = frozenset()
    """Words before the number of a question in a list."""
    question_counters: str = ""
    """Signs after the number of a question, one of which follows it."""
    question_columns: frozenset[str] = frozenset()
    """Names of the column of questions in a table."""
    page_words: str = ""
    """A pattern for words before the number of a page."""
    page_of: str = ""
    """A pattern for words between the number of a page and that of all pages."""
    book_parts: BookParts = field(default_factory=BookParts)

    # Questions
    question_opening: str = ""
    """A pattern for openings of a question that no other language has, in small letters."""
    asks_for: Mapping[str, str] = field(default_factory=dict)
    """By kind of answer (number, date, name, place), a pattern for small letters that asks for it."""
    numbers: str = ""
    """A pattern for words that say a number."""
    dates: str = ""
    """A pattern for words that say a date, capitals as written."""
    times: str = ""
    """A pattern for words that tell a time by what happened then."""
    asks_further: frozenset[str] = frozenset()
    """Words that show that a question asks for more than where some words are."""
    look_up_words: frozenset[str] = frozenset()
    """Words with which a question asks where some words are: "Where does the contract mention"."""
    follow_ups: FollowUpSigns | None = None
    negations: str = ""
    """A pattern for words that say "not"."""
    denials: str = ""
    """A pattern for other words that deny something."""
    opposites: tuple[tuple[str, str], ...] = ()
    """Pairs of words that say the opposite of each other."""
