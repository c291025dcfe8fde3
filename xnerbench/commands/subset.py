"""`xnerbench subset`: the permutation of a target's pool whose prefixes are the study's sizes."""

from __future__ import annotations

import argparse

from xnerbench.data import subsets
from xnerbench.storage import artifacts
from xnerbench.study import config
from xnerbench.study.layout import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", required=True, help="the study's configuration")
    parser.add_argument("--target", required=True, help="ISO 639-3 code")
    parser.add_argument("--seed", required=True, type=int, help="subset seed")


def run(arguments: argparse.Namespace) -> int:
    """Writes `subsets/<target>.s<seed>.parquet`."""
    paths = Layout(config.load(arguments.config))
    pool, _ = artifacts.read_parquet(paths.pool(arguments.target))
    table = subsets.make(pool, arguments.target, arguments.seed)
    record = {"status": "ok", "target": arguments.target, "seed": arguments.seed}
    artifacts.write_parquet(paths.subset(arguments.target, arguments.seed), table, record)
    print(f"{arguments.target}: permutation of {table.num_rows} sentences, seed {arguments.seed}")
    return 0
