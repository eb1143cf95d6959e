"""Answers out of your own documents, in the documents' own words."""

__version__ = "0.2.0"
