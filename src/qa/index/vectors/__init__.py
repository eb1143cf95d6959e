"""Vector indexes: nearest vectors by cosine similarity."""
