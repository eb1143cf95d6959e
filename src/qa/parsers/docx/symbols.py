"""Letters of the symbol fonts (Symbol, Wingdings, Webdings) as Unicode characters."""

from __future__ import annotations

import re

_PRIVATE = re.compile("[\uf000-\uf0ff]")

# The printable codes of each font in order from the first one; a blank stands for none that is known.
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
    """Say whether the letters of a font are signs."""
    return font.lower() in _FONTS


def sign(font: str, code: int) -> str | None:
    """Return the character at a code of a font; None where nobody knows it.

    A code of the private range stands for its last byte, any other is Unicode already.
    """
    if 0xF000 <= code <= 0xF0FF:
        return _FONTS.get(font.lower(), {}).get(code - 0xF000)
    if font.lower() in _FONTS and code <= 0xFF:
        return _FONTS[font.lower()].get(code)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xF8FF else None


def translated(text: str, font: str) -> str:
    """Return text whose letters of the private range are those of a symbol font.

    Where the font is none of these, they are read as those of Symbol, and what is unknown is left as it is.
    """
    if text.isascii():
        return text
    known = font if is_symbol_font(font) else "symbol"
    return _PRIVATE.sub(lambda found: sign(known, ord(found[0])) or found[0], text)


def bullet(text: str, font: str) -> str:
    """Return what stands before the items of a list; "•" for any sign that says nothing."""
    text = translated(text, font).strip()
    if text in _TELLING:
        return text
    return "•"


# Bullets that say something of their item: a box to tick, a tick, a cross, an arrow, a dash.
_TELLING = frozenset("–—-✓✔✗✘☒☑☐□❐❑❒→⇒➔➢★")
