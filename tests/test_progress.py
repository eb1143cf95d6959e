from __future__ import annotations

import pytest

from qa.index import Progress
from qa.progress import Pace


def told(read: int, embedded: int, waiting: int, stage: str = "embedding") -> Progress:
    return Progress(0, 1, 0, 1, 1, "a", stage, read, 1_000, (embedded, waiting))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("progress", "left"),
    [
        # One file, read to its end: what is left is what waits to be embedded.
        (told(1_000, 250, 750), 30),
        # Half of the bytes are read, half of their characters embedded.
        (told(500, 50, 50), 30),
        (told(500, 50, 0, "reading"), 10),
        (told(1_000, 0, 800), None),
        (told(1_000, 800, 0), None),
    ],
)
def test_the_time_left_follows_the_characters(progress: Progress, left: float | None) -> None:
    pace = Pace(0)
    assert pace.left(progress, 10) == left
    assert pace.left(progress, 1) is None


def test_looking_does_not_count() -> None:
    pace = Pace(0)
    assert pace.left(told(0, 0, 0, "looking"), 100) is None
    assert pace.left(told(1_000, 500, 500), 110) == 10
    assert pace.line(told(1_000, 500, 500), 110).endswith("10 s left")
