"""safetensors files: written whole with a record in the header, and mapped into memory."""

from __future__ import annotations

import json
import os
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save_file

from xnerbench.errors import InputError
from xnerbench.storage.artifacts import atomic

_NUMPY = {"F16": "<f2", "F32": "<f4", "I32": "<i4", "I64": "<i8"}


def write_tensors(path: Path, tensors: dict[str, np.ndarray], record: dict[str, Any]) -> None:
    """Writes a safetensors file atomically with `record` in its header.

    Raises:
        OSError: The file system refuses it. safetensors has an exception of its own for that, which
            names the error number in its text only.
    """
    with atomic(path) as partial:
        try:
            save_file(
                {name: np.ascontiguousarray(value) for name, value in tensors.items()},
                partial,
                metadata={"xnerbench": json.dumps(record, ensure_ascii=False)},
            )
        except SafetensorError as error:
            if (number := re.search(r"os error (\d+)", str(error))) is None:
                raise
            code = int(number[1])
            raise OSError(code, os.strerror(code), str(path)) from error


def read_header(path: Path) -> tuple[dict[str, Any], int]:
    """Reads a safetensors header: its JSON, and where the data begin.

    Raises:
        InputError: The file is missing or damaged.
    """
    try:
        with path.open("rb") as handle:
            (length,) = struct.unpack("<Q", handle.read(8))
            header = json.loads(handle.read(length))
    except (OSError, ValueError, struct.error) as error:
        raise InputError(f"unreadable: {error}", str(path), "Delete it and run again") from error
    return header, 8 + length


def read_record(path: Path) -> dict[str, Any]:
    """The record in a safetensors file's header; the tensors are not read."""
    header, _ = read_header(path)
    return json.loads(header.get("__metadata__", {}).get("xnerbench", "{}"))


def map_tensors(path: Path) -> dict[str, np.ndarray]:
    """Memory-maps the tensors of a safetensors file, copy-on-write.

    A student that trains on 100 of 10,000 sentences touches only those pages, so its memory does not grow
    with the pool. (safetensors' own loader copies a whole tensor.)
    """
    header, begin = read_header(path)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, _ = entry["data_offsets"]
        shape = tuple(entry["shape"])
        if 0 in shape:
            tensors[name] = np.zeros(shape, dtype=_NUMPY[entry["dtype"]])
            continue
        tensors[name] = np.memmap(
            path, dtype=_NUMPY[entry["dtype"]], mode="c", offset=begin + start, shape=shape
        )
    return tensors
