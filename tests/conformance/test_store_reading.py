"""The contract of every store: documents, and passages by key, by place and by neighbourhood."""

from __future__ import annotations

from pathlib import Path

import pytest
from postgres_server import shards_of, url_of
from toys import ToyCatalogue
from word_encoder import WordEncoder

from qa.errors import StoreError
from qa.index import Index
from qa.index.stores.base import Catalogue
from qa.index.stores.rows import DocumentHeader

TEXTS = {
    "a.md": "# Garden\n\nAn apple. It is red.\n\n## Kettle\n\nA silver kettle.\n\n"
    "## Sky\n\nA \N{ROCKET} dragon.\n",
    "b.md": "# Tower\n\nA lantern.\n\n## Hall\n\nA mirror.\n",
    "c.txt": "Der Apfel ist rot und das Haus ist alt. Wir gehen heute nicht in die Stadt.",
    "d.md": "# Nothing but a heading\n\nA needle.\n\n# A last heading\n",
}


@pytest.fixture(params=["SqliteStore", "ToyCatalogue", "PostgresStore", "ShardedStore"])
def store(request: pytest.FixtureRequest, tmp_path: Path, words: WordEncoder) -> Catalogue:
    place: Path | str = tmp_path / "index"
    if request.param == "PostgresStore":
        request.getfixturevalue("server")
        place = url_of(tmp_path)
    if request.param == "ShardedStore":
        request.getfixturevalue("server")
        place = shards_of(tmp_path)
    (tmp_path / "docs").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "docs" / name).write_text(text)
    index = Index.create(place, words)
    index.update([str(tmp_path / "docs")], lambda: words)
    # Keys with gaps, and a document that was changed after the others were added.
    (tmp_path / "docs" / "a.md").write_text(TEXTS["a.md"] + "\n## Yard\n\nAn engine.\n")
    (tmp_path / "docs" / "bad.pdf").write_bytes(b"no PDF at all")
    index.update([str(tmp_path / "docs")], lambda: words)
    store = index.location.reader()
    return ToyCatalogue(store) if request.param == "ToyCatalogue" else store


def texts(store: Catalogue, keys: set[int]) -> set[str]:
    return {row.text for row in store.passages(keys)}


def key_of(store: Catalogue, text: str) -> int:
    [key] = [row.id for row in store.passages(store.passage_keys()) if row.text == text]
    return key


def test_documents_have_names_and_keys(store: Catalogue) -> None:
    with store.reading():
        keys = store.document_keys()
        assert set(keys) == set(TEXTS)
        assert store.languages() == ["en", "de"]
        header = store.headers([keys["c.txt"]])
        assert header == {keys["c.txt"]: DocumentHeader("c.txt", "c", "de")}
        assert store.headers([]) == {}
        with pytest.raises(StoreError, match="is damaged"):
            store.headers([keys["c.txt"], 10**9])
        document = store.document("a.md")
        assert document is not None
        assert document.text.startswith("Garden")
        assert document.blocks[0].kind == "heading"
        assert store.document("z.md") is None


def test_slices_of_a_text_count_in_code_points(store: Catalogue) -> None:
    with store.reading():
        key, document = store.document_keys()["a.md"], store.document("a.md")
        assert document is not None
        text = document.text
        at = text.index("\N{ROCKET}")
        assert store.text(key) == text
        assert store.text(key, at, at + 8) == "\N{ROCKET} dragon"
        assert store.text(key, at) == text[at:]
        assert store.text(key, at, at) == ""
        assert store.text(key, 0, 10**6) == text


def test_passages_have_text_headings_and_sentences(store: Catalogue) -> None:
    with store.reading():
        for doc_id, key in store.document_keys().items():
            document = store.document(doc_id)
            assert document is not None
            keys = store.passage_keys([key])
            assert keys == sorted(keys)
            rows = store.passages(reversed(keys))
            assert [row.id for row in rows] == keys
            for row in rows:
                assert row.document == key
                assert row.text == document.text[row.start : row.end]
                spans = [(sentence.start, sentence.end) for sentence in row.sentences]
                assert spans == sorted(spans)
                assert store.passages_of(sentence.id for sentence in row.sentences) == {row.id}
        assert store.passages([key_of(store, "A silver kettle.")])[0].headings == ("Garden", "Kettle")
        assert store.passages([]) == []
        assert store.passages_of([]) == set()


