"""Reading and embedding on a Ray cluster of two machines: the index is that of a run without it."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cluster_calls
import pytest

import qa
from qa import encoders
from qa.cluster import Cluster, LostError
from qa.encoders import ray as ray_encoder
from qa.errors import ModelError, UsageError
from qa.index.stores import database

TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


def content(folder: Path) -> list[str]:
    """Return everything in the store, as SQL, without what differs between any two runs."""
    with closing(sqlite3.connect(folder / database.FILE_NAME)) as connection:
        return [TIME.sub("", line) for line in connection.iterdump() if "('stamp'" not in line]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start two machines, as far as Ray is concerned, and return the address of the first."""
    pytest.importorskip("ray", reason="Ray is not installed (pip install 'verbatim-qa[ray]')")
    from ray.cluster_utils import Cluster as LocalCluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_memory_monitor_refresh_ms", "0")
        # By default, other work of the machine goes first.
        patch.setenv("RAY_worker_niceness", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        machine = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100_000_000}
        machines = LocalCluster(initialize_head=True, head_node_args=machine)
        machines.add_node(**machine)
        yield machines.address
        machines.shutdown()


@pytest.fixture
def cluster(address: str) -> Iterator[Cluster]:
    with closing(Cluster(address)) as cluster:
        yield cluster


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for n in range(6):
        sentences = " ".join(f"Clause {n}.{k} gives the tenant {k + 3} days of notice." for k in range(30))
        (folder / f"{n}.html").write_text(f"<h1>Lease {n}</h1><p>{sentences}</p>")
        (folder / f"{n}.txt").write_text(f"Report {n}\n\nThe harbour of {n} was sold in {1900 + n}.\n")
    (folder / "broken.docx").write_bytes(b"PK\3\4 this is no archive")
    records = [{"_id": f"r{n}", "title": "", "text": f"The bridge of {n} was painted."} for n in range(50)]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    for path in folder.iterdir():
        # A file written just now is examined again.
        os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**10))
    return folder


def test_the_index_is_that_of_this_machine_alone(address: str, docs: Path, tmp_path: Path) -> None:
    reports = []
    for name, ray in (("alone", None), ("ray", address)):
        with qa.open(tmp_path / name) as library:
            reports.append(library.add(docs, ray=ray))
    alone, spread = reports
    assert (alone.added, alone.embedded) == (spread.added, spread.embedded)
    assert [failure.reason for failure in alone.failed] == [failure.reason for failure in spread.failed]
    assert len(alone.added) == 62
    assert content(tmp_path / "alone") == content(tmp_path / "ray")


def test_a_stopped_run_computes_no_shard_again(
    address: str, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.embedding.EMBED_AT_ONCE", 32)
    monkeypatch.setattr("qa.index.embedding._WINDOWS", 1)
    with qa.open(tmp_path / "index") as library:
        embedded: list[int] = []
        first = library.add(
            docs,
            ray=address,
            on_progress=lambda progress: embedded.append(progress.embedded),
            stop=lambda: bool(embedded) and embedded[-1] > 60,
        )
        assert first.interrupted
        assert first.embedded > 60
        second = library.add(docs, ray=address)
    with qa.open(tmp_path / "whole") as library:
        whole = library.add(docs)
    assert first.embedded + second.embedded == whole.embedded


def test_a_call_on_a_lost_machine_is_repeated(cluster: Cluster, tmp_path: Path) -> None:
    assert cluster.machines == 2
    reference = cluster.submit(cluster_calls.die_at_first, str(tmp_path / "marker"))
    assert cluster.result(reference, lambda: None) == "again"


def test_a_call_that_is_always_lost_ends(cluster: Cluster) -> None:
    with pytest.raises(LostError):
        cluster.result(cluster.submit(cluster_calls.die), lambda: None)


@pytest.mark.parametrize(
    ("part", "code"), [("openvino", "cluster-other-version"), ("vectors", "cluster-other-vectors")]
)
def test_a_machine_that_computes_other_vectors_is_refused(
    cluster: Cluster, part: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = ray_encoder.identity
    monkeypatch.setattr(ray_encoder, "identity", lambda encoder: {**identity(encoder), part: "other"})
    encoder = ray_encoder.RayEncoder(encoders.load(), cluster)
    with pytest.raises(ModelError) as error:
        encoder.encode(["The tenant pays."])
    assert error.value.code == code
    assert socket.gethostname() in str(error.value)


def test_without_ray_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.txt").write_text("The tenant pays.")
    with qa.open(tmp_path / "index") as library, pytest.raises(UsageError, match="pip install") as error:
        library.add(tmp_path / "a.txt", ray="auto")
    assert error.value.code == "ray-missing"


@pytest.mark.parametrize("address", ["localhost:1", "ray://localhost:1", "nonsense"])
def test_an_address_without_a_cluster_is_refused_at_once(address: str) -> None:
    pytest.importorskip("ray", reason="Ray is not installed (pip install 'verbatim-qa[ray]')")
    with pytest.raises(UsageError, match=re.escape(address)) as error:
        Cluster(address)
    assert error.value.code == "ray-unreachable"
