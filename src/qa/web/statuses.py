"""HTTP statuses of errors: 4xx for the caller's errors, 5xx for those that the caller cannot fix."""

from __future__ import annotations

STATUSES = {
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
    "request-quotation-too-long": 413,
    "quotation-empty": 422,
    "check-no-documents": 404,
    "too-many-earlier-questions": 413,
    "too-many-documents": 413,
    "too-many-matches": 413,
    "export-too-large": 413,
    "table-too-large": 413,
    "table-no-documents": 404,
    "answers-too-many": 413,
    "server-busy-with-files": 503,
    "index-locked": 503,
    "index-changed": 503,
    "database-lost": 503,
    "database-starting": 503,
    "database-unreachable": 503,
    "database-full": 503,
    "server-full": 507,
}
_SERVER_PREFIXES = (
    "index-",
    "database-",
    "shards-",
    "model-",
    "reader-",
    "reranker-",
    "cluster-",
    "folder-",
    "search-files-",
    "unforeseen",
    "failed",
)
"""Prefixes of the codes of faults in the index, its models or the program itself."""


def status_of(code: str) -> int:
    """Return the status of an error raised while a request was handled."""
    return STATUSES.get(code) or (500 if code.startswith(_SERVER_PREFIXES) else 400)
