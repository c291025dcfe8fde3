"""Which students found nothing: they drive means over languages, and are counted beside every one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

NOTHING = 1.0
"""F1 below which a student counts as collapsed where scores do not say how much it tags."""


def flags(frame: pd.DataFrame) -> np.ndarray:
    """Whether each run collapsed, bool [rows].

    `collapsed` in the scores says so (fewer than 5 % of the entities that its teacher predicts); where it is empty,
    as in scores of other origin, F1 below `NOTHING`. Direct transfer has no student that could collapse.

    Args:
        frame: Scores with `n`, `f1` and, if known, `collapsed`.
    """
    low = (frame["f1"] < NOTHING).to_numpy()
    if "collapsed" in frame:
        told = frame["collapsed"].astype(str).str.lower()
        low = np.where(told.isin(["true", "false"]), told == "true", low)
    return low & (frame["n"] > 0).to_numpy()


def is_told(frame: pd.DataFrame) -> bool:
    """Whether the scores themselves say which students collapsed."""
    told = frame.loc[frame["n"] > 0, "collapsed"] if "collapsed" in frame else []
    return bool(len(told)) and bool((pd.Series(told).astype(str) != "").all())
