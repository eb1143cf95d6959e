"""Chinese."""

from __future__ import annotations

from qa.lang.base import Language, words

CHINESE = Language(
    code="zh",
    name="Chinese",
    script="Han",
    quotation_marks="「」『』",
    clause_counters="条條款项章节",
    question_labels=words("问题 問題"),
    question_counters="题題问問",
    question_columns=words("问题 問題 提问"),
)
