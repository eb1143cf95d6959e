"""Format the numbers of a sheet as they are displayed, by format codes ("#,##0.00 €", "d mmm yyyy")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

GENERAL = "General"
# Dates whose order of day and month depends on the user's system are written as in ISO 8601.
_DATE, _DATE_TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_ACCOUNT = '_(* #,##0{0}_);_(* (#,##0{0});_(* "-"??_);_(@_)'
_MONEY = '_($* #,##0{0}_);_($* (#,##0{0});_($* "-"??_);_(@_)'
BUILT_IN = {
    **dict(enumerate((GENERAL, "0", "0.00", "#,##0", "#,##0.00"))),
    **dict(enumerate(('"$"#,##0', '"$"#,##0', '"$"#,##0.00', '"$"#,##0.00', "0%", "0.00%", "0.00E+00"), 5)),
    **dict(enumerate(("# ?/?", "# ??/??", _DATE, "d-mmm-yy", "d-mmm", "mmm-yy", "h:mm AM/PM"), 12)),
    **dict(enumerate(("h:mm:ss AM/PM", "h:mm", "h:mm:ss", _DATE_TIME), 19)),
    **dict.fromkeys((*range(27, 37), *range(50, 59)), _DATE),
    **dict(enumerate(("#,##0;(#,##0)", "#,##0;(#,##0)", "#,##0.00;(#,##0.00)", "#,##0.00;(#,##0.00)"), 37)),
    **dict(
        enumerate((_ACCOUNT.format(""), _MONEY.format(""), _ACCOUNT.format(".00"), _MONEY.format(".00")), 41)
    ),
    **dict(enumerate(("mm:ss", "[h]:mm:ss", "mm:ss.0", "##0.0E+0", "@"), 45)),
}
# Longer codes are hostile.
_LONGEST_CODE = 255
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<ampm>AM/PM|A/P)|(?P<general>General)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[eE]+(?![+-]))"
    r"|(?P<exponent>[eE][+-])|(?P<digit>[0#?])|(?P<mark>[.,%/@])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
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
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class _Token:
    """A token of a format code."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the formats for positive numbers, negative numbers, zero and text."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, float] | None

    @property
    def is_date(self) -> bool:
        """Whether the section formats a date or time."""
        return any(token.kind in {"date", "elapsed", "ampm"} for token in self.tokens)


def is_date(code: str) -> bool:
    """Return whether numbers with this format are dates or times."""
    return any(section.is_date for section in _sections(code)[:1])


def text(value: str, code: str) -> str:
    """Return a text as it is displayed; a format may add words to it or hide it."""
    sections = _sections(code)
    last = sections[-1] if len(sections) in {1, 4} else None
    if last is None or (len(sections) == 1 and not any(token.text == "@" for token in last.tokens)):
        return value
    return "".join(
        value if token.kind == "mark" and token.text == "@" else _literal(token) for token in last.tokens
    )


