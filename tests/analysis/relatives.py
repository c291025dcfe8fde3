"""Simulated quantities of languages that are relatives, and how often their intervals hold the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnerbench.analysis.inference import clusters, pgls

EQUAL = (3,) * 8
REAL = (18, 13, 2, 2, 2, *(1,) * 6)
"""Families of the 43 languages of the reference study: Indo-European, Atlantic-Congo, and nine small ones."""


def members(sizes: Sequence[int]) -> np.ndarray:
    return np.repeat(np.arange(len(sizes)), sizes)


def correlated(member: np.ndarray, rho: float, rng: np.random.Generator) -> np.ndarray:
    """Standard normal values with correlation `rho` within families, [languages]."""
    family = rng.normal(size=member.max() + 1)[member]
    return np.sqrt(rho) * family + np.sqrt(1 - rho) * rng.normal(size=len(member))


def coverage(sizes: Sequence[int], rho: float, n_studies: int, seed: int = 0) -> dict[str, float]:
    """Shares of studies whose 95 % interval holds the truth, for a mean and for a slope on a distance with family
    correlation 0.7; `naive` takes languages for independent; `width` are medians, `permuted` is the rejection rate."""
    rng = np.random.default_rng(seed)
    member = members(sizes)
    families, n = [f"f{g}" for g in member], len(member)
    related, alone = pgls.same_family(families), np.eye(n)
    names = [f"l{i}" for i in range(n)]
    held: dict[str, list[bool]] = {}
    widths: dict[str, list[float]] = {}
    for _ in range(n_studies):
        y, x = correlated(member, rho, rng), correlated(member, 0.7, rng)
        line = np.column_stack([np.ones(n), x - x.mean()])
        found = {
            "mean": clusters.regress(line[:, :1], y, families).interval(0, 0.95),
            "mean naive": clusters.regress(line[:, :1], y, names).interval(0, 0.95),
            "slope": pgls.average(line, y, related).interval(1, 0.95),
            "slope naive": pgls.average(line, y, alone).interval(1, 0.95),
        }
        for name, (low, high) in found.items():
            held.setdefault(name, []).append(low <= 0 <= high)
            widths.setdefault(f"{name} width", []).append(high - low)
        p = clusters.block_permutation(x, y, families, 199, rng)
        held.setdefault("permuted", []).append(p <= 0.05)
    return {name: float(np.mean(found)) for name, found in held.items()} | {
        name: float(np.median(found)) for name, found in widths.items()
    }
