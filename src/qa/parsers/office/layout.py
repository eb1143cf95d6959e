"""The order in which the shapes of a slide are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# A slide of more shapes is a drawing; its order is that of the file.
_MOST = 300


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape is on its slide."""

    left: int
    top: int
    right: int
    bottom: int


def order(boxes: Sequence[Box | None]) -> list[int]:
    """Return the numbers of shapes as they are read; one without a place follows that before it.

    By columns and by rows are both ways to read: the one nearer to the order of the file is meant.
    """
    placed = [at for at, box in enumerate(boxes) if box is not None]
    if len(placed) < 2 or len(placed) > _MOST:
        return list(range(len(boxes)))
    ways = [_cut(placed, boxes, columns_first=first) for first in (True, False)]
    best = min(ways, key=_inversions)
    follows: dict[int, list[int]] = {}
    leading: list[int] = []
    before = None
    for at, box in enumerate(boxes):
        if box is not None:
            before = at
        elif before is None:
            leading.append(at)
        else:
            follows.setdefault(before, []).append(at)
    return [*leading, *(each for at in best for each in (at, *follows.get(at, ())))]


def _cut(numbers: Sequence[int], boxes: Sequence[Box | None], *, columns_first: bool) -> list[int]:
    """Part the boxes at gaps between them, again and again."""
    done: list[int] = []
    stack = [list(numbers)]
    while stack:
        group = stack.pop()
        if len(group) == 1:
            done += group
            continue
        across = [
            _groups(group, boxes, lambda b: (b.left, b.right)),
            _groups(group, boxes, lambda b: (b.top, b.bottom)),
        ]
        for parts in across if columns_first else reversed(across):
            if len(parts) > 1:
                stack.extend(reversed(parts))
                break
        else:
            done += sorted(group, key=lambda at: _corner(boxes[at]))
    return done


def _groups(
    numbers: Sequence[int], boxes: Sequence[Box | None], side: Callable[[Box], tuple[int, int]]
) -> list[list[int]]:
    """Return the boxes in groups that do not overlap along one side."""
    spans = sorted((*side(box), at) for at in numbers if (box := boxes[at]) is not None)
    groups: list[list[int]] = []
    end = None
    for start, stop, at in spans:
        # Edges that barely touch are apart.
        if end is None or start >= end - (stop - start) // 20:
            groups.append([])
        groups[-1].append(at)
        end = stop if end is None else max(end, stop)
    return groups


def _corner(box: Box | None) -> tuple[int, int]:
    return (0, 0) if box is None else (box.top, box.left)


def _inversions(numbers: Sequence[int]) -> int:
    return sum(one > two for at, one in enumerate(numbers) for two in numbers[at + 1 :])
