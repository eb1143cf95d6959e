"""Vietnamese."""

from __future__ import annotations

from qa.lang.base import Language, words

VIETNAMESE = Language(
    code="vi",
    name="Vietnamese",
    own_letters=r"[ơưđ\u1ea0-\u1ef9]",
    stop_words=words(
        """
        và của là có trong được cho một các không người với những để đã khi này từ đến ông về năm gì nào
        ở đâu bao nhiêu ai đó tại còn ra vào khác như thế sao mấy trên hay bởi cùng do
        """
    ),
    question_columns=frozenset({"câu hỏi"}),
)
