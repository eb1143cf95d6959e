"""Arrays in one file, which are mapped into memory and read only where they are used."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"qa-cols1"
_ALIGNED = 64
Arrays = dict[str, NDArray[Any]]


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write one-dimensional arrays to a file: a header in JSON, then the arrays."""
    places, end = {}, 0
    for name, array in arrays.items():
        places[name] = [array.dtype.str, len(array), end]
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = json.dumps(places).encode()
    header += b" " * (-(len(header) + 16) % _ALIGNED)
    with path.open("wb") as file:
        file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(b"\0" * (-array.nbytes % _ALIGNED))


def read(path: Path) -> Arrays:
    """Map the arrays of a file that `write` wrote.

    Raises:
        ValueError or OSError: The file is missing, incomplete or another file.
    """
    data = mapped(path)
    if data[:8].tobytes() != _MAGIC:
        raise ValueError(f"{path} is not a file of columns")
    begin = 16 + int.from_bytes(data[8:16].tobytes(), "little")
    arrays: Arrays = {}
    for name, (kind, length, at) in json.loads(data[16:begin].tobytes()).items():
        dtype = np.dtype(kind)
        part = data[begin + at : begin + at + length * dtype.itemsize]
        arrays[name] = part.view(dtype)
        if len(arrays[name]) != length:
            raise ValueError(f"{path} is incomplete")
    return arrays


def mapped(path: Path) -> NDArray[np.uint8]:
    """Map a file. It stays readable when it is deleted.

    Raises:
        ValueError or OSError: The file is missing or empty.
    """
    # Windows cannot delete a file that is mapped, and the files of earlier generations are deleted.
    if os.name == "nt":
        return np.fromfile(path, dtype=np.uint8)
    # The views of a plain array are cheaper to make than those of a memmap.
    return np.asarray(np.memmap(path, np.uint8, "r"))


def narrow(values: NDArray[np.int64]) -> NDArray[Any]:
    """Return integers from zero on in the smallest type that can represent them."""
    narrowed: NDArray[Any] = values.astype(np.min_scalar_type(int(values.max(initial=0))))
    return narrowed
