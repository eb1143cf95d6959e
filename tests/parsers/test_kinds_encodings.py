"""Texts of unstated encoding: short, rare, mixed or already damaged; a guess is a warning."""

from __future__ import annotations

import time

import pytest
from sample_files import read_one

from qa.errors import ReadError

CYRILLIC = "Привет, капитан."
RUSSIAN = "Паром ходит два раза в день между островом и берегом."
CAFE = "The café owner paid £5 for the façade and the jalapeño."
CURLY = "“We cannot wait,” said Zoë – the naïve clerk – and left the café."


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (CYRILLIC, ("cp1251", "koi8_r", "cp866", "iso8859_5")),
        (RUSSIAN, ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")),
        ("Пором ходить двічі на день між островом і берегом.", ("cp1251", "koi8_u")),
        ("渡し船は一日に二回。", ("shift_jis", "euc_jp")),
        ("大人の切符はいくらですか。", ("shift_jis", "euc_jp")),
        ("渡船每天往返海岛两次。", ("gb18030",)),
        ("성인 표는 얼마입니까?", ("cp949",)),
        ("The café is closed.", ("cp1252", "mac_roman", "cp437", "cp850")),
        (CAFE, ("cp1252", "mac_roman", "cp437", "cp850")),
        (CURLY, ("cp1252", "mac_roman")),
        ("Żółta łódź płynie przez rzekę. Kapitan źle słyszał.", ("cp1250", "iso8859_2", "cp852")),
        ("Le pont sera réparé avant l'été, près de l'église.", ("cp1252", "mac_roman", "cp850", "cp437")),
        ("Der Fährmann setzt über den Fluß.", ("cp1252", "mac_roman", "cp850")),
        ("Vapur günde iki kez adadan kıyıya gider.", ("cp1254", "cp857")),
        ("Το πλοίο φεύγει δύο φορές την ημέρα.", ("cp1253", "iso8859_7")),
        ("המעבורת יוצאת פעמיים ביום מן האי.", ("cp1255", "cp862")),
        ("תודה רבה", ("cp1255",)),
    ],
)
def test_a_short_text_is_read_and_the_guess_is_reported(text: str, encodings: tuple[str, ...]) -> None:
    for name in encodings:
        document = read_one(text.encode(name), "a.txt")
        assert document.text == text, name
        # Multi-byte letters may prove their encoding; single bytes never do.
        if name not in {"shift_jis", "euc_jp", "gb18030", "cp949"}:
            (warning,) = tuple(map(str, document.warnings))
            assert warning.startswith("Its encoding is not declared and was guessed as "), name


def test_a_proven_encoding_is_no_guess() -> None:
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        assert read_one((RUSSIAN * 4).encode(name), "a.txt").warnings == ()
    assert read_one(b"Plain words.", "a.txt").warnings == ()
    page = f'<meta charset="koi8-r"><p>{RUSSIAN}'.encode("koi8_r")
    assert read_one(page, "a.html").warnings == ()


