"""How a number of updates is written where a training budget stands: `u300`, in ids, paths and tables."""

from __future__ import annotations

import re

PATTERN = "u[0-9]+"
"""What such a budget looks like, for Snakemake's wildcards."""


def budget_of(updates: int) -> str:
    """The budget of a number of updates."""
    return f"u{updates}"


def updates_of(budget: str) -> int | None:
    """The number of updates that a budget names; None for `epochs`, `steps` and `none`."""
    return int(budget[1:]) if re.fullmatch(PATTERN, budget) else None
