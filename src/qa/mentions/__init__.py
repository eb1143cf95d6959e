"""List every place of words, of a pattern or of a meaning in the documents of an index."""
