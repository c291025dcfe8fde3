"""How far students are trained, told without gold tags, and what the training cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis.scores import Scores
from xnerbench.methods.roles import DIRECT

UNTRAINED = 50.0
"""A fresh student whose fidelity is below this share (in percent) is called not trained yet.

It gives other tags than its teacher for half of the entities, so that its F1 says more about its training than
about its text. A student that starts from its teacher has fidelity for free and is never called so.
"""

KEYS = ["method", "sources", "budget", "n"]


def fidelity_of(row: Mapping[str, Any]) -> float | None:
    """Fidelity on held-out text, or on the test sentences where a pool leaves none; None if unknown."""
    for name in ("fidelity_heldout", "fidelity_test"):
        value = row.get(name)
        if value is not None and not pd.isna(value):
            return float(value)
    return None


def untrained(row: Mapping[str, Any]) -> bool:
    """Whether a cell's student is not trained yet.

    Args:
        row: A row of the scores or a cell's record: `init`, `fidelity_heldout`, `fidelity_test`.
    """
    value = fidelity_of(row)
    return value is not None and value < UNTRAINED and row.get("init") != "teacher"


def rows(scores: Scores) -> list[dict[str, Any]]:
    """One row per method, sources, budget and size whose students have a fidelity.

    Means are over languages of the means over seeds. `gain` is the only number here that rests on gold tags.
    """
    frame = scores.ok
    frame = frame[(frame["n"] > 0) & frame["fidelity_test"].notna()].copy()
    if frame.empty:
        return []
    direct = scores.ok[scores.ok["method"] == DIRECT].set_index(["sources", "target", "seed"])
    at = pd.MultiIndex.from_frame(frame[["sources", "target", "seed"]])
    frame["gain"] = frame["f1"].to_numpy() - direct["f1"].reindex(at).to_numpy()
    frame["untrained"] = [untrained(row) for row in frame.to_dict("records")]
    frame["lost"] = frame["collapsed"] == "true"
    return [_row(dict(zip(KEYS, key, strict=True)), cells)
            for key, cells in frame.groupby(KEYS, sort=False)]  # fmt: skip


def _row(key: dict[str, Any], cells: pd.DataFrame) -> dict[str, Any]:
    numbers = ["fidelity_heldout", "fidelity_test", "gain", "train_seconds", "steps"]
    means = cells.groupby("target", sort=False)[numbers].mean()
    found: dict[str, Any] = {**key, "n": int(key["n"])}
    found["init"] = cells["init"].iloc[0]
    found["steps"] = _mean(means["steps"])
    found["cells"], found["n_languages"] = len(cells), len(means)
    for name in numbers[:3]:
        found[name] = _mean(means[name])
    lowest = cells["fidelity_heldout"].dropna()
    found["fidelity_lowest"] = float(lowest.min()) if len(lowest) else None
    found["n_untrained"] = int(cells["untrained"].sum())
    found["n_collapsed"] = int(cells["lost"].sum())
    found["train_seconds"] = _mean(means["train_seconds"])
    found["verdict"] = _verdict(found)
    return found


def _mean(values: pd.Series) -> float | None:
    known = values.dropna().to_numpy(float)
    return float(np.mean(known)) if len(known) else None


def _verdict(row: Mapping[str, Any]) -> str:
    said = []
    if row["n_untrained"]:
        said.append(
            f"{row['n_untrained']} of {row['cells']} not trained yet (fidelity below {UNTRAINED:g})"
        )
    if row["n_collapsed"]:
        said.append(f"{row['n_collapsed']} collapsed")
    return "; ".join(said) or "ok"
