"""Independent random streams by name, so that no draw depends on what ran before it."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.SeedSequence:
    """The seed sequence of one purpose, e.g. `stream(0, "student", "nld", "head")`.

    Names enter through CRC-32, which is the same on every platform and in every process (Python's `hash` is not).
    """
    return np.random.SeedSequence([seed, *(zlib.crc32(name.encode()) for name in names)])
