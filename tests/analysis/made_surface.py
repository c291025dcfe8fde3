"""Scores of students over a full n x u grid whose law is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from xnerbench.analysis import scores

SIZES = (10, 25, 75, 200, 550, 1300, 3200)
UPDATES = (75, 300, 1200)
BATCH = 16


def joint(n: float, u: float) -> float:
    """Error of an additive law."""
    return 0.28 + 0.9 * n**-0.45 + 2.2 * u**-0.6


def constrained(n: float, u: float) -> float:
    """Error of a data-constrained law with R* = 12."""
    distinct = min(n, u * BATCH)
    effective = distinct * (1 + 12 * (1 - np.exp(-(u * BATCH / distinct - 1) / 12)))
    return 0.26 + 2.4 * effective**-0.3


def log_linear(n: float, u: float) -> float:
    """Error of an F1 that is linear in both logarithms."""
    return 1 - 0.18 - 0.025 * np.log(n) - 0.04 * np.log(u)


def frame(
    law: Callable[[float, float], float],
    rng: np.random.Generator,
    *,
    targets: tuple[str, ...] = ("nld",),
    seeds: int = 5,
    noise: float = 0.7,
    between: float = 0.0,
    sizes: tuple[int, ...] = SIZES,
    updates: tuple[int, ...] = UPDATES,
) -> pd.DataFrame:
    """One row a run: F1 is the law's, with noise of its own and a level of its language."""
    level = dict(zip(targets, rng.normal(0, between, len(targets)), strict=True))
    rows = [
        {
            "method": "ts",
            "sources": "eng",
            "target": target,
            "n": n,
            "budget": f"u{u}",
            "seed": seed,
            "f1": float(
                np.clip(100 * (1 - law(n, u)) + level[target] + rng.normal(0, noise), 0, 100)
            ),
        }
        for target in targets
        for n in sizes
        for u in updates
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def study(law: Callable[[float, float], float], seed: int, **options) -> scores.Scores:
    """The same as validated scores."""
    return scores.validate(frame(law, np.random.default_rng(seed), **options), "made up")