def test_the_passages_of_all_documents_are_those_of_each_document(store: Catalogue) -> None:
    with store.reading():
        keys = store.document_keys().values()
        assert store.passage_keys() == sorted(
            passage for key in keys for passage in store.passage_keys([key])
        )
        assert store.passage_keys(keys) == store.passage_keys()
        assert store.passage_keys([]) == []


def test_neighbours_are_those_of_the_document_in_reading_order(store: Catalogue) -> None:
    with store.reading():
        apple, kettle, dragon, engine = (
            key_of(store, text)
            for text in ("An apple. It is red.", "A silver kettle.", "A \N{ROCKET} dragon.", "An engine.")
        )
        lantern, mirror = key_of(store, "A lantern."), key_of(store, "A mirror.")
        assert store.passages_around([apple]) == {apple, kettle}
        assert store.passages_around([kettle]) == {apple, kettle, dragon}
        assert store.passages_around([engine]) == {dragon, engine}
        assert store.passages_around([mirror, apple]) == {lantern, mirror, apple, kettle}
        assert store.passages_around([]) == set()


def test_passages_at_a_place_are_the_overlapping_the_next_or_the_last(store: Catalogue) -> None:
    with store.reading():
        key, document = store.document_keys()["d.md"], store.document("d.md")
        assert document is not None
        text = document.text
        at = text.index("A needle.")

        def texts_at(start: int, end: int) -> list[str]:
            return [row.text for row in store.passages_at(key, start, end)]

        assert texts_at(at + 2, at + 4) == texts_at(0, len(text)) == ["A needle."]
        assert texts_at(0, 7) == ["A needle."]
        assert texts_at(text.index("A last"), len(text)) == ["A needle."]
        second_key, second = store.document_keys()["b.md"], store.document("b.md")
        assert second is not None
        across = (second.text.index("lantern"), second.text.index("mirror"))
        assert [row.text for row in store.passages_at(second_key, *across)] == ["A lantern.", "A mirror."]
        assert [row.text for row in store.passages_at(second_key, 0, 3)] == ["A lantern."]


def test_a_store_returns_what_an_index_needs(store: Catalogue) -> None:
    with store.reading() as generation:
        assert generation >= 2
        manifest = store.manifest()
        assert (manifest["metric"], manifest["dimension"]) == ("cosine", "21")
        assert store.stamp()
        infos = store.documents()
        assert (infos[0].doc_id, infos[0].sentences) == ("a.md", 5)
        assert {info.doc_id: info.key for info in infos} == store.document_keys()
        assert [row.name for row in store.failures()] == ["bad.pdf"]
        assert store.omissions("a.md") == ()
    store.close()


def test_search_indexes_are_built_from_keys_in_order(store: Catalogue) -> None:
    with store.reading():
        owners = set(store.document_keys().values())
        rows = store.passages(store.passage_keys())
        for listed, keys in (
            (list(store.passage_vectors()), [row.id for row in rows]),
            (list(store.sentence_vectors()), sorted(s.id for row in rows for s in row.sentences)),
        ):
            assert [key for key, _, _ in listed] == keys
            assert {document for _, _, document in listed} == owners
            assert all(len(vector) == 4 * 21 for _, vector, _ in listed)
        middle = rows[2].id
        assert [key for key, _, _ in store.passage_vectors(middle)] == [row.id for row in rows[3:]]
        assert [row for row, _, _ in store.texts()] == rows
        assert [row for row, _, _ in store.texts(middle)] == rows[3:]
        assert {language for _, _, language in store.texts()} == {"en", "de"}
