"""Languages with their signals and their F1, which a calibration is fitted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xnerbench.analysis.distances.genealogy import Genealogy
from xnerbench.methods.roles import DIRECT, MIXTURE

SIGNALS = (
    "begin_confident",
    "begin_mean",
    "begin_entropy",
    "confident",
    "mean",
    "median",
    "entropy",
    "atc",
    "disagreement_seeds",
    "entity_rate",
)
"""Signals of one teacher that a calibration may rest on, in order of preference."""
OPTIONAL = ("atc", "disagreement_seeds")
"""What needs held-out text of the source, or a second seed."""
FACTS = ("fertility", "distance")
"""What is known of a language beside signals; they may be added to a signal and serve as the rival."""
EDGE = 0.005
"""Shares are kept so far from 0 and 1 before their logit is taken."""


def logit(share: np.ndarray) -> np.ndarray:
    """ln(p / (1 - p)) of shares kept `EDGE` from 0 and 1."""
    p = np.clip(np.asarray(share, dtype=np.float64), EDGE, 1 - EDGE)
    return np.asarray(np.log(p / (1 - p)))


def expit(z: np.ndarray) -> np.ndarray:
    """The inverse of `logit`."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(z, dtype=np.float64))))


def scaled(name: str, values: np.ndarray) -> np.ndarray:
    """A signal on the scale that it is fitted on: logits of shares, minus ln of the entropy; facts as they are."""
    values = np.asarray(values, dtype=np.float64)
    if name in FACTS:
        return values
    if name.endswith("entropy"):
        return np.asarray(-np.log(np.maximum(values, 1e-3)))
    return -logit(values) if name.startswith("disagreement") else logit(values)


@dataclass(frozen=True)
class Panel:
    """Languages under one source's teachers.

    Attributes:
        targets: Codes, [languages].
        families: Top-level family of each.
        branches: Group below, or the family where there is none.
        signals: Signal or fact -> [languages], signals as in `signals.csv`, mean over seeds; without those that are
            missing anywhere.
        f1: Of the outcome, 0..100, mean over seeds.
    """

    targets: tuple[str, ...]
    families: tuple[str, ...]
    branches: tuple[str, ...]
    signals: Mapping[str, np.ndarray]
    f1: np.ndarray

    def matrix(self, names: Sequence[str]) -> np.ndarray:
        """The named signals as they are fitted, [languages, names]."""
        return np.column_stack([scaled(name, self.signals[name]) for name in names])


def about(frame: pd.DataFrame, text: str, scaling: str = "none", kind: str = "ALL") -> pd.DataFrame:
    """The rows of `signals.csv` about a text: `pool`, `test` or `heldout`.

    Args:
        frame: `signals.csv`.
        text: The text.
        scaling: `none` or `temperature`.
        kind: Entity type, or `ALL`.
    """
    rows = (frame["text"] == text) & (frame["scaling"] == scaling) & (frame["type"] == kind)
    return frame[rows]


def of_seeds(frame: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The teachers' rows of `signals.csv` whose seed has a score: what one teacher says goes with what it gets right.

    Args:
        frame: `signals.csv`.
        runs: Rows of the scores, of which target and `teacher_seed` are read.
    """
    known = set(zip(runs["target"], runs["teacher_seed"], strict=True))
    own = [pair in known for pair in zip(frame["target"], frame["seed"], strict=True)]
    return frame[np.array(own, bool)]


def signals_of(
    frame: pd.DataFrame, sources: str, text: str, scaling: str = "none", kind: str = "ALL"
) -> pd.DataFrame:
    """The teachers' signals of a text by target, mean over seeds, indexed by target.

    Args:
        frame: `signals.csv`.
        sources: Of the teachers.
        text: `pool` or `test`.
        scaling: `none` or `temperature`.
        kind: Entity type, or `ALL`.
    """
    method = MIXTURE if "+" in sources and MIXTURE in set(frame["method"]) else DIRECT
    own = about(frame, text, scaling, kind)
    return _by_target(own[(own["method"] == method) & (own["sources"] == sources)])


def signals_of_students(
    frame: pd.DataFrame, method: str, sources: str, budget: str, n: int, text: str
) -> pd.DataFrame:
    """Students' own signals of a text by target, mean over seeds, indexed by target.

    Args:
        frame: `signals.csv`.
        method: Of the students.
        sources: Of their teachers.
        budget: Under which they were trained.
        n: Sentences that they were trained on.
        text: `heldout` or `test`.
    """
    own = about(frame, text)
    wanted = {"method": method, "sources": sources, "budget": budget, "n": n}
    for column, value in wanted.items():
        own = own[own[column] == value]
    return _by_target(own)


def _by_target(own: pd.DataFrame) -> pd.DataFrame:
    columns = [name for name in SIGNALS if name in own]  # a file of an earlier version has fewer
    return own.groupby("target", sort=False)[columns].mean().reindex(columns=list(SIGNALS))


def panel_of(
    signals: pd.DataFrame,
    f1: Mapping[str, float],
    families: Mapping[str, Genealogy],
    facts: Mapping[str, Mapping[str, float]] | None = None,
) -> Panel:
    """The languages that have both.

    Args:
        signals: From `signals_of`.
        f1: Target -> F1.
        families: Target -> its genealogy.
        facts: One of `FACTS` -> target -> value.
    """
    known = [target for target in signals.index if target in f1 and not _lacks(signals.loc[target])]
    own = signals.loc[known]
    for name, values in (facts or {}).items():
        own = own.assign(**{name: [values.get(target) for target in known]})
    usable = [name for name in (*SIGNALS, *FACTS) if name in own and own[name].notna().all()]
    relatives = [families[target] for target in known]
    return Panel(
        tuple(known),
        tuple(one.family for one in relatives),
        tuple(one.branch or one.family for one in relatives),
        {name: own[name].to_numpy(dtype=np.float64) for name in usable},
        np.array([f1[target] for target in known], dtype=np.float64),
    )


def _lacks(row: Any) -> bool:
    """Whether a signal is missing that every text with an entity word has."""
    return any(pd.isna(row[name]) for name in SIGNALS if name not in OPTIONAL)
