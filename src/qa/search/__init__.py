"""Searches an index: analyses a question, collects candidates, scores and ranks them."""
