"""Format the numbers of a sheet as they are displayed: decimals, percentages, fractions, powers of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import takewhile

from qa.parsers.office.formatcode import Token

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


def general(value: float) -> str:
    """Return a number without format; whole numbers keep all digits, since they may be names."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.10g}"
    mantissa, has_exponent, exponent = shown.partition("e")
    return f"{mantissa}E{int(exponent):+03d}" if has_exponent else shown


def format_number(tokens: Sequence[Token], value: float) -> str:
    """Return a number as the tokens of a format display it."""
    kinds = {token.kind for token in tokens}
    if "digit" not in kinds:
        return _without_places(tokens, value)
    if "exponent" in kinds:
        return _scientific(tokens, value)
    if any(token.is_mark("/") for token in tokens):
        return _fraction(tokens, value)
    return _decimal(tokens, value)


def _without_places(tokens: Sequence[Token], value: float) -> str:
    """Return the words of a format without digits, with the number where the format has a place for it."""
    shows_number = [token.kind == "general" or token.text == "@" for token in tokens]
    if not any(shows_number):
        return "".join(token.literal for token in tokens).strip()
    pieces = (
        general(abs(value)) if shows else token.literal
        for token, shows in zip(tokens, shows_number, strict=True)
    )
    return ("-" if value < 0 else "") + "".join(pieces)


# -- decimals ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Places:
    """Positions in a format: digits before and after the decimal point, and the point."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    point: int | None

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> _Places:
        """Return the positions of the digits and the point of a format."""
        digits = [at for at, token in enumerate(tokens) if token.kind == "digit"]
        point = next((at for at, token in enumerate(tokens) if token.is_mark(".")), None)
        if point is None:
            return cls(tuple(digits), (), None)
        before, after = (at for at in digits if at < point), (at for at in digits if at > point)
        return cls(tuple(before), tuple(after), point)

    def scales(self, comma: int) -> bool:
        """Return whether a comma divides by a thousand: it is after the last digit, or before the point."""
        if comma > (*self.before, *self.after)[-1]:
            return True
        return self.point is not None and bool(self.before) and self.before[-1] < comma < self.point

    def groups(self, comma: int) -> bool:
        """Return whether a comma separates thousands: it is between two digits of the whole number."""
        return bool(self.before) and self.before[0] < comma < self.before[-1]


def _decimal(tokens: Sequence[Token], value: float) -> str:
    """Return a number with the format's digits before and after the point."""
    places = _Places.of(tokens)
    commas = [at for at, token in enumerate(tokens) if token.is_mark(",")]
    percent = sum(token.is_mark("%") for token in tokens)
    scale = sum(map(places.scales, commas))
    exact = Decimal(repr(abs(value))).scaleb(2 * percent - 3 * scale, _EXACT)
    rounded = exact.quantize(Decimal(1).scaleb(-len(places.after)), context=_EXACT)
    whole, _, part = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0").rjust(sum(tokens[at].text == "0" for at in places.before), "0")
    if any(map(places.groups, commas)):
        whole = _grouped(whole)
    part = _without_optional_zeros(part, [tokens[at].text != "0" for at in places.after])
    # A number that rounds to zero has no sign.
    sign = "-" if value < 0 and (whole.strip("0,") or part.strip("0")) else ""
    return sign + _filled(tokens, places, whole, part).strip()


def _without_optional_zeros(part: str, is_optional: Sequence[bool]) -> str:
    """Return the digits after the point without zeros at the end that the format does not require."""
    while part and is_optional[len(part) - 1] and part[-1] == "0":
        part = part[:-1]
    return part


def _filled(tokens: Sequence[Token], places: _Places, whole: str, part: str) -> str:
    """Return the format with filled places: from the right before the point, from the left after it."""
    digits = _whole_digits(places.before, whole)
    digits.update((at, part[place : place + 1]) for place, at in enumerate(places.after))
    needs_point = part or any(tokens[at].text == "0" for at in places.after)
    pieces = [whole] if not places.before else []
    for at, token in enumerate(tokens):
        if at in digits:
            pieces.append(digits[at])
        elif at == places.point:
            pieces.append("." if needs_point else "")
        elif token.kind == "literal" or token.text == "%":
            pieces.append(token.text)
    return "".join(pieces)


def _whole_digits(places: Sequence[int], whole: str) -> dict[int, str]:
    """Return the digits at each place before the point; the first place has all that remain."""
    digits = dict.fromkeys(places, "")
    rest = whole
    for at in reversed(places[1:]):
        width = 2 if rest[-2:-1] == "," else 1
        digits[at], rest = rest[-width:], rest[:-width]
    if places:
        digits[places[0]] = rest
    return digits


def _grouped(whole: str) -> str:
    """Return the digits of a whole number with a comma between thousands."""
    head = len(whole) % 3 or 3
    return (
        ",".join((whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3)))) if whole else ""
    )


# -- powers of ten and fractions --------------------------------------------------------------------


def _scientific(tokens: Sequence[Token], value: float) -> str:
    """Return a number as a mantissa and a power of ten."""
    at = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    point = next((position for position, token in enumerate(tokens[:at]) if token.text == "."), at)
    mantissa, _, exponent = f"{abs(value):.{_count_digits(tokens[point:at])}e}".partition("e")
    sign = "-" if int(exponent) < 0 else "+" if tokens[at].text.endswith("+") else ""
    power = f"{abs(int(exponent)):0{_count_digits(tokens[at:])}d}"
    return f"{'-' if value < 0 else ''}{mantissa}E{sign}{power}"


def _count_digits(tokens: Sequence[Token]) -> int:
    """Return the number of places for digits."""
    return sum(token.kind == "digit" for token in tokens)


def _fraction(tokens: Sequence[Token], value: float) -> str:
    """Return a number as a fraction, with the whole number before it if the format has a place for it."""
    slash = next(at for at, token in enumerate(tokens) if token.text == "/")
    fraction = _rounded_fraction(tokens[slash + 1 :], abs(value))
    whole, rest = divmod(fraction.numerator, fraction.denominator)
    has_whole = any(token.literal == " " for token in tokens[:slash])
    sign = "-" if value < 0 and fraction else ""
    if not has_whole and rest:
        return f"{sign}{fraction.numerator}/{fraction.denominator}"
    shown = [str(whole)] if whole or not rest else []
    if rest:
        shown.append(f"{rest}/{fraction.denominator}")
    return sign + " ".join(shown)


def _rounded_fraction(tokens: Sequence[Token], value: float) -> Fraction:
    """Return the nearest fraction with the denominator that a format names, or with as many digits."""
    exact = Fraction(value)
    fixed = "".join(token.text for token in tokens if token.literal.isdecimal())
    if fixed and int(fixed):
        return Fraction(round(exact * int(fixed)), int(fixed))
    width = sum(1 for _ in takewhile(lambda token: token.kind == "digit", tokens))
    return exact.limit_denominator(10 ** min(max(width, 1), 6) - 1)
