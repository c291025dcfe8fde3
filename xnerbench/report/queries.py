"""What text and figures both ask of a study: which rows of a table stand for it, and how they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from xnerbench.analysis.curves.growth import BY_UPDATES
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.methods import roles
from xnerbench.report import numbers
from xnerbench.report.results import Results, is_true

ALPHA = 0.05
"""Level of the tests that text speaks of."""


def confidence(study: Results) -> str:
    """`95%`, from the configuration."""
    level = (study.config.get("analysis") or {}).get("confidence", 0.95)
    return f"{100 * float(level):g}%"


def seeds(runs: pd.DataFrame) -> str:
    """`3 seeds`, or `3 seeds (1 in 29 of the languages)` where some languages were run with fewer.

    Args:
        runs: Rows of the scores.
    """
    most = numbers.plural(runs["seed"].nunique(), "seed")
    by_target = runs.groupby("target")["seed"].nunique()
    fewest, fewer = int(by_target.min()), int((by_target < by_target.max()).sum())
    if not fewer:
        return most
    at_least = "" if by_target.nunique() == 2 else " or more"
    return f"{most} ({fewest}{at_least} in {fewer} of the languages)"


def direct_transfer(study: Results) -> str:
    """The direct transfer that the primary method is measured against, in words."""
    if study.mixes:
        return "direct transfer from the best of the sources (chosen on the test set)"
    return "direct transfer of the same teacher"


def derived(study: Results, quantity: str) -> pd.DataFrame:
    """A derived quantity of the primary method, its sources and budget; one row per target (and size)."""
    frame = study.table("derived")
    frame = frame[(frame["quantity"] == quantity) & (frame["budget"] == study.primary_budget)]
    return study.shown(frame, study.primary_method)


def surface_rows(study: Results, table: str) -> pd.DataFrame:
    """Rows of the primary method's surface: the mean over languages, or the one language there is."""
    frame = study.table(table)
    frame = frame[frame["method"] == study.primary_method]
    together = frame[frame["target"] == ALL]
    if len(together):
        return together
    return frame if frame["target"].nunique() == 1 else frame.iloc[:0]


def some_budgets(study: Results, found: Sequence[str], most: int) -> list[str]:
    """At most so many of some budgets, from the first to the last, evenly spread and the primary one among them.

    Args:
        study: The study.
        found: Budgets in its order.
        most: How many a figure has room for, two or more.
    """
    if len(found) <= most:
        return list(found)
    last = len(found) - 1
    at = {round(k * last / (most - 1)) for k in range(most)}
    if study.primary_budget in found and (own := found.index(study.primary_budget)) not in at:
        at.discard(min(at - {0, last}, key=lambda i: abs(i - own), default=last))
        at.add(own)
    return [found[i] for i in sorted(at)]


GROWTH_PARTS = (
    ("epochs", "under fixed epochs"),
    ("steps", "of it by data"),
    (BY_UPDATES, "of it by updates"),
)
"""Budget in the table, and what it is called."""


def growth_parts(study: Results) -> pd.DataFrame:
    """Rises of the primary method between the farthest sizes of equal updates under `steps`.

    Empty where the study has one budget, or no two sizes with the same updates.
    """
    frame = study.table("growth")
    frame = study.shown(frame[frame["quantity"] == "rise"], study.primary_method)
    equal = frame[
        (frame["budget"] == "steps")
        & (frame["target"] == ALL)
        & (frame["updates_from"] == frame["updates_to"])
    ]
    if equal.empty or BY_UPDATES not in set(frame["budget"]):
        return frame.iloc[:0]
    widest = equal.assign(width=equal["n_to"] / equal["n_from"]).nlargest(1, "width").iloc[0]
    return frame[(frame["n_from"] == widest["n_from"]) & (frame["n_to"] == widest["n_to"])]


def left_out_at_largest(study: Results) -> pd.DataFrame:
    """The rows of `left_out` at the largest size (it may hold several), numbers only."""
    frame = study.table("left_out").dropna(subset=["observed", "predicted"])
    for key, value in (("method", study.primary_method), ("budget", study.primary_budget)):
        if key in frame and (frame[key] == value).any():
            frame = frame[frame[key] == value]
    return frame[frame["n"] == frame["n"].max()] if len(frame) else frame


def left_out_accuracy(frame: pd.DataFrame) -> tuple[float, float, int, int]:
    """Mean absolute error of the prediction and of the baseline; how many intervals cover, of how many.

    Args:
        frame: Rows of `left_out` with numbers in `observed` and `predicted`.
    """
    known = frame.dropna(subset=["low", "high"])
    return (
        float((frame["predicted"] - frame["observed"]).abs().mean()),
        float((frame["baseline"] - frame["observed"]).abs().mean()),
        int(is_true(known["covered"]).sum()),
        len(known),
    )


COVARIATE = "covariate"
"""The variant of rows about a covariate of the target instead of a distance."""


@dataclass(frozen=True)
class Quantity:
    """What is regressed on distance, and what a figure of it says.

    Attributes:
        name: In the tables.
        axis: Label of the y axis.
        title: Of the figure.
        direct: Whether it is direct transfer's and not the primary method's.
    """

    name: str
    axis: str
    title: str
    direct: bool = False


DIRECT = Quantity(
    "direct_f1", "F1 of direct transfer", "F1 of direct transfer against distance", True
)
F1 = Quantity("f1", "F1 at the largest size", "F1 at the largest size against distance")
GAIN = Quantity(
    "gain", "Gain over direct transfer (F1)", "Gain over direct transfer against distance"
)
GROWTH = Quantity(
    "slope", "F1 per doubling of the unlabelled text", "Growth of F1 against distance"
)


def regressed(study: Results, table: str, quantity: Quantity) -> pd.DataFrame:
    """Rows of a regression table about a quantity, for the primary method, sources and budget."""
    frame = study.table(table)
    method = roles.DIRECT if quantity.direct else study.primary_method
    frame = frame[frame["quantity"] == quantity.name]
    frame = frame[frame["budget"].isin(["none"] if quantity.direct else [study.primary_budget])]
    return study.shown(frame, method)


def overall(study: Results, a: str, b: str, n: int | None = None, of: str = "") -> pd.Series | None:
    """The difference a - b over all languages under the primary budget, at n or the largest size.

    Args:
        study: The study.
        a: What is subtracted from.
        b: What is subtracted.
        n: The size.
        of: `mean of the sources` or `best of the sources`, if `b` is to be that.
    """
    frame = study.comparisons()
    frame = frame[
        (frame["target"] == ALL)
        & frame["method_a"].isin([a, b])
        & frame["method_b"].isin([a, b])
        & (frame["sources_b"].isin([of]) if of else ~frame["sources_b"].isin([MEAN, BEST]))
    ]
    frame = frame if n is None else frame[frame["n"] == n]
    if frame.empty:
        return None
    row = frame.sort_values("n", kind="stable").iloc[-1].copy()
    if row["method_a"] == b:
        low, high = row["low"], row["high"]
        row["difference"], row["low"], row["high"] = -row["difference"], -high, -low
    return row
