"""Find the reading order of the shapes of a slide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Maximum shapes to sort; a slide with more is a drawing and keeps the order of the file.
_MOST = 300


@dataclass(frozen=True, slots=True)
class Box:
    """Position of a shape on its slide."""

    left: int
    top: int
    right: int
    bottom: int


def order(boxes: Sequence[Box | None]) -> list[int]:
    """Return the indices of shapes in reading order; a shape without a position follows the one before it.

    Reading by columns and by rows are both possible; the result is the one nearer to the order of the file.
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
    return [*leading, *(shape for at in best for shape in (at, *follows.get(at, ())))]


def _cut(numbers: Sequence[int], boxes: Sequence[Box | None], *, columns_first: bool) -> list[int]:
    """Split the boxes at the gaps between them, repeatedly."""
    ordered: list[int] = []
    stack = [list(numbers)]
    while stack:
        group = stack.pop()
        if len(group) == 1:
            ordered += group
            continue
        across = [
            _groups(group, boxes, lambda box: (box.left, box.right)),
            _groups(group, boxes, lambda box: (box.top, box.bottom)),
        ]
        for parts in across if columns_first else reversed(across):
            if len(parts) > 1:
                stack.extend(reversed(parts))
                break
        else:
            ordered += sorted(group, key=lambda at: _corner(boxes[at]))
    return ordered


def _groups(
    numbers: Sequence[int], boxes: Sequence[Box | None], side: Callable[[Box], tuple[int, int]]
) -> list[list[int]]:
    """Return the boxes in groups that do not overlap along one axis."""
    spans = sorted((*side(box), at) for at in numbers if (box := boxes[at]) is not None)
    groups: list[list[int]] = []
    end = None
    for start, stop, at in spans:
        # Edges that overlap slightly count as separate.
        if end is None or start >= end - (stop - start) // 20:
            groups.append([])
        groups[-1].append(at)
        end = stop if end is None else max(end, stop)
    return groups


def _corner(box: Box | None) -> tuple[int, int]:
    return (0, 0) if box is None else (box.top, box.left)


def _inversions(numbers: Sequence[int]) -> int:
    return sum(first > second for at, first in enumerate(numbers) for second in numbers[at + 1 :])
