"""Raised and lowered text in plain characters: 10⁶ is not 106."""

from __future__ import annotations

from qa import lang

_RAISED = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
)
_LOWERED = str.maketrans(
    "0123456789+-−–=()aehijklmnoprstuvxβγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
)
# These stand high by themselves.
_HIGH = frozenset("*†‡§¶°′″'’®™©ªº℠")
# After a figure these are the ending of an ordinal, which nobody takes for an exponent.
_ORDINALS = lang.in_any("ordinal_endings")
_SIGNS = {"tm": "™", "sm": "℠", "r": "®"}
_LONGEST = 30


def raised(text: str, before: str = "") -> str:
    """Return superscript text as it can stand after ``before``."""
    core = text.strip()
    if core.lower() in _ORDINALS and before[-1:].isdigit():
        return text
    if core.upper() == core and core.lower() in {"tm", "sm"} and before[-1:].isalnum():
        return text.replace(core, _SIGNS[core.lower()])
    return _set(text, core, _RAISED, "^")


def lowered(text: str) -> str:
    """Return subscript text."""
    return _set(text, text.strip(), _LOWERED, "_")


def _set(text: str, core: str, table: dict[int, int], sign: str) -> str:
    if not any(map(str.isalnum, core)):
        return text
    if all(ord(letter) in table or letter in _HIGH for letter in core):
        return text.translate(table)
    # What is long is a remark that someone set high, and no exponent.
    if len(core) > _LONGEST:
        return text
    before, _, after = text.partition(core)
    return f"{before}{sign}({core}){after}"
