"""Scores as a reader sees them: at the largest size, by size, and cells without one."""

from __future__ import annotations

import pandas as pd

from xnerbench.report import names, numbers
from xnerbench.report.results import Results
from xnerbench.report.view import Cell, View, columns, mean_sd, number, text

LISTED = 200
"""Cells without a score that are listed one by one."""
REASONS = 50


def largest(study: Results) -> View | None:
    """Mean F1 and its standard deviation at each method's largest size, one row per target."""
    runs = study.ok
    if runs.empty:
        return None
    methods = study.methods
    shown = {method: _of_method(study, method) for method in methods}
    sizes = {m: int(frame["n"].max()) for m, frame in shown.items() if len(frame)}
    methods = [m for m in methods if m in sizes]
    known = study.distances()
    rows = []
    for target in study.targets:
        cells = []
        for method in methods:
            frame = shown[method]
            f1 = frame.loc[(frame["target"] == target) & (frame["n"] == sizes[method]), "f1"]
            cells.append(mean_sd(f1))
        distance = [number(known[target], digits=2)] if target in known else [Cell("", None)]
        rows.append(
            [text(study.language(target)), text(target), *distance * bool(len(known)), *cells]
        )
    largest = [shown[m][shown[m]["n"] == sizes[m]].groupby("target")["f1"].mean() for m in methods]
    common = pd.concat(largest, axis=1, join="inner")  # one set of languages for all means
    every = len(common) == len(study.targets)
    mean = "Mean" if every else f"Mean of the {len(common)} that have all"
    far = ["Distance"] * bool(len(known))
    means = [number(value) for value in common.mean()]
    total = [text(mean), text(""), *[Cell("", None) for _ in far], *means]
    used = {m: n for m, n in sizes.items() if n}
    same = len(set(used.values())) == 1
    at = numbers.listed([f"{m} at {numbers.count(n)}" for m, n in used.items()]) or "none"
    at = numbers.count(next(iter(used.values()))) if same else at
    return View(
        "scores", "Scores at the largest size",
        f"Mean strict F1 ± standard deviation over seeds; unlabelled sentences: {at}. "
        f"Budget: {study.primary_budget}."
        + (f" Distance: {names.distance(study.primary_distance)}." if far else ""),
        columns("Language", "Code", *far, *methods, words=("Language", "Code")),
        rows, "tables/means.csv", total,
    )  # fmt: skip


def by_size(study: Results) -> View | None:
    """F1 of the primary method by size, one row per target, beside direct transfer."""
    frame = _of_method(study, study.primary_method)
    if frame.empty:
        return None
    measured = sorted(int(n) for n in frame["n"].unique())
    direct = study.direct(study.ok)
    rows = []
    for target in study.targets:
        own = frame[frame["target"] == target]
        by_size = [mean_sd(own.loc[own["n"] == n, "f1"]) for n in measured]
        reference = mean_sd(direct.loc[direct["target"] == target, "f1"])
        rows.append([text(study.language(target)), text(target), reference, *by_size])
    return View(
        "sizes", f"F1 by number of unlabelled sentences: {names.method(study.primary_method)}",
        f"Mean strict F1 ± standard deviation over seeds; budget: {study.primary_budget}.",
        columns("Language", "Code", "direct", *(numbers.count(n) for n in measured),
                words=("Language", "Code")),
        rows, "tables/means.csv",
    )  # fmt: skip


def failed(study: Results) -> View | None:
    """Cells without a score, with their reasons; where they are many, the reasons with their cells."""
    if study.failed.empty:
        return None
    if len(study.failed) > LISTED:
        return _reasons(study)
    rows = [
        [
            text(row["method"]), text(row["sources"]), text(study.language(row["target"])),
            text(row["budget"]), number(row["n"], numbers.count), number(row["seed"], numbers.count),
            text(row["status"]), text(row["reason"]),
        ]
        for _, row in study.failed.iterrows()
    ]  # fmt: skip
    words = ("Method", "Sources", "Target", "Budget", "Status", "Reason")
    return View(
        "failed", "Cells without a score", "They are missing from every mean and curve above.",
        columns("Method", "Sources", "Target", "Budget", "n", "Seed", "Status", "Reason", words=words),
        rows, "scores.csv",
    )  # fmt: skip


def _reasons(study: Results) -> View:
    """Reasons that differ in their numbers only are one, with the first of its cells as an example."""
    found = study.failed
    same = found["status"].astype(str) + " " + found["reason"].fillna("").astype(str)
    groups = found.groupby(same.str.replace(r"\d+", "…", regex=True), sort=False)
    sizes = groups.size().sort_values(ascending=False, kind="stable")
    rows = []
    for name in sizes.index[:REASONS]:
        group = groups.get_group(name)
        first = group.iloc[0]
        example = f"{first['method']}, {first['sources']}, {first['target']}, {first['budget']}, "
        example += f"n {numbers.count(first['n'])}, seed {numbers.count(first['seed'])}"
        rows.append(
            [
                text(first["status"]), text(first["reason"]), number(len(group), numbers.count),
                text(", ".join(sorted(map(str, group["method"].unique()))[:20])),
                number(group["target"].nunique(), numbers.count), text(example),
            ]
        )  # fmt: skip
    note = f"{numbers.count(len(found))} cells are missing from every mean and curve above. "
    note += "Reasons that differ in their numbers only are shown as one; `scores.csv` has each."
    if len(sizes) > REASONS:
        note += f" {numbers.count(len(sizes) - REASONS)} rarer reasons are not shown."
    words = ("Status", "Reason", "Methods", "The first of them")
    return View(
        "failed", "Cells without a score", note,
        columns("Status", "Reason", "Cells", "Methods", "Targets", "The first of them", words=words),
        rows, "scores.csv",
    )  # fmt: skip


def _of_method(study: Results, method: str) -> pd.DataFrame:
    """A method's runs under the primary budget (or none), with the sources it is shown with."""
    runs = study.ok[study.ok["budget"].isin([study.primary_budget, "none"])]
    return study.shown(runs, method)
