"""Format numbers like Word: letters, Roman numerals, words, and the numerals of other scripts."""

from __future__ import annotations

from collections.abc import Callable

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS = {
    "lowerLetter": _LATIN,
    "upperLetter": _LATIN.upper(),
    "russianLower": "абвгдежзиклмнопрстуфхцчшщэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "aiueo": _KANA,
    "aiueoFullWidth": _KANA,
    "iroha": _IROHA,
    "irohaFullWidth": _IROHA,
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "chicago": "*†‡§",
}
# Alphabets that continue by repeating the letter: z, aa, bb.
_DOUBLING = frozenset({"lowerLetter", "upperLetter", "russianLower", "russianUpper", "chicago"})
_DIGITS = {
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "hindiNumbers": "०१२३४५६७८९",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
    "koreanDigital2": "零一二三四五六七八九",
}
_COUNTING = {
    "chineseCounting": "〇一二三四五六七八九十百千",
    "chineseCountingThousand": "零一二三四五六七八九十百千",
    "taiwaneseCounting": "○一二三四五六七八九十百千",
    "taiwaneseCountingThousand": "零一二三四五六七八九十百千",
    "japaneseCounting": "〇一二三四五六七八九十百千",
    "chineseLegalSimplified": "零壹贰叁肆伍陆柒捌玖拾佰仟",
    "ideographLegalTraditional": "零壹貳參肆伍陸柒捌玖拾佰仟",
    "japaneseLegal": "零壱弐参四伍六七八九拾百阡",
}
_HEBREW = (
    *((400, "ת"), (300, "ש"), (200, "ר"), (100, "ק"), (90, "צ"), (80, "פ"), (70, "ע"), (60, "ס"), (50, "נ")),
    *((40, "מ"), (30, "ל"), (20, "כ"), (10, "י"), (9, "ט"), (8, "ח"), (7, "ז")),
    *((6, "ו"), (5, "ה"), (4, "ד"), (3, "ג"), (2, "ב"), (1, "א")),
)
# First character of a range of ready-made characters, and the length of the range.
_ENCLOSED = {
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "ideographEnclosedCircle": ("㊀", 10),
}
_MAX_NUMBER = 9999


def formatted(number: int, style: str, language: str = "en") -> str:
    """Return a number in a Word format, or as digits for unknown formats and numbers out of range."""
    if style == "none":
        return ""
    if not 0 < number <= _MAX_NUMBER:
        return str(number)
    if style == "ordinal":
        return _ordinal(number, language)
    if style in _FORMATTERS:
        return _FORMATTERS[style](number)
    return _in_script(number, style)


def _in_script(number: int, style: str) -> str:
    """Return a number in the letters or numerals of a script."""
    if style in _ALPHABETS:
        return _letter(number, _ALPHABETS[style], doubling=style in _DOUBLING)
    if style in _DIGITS:
        return "".join(_DIGITS[style][int(digit)] for digit in str(number))
    if style in _COUNTING:
        return _count(number, _COUNTING[style], japanese=style == "japaneseCounting")
    first, most = _ENCLOSED.get(style, ("", 0))
    return chr(ord(first) + number - 1) if number <= most else str(number)


def _add_up(number: int, signs: tuple[tuple[int, str], ...]) -> str:
    pieces = []
    for size, sign in signs:
        pieces.append(sign * (number // size))
        number %= size
    return "".join(pieces)


def _hebrew(number: int) -> str:
    # 15 and 16 are written 9 + 6 and 9 + 7.
    return _add_up(number, _HEBREW).replace("יה", "טו").replace("יו", "טז")


def _letter(number: int, alphabet: str, *, doubling: bool) -> str:
    turn, at = divmod(number - 1, len(alphabet))
    if turn == 0:
        return alphabet[at]
    return alphabet[at] * (turn + 1) if doubling and turn < 30 else str(number)


def _ordinal(number: int, language: str) -> str:
    base = language.partition("-")[0].lower()
    if base == "en":
        teen = 10 <= number % 100 <= 20
        return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    if base == "fr":
        return f"{number}{'er' if number == 1 else 'e'}"
    return f"{number}º" if base in {"es", "it", "pt"} else f"{number}."


def _in_words(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[rest]}" if rest else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    times, rest = divmod(number, size)
    return f"{_in_words(times)} {name}" + (f" {_in_words(rest)}" if rest else "")


def _ordinal_in_words(number: int) -> str:
    words = _in_words(number)
    at = max(words.rfind(" "), words.rfind("-")) + 1
    before, last = words[:at], words[at:]
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return before + last


def _count(number: int, signs: str, *, japanese: bool) -> str:
    digits = [int(digit) for digit in str(number)]
    out = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == 0:
            out += "" if japanese or out.endswith(signs[0]) else signs[0]
            continue
        bare = digit == 1 and place and (japanese or (place == 1 and not out))
        out += ("" if bare else signs[digit]) + (signs[9 + place] if place else "")
    return out.rstrip(signs[0])


_FORMATTERS: dict[str, Callable[[int], str]] = {
    "upperRoman": lambda number: _add_up(number, _ROMAN).upper() if number < 4000 else str(number),
    "lowerRoman": lambda number: _add_up(number, _ROMAN) if number < 4000 else str(number),
    "cardinalText": lambda number: _in_words(number).capitalize(),
    "ordinalText": lambda number: _ordinal_in_words(number).capitalize(),
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "hebrew1": lambda number: _hebrew(number) if number < 1000 else str(number),
}
