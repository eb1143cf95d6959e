"""Stores: documents, passages, sentences and vectors, the part of an index that nothing else can restore."""
