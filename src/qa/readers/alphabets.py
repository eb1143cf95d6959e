"""Which single-byte encoding of the Latin script a text is in, told by the letters of languages.

The Latin code pages agree on so much that statistics confuse them: the byte F8 is the ø of one and
the ř of another. A wrong one gives letters that no single language has together.
"""

from __future__ import annotations

from collections import Counter

# In order of preference: where two fit equally well, the more widespread one is taken.
_ENCODINGS = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "cp1258", "mac_roman", "cp850", "cp852")

# What statistics answer for a Latin text, and what is therefore looked at again.
CONFUSED = frozenset(_ENCODINGS) | frozenset(
    (
        *("latin_1", "cp437", "cp775", "cp858", "cp1125", "hp_roman8", "mac_latin2"),
        *("mac_iceland", "mac_turkish", "mac_croatian", "mac_romanian", "iso8859_1", "iso8859_3"),
        *("iso8859_4", "iso8859_9", "iso8859_10", "iso8859_13", "iso8859_14", "iso8859_15"),
        *("iso8859_16", "cp860", "cp861", "cp863", "cp865", "cp857", "cp1006", "cp1140"),
    )
)

_LETTERS = (
    "éèêëàâîïôùûüçœæÿ",  # French
    "äöüßé",  # German
    "áéíóúüñçªº",  # Spanish
    "áâãàçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùúª",  # Italian
    "åäöéü",  # Swedish, Finnish
    "åæøéèêòóôü",  # Danish, Norwegian
    "áéíóúýþæöð",  # Icelandic
    "áéíóöőúüű",  # Hungarian
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "čćđšž",  # Croatian, Slovene
    "ăâîşţșț",  # Romanian
    "çğıöşüİâîû",  # Turkish
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äöõüšž",  # Estonian
    "áàçéèíïóòúü·",  # Catalan
    "éëïóöüáèê",  # Dutch
    "ăâđêôơưáàãéèíìóòõúùýĩũ\u0301\u0300\u0309\u0303\u0323₫",  # Vietnamese
    "ëç",  # Albanian
)
_ALPHABETS = tuple(frozenset(letters + letters.upper()) for letters in _LETTERS)
_MARKS = frozenset("“”„‘’‚«»‹›–—…•·¿¡§°€£©®™´\u00a0\u00ad²³½×")


def latin(data: bytes) -> str | None:
    """The encoding whose letters one language has, or None where none makes nine tenths of them fit."""
    best, best_share = None, 0.9
    for encoding in _ENCODINGS:
        high = Counter(data.decode(encoding, "replace"))
        for char in [char for char in high if char < "\x80"]:
            del high[char]
        total = high.total()
        for alphabet in _ALPHABETS:
            fit = sum(count for char, count in high.items() if char in alphabet or char in _MARKS)
            if total and fit / total > best_share + 1e-9:
                best, best_share = encoding, fit / total
    return best
