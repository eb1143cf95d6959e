"""A quote is made longer and shorter by whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import WordEncoder

import qa
from qa.answer.resize import LONGEST

TEXT = """# Lease

The house has a garden. The garden has an apple tree. Nobody may cut the tree!

## Notice

The tenant gives notice in writing. The landlord has thirty days to answer.

It is silent about the river.
"""
LONG = " ".join(f"Sentence {number} says that the river is {'very ' * 60}long." for number in range(40))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Library]:
    folder = tmp_path_factory.mktemp("resize")
    (folder / "lease.md").write_text(TEXT, encoding="utf-8")
    (folder / "long.txt").write_text(LONG, encoding="utf-8")
    with qa.open(folder / "index", model=WordEncoder(), reranker="none") as opened:
        opened.add(folder / "lease.md", folder / "long.txt")
        yield opened


def place_of(library: qa.Library, words: str) -> tuple[str, int, int]:
    start = library.document("lease.md").text.index(words)
    return "lease.md", start, start + len(words)


MIDDLE = "The garden has an apple tree."


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (0, 0, MIDDLE),
        (1, 0, f"The house has a garden. {MIDDLE}"),
        (0, 1, f"{MIDDLE} Nobody may cut the tree!"),
        (-1, -1, MIDDLE),  # one sentence always stays
        (9, 0, f"The house has a garden. {MIDDLE}"),
    ],
)
def test_sentences_are_added_at_both_ends(library: qa.Library, before: int, after: int, text: str) -> None:
    assert library.resize(*place_of(library, MIDDLE), before=before, after=after).text == text


def test_sentences_are_cut_at_both_ends(library: qa.Library) -> None:
    whole = place_of(library, f"The house has a garden. {MIDDLE} Nobody may cut the tree!")
    assert library.resize(*whole).sentences == 3
    assert library.resize(*whole, before=-1).text == f"{MIDDLE} Nobody may cut the tree!"
    assert library.resize(*whole, after=-1).text == f"The house has a garden. {MIDDLE}"
    assert library.resize(*whole, before=-1, after=-1).text == MIDDLE
    assert library.resize(*whole, before=-1, after=-9).sentences == 1


def test_a_quote_that_crosses_a_heading_has_the_headings_of_its_beginning(library: qa.Library) -> None:
    last = place_of(library, "Nobody may cut the tree!")
    grown = library.resize(*last, after=1)
    assert grown.text.startswith("Nobody may cut the tree!")
    assert "Notice" in grown.text
    assert grown.text.endswith("The tenant gives notice in writing.")
    assert grown.citation.heading == library.resize(*last).citation.heading
    assert "thirty days to answer." in grown.context.text
    notice = library.resize(*place_of(library, "The tenant gives notice in writing."))
    assert notice.citation.heading[-1] == "Notice"


def test_it_says_whether_there_is_a_sentence_before_and_after(library: qa.Library) -> None:
    first = library.resize(*place_of(library, "The house has a garden."))
    assert (first.grows_before, first.grows_after) == (False, True)
    last = library.resize(*place_of(library, "It is silent about the river."))
    assert (last.grows_before, last.grows_after) == (True, False)


def test_a_quote_gets_no_longer_than_a_page(library: qa.Library) -> None:
    grown = library.resize("long.txt", 0, 10, after=10**9)
    assert LONGEST - 400 < len(grown.text) <= LONGEST
    assert not grown.grows_after


@given(st.data())
def test_a_resized_quote_is_a_slice_between_limits_of_sentences(
    library: qa.Library, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["lease.md", "long.txt"]))
    text = library.document(name).text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 2_000)))
    moves = st.integers(-3, 3)
    resized = library.resize(name, start, end, before=data.draw(moves), after=data.draw(moves))
    cited = resized.citation
    assert resized.text == text[cited.start : cited.end] != ""
    context = resized.context
    assert context.text == text[context.start : context.end]
    assert context.start <= cited.start < cited.end <= context.end
    # What is between sentences, such as a heading, may begin or end a quote, too.
    for limit in (cited.start, cited.end):
        is_between = 0 < limit < len(text) and text[limit - 1 : limit + 1].isalnum()
        assert limit in (start, end) or not is_between
    if resized.sentences:
        again = library.resize(name, cited.start, cited.end)
        assert (again.citation, again.sentences) == (cited, resized.sentences)


def test_another_place_is_refused(library: qa.Library) -> None:
    with pytest.raises(qa.UsageError) as unknown:
        library.resize("other.txt", 0, 3)
    assert unknown.value.code == "unknown-document"
    for start, end in ((-1, 3), (3, 3), (0, 10**9)):
        with pytest.raises(qa.UsageError) as outside:
            library.resize("lease.md", start, end)
        assert outside.value.code == "outside-document"
