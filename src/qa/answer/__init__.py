"""Build answers from search results: quotes, citations, and a calibrated confidence."""
