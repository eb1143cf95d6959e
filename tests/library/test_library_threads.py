"""Several threads use one library."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from readings import WordReranker
from word_encoder import WordEncoder

import qa
from qa import encoders, rerankers
from qa.record import Answer


def test_several_threads_ask_while_another_adds(tmp_path: Path, words: WordEncoder) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "0.txt").write_text("The apple is in garden 0.")
    answers: list[Answer] = []
    failures: list[BaseException] = []
    with qa.open(tmp_path / "index", model=words, reranker="none") as library:
        library.add(docs)
        done = threading.Event()

        def ask() -> None:
            try:
                while True:
                    last = done.is_set()
                    answer = library.ask("Where is the apple?", k=10)
                    for quote in answer.quotes:
                        cited = quote.citation
                        assert library.document(cited.doc_id).text[cited.start : cited.end] == quote.text
                    answers.append(answer)
                    if last:
                        return
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 6):
            (docs / f"{number}.txt").write_text(f"The apple is in garden {number}.")
            assert library.add(docs).added == [f"{number}.txt"]
        done.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert {len(answer.quotes) for answer in answers} <= set(range(1, 7))
        assert [len(answer.quotes) for answer in answers[-4:]] == [6] * 4


def test_threads_that_start_together_load_each_model_once(
    library: qa.Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[WordEncoder] = []
    readers: list[WordReranker] = []
    gate = threading.Barrier(8)

    def load(name: str, **_: object) -> WordEncoder:
        loaded.append(WordEncoder())
        return loaded[-1]

    def load_reader(name: str, **_: object) -> WordReranker:
        assert name == rerankers.READER
        readers.append(WordReranker({"apple": 9.0}))
        return readers[-1]

    monkeypatch.setattr(encoders, "load", load)
    monkeypatch.setattr(rerankers, "load", load_reader)
    answers: list[Answer] = []
    with qa.open(library.folder) as second:

        def ask() -> None:
            gate.wait()
            answers.append(second.ask("Where is the apple?"))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(loaded) == len(readers) == 1
    assert readers[0].questions == ["Where is the apple?"] * 8
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
