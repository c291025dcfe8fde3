"""Methods against each other: the primary one and direct transfer, other methods, mixtures."""

from __future__ import annotations

import itertools

import pandas as pd

from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.methods.roles import DIRECT, SUPERVISED
from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results


def gain(study: Results) -> list[str]:
    """The primary method against direct transfer."""
    method = study.primary_method
    row = queries.overall(study, method, DIRECT)
    label = names.method(method)
    if row is None:
        return []
    size = numbers.count(row["n"])
    lead = f"With {size} unlabelled sentences, {label} {_verb(row)} {study.label('direct')}"
    result = [f"{lead}{_evidence(study, row)}."]
    single = study.comparisons()
    single = single[
        (single["target"] != ALL)
        & (single["method_a"] == method)
        & (single["method_b"] == DIRECT)
        & (single["sources_b"] == study.reference_source)
        & (single["n"] == row["n"])
    ]
    tested = single.dropna(subset=["p_holm"])
    if len(tested) > 1:
        clear = tested[tested["p_holm"] < queries.ALPHA]
        above, below = int((clear["difference"] > 0).sum()), int((clear["difference"] < 0).sum())
        rest = len(tested) - above - below
        result.append(
            f"Taken one by one and corrected for their number (Holm), {above} of {len(tested)} "
            f"languages gain and {below} {'loses' if below == 1 else 'lose'}"
            + (f"; for {rest} there is no evidence either way." if rest else ".")
        )
    return result


def methods(study: Results) -> list[str]:
    """Each other method against the primary one, where the interval tells."""
    better, worse, open_ = [], [], []
    for method in study.methods:
        if method in (DIRECT, SUPERVISED, study.primary_method):
            continue
        row = queries.overall(study, method, study.primary_method)
        if row is None:
            continue
        at = f" at n = {numbers.count(row['n'])}" if row["n"] < max(study.sizes, default=0) else ""
        name = f"{study.label(method)} ({numbers.signed(row['difference'])}{at})"
        if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
            open_.append(name)
        elif row["low"] > 0:
            better.append(name)
        elif row["high"] < 0:
            worse.append(name)
        else:
            open_.append(name)
    label = names.method(study.primary_method)
    result = []
    told = [
        f"{word} with {numbers.listed(items)}"
        for word, items in (("higher", better), ("lower", worse))
        if items
    ]
    if told:
        result.append(f"Compared with {label}, mean F1 over languages is {numbers.listed(told)}.")
    if open_:
        result.append(
            f"There is no evidence that mean F1 over languages differs between {label} and "
            f"{numbers.listed(open_, 'or')}."
        )
    return result


def mixtures(study: Results) -> list[str]:
    """Each mixture of teachers against what its sources give one by one."""
    result = []
    single = [m for m in study.methods if study.varies(m) and m != DIRECT]
    mixtures = [m for m in study.methods if is_mixture(study.sources_of(m))]
    for method, alone in itertools.product(mixtures, single):
        found = [(of, queries.overall(study, method, alone, of=of)) for of in (MEAN, BEST)]
        said = [
            f"{_verb(row)} the {of}{_evidence(study, row)}" for of, row in found if row is not None
        ]
        if said:
            size = numbers.count(next(row["n"] for _, row in found if row is not None))
            result.append(
                f"With {size} unlabelled sentences, {names.method(method)} {numbers.listed(said)}, as "
                f"{names.method(alone)} gives them one by one; the best is chosen on the test set."
            )
    return result


def _verb(row: pd.Series) -> str:
    if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
        return "is above" if row["difference"] > 0 else "is below"
    if row["low"] > 0:
        return "is above"
    if row["high"] < 0:
        return "is below"
    return "shows no evidence of a difference from"


def _evidence(study: Results, row: pd.Series) -> str:
    size = numbers.fixed(abs(row["difference"]))
    if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
        return f" by {size} F1 on average, without an interval (one seed and no sentence counts)"
    interval = numbers.interval(row["low"], row["high"], numbers.signed)
    beside = _beside(row)
    if row["low"] > 0 or row["high"] < 0:
        return f" by {size} F1 on average ({queries.confidence(study)} interval {interval}{beside})"
    return (
        f" (mean difference {numbers.signed(row['difference'])} F1, {queries.confidence(study)} interval "
        f"{interval}{beside})"
    )


def _beside(row: pd.Series) -> str:
    """Families, the plain mean, the median language, and what collapsed runs do; as far as the table says."""
    said = []
    families = row.get("n_families")
    if numbers.is_number(families) and families > 1 and numbers.is_number(row.get("naive")):
        said.append(f"relatives in {numbers.count(families)} families share their weight")
        plain = numbers.signed(row["naive"])
        if numbers.is_number(row.get("low_naive")):
            plain += f", {numbers.interval(row['low_naive'], row['high_naive'], numbers.signed)}"
        said.append(f"if languages were independent {plain}")
    share = row.get("collapsed_share")
    if numbers.is_number(share) and share > 0:
        without = row.get("without_collapsed")
        rest = f", without these {numbers.signed(without)}" if numbers.is_number(without) else ""
        said.append(
            f"{numbers.fixed(share, digits=0)} % of the runs find next to nothing{rest}, median language "
            f"{numbers.signed(row['median'])}"
        )
    return "".join(f"; {words}" for words in said)
