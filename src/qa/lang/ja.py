"""Japanese."""

from __future__ import annotations

from qa.lang.base import Language, words

JAPANESE = Language(
    code="ja",
    name="Japanese",
    legal_forms=words("kk"),
    script="Kana",
    quotation_marks="「」『』",
    after_quotation="(?:と|って|などと?|の|は|が|を|に|も|で|や|だ|へ)(?![。！？])",
    question_labels=words("質問"),
    question_columns=words("質問 問題"),
)
