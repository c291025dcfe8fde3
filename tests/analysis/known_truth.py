"""Small studies whose truth is known, as frames of scores and as counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from xnerbench.scoring.score import counts_table
from xnerbench.storage import artifacts

SIZES = (25, 50, 100, 200, 400, 800, 1600, 3200)
Curve = Callable[[float], float]


def power_floor(n: float, floor: float = 20.0, start: float = 140.0, rate: float = 0.5) -> float:
    """F1 of a student: 80 at infinity."""
    return 100 - floor - start * n**-rate


def scores(
    curve: Curve,
    *,
    targets: Sequence[str] = ("deu",),
    sizes: Sequence[int] = SIZES,
    n_seeds: int = 3,
    direct: float | None = 70.0,
    noise: float = 0.7,
    shared: float = 0.5,
    method: str = "ts",
    offsets: Sequence[float] | None = None,
    rng: np.random.Generator | int = 0,
) -> pd.DataFrame:
    """A scores frame: seeds share a part of their noise over sizes, as runs of one teacher do."""
    rng = np.random.default_rng(rng)
    rows = []
    for i, target in enumerate(targets):
        offset = 0.0 if offsets is None else offsets[i]
        teacher = rng.normal(0, shared, n_seeds)
        for seed in range(n_seeds):
            if direct is not None:
                own = direct + offset + teacher[seed] + rng.normal(0, noise / 2)
                rows.append(("direct", target, "none", 0, seed, own))
            for n in sizes:
                own = curve(n) + offset + teacher[seed] + rng.normal(0, noise)
                rows.append((method, target, "steps", n, seed, own))
    frame = pd.DataFrame(rows, columns=["method", "target", "budget", "n", "seed", "f1"])
    frame["sources"] = "eng"
    frame["f1"] = frame["f1"].clip(0, 100)
    return frame


def write_counts(
    folder: Path, frame: pd.DataFrame, n_sentences: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Counts per sentence for every row of a frame, whose `f1` becomes the counts' own.

    Sentences differ in how hard they are, the same for all cells.
    """
    frame = frame.copy()
    frame["cell"] = [
        f"{r.method}/{r.sources}/{r.target}/{r.budget}/n{r.n}/s{r.seed}" for r in frame.itertuples()
    ]
    frame["n_test_sentences"] = n_sentences
    folder.mkdir(parents=True, exist_ok=True)
    for target, part in frame.groupby("target"):
        gold = rng.poisson(1.6, n_sentences)
        ease = rng.normal(0, 0.8, n_sentences)
        rows = []
        for index, cell, f1 in zip(part.index, part["cell"], part["f1"], strict=True):
            logit = np.log(f1 / (100 - f1))
            found = rng.binomial(gold, 1 / (1 + np.exp(-(logit + ease))))
            guessed = found + rng.poisson(0.25, n_sentences)
            kept = np.flatnonzero(gold + guessed)
            columns = (kept, found[kept], guessed[kept], gold[kept])
            rows += [
                (cell, s, "PER", tp, n, g)
                for s, tp, n, g in zip(*(column.tolist() for column in columns), strict=True)
            ]
            frame.loc[index, "f1"] = 200 * found.sum() / (guessed.sum() + gold.sum())
        artifacts.write_parquet(folder / f"{target}.parquet", counts_table(rows))
    return frame


def random_tags(
    rng: np.random.Generator,
    n_sentences: int,
    n_words: int = 8,
    labels: Sequence[str] = ("PER", "LOC"),
) -> list[list[str]]:
    """Tag sequences that are not always well formed, as a tagger's are not."""
    tags = ["O", "O", "O", *(f"{p}-{label}" for label in labels for p in "BI")]
    return [list(rng.choice(tags, n_words)) for _ in range(n_sentences)]


def table_of(sentences: Sequence[Sequence[str]]) -> pa.Table:
    """Tag sequences as a corpus table with made-up words."""
    return pa.table(
        {
            "sentence_id": pa.array(range(len(sentences)), pa.int64()),
            "words": [[f"w{i}" for i in range(len(tags))] for tags in sentences],
            "tags": [list(map(str, tags)) for tags in sentences],
        }
    )
