"""Chinese."""

from __future__ import annotations

from qa.lang.base import AnswerSigns, Language, words

CHINESE = Language(
    code="zh",
    name="Chinese",
    script="Han",
    quotation_marks="「」『』",
    clause_counters="条條款项章节",
    question_labels=words("问题 問題"),
    question_counters="题題问問",
    question_columns=words("问题 問題 提问"),
    answer_columns=words("答案 回答 答复 回复 答覆 回覆"),
    comment_columns=words("备注 評論 评论 说明 備註 說明"),
    source_columns=("来源", "出处", "依据", "來源", "出處", "依據", "参考", "參考"),
    answer_signs=AnswerSigns(
        date=r".*(?:何时|什么时候|哪一天|日期)",
        amount=r".*(?:多少钱|多少金额|价格|金额|费用)",
        number=r".*(?:多少|几个|多久|多长|数量)",
        name=r"谁|.*(?:谁|名称|姓名)",
        yes_no=r"是否|能否|可否|.*吗$",
        yes="是",
        no="否",
        months=(),
        currencies="元|人民币|美元|欧元",
    ),
)
