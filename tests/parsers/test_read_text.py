from __future__ import annotations

import pytest
from sample_files import read_one

from qa.errors import ReadError

GERMAN = "Über den Straßen der Stadt lag früh am Morgen schöner Nebel; niemand hörte müde Schritte. " * 3
RUSSIAN = "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом. " * 3
POLISH = "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są obdarzeni. " * 3
TURKISH = "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler. " * 3
GREEK = "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. " * 3
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 3
CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。" * 3
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (RUSSIAN, "utf-16-le"),
        (GERMAN, "utf-32"),
        (CHINESE, "utf-32-be"),
        (GERMAN, "utf-32-le"),
        (GERMAN, "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "iso8859_7"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "hz"),
        (KOREAN, "euc_kr"),
        (KOREAN, "iso2022_kr"),
    ],
)
def test_text_is_correct_in_every_encoding(text: str, encoding: str) -> None:
    assert read_one(text.encode(encoding), "a.txt").text == text


def test_the_byte_order_mark_and_padding_are_no_text() -> None:
    assert read_one("\ufeffOne \ufefftwo.".encode() + bytes(500), "a.txt").text == "One \ufefftwo."
    assert read_one("One.\0\0\0\0".encode("utf-16"), "a.txt").text == "One."


def test_plain_text_has_no_blocks_and_keeps_its_white_space() -> None:
    document = read_one(b"  A\n\n\n   B  \n", "a.txt")
    assert document.text == "  A\n\n\n   B  \n"
    assert document.blocks == ()
    assert document.pages == ()


def test_a_file_cut_inside_a_letter_is_utf8() -> None:
    data = (GREEK * 4).encode()[:-1]
    assert read_one(data.rstrip() + "ά".encode()[:1], "a.txt").text.startswith(GREEK)


def test_a_tilde_and_a_brace_are_no_chinese() -> None:
    text = "In the shell ~{a,b} and ~/path are words; so is ~}."
    assert read_one(text.encode(), "a.txt").text == text


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 20, b"\x00\x01\x02\x03" * 100, b"text\x00\x01\x02\x05" * 50]
)
def test_binary_data_called_txt_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="binary data, not text"):
        read_one(data, "a.txt")


def test_damaged_letters_are_counted_in_a_warning() -> None:
    letters = (GREEK * 4).encode()
    document = read_one(letters[:2] + b"\xff" + letters[2:], "a.txt")
    assert document.text == GREEK[:1] + "\ufffd" + (GREEK * 4)[1:]
    assert tuple(map(str, document.warnings)) == (
        "Damaged or in another encoding, and shown as \ufffd: 1 character.",
    )


def test_letters_lost_earlier_are_a_warning() -> None:
    lossy = (POLISH * 3).encode("cp1252", "replace")
    document = read_one(lossy, "a.txt")
    assert str(document.warnings[-1]).endswith(
        " letters were lost when it was saved; save the original as UTF-8."
    )
    assert read_one(("Really? Yes. See http://a.b/c?d=e for more. " * 30).encode(), "a.txt").warnings == ()


def test_an_encoding_guessed_by_statistics_is_a_warning() -> None:
    # Turkish as DOS wrote it, which some versions of the detector take for Korean syllables.
    document = read_one((TURKISH * 2).encode("cp857"), "a.txt")
    (warning,) = tuple(map(str, document.warnings))
    assert warning.startswith("Its encoding is not declared and was guessed as ")
    assert warning.endswith("; if letters are wrong, save it as UTF-8.")


def test_pages_and_markdown_have_warnings_about_encodings_too() -> None:
    lossy = (POLISH * 3).encode("cp1252", "replace")
    for name in ("a.html", "a.md"):
        assert (
            tuple(map(str, read_one(lossy, name).warnings))
            == tuple(map(str, read_one(lossy, "a.txt").warnings))
            != ()
        )


def test_a_zero_byte_does_not_make_a_text_utf16() -> None:
    text = "The crane\0 lifts eighteen tonnes. " * 9
    assert read_one(text.encode(), "a.txt").text == text
