from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from qa.web.comparison import MOST_ROWS, compare

OLD = "The rent is 900 euros.\n\nThe landlord\nrepairs the roof.\n\nPets are forbidden.\n\nThe end."
NEW = "The rent is 950 euros.\n\nThe landlord repairs\nthe roof.\n\nThe garden is shared.\n\nThe end."


def test_words_that_differ_are_marked_and_line_breaks_are_not() -> None:
    result = compare(OLD, NEW)
    assert [row.kind for row in result.rows] == ["changed", "same", "removed", "added", "same"]
    assert result.differences == 3
    assert [(p.kind, p.old, p.new) for p in result.rows[0].pieces if p.kind != "same"] == [
        ("changed", "900", "950")
    ]
    row = result.rows[2]
    assert row.old
    assert OLD[row.old.start :].startswith("Pets are forbidden.")


def test_equal_stretches_are_counted_and_not_shown() -> None:
    equal = [f"Paragraph {n} is equal." for n in range(50)]
    result = compare("\n\n".join(["Old.", *equal, "Same."]), "\n\n".join(["New ones.", *equal, "Same."]))
    assert [row.kind for row in result.rows] == ["removed", "added", "same", "skipped"]
    assert result.rows[-1].count == 50
    assert compare(OLD, OLD).differences == 0


@given(
    st.lists(st.text("ab \n", max_size=12), max_size=8), st.lists(st.text("ab \n", max_size=12), max_size=8)
)
def test_every_paragraph_is_shown_or_counted_on_its_side(old: list[str], new: list[str]) -> None:
    one, two = "\n\n".join(old), "\n\n".join(new)
    rows = compare(one, two).rows
    skipped = sum(row.count for row in rows)
    for text, paragraphs in ((one, [row.old for row in rows]), (two, [row.new for row in rows])):
        shown = [paragraph for paragraph in paragraphs if paragraph]
        assert all(text[p.start : p.start + len(p.text)] == p.text for p in shown)
        assert len(shown) + skipped == len(
            [part for part in text.replace(" ", "").split("\n\n") if part.strip()]
        )


def test_long_and_repetitive_documents_are_compared_in_time() -> None:
    begun = time.process_time()
    result = compare("Same words.\n\n" * 15_000, "Same words.\n\nOther.\n\n" * 7_500)
    assert len(result.rows) <= MOST_ROWS
    assert time.process_time() - begun < 20
