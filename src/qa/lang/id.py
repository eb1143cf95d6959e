"""Indonesian."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

INDONESIAN = Language(
    code="id",
    name="Indonesian",
    stop_words=words(
        """
        yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa
        ada adalah siapa apa kapan dimana mengapa bagaimana berapa kami kita harus boleh dapat bagi
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("hal no ps"),
        before_words=words("dr drs hj ir prof"),
    ),
    question_columns=words("pertanyaan"),
)
