"""Parse the format codes of cells ("#,##0.00 €", "d mmm yyyy") into sections of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
_ELAPSED = re.compile("h+|m+|s+")
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a format code."""

    kind: str
    text: str

    @property
    def literal(self) -> str:
        """Words that the token adds to the displayed value."""
        return self.text if self.kind == "literal" else ""

    def is_mark(self, sign: str) -> bool:
        """Return whether the token is a sign with a meaning, not a literal one."""
        return self.kind == "mark" and self.text == sign


@dataclass(frozen=True, slots=True)
class Section:
    """One of the formats for positive numbers, negative numbers, zero and text."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None

    @property
    def is_date(self) -> bool:
        """Whether the section formats a date or time."""
        return any(token.kind in {"date", "elapsed", "ampm"} for token in self.tokens)


@lru_cache(maxsize=4_096)
def parse(code: str) -> tuple[Section, ...]:
    """Return the sections of a format code, at most four."""
    code = GENERAL if len(code) > _LONGEST_CODE else code or GENERAL
    sections: list[list[Token]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            sections.append([])
            conditions.append(None)
        elif (condition := _CONDITION.fullmatch(match["bracket"] or "")) is not None:
            conditions[-1] = condition[1], float(condition[2])
        elif (token := _token(match, is_first=not sections[-1])) is not None:
            sections[-1].append(token)
    return tuple(
        Section(tuple(tokens), condition) for tokens, condition in zip(sections, conditions, strict=True)
    )[:4]


def _token(match: re.Match[str], *, is_first: bool) -> Token | None:
    """Return the token of a piece of a code, None if it displays nothing."""
    kind = match.lastgroup
    if kind is None:
        # A gap as wide as a character separates words; at the start it only aligns the column.
        return Token("literal", " ") if match[0][0] == "_" and not is_first else None
    piece = match[kind]
    if kind in {"quoted", "escaped", "other"}:
        return Token("literal", piece)
    if kind == "bracket":
        return _bracketed(piece)
    return Token(kind, piece.lower() if kind == "date" else piece)


def _bracketed(piece: str) -> Token | None:
    """Return the token of a currency or an elapsed time in brackets; colours and the like have none."""
    if piece.startswith("$"):
        return Token("literal", piece[1:].partition("-")[0])
    return Token("elapsed", piece.lower()) if _ELAPSED.fullmatch(piece.lower()) else None
