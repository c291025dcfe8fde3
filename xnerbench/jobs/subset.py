"""The permutation of a target's pool whose prefixes are the study's sizes."""

from __future__ import annotations

from xnerbench.data import subsets
from xnerbench.storage import artifacts
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout, target: str, seed: str) -> None:
    """`subsets/<target>.s<seed>.parquet`."""
    number = int(seed)
    pool, _ = artifacts.read_parquet(layout.pool(target))
    table = subsets.make(pool, target, number)
    record = {"status": "ok", "target": target, "seed": number}
    artifacts.write_parquet(layout.subset(target, number), table, record)
    print(f"{target}: permutation of {table.num_rows} sentences, seed {number}")
