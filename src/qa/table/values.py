"""The typed value of an answer: a slice of its answer words, and what a spreadsheet can sort it by.

The value is always verbatim text of the document. Nothing is generated: without a date, an amount or a number
among the answer words there is no value, and an answer is only yes or no if its words are.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qa import lang
from qa.lang.base import AnswerSigns
from qa.record import Quote
from qa.table.answer_types import AnswerType

Normal = datetime.date | float | None
"""What a value is sorted by; None if the text is ambiguous."""

LONGEST_NAME = 200
"""Maximum characters of a name."""
_DIGITS = r"[0-9]+(?:[.,\u2019' \u00a0\u202f](?=[0-9])[0-9]+)*"
_SYMBOLS = r"(?:US|A|C|HK|NZ)?\$|[€£¥₹₩₽]"
_CODES = r"\b(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|CAD|AUD|INR|SEK|NOK|DKK|PLN|HKD|SGD)(?![A-Za-z])"
_SCALES = {
    "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "mio": 1e6, "mrd": 1e9, "k": 1e3,
    "bn": 1e9, "millionen": 1e6, "milliarden": 1e9, "tausend": 1e3, "millones": 1e6, "mil": 1e3,
    "milliards": 1e9,
}  # fmt: skip
_SCALE = rf"(?:\s?(?:{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b\.?)?"
_NUMBER = re.compile(rf"(?<![\w.,]){_DIGITS}(?:\s?%|{_SCALE})", re.IGNORECASE)
_BEFORE = re.compile(r"[^\W\d_][\w-]*\s?\($")
_AFTER = re.compile(r"(?P<close>\))?(?:\s?-?(?P<unit>[^\W\d_]{2,}))?")
_STOP_WORDS = lang.in_any("stop_words")
_ISO = re.compile(r"(?<![\d-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![\d-])")
_HAN = re.compile(r"([0-9]{4})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_SHORT = re.compile(r"(?<![\d./-])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![\d./-])")
_ORDINAL = r"(?:st|nd|rd|th|er|\.|º)?"
_WITH_COMMAS = ("en", "zh", "ja", "hi")
"""Languages that write thousands with commas."""
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,\u2019' \u00a0\u202f][0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Value:
    """The typed value of an answer.

    Attributes:
        text: The words, a slice of the document.
        start: Their start in the document, in code points.
        end: Their end.
        normal: The date or number that they name, for sorting; None if they are ambiguous.
    """

    text: str
    start: int
    end: int
    normal: Normal = None


_Slice = tuple[int, int, Normal]


def value_of(quote: Quote, type: AnswerType, language: str = "en") -> Value | None:
    """Return the typed value of a quote, or None if its answer words have none.

    Args:
        quote: The quote.
        type: The type of the answer.
        language: The language of the document (ISO 639-1), which decides what "1.500" is.
    """
    if type == "text":
        return None
    origin = quote.citation.start
    for span in quote.matched:
        start, end = max(span.start - origin, 0), min(span.end - origin, len(quote.text))
        if span.kind != "answer" or start >= end:
            continue
        words = quote.text[start:end]
        for first, last, normal in _slices(words, type, language):
            at = origin + start
            return Value(words[first:last], at + first, at + last, normal)
    return None


def _slices(words: str, type: AnswerType, language: str) -> Iterator[_Slice]:
    if type == "date":
        yield from _dates(words)
    elif type == "amount":
        yield from ((*match.span(), number_in(match[0], language)) for match in _amount().finditer(words))
    elif type == "number":
        yield from _numbers(words, language)
    elif type == "yes/no":
        yield from ((*match.span(1), None) for match in [_yes_or_no().match(words)] if match)
    elif len(words) <= LONGEST_NAME and any(
        character.isupper() or _is_caseless(character) for character in words
    ):
        yield 0, len(words), None


def _numbers(words: str, language: str) -> Iterator[_Slice]:
    """Yield the numbers of a text with units, and with a word in front of brackets: "ten (10) days"."""
    for match in _NUMBER.finditer(words):
        (start, end), normal = match.span(), number_in(match[0], language)
        before, after = _BEFORE.search(words, 0, start), _AFTER.match(words, end)
        if before and after and after["close"]:
            start, end = before.start(), after.end("close")
        if after and _is_unit(after["unit"]) and (after["close"] is None or end > match.end()):
            end = after.end("unit")
        yield start, end, normal


def _is_unit(word: str | None) -> bool:
    return word is not None and word.casefold() not in _STOP_WORDS


def _is_caseless(character: str) -> bool:
    return character.isalpha() and character.lower() == character.upper()


def number_in(text: str, language: str = "en") -> float | None:
    """Return the number that a text names, or None if its separators are ambiguous in the language."""
    match = re.search(_DIGITS, text)
    if match is None:
        return None
    digits = re.sub(r"[\u2019' \u00a0\u202f]", "", match[0])
    plain = _plain(digits, language)
    if plain is None:
        return None
    scale = re.search(r"[a-z]+", text[match.end() :].casefold().strip(" ."))
    number = float(plain) * _SCALES.get(scale[0] if scale else "", 1.0)
    return number if math.isfinite(number) else None


def _plain(digits: str, language: str) -> str | None:
    """Return digits with separators as Python reads them."""
    signs = [character for character in digits if character in ".,"]
    if not signs:
        return digits
    last = signs[-1]
    if len(set(signs)) == 2:
        # The last of two kinds is the decimal sign.
        other = "," if last == "." else "."
        return None if signs.count(last) > 1 else digits.replace(other, "").replace(last, ".")
    is_thousands = _THOUSANDS.fullmatch(digits) is not None
    if len(signs) > 1:
        return digits.replace(last, "") if is_thousands else None
    if not is_thousands or digits.startswith("0"):
        return digits.replace(last, ".")
    # "1.500" is a thousand and a half in German; in English, it is more likely a mistake than 1.5.
    return digits.replace(last, "") if (last == ",") == (language in _WITH_COMMAS) else None


def _dates(words: str) -> Iterator[_Slice]:
    """Yield the dates of a text, the first one first."""
    dates: list[_Slice] = []
    for pattern in (_ISO, _HAN):
        dates += [(*m.span(), _date(*map(int, m.groups()))) for m in pattern.finditer(words)]
    dates += [(*match.span(), _short_date(match)) for match in _SHORT.finditer(words)]
    for match in _worded().finditer(words):
        named = _month(match["month"] or match["month2"])
        number = match["day"] or match["day2"]
        dates.append((*match.span(), _date(int(match["year"]), named, int(number)) if number else None))
    yield from sorted(dates, key=lambda each: (each[0], -each[1]))


def _short_date(match: re.Match[str]) -> datetime.date | None:
    """Return the date in figures, or None if it is ambiguous: "03/04/2020" is in March or in April."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    # With points, the day is first everywhere.
    if match[2] == "." or first > 12 or first == second:
        return _date(year, second, first)
    return _date(year, first, second) if second > 12 else None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