def number(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number, a date or a time as it is displayed."""
    sections = _sections(code)
    section, shown = _chosen(sections, value)
    if section.is_date:
        date = _date(shown, from_1904=from_1904)
        return general(value) if date is None else _dated(section.tokens, date, shown)
    return _numbered(section.tokens, shown)


def general(value: float) -> str:
    """Return a number without format; whole numbers keep all digits, since they may be names."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.10g}"
    mantissa, has_exponent, exponent = shown.partition("e")
    return f"{mantissa}E{int(exponent):+03d}" if has_exponent else shown


@lru_cache(maxsize=4_096)
def _sections(code: str) -> tuple[_Section, ...]:
    code = GENERAL if len(code) > _LONGEST_CODE else code or GENERAL
    sections: list[list[_Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for match in _TOKEN.finditer(code):
        kind, piece = match.lastgroup or "", match[match.lastgroup] if match.lastgroup else ""
        if kind == "other" and piece == ";":
            sections.append([])
            conditions.append(None)
        elif kind in {"quoted", "escaped", "other"}:
            sections[-1].append(_Token("literal", piece))
        elif kind == "bracket":
            if piece[:1] == "$":
                sections[-1].append(_Token("literal", piece[1:].partition("-")[0]))
            elif condition := _CONDITION.fullmatch(piece):
                conditions[-1] = condition[1], float(condition[2])
            elif piece and piece.lower().strip(piece[0].lower()) == "" and piece[0].lower() in "hms":
                sections[-1].append(_Token("elapsed", piece.lower()))
        elif kind:
            sections[-1].append(_Token(kind, piece.lower() if kind == "date" else piece))
        elif piece == "" and match[0][0] == "_" and sections[-1]:
            sections[-1].append(_Token("literal", " "))
    return tuple(
        _Section(tuple(tokens), condition) for tokens, condition in zip(sections, conditions, strict=True)
    )[:4]


def _chosen(sections: Sequence[_Section], value: float) -> tuple[_Section, float]:
    """Return the section for a number, and the number without its sign if the section shows it."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _is_true(value, *section.condition):
                return section, value
        return sections[0], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _is_true(value: float, sign: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _literal(token: _Token) -> str:
    return token.text if token.kind == "literal" else ""


# -- dates ------------------------------------------------------------------------------------------


def _date(value: float, *, from_1904: bool) -> datetime | None:
    if not 0 <= value < 2_958_466:
        return None
    # In Excel, the year 1900 has a 29 February, and earlier dates count from another day.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if value >= 60 else 31)
    moment = start + timedelta(days=int(value), milliseconds=round((value - int(value)) * 86_400_000))
    return moment


def _dated(tokens: Sequence[_Token], moment: datetime, value: float) -> str:
    half = any(token.kind == "ampm" for token in tokens)
    places = sum(1 for token in tokens if token.kind == "digit")
    moment += timedelta(seconds=0.5 * 10.0 ** -min(places, 3))
    pieces = []
    for at, token in enumerate(tokens):
        match token.kind:
            case "literal":
                pieces.append(token.text)
            case "mark":
                pieces.append(token.text if token.text != "@" else "")
            case "digit":
                # Digits after the point are fractions of a second.
                place = sum(1 for earlier in tokens[:at] if earlier.kind == "digit")
                pieces.append(f"{moment.microsecond:06d}"[place : place + 1])
            case "ampm":
                pieces.append("AM" if moment.hour < 12 else "PM")
            case "elapsed":
                pieces.append(_elapsed(token.text, value))
            case "date":
                pieces.append(_date_part(tokens, at, moment, half=half))
    return "".join(pieces).strip()


def _elapsed(unit: str, value: float) -> str:
    seconds = round(value * 86_400, 3)
    return f"{int(seconds // {'h': 3600, 'm': 60, 's': 1}[unit[0]]):0{len(unit)}d}"


def _date_part(tokens: Sequence[_Token], at: int, moment: datetime, *, half: bool) -> str:
    unit = tokens[at].text
    width = len(unit)
    match unit[0]:
        case "y" | "e":
            shown = str(moment.year) if width > 2 or unit[0] == "e" else f"{moment.year % 100:02d}"
        case "d" if width > 2:
            shown = _DAYS[moment.weekday()][: 3 if width == 3 else None]
        case "m" if width > 2:
            shown = _MONTHS[moment.month - 1][: {3: 3, 5: 1}.get(width)]
        case "d":
            shown = f"{moment.day:0{width}d}"
        case "h":
            shown = f"{(moment.hour % 12 or 12) if half else moment.hour:0{min(width, 2)}d}"
        case "s":
            shown = f"{moment.second:0{min(width, 2)}d}"
        case _:
            shown = f"{moment.minute if _are_minutes(tokens, at) else moment.month:0{width}d}"
    return shown


def _are_minutes(tokens: Sequence[_Token], at: int) -> bool:
    """Return whether “m” means minutes: after hours or before seconds."""

    def unit(neighbours: Sequence[_Token]) -> str:
        return next((token.text[0] for token in neighbours if token.kind in {"date", "elapsed"}), "")

    return unit(tokens[at - 1 :: -1] if at else ()) == "h" or unit(tokens[at + 1 :]) == "s"


# -- numbers ----------------------------------------------------------------------------------------


def _numbered(tokens: Sequence[_Token], value: float) -> str:
    if not any(token.kind == "digit" for token in tokens):
        sign = "-" if value < 0 else ""
        if any(token.kind == "general" or token.text == "@" for token in tokens):
            return sign + "".join(
                general(abs(value)) if token.kind == "general" or token.text == "@" else _literal(token)
                for token in tokens
            )
        return "".join(map(_literal, tokens)).strip()
    if any(token.kind == "exponent" for token in tokens):
        return _scientific(tokens, value)
    if any(token.text == "/" and token.kind == "mark" for token in tokens):
        return _fraction(tokens, value)
    digits = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    point = next((at for at, token in enumerate(tokens) if token.kind == "mark" and token.text == "."), None)
    before = [at for at in digits if point is None or at < point]
    after = [at for at in digits if point is not None and at > point]
    commas = [at for at, token in enumerate(tokens) if token.kind == "mark" and token.text == ","]
    scale = sum(
        1 for at in commas if at > digits[-1] or (point is not None and before and before[-1] < at < point)
    )
    grouped = any(before and before[0] < at < before[-1] for at in commas)
    percent = sum(1 for token in tokens if token.kind == "mark" and token.text == "%")
    exact = Decimal(repr(abs(value))).scaleb(2 * percent - 3 * scale, _EXACT)
    rounded = exact.quantize(Decimal(1).scaleb(-len(after)), context=_EXACT)
    whole, _, part = f"{rounded:f}".partition(".")
    least = sum(1 for at in before if tokens[at].text == "0")
    whole = whole.lstrip("0").rjust(least, "0")
    if grouped:
        whole = _grouped(whole)
    optional = [tokens[at].text != "0" for at in after]
    while part and optional[len(part) - 1] and part[-1] == "0":
        part = part[:-1]
    sign = "-" if value < 0 and (whole.strip("0,") or part.strip("0")) else ""
    return sign + _filled(tokens, before, after, whole, part, point).strip()


def _filled(
    tokens: Sequence[_Token],
    before: Sequence[int],
    after: Sequence[int],
    whole: str,
    part: str,
    point: int | None,
) -> str:
    """Return the format with filled places: from the right before the point, from the left after it."""
    places = dict.fromkeys(before, "")
    rest = whole
    for at in reversed(before):
        if at == before[0]:
            places[at] = rest
        else:
            take = 2 if rest[-2:-1] == "," else 1
            places[at], rest = rest[-take:], rest[:-take]
    for place, at in enumerate(after):
        places[at] = part[place : place + 1]
    pieces = [whole] if not before else []
    for at, token in enumerate(tokens):
        if at in places:
            pieces.append(places[at])
        elif at == point:
            pieces.append("." if part or any(tokens[place].text == "0" for place in after) else "")
        elif token.kind == "literal" or token.text == "%":
            pieces.append(token.text)
    return "".join(pieces)


def _grouped(whole: str) -> str:
    head = len(whole) % 3 or 3
    return (
        ",".join((whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3)))) if whole else ""
    )


def _scientific(tokens: Sequence[_Token], value: float) -> str:
    at = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    point = next((position for position, token in enumerate(tokens[:at]) if token.text == "."), at)
    places = sum(1 for token in tokens[point:at] if token.kind == "digit")
    mantissa, _, exponent = f"{abs(value):.{places}e}".partition("e")
    width = sum(1 for token in tokens[at:] if token.kind == "digit")
    sign = "-" if int(exponent) < 0 else "+" if tokens[at].text.endswith("+") else ""
    return f"{'-' if value < 0 else ''}{mantissa}E{sign}{abs(int(exponent)):0{width}d}"


def _fraction(tokens: Sequence[_Token], value: float) -> str:
    slash = next(at for at, token in enumerate(tokens) if token.text == "/")
    width = 0
    for token in tokens[slash + 1 :]:
        if token.kind != "digit":
            break
        width += 1
    fixed = "".join(
        token.text for token in tokens[slash + 1 :] if token.kind == "literal" and token.text.isdecimal()
    )
    exact = Fraction(abs(value))
    if fixed and int(fixed):
        fraction = Fraction(round(exact * int(fixed)), int(fixed))
    else:
        fraction = exact.limit_denominator(10 ** min(max(width, 1), 6) - 1)
    whole, rest = divmod(fraction.numerator, fraction.denominator)
    # Without a place for the whole number, the fraction includes it.
    has_whole = any(token.kind == "literal" and token.text == " " for token in tokens[:slash])
    sign = "-" if value < 0 and fraction else ""
    if not has_whole and rest:
        return f"{sign}{fraction.numerator}/{fraction.denominator}"
    shown = [str(whole)] if whole or not rest else []
    return sign + " ".join((*shown, *((f"{rest}/{fraction.denominator}",) if rest else ())))
