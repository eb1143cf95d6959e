"""Convert letters of the symbol fonts (Symbol, Wingdings, Webdings) to Unicode characters."""

from __future__ import annotations

import re

_PRIVATE = re.compile("[\uf000-\uf0ff]")

# The characters of each font from a first code on; a space marks an unknown character.
_SYMBOL = {
    0x20: " !∀#∃%&∍()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE0: "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ ⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
}
_WINGDINGS = {
    0x20: " ✏✂✁👓🔔📖🕯☎✆✉📨📪📫📬📭📁📂📄📃📑🗄⌛⌨🖱🖲💻🖴💾🖭✇✍",
    0x40: "✎✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉",
    0x60: "♊♋♌♍♎♏♐♑♒♓&&●❍■□❐❑❒⬧⧫◆❖⬥⌧⍓⌘❀✿❝❞",
    0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9E: "·•●○○○◉◎ ▪◻ ✦★✶✴✹✵ ⌖⟡⌑ ✪✰",
    0xB7: "🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛",
    0xD5: "⌫⌦",
    0xD8: "➢   ➲ ",
    0xDF: "←→↑↓↖↗↙↘➔➔↑↓↖↗↙↘⇦⇨⇧⇩⇔⇕⬀⬁⬃⬂▭▫✗✓☒☑",
}
_WINGDINGS_2 = {
    0x4F: "✗✓☒☑☒☒",
    0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x94: "∙•●●○◉◎",
    0xA0: "■□□☐",
}
_WINGDINGS_3 = {
    0x66: "←→↑↓",
    0x6A: "↖↗↙↘↔↕",
    0x70: "▲▼△▽◀▶◁▷",
    0x7D: "▶◀",
}
_WEBDINGS = {
    0x33: "◀▶▲▼",
    0x61: "✔",
    0x63: "□",
    0x67: "■",
    0x69: "ℹ",
    0x6E: "●",
    0x72: "✘",
    0x78: "☒",
}


def _table(rows: dict[int, str]) -> dict[int, str]:
    return {
        first + at: sign
        for first, signs in rows.items()
        for at, sign in enumerate(signs)
        if sign != " " or first + at == 0x20
    }


_FONTS = {
    "symbol": _table(_SYMBOL),
    "wingdings": _table(_WINGDINGS),
    "wingdings 2": _table(_WINGDINGS_2),
    "wingdings 3": _table(_WINGDINGS_3),
    "webdings": _table(_WEBDINGS),
}


def is_symbol_font(font: str) -> bool:
    """Check whether the letters of a font are signs."""
    return font.lower() in _FONTS


def sign(font: str, code: int) -> str | None:
    """Return the character at a code of a font, or None if it is unknown.

    A code in the private range means its last byte; any other code is already Unicode.
    """
    if 0xF000 <= code <= 0xF0FF:
        return _FONTS.get(font.lower(), {}).get(code - 0xF000)
    if font.lower() in _FONTS and code <= 0xFF:
        return _FONTS[font.lower()].get(code)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xF8FF else None


def decode_symbols(text: str, font: str) -> str:
    """Return text with letters in the private range converted from a symbol font.

    Letters of other fonts are read as Symbol; unknown characters remain unchanged.
    """
    if text.isascii():
        return text
    symbol_font = font if is_symbol_font(font) else "symbol"
    return _PRIVATE.sub(lambda match: sign(symbol_font, ord(match[0])) or match[0], text)


def bullet(text: str, font: str) -> str:
    """Return the bullet of a list's items; "•" for any sign without a meaning."""
    text = decode_symbols(text, font).strip()
    if text in _MEANINGFUL_BULLETS:
        return text
    return "•"


# Bullets with a meaning for their item: a box to tick, a tick, a cross, an arrow, a dash.
_MEANINGFUL_BULLETS = frozenset("–—-✓✔✗✘☒☑☐□❐❑❒→⇒➔➢★")
