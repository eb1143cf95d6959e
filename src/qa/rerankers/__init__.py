"""Rerankers: models that read a question beside each candidate passage; so far only the protocol."""

from qa.rerankers.base import Reranker

__all__ = ["Reranker"]