GERMAN = "Das Schiff fährt über den Fluß. "


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            (GERMAN * 9).encode() + "Größe: fünf Meter.\n".encode("cp1252"),
            GERMAN * 9 + "Größe: fünf Meter.\n",
        ),
        (
            b"\n".join([GERMAN.encode(), "Größe: fünf.".encode("cp1252"), GERMAN.encode(), GERMAN.encode()]),
            f"{GERMAN}\nGröße: fünf.\n{GERMAN}\n{GERMAN}",
        ),
        (
            f"{GERMAN}\n{GERMAN}\n".encode() + "“Nein” – sagte er.".encode("cp1252"),
            f"{GERMAN}\n{GERMAN}\n“Nein” – sagte er.",
        ),
        (
            f"{RUSSIAN}\n{RUSSIAN}\n".encode() + RUSSIAN.encode("cp1251"),
            f"{RUSSIAN}\n{RUSSIAN}\n{RUSSIAN}",
        ),
    ],
)
def test_lines_and_letters_of_another_encoding_are_decoded_with_it(data: bytes, text: str) -> None:
    document = read_one(data, "a.txt")
    assert document.text == text
    (warning,) = tuple(map(str, document.warnings))
    assert warning.startswith("In two encodings: ")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace("fährt".encode(), b"f\xc3hrt", 1),
        lambda data: data.replace("fährt".encode(), b"f\xa4hrt", 1),
        lambda data: data.replace("Fluß".encode(), b"Flu\xff\xc3\x9f", 1),
        lambda data: data + b"f\xc3",
    ],
    ids=["lost half", "lost lead", "stray byte", "cut"],
)
def test_damage_is_not_decoded_as_letters(damage) -> None:  # type: ignore[no-untyped-def]
    document = read_one(damage((GERMAN * 9).encode()), "a.txt")
    assert document.text.count("\ufffd") == 1
    assert tuple(map(str, document.warnings)) == (
        "Damaged or in another encoding, and shown as \ufffd: 1 character.",
    )


def test_many_lines_of_another_encoding_are_not_utf8() -> None:
    text = (RUSSIAN + "\n") * 40
    assert read_one(text.encode("cp1251"), "a.txt").text == text
    korean = "나룻배는 하루에 두 번 섬에서 육지로 간다.\n" * 40
    assert read_one(korean.encode("euc_kr"), "a.txt").text == korean


@pytest.mark.parametrize(
    ("text", "encoding", "example"),
    [
        (CURLY * 2, "cp1252", "(â€œ for “)"),
        (RUSSIAN, "cp1251", "("),
    ],
)
def test_letters_damaged_earlier_are_kept_and_reported(text: str, encoding: str, example: str) -> None:
    misread = text.encode().decode(encoding, "ignore")
    document = read_one(misread.encode(), "a.txt")
    assert document.text == misread
    (warning,) = tuple(map(str, document.warnings))
    assert warning.startswith("Its letters were damaged when it was saved")
    assert example in warning


@pytest.mark.parametrize(
    "text",
    [
        "Â Ã É: the letters Â, Ã and É of São João, não, irmã, amanhã.",
        "Les élèves ont visité la forêt où naît la rivière, à l’ombre d’un chêne.",
        CURLY,
        RUSSIAN,
        "СРР РССР НР СССР, РСФСР и КР СП.",
    ],
)
def test_real_letters_are_not_reported_as_damaged(text: str) -> None:
    assert read_one(text.encode(), "a.txt").warnings == ()


@pytest.mark.parametrize("padding", [bytes(5_000), bytes(1), bytes(100) + b"\n"])
def test_padding_is_no_text(padding: bytes) -> None:
    for text in ("The crane lifts eighteen tonnes.\n", RUSSIAN):
        document = read_one(text.encode() + padding, "a.txt")
        assert document.text.replace("\x00", "").rstrip() == text.rstrip()
    log = read_one(bytes(3_000) + b"The crane lifts eighteen tonnes.", "a.txt")
    assert log.text.lstrip("\x00") == "The crane lifts eighteen tonnes."


def test_hostile_bytes_are_decoded_quickly() -> None:
    began = time.process_time()
    line = GERMAN.encode()
    for data in (
        line * 9 + b"\xe4 " * 300_000,
        line * 9 + b"\xe4\n" * 300_000,
        (line + b"\xe4\n") * 9_000,
        line + b"a\xe4" * 99_000,
        b"\xc3" * 300_000 + line * 9,
        b"\xff" * 300_000,
        ("Ã©" * 300_000).encode(),
    ):
        try:
            read_one(data, "a.txt")
        except ReadError:
            continue
    assert time.process_time() - began < 15


def test_single_letters_and_signs_of_a_western_text_are_no_other_script() -> None:
    text = "The café costs € 5 – today."
    document = read_one(text.encode("cp1252"), "a.txt")
    assert document.text == text
    assert "guessed as cp1252" in str(document.warnings[0])
