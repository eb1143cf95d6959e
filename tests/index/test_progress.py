from __future__ import annotations

import pytest

from qa.index.report import Pace, Progress


def progress_of(read: int, embedded: int, waiting: int, stage: str = "embedding") -> Progress:
    return Progress(0, 1, 0, 1, 1, "a", stage, read, 1_000, (embedded, waiting))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("progress", "left"),
    [
        # One file, read to its end: only the waiting texts are left.
        (progress_of(1_000, 250, 750), 30),
        # Half of the bytes are read, and half of their characters are embedded.
        (progress_of(500, 50, 50), 30),
        (progress_of(500, 50, 0, "reading"), 10),
        (progress_of(1_000, 0, 800), None),
        (progress_of(1_000, 800, 0), None),
    ],
)
def test_the_time_left_follows_the_characters(progress: Progress, left: float | None) -> None:
    pace = Pace(0)
    assert pace.timed(progress, 10).seconds_left == left
    assert pace.timed(progress, 1).seconds_left is None


def test_time_spent_looking_for_files_does_not_count() -> None:
    pace = Pace(0)
    assert str(pace.timed(progress_of(0, 0, 0, "looking"), 100)) == "looking"
    timed = pace.timed(progress_of(1_000, 500, 500), 110)
    assert timed.seconds_left == 10
    assert str(timed).endswith("10 s left")


def test_a_line_shows_what_is_known() -> None:
    early = Progress(3, 12, 0, 0, 0, "a.txt")
    assert str(early) == "reading, 3 of 12 files"
    later = Pace(0).timed(Progress(3, 12, 1_204, 400, 4, "a.txt", "embedding", 50, 100, (9, 0)), 100)
    assert str(later) == "embedding, 3 of 12 files, 1,204 sentences, 4 texts/s, 2 min left"
    assert later.texts_per_second == 4
