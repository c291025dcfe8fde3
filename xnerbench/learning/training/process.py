"""How the process computes, and what it has used."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import torch

KERNELS = 32
"""Kernels that oneDNN keeps, one a shape of a matrix product and half a megabyte each. Its own bound of 1,024 lets them
be most of a cell's memory; with this one training takes as long (docs/performance.md)."""


def one_thread() -> None:
    """Pins torch to one thread: cells run side by side, and scores do not depend on `--cores`."""
    keep_kernels(KERNELS)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    # Deterministic mode also fills every new tensor with NaN to expose reads of unset memory: 5 % of a cell.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # not in torch's stubs


def keep_kernels(number: int) -> None:
    """Bounds the kernels that oneDNN keeps, where the user has not; to be called before it is first used."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(number))


def peak_memory_mb() -> float:
    """The largest resident set of this process so far, in MB.

    From the kernel's VmHWM: `getrusage` starts a new program with the peak of the process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) * 1024 / 1e6, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1)
