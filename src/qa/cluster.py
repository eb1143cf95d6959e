"""Calls functions of this program on the machines of a Ray cluster.

Ray is optional (``verbatim-qa[ray]``) and needs the same versions of Python, Ray and this program on every
machine. Its usage statistics are off.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from qa.errors import ModelError, QaError, UsageError

SECONDS = 10.0
"""Maximum seconds for a connection to the cluster's address."""
TRIES = 3
"""Times that a call is tried again if its machine or process is lost."""
_LOOK_AGAIN = 0.2


class LostError(Exception):
    """The process that ran a call died, also when it was tried again."""


class Cluster:
    """A connection to a Ray cluster; each process has one at a time."""

    def __init__(self, address: str) -> None:
        """Connect to a cluster.

        Args:
            address: ``HOST:PORT`` of the head node, ``ray://HOST:PORT`` from outside the cluster, or ``auto``
                for the cluster of this machine.

        Raises:
            UsageError: Ray is not installed, or there is no cluster at the address.
        """
        self.address = address
        # Before the import: Ray reads it then.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            import ray
        except ImportError as error:
            raise UsageError("ray-missing") from error
        self._ray: Any = ray
        self._is_ours = not ray.is_initialized()
        if self._is_ours:
            try:
                # Ray itself tries for minutes.
                _check_address(address)
                ray.init(address=address, log_to_driver=False, configure_logging=False)
            except (Exception, SystemExit) as error:
                raise UsageError("ray-unreachable", address=address, cause=error) from error
        nodes = [
            node["Resources"] for node in self._ray.nodes() if node["Alive"] and node["Resources"].get("CPU")
        ]
        self.machines = len(nodes)
        self.cores = int(sum(node["CPU"] for node in nodes))
        # One call uses a whole machine of the smallest size: a model uses all cores.
        self._least_cores = min((float(node["CPU"]) for node in nodes), default=1.0)
        self._remote = ray.remote(max_retries=TRIES, retry_exceptions=False)(_call)

    def submit(
        self, function: Callable[..., Any], *arguments: Any, whole: bool = True, gpu: bool = False
    ) -> Any:
        """Begin to call a function of a module on some machine; return a reference for `result`.

        Args:
            function: The function.
            arguments: Its arguments, which are copied to the machine.
            whole: Whether the call uses all cores of a machine, and not one.
            gpu: Whether it uses a GPU.
        """
        options = {"num_cpus": self._least_cores if whole else 1, "num_gpus": 1 if gpu else 0}
        return self._remote.options(**options).remote(function.__module__, function.__name__, arguments)

    def result(self, reference: Any, tick: Callable[[], object]) -> Any:
        """Wait for the result of a call.

        Args:
            reference: What `submit` returned.
            tick: Called a few times a second; an exception ends the wait.

        Raises:
            QaError: The call raised it.
            LostError: The processes that ran it died.
        """
        while not self._ray.wait([reference], timeout=_LOOK_AGAIN)[0]:
            tick()
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, QaError):
                raise cause from None
            raise ModelError("cluster-call-failed", address=self.address, cause=cause or error) from error
        except self._ray.exceptions.RayError as error:
            raise LostError from error

    def cancel(self, reference: Any) -> None:
        """End a call whose result nobody needs."""
        with suppress(Exception):
            self._ray.cancel(reference, force=True)

    def close(self) -> None:
        """Disconnect."""
        if self._is_ours:
            self._ray.shutdown()


def _check_address(address: str) -> None:
    """Connect to an address once, and disconnect.

    Raises:
        OSError or ValueError: There is nothing at the address.
    """
    parts = urlsplit(address if "://" in address else f"ray://{address}")
    if parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), SECONDS).close()


def _call(module: str, name: str, arguments: tuple[Any, ...]) -> Any:
    """Call a function; runs on a machine of the cluster."""
    return getattr(import_module(module), name)(*arguments)
