"""Words of the same kind with another meaning, from WordNet (Miller, 1995), as Debian's wordnet-base has it.

python -m training.wordnet /usr/share/wordnet WORK/prepared/words.json
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ANTONYM, HYPERNYM = "!", "@"
MOST = 12
"""Maximum alternatives of a word."""


def alternatives(folder: Path) -> dict[str, list[str]]:
    """Return for each common word those that mean something else: its opposites, else its sisters.

    A sister has the same hypernym in the first sense of both. Words that share any sense are no alternatives.
    """
    result: dict[str, set[str]] = defaultdict(set)
    for part in ("noun", "verb", "adj"):
        senses = dict(_index(folder / f"index.{part}"))
        first = defaultdict(list)
        for word, (offsets, is_common) in senses.items():
            if is_common:
                first[offsets[0]].append(word)
        children = defaultdict(list)
        parents, opposites = {}, {}
        for offset, pointers in _data(folder / f"data.{part}"):
            parents[offset] = [target for kind, target in pointers if kind == HYPERNYM]
            opposites[offset] = [target for kind, target in pointers if kind == ANTONYM]
            for parent in parents[offset]:
                children[parent].append(offset)
        for word, (offsets, is_common) in senses.items():
            if not is_common:
                continue
            own = opposites.get(offsets[0], [])
            sisters = [child for parent in parents.get(offsets[0], []) for child in children[parent]]
            for other in own or sisters:
                result[word] |= {each for each in first[other] if not set(senses[each][0]) & set(offsets)}
    return {word: sorted(others)[:MOST] for word, others in sorted(result.items()) if others}


def _index(path: Path) -> Iterator[tuple[str, tuple[list[str], bool]]]:
    """Yield each single word with the offsets of its senses, and whether WordNet's own texts have it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if line.startswith(" ") or not fields[0].isalpha() or len(fields[0]) < 4:
            continue
        count, pointers = int(fields[2]), int(fields[3])
        is_common = int(fields[5 + pointers]) > 0
        yield fields[0], (fields[6 + pointers : 6 + pointers + count], is_common)


def _data(path: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the offset of each sense with its pointers: kind and offset."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split()
        at = 4 + 2 * int(fields[3], 16)
        pointers = [fields[at + 1 + 4 * n : at + 5 + 4 * n] for n in range(int(fields[at]))]
        yield fields[0], [(kind, target) for kind, target, *_ in pointers]


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(alternatives(Path(sys.argv[1]))), encoding="utf-8")
