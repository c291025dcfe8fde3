"""The option `--config` of commands for users: one file, or several that lie over each other."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_argument(parser: argparse.ArgumentParser, meaning: str, required: bool = True) -> None:
    """Declares `--config`, a list of paths or `None`; `study.config.load` takes the list."""
    parser.add_argument(
        "--config",
        type=Path,
        action="append",
        required=required,
        metavar="FILE",
        help=f"{meaning}; once more for a file that lies over it, as in snakemake --configfile",
    )
