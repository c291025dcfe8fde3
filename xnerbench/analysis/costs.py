"""What the study cost: time and memory per method and size."""

from __future__ import annotations

from typing import Any

from xnerbench.analysis.scores import Scores


def rows(scores: Scores) -> list[dict[str, Any]]:
    """One row per method and size: mean seconds per cell, hours of all, largest peak memory.

    A cell runs on one thread, so its hours are core-hours (on a GPU: hours of the device).
    """
    found = []
    for (method, n), cells in scores.ok.groupby(["method", "n"], sort=False):
        row: dict[str, Any] = {"method": method, "n": int(n), "cells": len(cells)}
        seconds, peak = cells["seconds"].dropna(), cells["peak_mb"].dropna()
        if len(seconds):
            row["seconds"] = float(seconds.mean())
            row["core_hours"] = float(seconds.sum() / 3600)
        if len(peak):
            row["peak_mb"] = float(peak.max())
        missing = [name for name in ("seconds", "peak_mb") if name not in row]
        some = len(cells) - len(seconds)
        if missing:
            row["verdict"] = f"not available: {' and '.join(missing)} were not recorded"
        else:
            row["verdict"] = f"ok; {some} cells without a time" if some else "ok"
        found.append(row)
    return found
