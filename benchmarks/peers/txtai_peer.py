"""txtai's hybrid search: its dense index and its BM25 index, joined by txtai itself."""

from importlib.metadata import version

from txtai import Embeddings
from units import Encode, Search, Vectors

NAME = "txtai"
WAYS = {"convex": True, "bayes": "bayes", "rrf": False}
"""How txtai joins the two lists follows from the normalisation of its sparse scores; `hybrid=True` is the
first."""
FACTS = (
    f"txtai {version('txtai')}: hybrid search, BM25 (k1 1.2, b 0.75, its standard tokenizer) and dense, "
    "weights 0.5 and 0.5, candidates ten times the limit as it does by itself; joined in each of its three "
    "ways (convex is what `hybrid=True` does; bayes; rrf); FAISS components IDMap,Flat, so that its dense "
    "search is exact in large collections too, where its default is approximate; vectors by an external "
    "transform."
)


def build(texts: list[str], vectors: Vectors, encode: Encode) -> list[Search]:
    """Build one search for each way of joining."""
    known = dict(zip(texts, vectors, strict=True))

    # A plain function: txtai instantiates anything else as a class.
    def transform(batch: list[str]) -> list[Vectors]:
        return [known[text] if text in known else encode([text])[0] for text in batch]

    def build_way(way: str) -> Search:
        embeddings = Embeddings(
            method="external",
            transform=transform,
            scoring={"method": "bm25", "terms": True, "normalize": WAYS[way]},
            faiss={"components": "IDMap,Flat"},
        )
        embeddings.index([(at, text, None) for at, text in enumerate(texts)])
        return lambda question, k: {way: [at for at, _ in embeddings.search(question, k)]}

    return [build_way(way) for way in WAYS]
