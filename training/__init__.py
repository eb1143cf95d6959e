"""Trains the reader: the model that reads a question together with a passage."""
