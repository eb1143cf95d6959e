"""Check quotations against the indexed text and the original files."""
