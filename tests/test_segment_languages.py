"""Sentences of scripts that the library does not know all of: checked one by one by hand."""

from __future__ import annotations

import time

import pytest

from qa.punctuation import CLAUSE_CHARACTERS, as_meant
from qa.segment import segment
from qa.types import Document


def _sentences(text: str) -> list[str]:
    document = Document("d", "d", text, "0" * 64)
    return [text[one.start : one.end] for passage in segment(document) for one in passage.sentences]


@pytest.mark.parametrize(
    "sentences",
    [
        ["人人生而自由，在尊严和权利上一律平等。", "他说：“我来了。”", "然后走了！", "他们赋有理性和良心。"],
        [
            "すべての人間は、生まれながらにして自由である。",
            "彼は「行きます。」と言った。",
            "本当か？",
            "はい。",
        ],
        ["模式一。", "「真的嗎？」，他問道。"],
        ["모든 인간은 태어날 때부터 자유롭다.", "그들은 이성과 양심을 부여받았다."],
        ["हर व्यक्ति स्वतन्त्र है।", "डॉ. शर्मा आए।", "क्या यह सही है?", "हाँ।"],
        ["يولد جميع الناس أحراراً ومتساوين في الكرامة.", "هل هذا صحيح؟", "قال د. أحمد ذلك."],
        ["تمام افراد بشر آزاد به دنیا می‌آیند.", "همه دارای عقل و وجدان هستند."],
        ["تمام انسان آزاد پیدا ہوئے ہیں۔", "انہیں ضمیر اور عقل ودیعت ہوئی ہے۔"],
        ["כל בני האדם נולדו בני חורין.", 'ד"ר כהן אמר זאת בארה"ב.', "האם זה נכון?", "כן."],
        ["មនុស្សទាំងអស់ កើតមកមានសេរីភាព។", "មនុស្ស មានវិចារណញ្ញាណ។"],
        ["ཆེ་མཐོངས་དང༌།", "འདྲ་མཉམ་དུ་ཡོད་ལ།"],
        ["የሰው ልጅ ሁሉ ነጻና እኩልነት ያለው ነው።", "የተፈጥሮ ማስተዋልና ሕሊና ስላለው።"],
        ["Όλοι οι άνθρωποι γεννιούνται ελεύθεροι.", "Είναι προικισμένοι με λογική;", "Ναι."],
    ],
)
def test_sentences_end_where_their_script_ends_them(sentences: list[str]) -> None:
    for gap in (" ", "") if sentences[0][-1] == "。" else (" ",):
        assert _sentences(gap.join(sentences)) == sentences


THAI = (
    "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม "
    "และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ ทุกคนย่อมมีสิทธิและอิสรภาพทั้งปวงตามที่กำหนดไว้ในปฏิญญานี้ "
    "โดยปราศจากการแบ่งแยกไม่ว่าชนิดใด ๆ นายสมชายเกิดเมื่อวันที่ 5 มกราคม พ.ศ. 2500 ที่กรุงเทพมหานคร "
)


def test_thai_is_cut_at_spaces_since_it_has_no_stop() -> None:
    found = _sentences(THAI * 3)
    assert len(found) == 6
    assert max(map(len, found)) <= CLAUSE_CHARACTERS
    assert "".join(found).replace(" ", "") == (THAI * 3).replace(" ", "")
    # Neither a shortened word, nor a figure, nor the sign that repeats a word is torn off.
    assert any("5 มกราคม พ.ศ. 2500 ที่" in one for one in found)
    assert any("ใด ๆ" in one for one in found)
    assert min(map(len, found)) > 20


def test_a_long_thai_text_is_cut_in_no_time() -> None:
    started = time.process_time()
    assert len(_sentences(THAI.replace("\n", "") * 1_000)) > 2_000
    assert time.process_time() - started < 10


def test_offsets_stay_where_punctuation_is_taken_as_meant() -> None:
    for text in (THAI, 'ארה"ב', "ក។ ខ", "plain"):
        assert len(as_meant(text)) == len(text)
