"""Models that bring code, and indexes that name a model, execute nothing and open no connection."""

from __future__ import annotations

import json
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import qa
from tiny_models import tiny_model

from qa import encoders
from qa.errors import ModelError
from qa.index import Index

# -- models that bring code -------------------------------------------------------------------------


def model_folder(folder: Path, marker: Path) -> Path:
    """Save a small, valid model with a module next to it that leaves a marker when it is imported."""
    tiny_model(folder, None)
    (folder / "evil.py").write_text(
        f"open({str(marker)!r}, 'w').close()\nfrom sentence_transformers.models import Pooling as Evil\n"
    )
    return folder


def update_settings(path: Path, **settings: object) -> None:
    known = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(known | settings))


def modules(folder: Path, *types: str) -> None:
    parts = [
        {"idx": at, "name": str(at), "path": "" if at == 0 else f"{at}_Part", "type": kind}
        for at, kind in enumerate(types)
    ]
    (folder / "modules.json").write_text(json.dumps(parts))


TRANSFORMER = "sentence_transformers.models.Transformer"


def module_of_the_folder(folder: Path) -> None:
    modules(folder, TRANSFORMER, "evil.Evil")


def module_of_another_package(folder: Path) -> None:
    modules(folder, TRANSFORMER, "antigravity.fly")


def module_with_a_name_that_begins_alike(folder: Path) -> None:
    modules(folder, TRANSFORMER, "sentence_transformers_evil.models.Evil")


def part_of_a_router(folder: Path) -> None:
    modules(folder, "sentence_transformers.models.Router")
    update_settings(
        folder / "router_config.json", types={"a": "evil.Evil"}, structure={"q": ["a"]}, parameters={}
    )


def tokenizer_of_word_vectors(folder: Path) -> None:
    modules(folder, "sentence_transformers.models.WordEmbeddings")
    update_settings(folder / "wordembedding_config.json", tokenizer_class="evil.Evil")


def classes_of_transformers(folder: Path) -> None:
    update_settings(folder / "config.json", auto_map={"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"})


def tokenizer_of_the_folder(folder: Path) -> None:
    update_settings(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.Evil", None]})


def settings_that_ask_for_trust(folder: Path) -> None:
    update_settings(folder / "config.json", auto_map={"AutoModel": "evil.Evil"})
    update_settings(folder / "sentence_bert_config.json", model_args={"trust_remote_code": True})


def activation_of_another_package(folder: Path) -> None:
    modules(folder, TRANSFORMER, "sentence_transformers.models.Dense")
    update_settings(
        folder / "1_Part" / "config.json", activation_function="evil.Evil", in_features=8, out_features=8
    )


def adapter_of_a_hub_model(folder: Path) -> None:
    update_settings(folder / "adapter_config.json", base_model_name_or_path="someone/model", peft_type="LORA")


@pytest.mark.parametrize(
    "spoil",
    [
        module_of_the_folder,
        module_of_another_package,
        module_with_a_name_that_begins_alike,
        part_of_a_router,
        tokenizer_of_word_vectors,
        classes_of_transformers,
        tokenizer_of_the_folder,
        settings_that_ask_for_trust,
        activation_of_another_package,
        adapter_of_a_hub_model,
    ],
)
def test_a_model_folder_executes_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: object
) -> None:
    marker = tmp_path / "marker"
    folder = model_folder(tmp_path / "model", marker)
    assert callable(spoil)
    spoil(folder)
    # Even if the folder is on Python's import path.
    monkeypatch.syspath_prepend(str(folder))
    with pytest.raises(ModelError, match=r"is refused: .*qa runs no code from a model"):
        encoders.load(str(folder))
    assert not marker.exists()
    assert "evil" not in sys.modules


def test_an_unreferenced_python_file_is_ignored(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model", tmp_path / "marker")
    assert encoders.load(str(folder)).dimension == 8
    assert not (tmp_path / "marker").exists()


def test_a_hostile_model_folder_is_one_sentence_on_the_command_line(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = model_folder(tmp_path / "model", marker)
    module_of_the_folder(folder)
    (tmp_path / "a.txt").write_text("The crane lifts nine tonnes.")
    done = qa("index", str(tmp_path / "a.txt"), "--index", str(tmp_path / "i"), "--model", str(folder))
    assert done.returncode == 1
    assert "modules.json names the class evil.Evil" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not marker.exists()


# -- the network ------------------------------------------------------------------------------------


@contextmanager
def listener() -> Iterator[tuple[str, list[object]]]:
    """A local address where every connection is recorded and closed."""
    seen: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            seen.append(address)
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", seen
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def require_hub_model(index: Index) -> Path:
    """Make an index require a model of a hub, as a foreign index may."""
    with sqlite3.connect(index.folder / "library.db") as connection:
        connection.execute("UPDATE manifest SET value = 'someone/some-model' WHERE key = 'model'")
    connection.close()
    return index.folder


def redirected_environment(address: str, home: Path) -> dict[str, str]:
    """Return environment settings that direct all network traffic to the address."""
    ways = ("HF_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy")
    return dict.fromkeys(ways, address) | {
        "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0",
        "NO_PROXY": "", "no_proxy": "",
    }  # fmt: skip


def test_an_index_that_names_a_hub_model_opens_no_connection(tmp_path: Path, words: encoders.Encoder) -> None:
    text = tmp_path / "a.txt"
    text.write_text("The crane lifts nine tonnes.")
    index = Index.create(tmp_path / "i", words)
    index.update([str(text)], lambda: words)
    folder = str(require_hub_model(index))
    questions = tmp_path / "q.txt"
    questions.write_text("What does the crane lift?\n")
    new = tmp_path / "b.txt"
    new.write_text("The barge carries twelve persons.")
    with listener() as (address, seen):
        environment = redirected_environment(address, tmp_path / "hub")
        for arguments in (
            ("ask", "What does the crane lift?"),
            ("batch", str(questions)),
            ("index", str(new)),
        ):
            done = qa(*arguments, "--index", folder, **environment)
            assert done.returncode == 1, done.stdout
            assert "The model someone/some-model is not on this machine" in done.stderr
            assert "run qa index SOURCE... --model someone/some-model" in done.stderr
        assert seen == []


def test_a_model_named_by_the_user_is_requested(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("The crane lifts nine tonnes.")
    with listener() as (address, seen):
        environment = redirected_environment(address, tmp_path / "hub")
        done = qa(
            "index", str(text), "--index", str(tmp_path / "i"), "--model", "someone/some-model", **environment
        )
        assert done.returncode == 1
        assert "no model of that name could be downloaded" in done.stderr
        assert seen
