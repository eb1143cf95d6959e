"""Text as tokens, sentences, lines and clauses: pure functions over strings."""
