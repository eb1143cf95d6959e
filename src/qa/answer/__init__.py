"""Makes answers of search results: quotes, citations, a calibrated confidence."""
