"""What the analysis is told: the `analysis` keys of a study's configuration, with the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MACROLANGUAGES = {"ara": "arb", "zho": "cmn", "swa": "swh"}
"""A corpus may be named by a macrolanguage; its distances come from one individual language."""


@dataclass(frozen=True)
class Settings:
    """The analysis' settings.

    Attributes:
        primary_method: Method that distance questions are about; `None`: `ts`, else the first.
        primary_budget: Its budget; `None`: `steps`, else the first one.
        primary_distance: The one distance chosen beforehand; all others are secondary.
        distance_variant: `knn`, `union` or `average` (see `distances`).
        distances: A CSV of one's own distances, which replaces or extends the computed ones.
        covariates: A CSV of one's own covariates of the targets.
        macrolanguages: Corpus code -> code whose distances stand for it.
        bootstrap: Number of draws of every bootstrap and permutation.
        confidence: Of every interval.
        extrapolate: How far beyond the largest size a curve is followed, as a factor.
        seed: Of the analysis' own draws.
    """

    primary_method: str | None = None
    primary_budget: str | None = None
    primary_distance: str = "syntactic"
    distance_variant: str = "knn"
    distances: Path | None = None
    covariates: Path | None = None
    macrolanguages: Mapping[str, str] = field(default_factory=lambda: dict(MACROLANGUAGES))
    bootstrap: int = 2000
    confidence: float = 0.95
    extrapolate: float = 10.0
    seed: int = 0
