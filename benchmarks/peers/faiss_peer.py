"""The usual first script: sentences in a flat FAISS index, the nearest by cosine."""

from importlib.metadata import version

import faiss
import numpy as np
from units import Encode, Search, Vectors

NAME = "FAISS script"
FACTS = (
    f"faiss-cpu {version('faiss-cpu')}: IndexFlatIP over unit vectors, which is cosine similarity, the "
    "first k; no words, no reordering."
)


def build(texts: list[str], vectors: Vectors, encode: Encode) -> list[Search]:
    """Build one search, by similarity only."""
    rows = np.array(vectors, dtype=np.float32)
    faiss.normalize_L2(rows)
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)

    def search(question: str, k: int) -> dict[str, list[int]]:
        query = np.array(encode([question]), dtype=np.float32)
        faiss.normalize_L2(query)
        _, nearest = index.search(query, min(k, len(texts)))
        return {"cosine": nearest[0].tolist()}

    return [search]
