"""Which HTTP status an error has: 4xx for what the caller did, 5xx for what the caller cannot mend."""

from __future__ import annotations

_STATUSES = {
    "unknown-document": 404,
    "no-matching-document": 404,
    "document-gone": 404,
    "answers-gone": 404,
    "quote-not-among-results": 404,
    "file-not-arrived": 404,
    "question-empty": 422,
    "question-too-long": 422,
    "question-too-many-phrases": 422,
    "question-not-text": 422,
    "request-form-invalid": 422,
    "request-question-too-long": 413,
    "too-many-earlier-questions": 413,
    "too-many-documents": 413,
    "too-many-matches": 413,
    "export-too-large": 413,
    "answers-too-many": 413,
    "server-busy-with-files": 503,
    "index-locked": 503,
    "index-changed": 503,
    "server-full": 507,
}
_OURS = ("index-", "model-", "folder-", "search-files-", "unforeseen", "failed")
"""How the codes begin of what is wrong with the index, its model or the program itself."""


def status_of(code: str) -> int:
    """Returns the status of an error that was raised while a request was carried out."""
    return _STATUSES.get(code) or (500 if code.startswith(_OURS) else 400)
