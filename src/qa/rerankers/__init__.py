"""Rerankers: models that read a question together with each candidate passage; so far only the protocol."""

from qa.rerankers.base import Reranker

__all__ = ["Reranker"]
