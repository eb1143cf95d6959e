"""Subtitles and transcripts: the words without the time codes, and the time of each sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sample_files import read_one
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.check.verify import verify
from qa.index import Index
from qa.parsers import account, subtitles
from qa.parsers.build import Extract
from qa.record import to_json_line
from qa.text.sentences import segment
from qa.types import Document

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>The crane lifts</i>
eighteen

2
00:01:07,000 --> 00:01:09,000  X1:10 X2:20
tonnes of {\\an8}steel.

3
01:02:03,000 --> 01:02:11,000
- Who told you?
- The harbour master.

4
01:05:00,000 --> 01:05:11,000
1924
"""
VTT = """WEBVTT - The harbour
Kind: captions

STYLE
::cue { color: red }

NOTE Checked by hand
on both days

intro
00:01.000 --> 00:03.000 align:start
<v Roger Bingham>We are in the harbour &amp; it is late.

00:04.000 --> 00:06.000
<v.loud Roger Bingham>Really <00:05.000><c.x>late</c>, and

00:06.000 --> 00:07.000
<v Roger Bingham>cold.

00:07.000 --> 00:08.000
<v Neil>Yes.</v>
"""
SBV = "0:00:01.000,0:00:03.000\nThe crane lifts\n\n0:00:03.000,0:00:05.000\neighteen tonnes.\n"


def _sentences(document: Document) -> list[str]:
    return [document.text[s.start : s.end] for p in segment(document) for s in p.sentences]


def _time_of(document: Document, words: str) -> str:
    at = document.text.index(words)
    return next(place.label for place in reversed(document.places) if place.start <= at)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["a.srt", "a.txt"])
def test_sentences_continue_over_cues_without_their_codes(newline: str, name: str) -> None:
    document = read_one(SRT.replace("\n", newline).encode("utf-8-sig"), name)
    assert _sentences(document) == [
        "The crane lifts eighteen tonnes of steel.",
        "- Who told you?",
        "- The harbour master.",
        "1924",
    ]
    assert {place.kind for place in document.places} == {"time"}
    assert _time_of(document, "The crane") == "00:00:01"
    assert _time_of(document, "tonnes") == "00:01:07"
    assert _time_of(document, "harbour master") == "01:02:03"
    assert {o.reason for o in document.omissions} == {"time code"}
    assert document.warnings == ()
    at = document.text.index("tonnes")
    assert [line.number for line in document.lines if line.start == at] == [8]


def test_speakers_are_kept_and_comments_are_not() -> None:
    document = read_one(VTT.encode(), "a.vtt")
    assert document.text == (
        "Roger Bingham: We are in the harbour & it is late. Really late, and cold.\n\nNeil: Yes."
    )
    assert [place.label for place in document.places] == ["00:00:01", "00:00:04", "00:00:06", "00:00:07"]
    left_out = {omission.reason: omission.text.split("\n") for omission in document.omissions}
    assert left_out["metadata"][2:] == ["NOTE Checked by hand", "on both days"]
    assert left_out["style"] == ["STYLE", "::cue { color: red }"]
    assert left_out["time code"][:2] == ["intro", "00:01.000 --> 00:03.000 align:start"]


def test_roll_up_captions_are_read_once() -> None:
    lines = ["we are in the harbour", "and the crane lifts", "eighteen tonnes", "of steel at noon", "daily"]
    cues = []
    for second, (before, line) in enumerate(zip(["", *lines], lines, strict=False)):
        both = f"{before}\n{line}<00:00.5><c> </c>".strip()
        cues.append(f"00:{second:02d}.000 --> 00:{second:02d}.990\n{both}")
        cues.append(f"00:{second:02d}.990 --> 00:{second + 1:02d}.000\n{line}")
    document = read_one(("WEBVTT\n\n" + "\n\n".join(cues)).encode(), "a.vtt")
    assert document.text == " ".join(lines)
    (repeated,) = (o.text for o in document.omissions if o.reason == "repeated")
    assert set(repeated.split("\n")) == set(lines)
    twice = read_one(b"WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n", "a.vtt")
    assert twice.text == "No. No."


