"""Russian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

RUSSIAN = Language(
    code="ru",
    name="Russian",
    script="Cyrillic",
    quotation_marks="«»“”",
    stemmer="russian",
    keeps_accents=True,
    abbreviations=Abbreviations(
        before_numbers=words("абз гл подп п пп пр рис с ср ст стр табл т ч"),
        before_words=words("акад гг гр др им напр проф см св т.е т.к т.н ул г"),
    ),
    question_labels=words("вопрос"),
    question_columns=words("вопрос вопросы"),
    division_words="статья|приложение|часть|глава|раздел",
    contents_titles=frozenset({"содержание", "оглавление"}),
    page_words="стр|страница",
    page_of="из",
    page_references=r"стр\.|с\.|страниц[аы]",
    quotation_notes=(r"курсив мой|выделено мной"),
)
