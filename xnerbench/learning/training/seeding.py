"""Independent random streams by name, so that no draw depends on what ran before it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import torch


def stream(seed: int, *names: str) -> np.random.SeedSequence:
    """The seed sequence of one purpose, e.g. `stream(0, "student", "nld", "head")`.

    Names enter through CRC-32, which is the same on every platform and in every process (Python's `hash` is not).
    """
    return np.random.SeedSequence([seed, *(zlib.crc32(name.encode()) for name in names)])


def draw_linear(layers: Iterable[torch.nn.Linear], rng: np.random.Generator) -> None:
    """torch's default initialisation of linear layers, U(-1/sqrt(d), 1/sqrt(d)), from a seeded stream."""
    with torch.no_grad():
        for layer in layers:
            bound = layer.in_features**-0.5
            for parameter in (layer.weight, layer.bias):
                values = rng.uniform(-bound, bound, tuple(parameter.shape))
                parameter.copy_(torch.from_numpy(values))
