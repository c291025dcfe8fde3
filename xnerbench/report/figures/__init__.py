"""Figures: one module a figure, and the registry that the commands go by."""

from __future__ import annotations

from collections.abc import Callable

from xnerbench.report.figures import (
    compared,
    costs,
    curves,
    distance,
    forest,
    gain,
    growth,
    left_out,
    overview,
    sizes,
    weights,
)
from xnerbench.report.figures.drawing import Drawing
from xnerbench.report.results import Results

FIGURES: dict[str, Callable[[Results], Drawing]] = {
    "curves": curves.draw,
    "gain": gain.draw,
    "break-even": sizes.draw_break_even,
    "exchange-rate": sizes.draw_exchange,
    "methods": overview.draw,
    "methods-by-language": compared.draw_methods,
    "budgets": compared.draw_budgets,
    "growth-parts": growth.draw,
    "forest-pairs": forest.draw_pairs,
    "forest": forest.draw_targets,
    "weights": weights.draw,
    "distance-direct": distance.draw_direct,
    "distance-f1": distance.draw_f1,
    "distance-gain": distance.draw_gain,
    "distance-growth": distance.draw_growth,
    "covariates-f1": distance.draw_covariates_f1,
    "covariates-gain": distance.draw_covariates_gain,
    "left-out": left_out.draw,
    "cost": costs.draw,
}
"""File name -> function. A function raises `NothingToDraw` where the study lacks the data."""
