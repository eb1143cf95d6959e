"""Resolve the documents that a question is limited to."""

from __future__ import annotations

from collections.abc import Sequence

from qa.errors import UsageError
from qa.index import Snapshot
from qa.messages import visible
from qa.search.globs import matcher, shortened

GLOBS = 100
"""Maximum globs that limit one question; each is compared with the id of every document."""


def resolve(snapshot: Snapshot, patterns: Sequence[str]) -> set[int]:
    """Return the keys of the documents that ids or globs name; an id may contain special characters of globs.

    Raises:
        UsageError: No document matches a name, or there are too many globs.
    """
    known = snapshot.store.document_keys()
    selected = {known[pattern] for pattern in patterns if pattern in known}
    globs = list(dict.fromkeys(pattern for pattern in patterns if pattern not in known))
    if len(globs) > GLOBS:
        raise UsageError("too-many-globs", n=len(globs), most=GLOBS)
    for glob in globs:
        matches = matcher(glob)
        matching = {key for doc_id, key in known.items() if matches(doc_id)}
        if not matching:
            raise UsageError("no-matching-document", name=visible(shortened(glob)))
        selected |= matching
    return selected
