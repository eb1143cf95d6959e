"""haystack's hybrid retrieval: BM25 and embeddings in its in-memory store, joined by DocumentJoiner."""

from importlib.metadata import version

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from units import Encode, Search, Vectors

NAME = "haystack"
JOINS = {
    "rrf": DocumentJoiner("reciprocal_rank_fusion"),
    "merge": DocumentJoiner("merge"),
    "distribution": DocumentJoiner("distribution_based_rank_fusion"),
}
DEPTHS = (10, 100)
FACTS = (
    f"haystack-ai {version('haystack-ai')}: InMemoryDocumentStore (BM25L, its default; dot product of unit "
    "vectors), InMemoryBM25Retriever and InMemoryEmbeddingRetriever with scale_score, so that merge adds "
    "like to like, the first 10 (its default) or 100 of each; DocumentJoiner by reciprocal rank fusion, "
    "merge (equal weights) and distribution-based rank fusion; components run directly, without the "
    "pipeline's own cost. Both lists are retrieved once and joined in every way: its time has some "
    "milliseconds of joining too much."
)


def build(texts: list[str], vectors: Vectors, encode: Encode) -> list[Search]:
    """Build one search that joins the same two lists in every way."""
    store = InMemoryDocumentStore(shared=False)
    store.write_documents(
        [
            Document(id=str(at), content=text, embedding=vector.tolist())
            for at, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )
    words = InMemoryBM25Retriever(store, top_k=max(DEPTHS), scale_score=True)
    dense = InMemoryEmbeddingRetriever(store, top_k=max(DEPTHS), scale_score=True)

    def search(question: str, k: int) -> dict[str, list[int]]:
        lists = [
            words.run(query=question)["documents"],
            dense.run(query_embedding=encode([question])[0].tolist())["documents"],
        ]
        return {
            f"{name} of {depth}": [
                int(document.id)
                for document in joiner.run(documents=[ranked[:depth] for ranked in lists], top_k=k)[
                    "documents"
                ]
            ]
            for name, joiner in JOINS.items()
            for depth in DEPTHS
        }

    return [search]
