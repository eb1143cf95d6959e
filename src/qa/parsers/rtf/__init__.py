"""Parser of rich text files."""
