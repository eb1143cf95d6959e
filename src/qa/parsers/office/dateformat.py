"""Format the dates and times of a sheet as they are displayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from qa.parsers.office.formatcode import Token

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def to_date(value: float, *, from_1904: bool) -> datetime | None:
    """Return the date of a number, None if it is beyond the dates of a sheet."""
    if not 0 <= value < 2_958_466:
        return None
    # In Excel, the year 1900 has a 29 February, and earlier dates count from another day.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if value >= 60 else 31)
    return start + timedelta(days=int(value), milliseconds=round((value - int(value)) * 86_400_000))


def format_date(tokens: Sequence[Token], moment: datetime, value: float) -> str:
    """Return a date as the tokens of a format display it; ``value`` is its number, for elapsed time."""
    half = any(token.kind == "ampm" for token in tokens)
    places = sum(1 for token in tokens if token.kind == "digit")
    moment += timedelta(seconds=0.5 * 10.0 ** -min(places, 3))
    return "".join(_piece(tokens, at, moment, value, half=half) for at in range(len(tokens))).strip()


def _piece(tokens: Sequence[Token], at: int, moment: datetime, value: float, *, half: bool) -> str:
    """Return what one token of a format displays."""
    token = tokens[at]
    match token.kind:
        case "mark":
            return token.text if token.text != "@" else ""
        case "digit":
            # Digits after the point are fractions of a second.
            place = sum(1 for earlier in tokens[:at] if earlier.kind == "digit")
            return f"{moment.microsecond:06d}"[place : place + 1]
        case "ampm":
            return "AM" if moment.hour < 12 else "PM"
        case "elapsed":
            return _elapsed(token.text, value)
        case "date":
            return _date_part(tokens, at, moment, half=half)
    return token.literal


def _elapsed(unit: str, value: float) -> str:
    """Return the whole hours, minutes or seconds of a duration in days."""
    seconds = round(value * 86_400, 3)
    return f"{int(seconds // {'h': 3600, 'm': 60, 's': 1}[unit[0]]):0{len(unit)}d}"


def _date_part(tokens: Sequence[Token], at: int, moment: datetime, *, half: bool) -> str:
    """Return the part of a date that a run of one letter means."""
    unit = tokens[at].text
    width = len(unit)
    match unit[0]:
        case "y" | "e":
            return str(moment.year) if width > 2 or unit[0] == "e" else f"{moment.year % 100:02d}"
        case "d":
            return _day(moment, width)
        case "h":
            return f"{(moment.hour % 12 or 12) if half else moment.hour:0{min(width, 2)}d}"
        case "s":
            return f"{moment.second:0{min(width, 2)}d}"
    if width <= 2 and _are_minutes(tokens, at):
        return f"{moment.minute:0{width}d}"
    return _month(moment, width)


def _day(moment: datetime, width: int) -> str:
    """Return the day of the month, or in three letters or more the day of the week."""
    if width > 2:
        return _DAYS[moment.weekday()][: 3 if width == 3 else None]
    return f"{moment.day:0{width}d}"


def _month(moment: datetime, width: int) -> str:
    """Return the number of the month, or in three letters or more its name."""
    if width > 2:
        return _MONTHS[moment.month - 1][: {3: 3, 5: 1}.get(width)]
    return f"{moment.month:0{width}d}"


def _are_minutes(tokens: Sequence[Token], at: int) -> bool:
    """Return whether “m” means minutes: after hours or before seconds."""

    def unit(neighbours: Sequence[Token]) -> str:
        return next((token.text[0] for token in neighbours if token.kind in {"date", "elapsed"}), "")

    return unit(tokens[at - 1 :: -1] if at else ()) == "h" or unit(tokens[at + 1 :]) == "s"
