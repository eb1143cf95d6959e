"""Sentences of scripts that the library does not fully support, each checked by hand."""

from __future__ import annotations

import time

import pytest

from qa.text.punctuation import CLAUSE_CHARACTERS, as_meant
from qa.text.sentences import segment
from qa.types import Document


def _sentences(text: str) -> list[str]:
    document = Document("d", "d", text, "0" * 64)
    return [
        text[sentence.start : sentence.end] for passage in segment(document) for sentence in passage.sentences
    ]


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
    result = _sentences(THAI * 3)
    assert len(result) == 6
    assert max(map(len, result)) <= CLAUSE_CHARACTERS
    assert "".join(result).replace(" ", "") == (THAI * 3).replace(" ", "")
    # No shortened word, figure, or repetition sign is separated.
    assert any("5 มกราคม พ.ศ. 2500 ที่" in sentence for sentence in result)
    assert any("ใด ๆ" in sentence for sentence in result)
    assert min(map(len, result)) > 20


def test_a_long_thai_text_is_cut_quickly() -> None:
    started = time.process_time()
    assert len(_sentences(THAI.replace("\n", "") * 1_000)) > 2_000
    assert time.process_time() - started < 10


def test_offsets_do_not_change_if_punctuation_is_normalised() -> None:
    for text in (THAI, 'ארה"ב', "ក។ ខ", "plain"):
        assert len(as_meant(text)) == len(text)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Der Vertrag gilt gem. Art. 5 Abs. 2 S. 1 und ist nicht kündbar.", "Das ist so."],
        ["Vgl. BGH, Urt. v. 3. Mai 2001, Az. 4 ZR 5/00, das ist nicht neu.", "Das ist so."],
        ["Nach § 5 Abs. 3 Nr. 2 lit. b i.V.m. § 4 Ziff. 1 ist der Kauf nicht gültig.", "Die Frau ist da."],
        ["Der Preis ist bzw. war am 12. Oktober nicht hoch.", "Er stieg, vgl. Rn. 7."],
        ["Cf. art. 5 al. 2 du code, qui est dans la loi.", "L'art. 1382 C. civ. s'applique à la vente."],
        ["El art. 5 núm. 3 de la ley no es de los más claros.", "La pág. 4 lo dice, cf. párr. 2."],
        [
            "Secondo l'art. 5, co. 2, lett. b della legge non è dovuto.",
            "Cfr. Cass. n. 5 del 2001 per il resto.",
        ],
        [
            "Zie art. 5 lid 2 jo. art. 6 van de wet, die niet is gewijzigd.",
            "Het is zo, vgl. nr. 3 van het arrest.",
        ],
        ["O n.º 5 do art. 3 da lei não é mais para os dois.", "A cl. 4 e a pág. 7 são do contrato."],
        ["Na podstawie art. 5 ust. 2 pkt 3 lit. b ustawy nie jest to możliwe.", "To jest dr. Nowak."],
        ["Согласно ст. 5 п. 2 ч. 1 закона это не так.", "Это т.е. и есть на стр. 7 текста."],
        [
            "Enligt 5 kap. 2 § och art. 3 i lagen är det inte så.",
            "Det är s. 7 som har det, jfr nr. 4 av.",
        ],
    ],
)
def test_legal_abbreviations_of_other_languages_do_not_end_a_sentence(sentences: list[str]) -> None:
    assert _sentences(" ".join(sentences)) == sentences


def test_a_text_of_unknown_language_can_use_abbreviations_of_any() -> None:
    assert _sentences("§ 5 Abs. 3 Nr. 2 lit. b BGB. Kauf.") == ["§ 5 Abs. 3 Nr. 2 lit. b BGB.", "Kauf."]
