"""Search an index: analyse a question, collect candidates, score and rank them."""
