"""Nested subsets of a pool: one permutation a target and subset seed, whose prefixes are the sizes."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from xnerbench.errors import InputError
from xnerbench.storage import artifacts

SCHEMA = pa.schema([("position", pa.int64()), ("sentence_id", pa.int64())])


def permutation(n: int, target: str, seed: int) -> np.ndarray:
    """A permutation of `range(n)`, shape (n,), int64; other targets and seeds give other ones."""
    return np.random.default_rng([seed, zlib.crc32(target.encode())]).permutation(n)


def make(pool: pa.Table, target: str, seed: int) -> pa.Table:
    """The permutation of a pool: `position` (row of the pool) and `sentence_id`."""
    order = permutation(pool.num_rows, target, seed)
    ids = pool.column("sentence_id").to_numpy()
    return pa.table([order, ids[order]], schema=SCHEMA)


def prefix(path: Path, size: int) -> np.ndarray:
    """The rows of the pool that a size trains on, shape (size,), int64, in training order.

    Raises:
        InputError: The pool is smaller than `size`.
    """
    table, _ = artifacts.read_parquet(path)
    if size > table.num_rows:
        raise InputError(
            f"{size} sentences are more than the pool has ({table.num_rows})",
            f"sizes, {path.stem.split('.')[0]}",
            "remove the size, or give more unlabelled text",
        )
    return table.column("position").to_numpy()[:size]
