"""With direct transfer measured: a student is expected where direct transfer is, plus what students gain elsewhere.

Nothing that was tried on top of it errs less on left-out families by enough to be worth it, so this is what measured
points are answered with (`calibration`, form `carried`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xnerbench.analysis.confidence import conformal
from xnerbench.analysis.confidence.panel import Panel


@dataclass(frozen=True)
class Carried:
    """Direct transfer carried forward to an outcome.

    Attributes:
        gain: Mean of F1 minus direct transfer over languages.
        half: Half of the interval, in F1.
        level: Its level.
        error: Mean absolute error in F1 on left-out families.
        n_languages: Languages with both.
    """

    gain: float
    half: float
    level: float
    error: float
    n_languages: int


def carry(panel: Panel, direct: Mapping[str, float], confidence: float) -> Carried | None:
    """The mean gain and how far it errs; `None` where fewer than two families have direct transfer."""
    known = [i for i, target in enumerate(panel.targets) if target in direct]
    families = np.array([panel.families[i] for i in known])
    if len(set(families.tolist())) < 2:
        return None
    gains = np.array([panel.f1[i] - direct[panel.targets[i]] for i in known])
    errors = np.empty(len(known))
    for family in np.unique(families):
        out = families == family
        errors[out] = gains[~out].mean() - gains[out]
    branches = [panel.branches[i] for i in known]
    level = conformal.level(branches, confidence)
    half = conformal.half_width(errors, branches, level)
    return Carried(float(gains.mean()), half, level, float(np.abs(errors).mean()), len(known))
