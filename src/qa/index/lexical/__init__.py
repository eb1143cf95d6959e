"""Lexical indexes: texts by their terms."""