@cache
def _signs() -> tuple[AnswerSigns, ...]:
    signs = (language.answer_signs for language in lang.LANGUAGES.values())
    return tuple(each for each in signs if each is not None)


@cache
def _months() -> tuple[re.Pattern[str], ...]:
    """Return a pattern for the names of each month in all languages."""
    named = [each.months for each in _signs() if each.months]
    return tuple(re.compile("|".join(names), re.IGNORECASE) for names in zip(*named, strict=True))


def _month(name: str) -> int:
    return next((at for at, names in enumerate(_months(), start=1) if names.fullmatch(name)), 0)


@cache
def _worded() -> re.Pattern[str]:
    """Return a pattern for dates with the name of a month: "3 March 2020", "March 3rd, 2020"."""
    months = "|".join(names.pattern for names in _months())
    return re.compile(
        rf"(?<!\w)(?:(?P<day>[0-3]?[0-9]){_ORDINAL}\s*(?:day\s+)?(?:of\s+|de\s+)?(?P<month>{months})\b,?\s*(?:de\s+)?"
        rf"|(?P<month2>{months})(?!\w)\s*(?:(?P<day2>[0-3]?[0-9]){_ORDINAL}(?![0-9]),?\s*|(?=[12][0-9]{{3}}\b)|,\s*))"
        rf"(?P<year>[12][0-9]{{3}})(?![0-9])",
        re.IGNORECASE,
    )


@cache
def _amount() -> re.Pattern[str]:
    """Return a pattern for amounts of money and shares."""
    words = "|".join(each.currencies for each in _signs())
    after = rf"\s?(?:{_SYMBOLS}|{_CODES}|(?:{words})(?![^\W\d_])|%)"
    return re.compile(
        rf"(?:{_SYMBOLS}|{_CODES})\s?{_DIGITS}{_SCALE}|(?<![\w.,]){_DIGITS}{_SCALE}{after}", re.IGNORECASE
    )


@cache
def _yes_or_no() -> re.Pattern[str]:
    """Return a pattern for words that begin with yes or no, as a response in a document does."""
    words = "|".join(f"{each.yes}|{each.no}" for each in _signs())
    return re.compile(rf"\W*({words})(?=[\s]*(?:[,.;:!。，、–—-]|$))", re.IGNORECASE)