def test_other_time_formats_are_read() -> None:
    assert read_one(SBV.encode(), "a.sbv").text == "The crane lifts eighteen tonnes."


@pytest.mark.parametrize(
    ("data", "text", "times"),
    [
        ("0:00\nthe crane lifts\n0:04\neighteen\n1:02:03\ntonnes.", "the crane lifts eighteen tonnes.", 3),
        (
            "[00:00:01] Anna: The crane.\n[00:00:05] Bob: How many\ntonnes?\n[00:00:09] Anna: Yes.",
            "Anna: The crane.\n\nBob: How many tonnes?\n\nAnna: Yes.",
            3,
        ),
        (
            "Notes\n\nSpeaker 1  0:03\nThe crane.\n\nSpeaker 2  (0:09)\nHow much?\n\nSpeaker 1  0:12\nMuch.",
            "Notes\n\nSpeaker 1: The crane.\n\nSpeaker 2: How much?\n\nSpeaker 1: Much.",
            3,
        ),
        ("(00:01) The crane.\n(00:05) It lifts.\n(00:07) Much.", "The crane.\n\nIt lifts.\n\nMuch.", 3),
    ],
)
def test_a_transcript_is_read_without_its_codes(data: str, text: str, times: int) -> None:
    document = read_one(data.encode(), "a.txt")
    assert (document.text, len(document.places)) == (text, times)
    account_of = Extract(None, document.text, omissions=document.omissions)
    assert not account.missing(data, account_of)


@pytest.mark.parametrize(
    "data",
    [
        "Agenda\n09:00 Opening\n10:30 Coffee\n12:00 Lunch\n",
        "09:00\nOpening\n10:30\nCoffee\n12:00\nLunch\n",
        "[12:00:01] <anna> hello\n[12:00:02] <bob> hello\n[12:00:09] <anna> the crane\n",
        "12:00:01 ERROR disk\n12:00:02 ERROR disk\n12:00:03 ERROR disk\n",
        "John 1:10\nHe was in the world.\nJohn 1:11\nHe came.\nJohn 0:59\nNo.\n",
        "The ratio is\n1:10\nhere.\n",
    ],
)
def test_hours_logs_and_verses_are_no_transcript(data: str) -> None:
    document = read_one(data.encode(), "a.txt")
    assert (document.text, document.places) == (data, ())


def test_a_quote_has_its_time_and_can_be_verified(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    path.write_text(SRT)
    index = Index.create(tmp_path / "index", WordEncoder())
    index.update([str(path)], WordEncoder)
    answer = Answerer(index, WordEncoder()).ask("What does the crane lift?")
    assert answer.quotes[0].text == "The crane lifts eighteen tonnes of steel."
    assert list(verify([to_json_line(answer)], index.document, originals=True)) == []


@pytest.mark.parametrize("text", [SRT, VTT, SBV])
def test_every_word_is_accounted_for(text: str) -> None:
    extract = subtitles.read(text.encode())
    reference = text.replace("&amp;", "&").replace("{\\an8}", "")
    for tag in ("<i>", "</i>", "<00:05.000>", "<c.x>", "</c>", "<v", ".loud", "</v>", ">"):
        reference = reference.replace(tag, " ")
    assert set(account.missing(reference, extract)) <= {"roger", "bingham"}


@pytest.mark.parametrize(
    "line",
    [
        "a" + " " * 200_000,
        "<v" + " " * 200_000,
        "<v " * 70_000,
        "{\\" * 100_000,
        "0:00 " * 50_000,
        "." * 200_000,
    ],
)
def test_hostile_lines_are_read_quickly(line: str) -> None:
    began = time.process_time()
    for name in ("a.vtt", "a.txt"):
        read_one(f"WEBVTT\n\n0:00.000 --> 0:01.000\nWords.\n{line}\n{line}\n".encode(), name)
        read_one(f"0:00\nWords.\n0:01\n{line}\n0:02\n{line}\n".encode(), "a.txt")
    assert time.process_time() - began < 3
