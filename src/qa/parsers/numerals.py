"""Format the numbers of lists as they are printed."""

from __future__ import annotations

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
# Programs repeat the letter after the twenty-sixth item; longer labels are not needed.
_MOST_REPEATS = 10


def written(number: int, form: str) -> str:
    """Return a number in a form: “1”, “a”, “A”, “i” or “I”; in figures if the form cannot express it."""
    if form in {"a", "A"} and number > 0:
        label = chr(65 + (number - 1) % 26) * min(1 + (number - 1) // 26, _MOST_REPEATS)
    elif form in {"i", "I"} and 0 < number < 4_000:
        label = ""
        for value, letters in _ROMAN:
            label += letters * (number // value)
            number %= value
    else:
        return str(number)
    return label if form.isupper() else label.lower()
