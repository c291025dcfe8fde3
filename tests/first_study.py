"""What `docs/first-study.md` corrects in the first study, computed again from its committed scores and tables.

Relatives and pairs of sizes have no table of that study, so these numbers are not in `docs/numbers.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.page_numbers import ROOT, written
from xnerbench.analysis.distances import uriel

WIDE = ROOT / "results/reference/wide"
EQUAL_UPDATES = (25, 75, 200, 550, 1300)
"""Sizes with 300 updates under `steps`."""
UNPLACED = {"nob": "spa", "twi": "yor"}
"""Languages without a genealogy in lang2vec, and one of the same family."""
MEASURED_LATER = "50.0 50.9 54.0 54.8 3.9 0.8"
"""Mixtures without a student, of which no table is committed."""


def statements() -> Iterator[str]:
    """Passages that the page must hold."""
    scores = pd.read_csv(WIDE / "scores.csv", keep_default_na=False)
    students = scores[scores["method"] == "ts"]
    yield from _shares(students)
    yield from _collapsed(scores, students)
    yield from _relatives()
    yield _break_even()


def _shares(students: pd.DataFrame) -> Iterator[str]:
    means = students.groupby(["budget", "n", "target"])["f1"].mean()
    by = {(b, n): means[b, n].mean() for b in ("epochs", "steps") for n in EQUAL_UPDATES}
    cells = {}
    for a, b in combinations(EQUAL_UPDATES, 2):
        rise, equal = (by[budget, b] - by[budget, a] for budget in ("epochs", "steps"))
        cells[a, b] = f"{100 * (1 - equal / rise):.0f} %"
    for a in EQUAL_UPDATES[:-1]:
        row = [cells.get((a, b), "") for b in EQUAL_UPDATES[1:]]
        yield f"| {a} |" + "".join(f" {cell} |" if cell else " |" for cell in row)
    low, *_, high = sorted(cells.values(), key=lambda cell: int(cell.split()[0]))
    yield f"{low} to\n   {high}, and a third"
    yield f"from {low} to {high} with the sizes"


def _collapsed(scores: pd.DataFrame, students: pd.DataFrame) -> Iterator[str]:
    direct = scores[scores["method"] == "direct"].set_index(["target", "seed"])["f1"]
    own = students[(students["budget"] == "steps") & (students["n"] == 1300)]
    gain = own["f1"] - direct.loc[list(zip(own["target"], own["seed"], strict=True))].to_numpy()
    every = gain.groupby(own["target"]).mean()
    found = gain[own["f1"] >= 1].groupby(own["target"]).mean()
    mean, without = (written(series.mean(), "1.0") for series in (every, found))
    median = written(every.median(), "+1.0")
    yield f"{mean} against direct transfer with them, {without} without, {median} in the median"
    yield f"{mean} at 1,300 sentences is {without} without them and {median} in the median"


def _relatives() -> Iterator[str]:
    means = pd.read_csv(WIDE / "tables/means.csv", keep_default_na=False)
    direct = means[means["method"] == "direct"].set_index("target")["f1"]
    table = pd.read_csv(WIDE / "tables/distances.csv", keep_default_na=False)
    table = table[(table["kind"] == "syntactic") & (table["variant"] == "knn")].set_index("target")
    tenths = (10 * table["distance"].astype(float)).loc[direct.index].rename("distance")
    family = _families(table["code_target"].loc[direct.index])
    ours = family == family["spa"]
    inside = _line(direct[ours], tenths[ours])
    outside = _line(direct[~ours], tenths[~ours])
    levels = pd.get_dummies(family, drop_first=True).astype(float)
    within = _line(direct, pd.concat([tenths, levels], axis=1))
    low, high = within.conf_int().loc["distance"]
    text = [written(fit.params["distance"], "1.0") for fit in (inside, outside, within)]
    interval = f"({written(low, '1.0')} to {written(high, '+1.0')})"
    yield (
        f"among the {ours.sum()} Indo-European\nlanguages it is {text[0]}, among the other "
        f"{(~ours).sum()} {text[1]} (p = {outside.pvalues['distance']:.2f}), "
        f"with a level for each family {text[2]} {interval}"
    )
    yield f"there remain {text[2]}\n  {interval} with family levels"
    derived = pd.read_csv(WIDE / "tables/derived.csv", keep_default_na=False)
    own = derived[(derived["method"] == "ts") & (derived["budget"] == "steps")]
    slope = own[own["quantity"] == "slope"].set_index("target")["value"].astype(float)
    relative = _line(slope / direct, tenths)
    yield f"nothing of it is left (p = {relative.pvalues['distance']:.2f})"


def _families(codes: pd.Series) -> pd.Series:
    """Top of each language's genealogy, as a column of lang2vec's `fam` vectors."""
    known = uriel.vectors()
    sizes = known.family.sum(axis=0)

    def top(target: str) -> int:
        row = known.family[known.codes[codes[UNPLACED.get(target, target)]]].astype(bool)
        return int(np.argmax(np.where(row, sizes, -1)))

    return pd.Series({target: top(target) for target in codes.index})


def _line(
    y: pd.Series, x: pd.Series | pd.DataFrame
) -> sm.regression.linear_model.RegressionResults:
    return sm.OLS(y, sm.add_constant(x)).fit()


def _break_even() -> str:
    derived = pd.read_csv(WIDE / "tables/derived.csv", keep_default_na=False)
    own = derived[(derived["method"] == "ts") & (derived["budget"] == "steps")]
    sizes = pd.to_numeric(own.loc[own["quantity"] == "break_even", "value"])
    return f"the median of all {len(sizes)} is {sizes.fillna(np.inf).median():.0f}"
