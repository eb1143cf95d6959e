"""Makes quotations from documents: exact, with other typography, changed, stitched, paraphrased, foreign.

Every quotation has the verdicts that are right for it. The same seed and documents give the same quotations.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path("/work/shared/data")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LETTER = r"[^\W\d_]"


@dataclass(frozen=True, slots=True)
class Sample:
    """A quotation, how it was changed, and the verdicts that are right."""

    kind: str
    text: str
    right: frozenset[str]
    doc_id: str = ""


Source = tuple[str, str]
Change = Callable[[random.Random, str], str | None]


def words_at(text: str) -> list[tuple[int, int]]:
    """Return the spans of what is between white space."""
    return [match.span() for match in re.finditer(r"\S+", text)]


def piece(dice: random.Random, text: str, least: int, most: int) -> tuple[int, int] | None:
    """Return a random stretch of whole words."""
    spans = words_at(text)
    count = dice.randint(least, most)
    if len(spans) < count + 2:
        return None
    first = dice.randrange(len(spans) - count)
    chosen = text[spans[first][0] : spans[first + count - 1][1]]
    # Mostly words, and none that only punctuation makes: "1 . . ."
    if len(re.findall(rf"{_LETTER}{{2,}}", chosen)) < 0.6 * count or "..." in chosen or "[" in chosen:
        return None
    return spans[first][0], spans[first + count - 1][1]


# -- typography -------------------------------------------------------------------------------------


def spaces(dice: random.Random, text: str) -> str | None:
    return _SPACE.sub(lambda _: dice.choice(["  ", "\u00a0", " ", "\u2009", "\t"]), text)


def line_breaks(dice: random.Random, text: str) -> str | None:
    return _SPACE.sub(lambda _: dice.choice(["\n", " ", "\r\n", " ", " "]), text)


def hyphenation(dice: random.Random, text: str) -> str | None:
    long = [match for match in re.finditer(rf"(?<!\w){_LETTER}{{7,}}(?!\w)", text) if match[0].isascii()]
    if not long:
        return None
    match = dice.choice(long)
    cut = match.start() + dice.randint(3, len(match[0]) - 3)
    return f"{text[:cut]}{dice.choice(['-', chr(0xAD), '‐'])}\n{text[cut:]}"


def quotes(dice: random.Random, text: str) -> str | None:
    if not re.search(r"[\"“”'’‘]", text):
        words = text.split(" ")
        if len(words) < 5:
            return None
        at = dice.randrange(1, len(words) - 1)
        words[at] = f"“{words[at]}”"
        return " ".join(words)
    table = dice.choice([{"“": '"', "”": '"', "’": "'", "‘": "'"}, {'"': "”", "'": "’"}])
    changed = text.translate(str.maketrans(table))
    return changed if changed != text else None


def dashes(dice: random.Random, text: str) -> str | None:
    if "–" in text or "—" in text:
        return text.replace("–", "-").replace("—", " - ")
    changed = re.sub(rf"(?<={_LETTER})-(?={_LETTER})", dice.choice(["‐", "\u2011", "–"]), text)
    return changed if changed != text else None


def ligatures(dice: random.Random, text: str) -> str | None:
    changed = text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace("ff", "ﬀ")
    return changed if changed != text else None


def case(dice: random.Random, text: str) -> str | None:
    changed = text[:1].swapcase() + text[1:] if dice.random() < 0.7 else text.upper()
    return changed if changed.casefold() == text.casefold() and changed != text else None


def full_stop(dice: random.Random, text: str) -> str | None:
    return text + dice.choice([".", ","]) if text[-1].isalpha() else None


# -- alterations ------------------------------------------------------------------------------------


def word_changed(dice: random.Random, text: str, vocabulary: Sequence[str]) -> str | None:
    words = list(_WORD.finditer(text))
    if not words:
        return None
    match = dice.choice(words)
    other = dice.choice(vocabulary)
    if other.casefold() == match[0].casefold():
        return None
    return text[: match.start()] + other + text[match.end() :]


def not_dropped(dice: random.Random, text: str) -> str | None:
    places = list(re.finditer(r"(?<=\S)\s+(?:not|nicht|no|never|nie|kein)(?=\s\S)", text))
    if not places:
        return None
    match = dice.choice(places)
    return text[: match.start()] + text[match.end() :]


def number_changed(dice: random.Random, text: str) -> str | None:
    digits = [m.start() for m in re.finditer(r"(?<![⁰¹²³⁴-⁹])[0-9]", text)]
    if not digits:
        return None
    at = dice.choice(digits)
    return text[:at] + dice.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


def order_changed(dice: random.Random, text: str) -> str | None:
    pairs = list(re.finditer(rf"(?<!\S)({_LETTER}{{2,}}) ({_LETTER}{{2,}})(?!\S)", text))
    pairs = [m for m in pairs if m[1].casefold() != m[2].casefold()]
    if not pairs:
        return None
    match = dice.choice(pairs)
    return f"{text[: match.start()]}{match[2]} {match[1]}{text[match.end() :]}"


def punctuation_changed(dice: random.Random, text: str) -> str | None:
    commas = [m.start() for m in re.finditer(rf"(?<={_LETTER}),(?= {_LETTER})", text)]
    if not commas:
        return None
    at = dice.choice(commas)
    return text[:at] + text[at + 1 :]


def stitched(dice: random.Random, text: str, join: str) -> str | None:
    """Return two stretches of a text in order with at least ten words between them."""
    for _ in range(20):
        one, two = piece(dice, text, 6, 20), piece(dice, text, 6, 20)
        if one and two and one[1] < two[0] and len(text[one[1] : two[0]].split()) >= 10:
            return f"{text[one[0] : one[1]]}{join}{text[two[0] : two[1]]}"
    return None


# -- all --------------------------------------------------------------------------------------------

TYPOGRAPHIC: dict[str, Change] = {
    "spaces": spaces,
    "line breaks": line_breaks,
    "hyphenation": hyphenation,
    "quotation marks": quotes,
    "dashes": dashes,
    "ligatures": ligatures,
    "letter case": case,
    "final stop": full_stop,
}
ALTERED: dict[str, Change] = {
    "“not” dropped": not_dropped,
    "number changed": number_changed,
    "word order changed": order_changed,
    "comma dropped": punctuation_changed,
}


def make(sources: Sequence[Source], seed: int, each: int) -> Iterator[Sample]:
    """Yield quotations of each kind from documents.

    Args:
        sources: Ids and texts of documents.
        seed: The seed of all choices.
        each: How many of each kind.
    """
    dice = random.Random(seed)
    vocabulary = sorted({m[0] for _, text in sources[:300] for m in _WORD.finditer(text[:3000])})
    verbatim, typographic = frozenset({"verbatim"}), frozenset({"typographic"})
    altered, apart = frozenset({"altered"}), frozenset({"stitched"})
    for least, most in ((4, 8), (9, 25), (26, 80)):
        yield from _samples(
            dice, sources, f"verbatim, {least} to {most} words", verbatim, each, lambda d, t: t, least, most
        )
    for name, change in TYPOGRAPHIC.items():
        yield from _samples(dice, sources, name, typographic, each, change, 6, 45)
    yield from _samples(
        dice, sources, "one word changed", altered, each, lambda d, t: word_changed(d, t, vocabulary), 6, 45
    )
    for name, change in ALTERED.items():
        yield from _samples(dice, sources, name, altered, each, change, 6, 45)
    for name, join, right in (
        ("two places, ellipsis", None, apart),
        ("two places, no ellipsis", " ", altered),
    ):
        count = 0
        while count < each:
            doc_id, text = dice.choice(sources)
            sign = join or dice.choice([" ... ", " … ", " [...] ", " [… ] ", "... "])
            if (quotation := stitched(dice, text, sign)) is not None:
                count += 1
                yield Sample(name, quotation, right, doc_id)


def _samples(
    dice: random.Random,
    sources: Sequence[Source],
    kind: str,
    right: frozenset[str],
    each: int,
    change: Change,
    least: int,
    most: int,
) -> Iterator[Sample]:
    count = tries = 0
    while count < each and tries < 200_000:
        tries += 1
        doc_id, text = dice.choice(sources)
        span = piece(dice, text, least, most)
        if span is None:
            continue
        changed = change(dice, text[span[0] : span[1]])
        if changed is not None and (right == {"verbatim"} or changed != text[span[0] : span[1]]):
            count += 1
            yield Sample(kind, changed, right, doc_id)


def foreign(seed: int, each: int) -> Iterator[Sample]:
    """Yield stretches of documents that are not indexed, and invented sentences."""
    dice = random.Random(seed)
    texts = [row["text"] for name in ("cisi", "cast21_followups") for row in rows(name)]
    missing = frozenset({"not_found"})
    count = 0
    while count < each:
        text = dice.choice(texts)
        span = piece(dice, text, 8, 40)
        if span:
            count += 1
            yield Sample("from a document that is not indexed", text[span[0] : span[1]], missing)
    lines = Path(__file__).with_name("invented.txt").read_text(encoding="utf-8").splitlines()
    half = lines[seed % 2 :: 2]
    yield from (Sample("invented", line, missing) for line in half)


def paraphrased(seed: int, each: int, chosen: Callable[[str], bool]) -> Iterator[Sample]:
    """Yield what people wrote about indexed documents in their own words.

    Questions of SQuAD were written by people who saw the paragraph; hypotheses of ContractNLI are lawyers'
    sentences about clauses. Answers of ClapNQ are people's rewrites of sentences and keep many of their words,
    so a rewrite may count as altered or as not found, but never as the source's words.
    """
    dice = random.Random(seed)
    missing = frozenset({"not_found"})
    questions = [
        (row["question"], row["doc_id"]) for row in rows("squad11", "questions") if chosen(row["doc_id"])
    ]
    for question, doc_id in dice.sample(questions, each):
        yield Sample("paraphrased: a question about the passage", question, missing, doc_id)
    hypotheses = sorted({row["hypothesis"] for row in rows("nda_contractnli", "questions")})
    for hypothesis in hypotheses[seed % 2 :: 2]:
        yield Sample("paraphrased: a sentence about a clause", hypothesis, missing)
    answers = [
        (answer, row["doc_id"])
        for row in rows("clapnq", "questions")
        if chosen(row["doc_id"])
        for answer in row.get("reference_answers", ())
        if len(answer.split()) >= 6
    ]
    # Some answers are copies of a sentence.
    texts = {row["doc_id"]: " ".join(row["text"].split()).casefold() for row in rows("clapnq")}
    answers = [a for a in answers if " ".join(a[0].split()).rstrip(".").casefold() not in texts[a[1]]]
    for answer, doc_id in dice.sample(answers, min(each, len(answers))):
        yield Sample("rewritten answer", answer, frozenset({"altered", "not_found"}), doc_id)


def rows(name: str, file: str = "corpus") -> list[dict[str, object]]:
    """Return the rows of a file of a data set."""
    with (DATA / name / f"{file}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
