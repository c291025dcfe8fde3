"""Every method of a study side by side, and what others have published: the table of a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.analysis.tables import read_csv
from xnerbench.errors import InputError
from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers
from xnerbench.report.results import Results, are_mixtures
from xnerbench.report.view import Cell, View, columns, estimate, mean_sd, number, text

PUBLISHED = ("setting", "method", "year")
"""Columns of a file of published scores besides one per target."""
OTHERS = "the others"
"""Sources of a mixture where each target is left out of its own."""


def side_by_side(
    study: Results, published: pd.DataFrame | None = None, shown: Sequence[str] | None = None
) -> View:
    """One row per method, sources, budget and size; two columns per target, and two for the mean over all targets.

    The first is mean strict F1 ± standard deviation over seeds (for the mean: of the seeds' means, where at least two
    seeds have all targets), the second the paired difference to direct transfer from the primary source, with its
    interval (`tables/differences.csv`).
    A single-source method with several sources has two rows more: their mean, and the best, which is chosen target
    by target on the test set. For a mixture's difference to these see `tables/differences.csv`.

    Args:
        study: The study, with its tables.
        published: Published scores, as of `read_published`; rows without a score of any target are left out.
        shown: Targets with columns of their own; all by default.
    """
    source = study.sources_of(DIRECT)
    targets = [*(study.targets if shown is None else shown), ALL]
    rows = []
    for series in _series(study):
        method, sources, budget, n = series
        head = [text(method), text(sources), text("" if budget == "none" else budget)]
        cells = [*head, number(n if n else None, numbers.count)]
        for target in targets:
            cells += [_f1(study, target, series), _difference(study, target, series, source)]
        rows.append(cells)
    for (method, budget, n), runs in _with_several_sources(study):
        for label, summary in ((MEAN, pd.Series.mean), (BEST, pd.Series.max)):
            cells = [text(method), text(label), text("" if budget == "none" else budget)]
            cells.append(number(n if n else None, numbers.count))
            for target in targets:
                cells += [number(_of_sources(runs, target, summary)), Cell("", None)]
            rows.append(cells)
    for _, row in pd.DataFrame() if published is None else published.iterrows():
        scores = [row.get(target) for target in targets[:-1]]
        if any(map(numbers.is_number, scores)):
            known = [row.get(target) for target in study.targets]
            complete = all(map(numbers.is_number, known))
            scores.append(float(pd.Series(known).mean()) if complete else None)
            label = f"published: {row['method']} ({row['year']})"
            cells = [text(label), text(row["setting"]), text(""), Cell(numbers.NONE, None)]
            for score in scores:
                cells += [number(score), Cell("", None)]
            rows.append(cells)
    words = ("Method", "Sources", "Budget")
    heads = [*(study.language(code) for code in targets[:-1]), "Mean"]
    titles = [title for head in heads for title in (head, f"{numbers.MINUS} direct")]
    return View(
        "comparison", "Methods side by side",
        "Mean strict F1 ± standard deviation over seeds; difference to direct transfer from "
        f"{study.language(source)} [interval], paired by seed and test sentence.",
        columns(*words, "n", *titles, words=words), rows, "tables/differences.csv",
    )  # fmt: skip


def read_published(path: Path, targets: Sequence[str]) -> pd.DataFrame:
    """Reads published scores: `setting, method, year` and a column of F1 for each target.

    Raises:
        InputError: The file is missing, or a column is.
    """
    frame = read_csv(path, "Give the path of a CSV", keep_default_na=True)
    if missing := [name for name in PUBLISHED if name not in frame]:
        raise InputError(
            f"column {missing[0]} is missing",
            str(path),
            f"Columns are {', '.join(PUBLISHED)}, targets",
        )
    if not set(targets) & set(frame):
        raise InputError(
            "no column is a target of the study", str(path), f"Targets are {', '.join(targets)}"
        )
    for code in set(targets) & set(frame):
        if (
            not pd.api.types.is_numeric_dtype(frame[code])
            or not frame[code].dropna().between(0, 100).all()
        ):
            raise InputError(f"the column {code} holds no F1", str(path), "Give F1 in 0..100")
    return frame


Series = tuple[str, str, str, int]


def _series(study: Results) -> list[Series]:
    """Method, sources, budget and size, in the order of methods; direct transfer's primary source first."""
    order = {method: i for i, method in enumerate(names.method_order(study.methods))}
    primary = study.sources_of(DIRECT)
    found = {
        (row.method, _shown(row.sources), row.budget, int(row.n))
        for row in study.ok[["method", "sources", "budget", "n"]].itertuples(index=False)
    }
    return sorted(
        found,
        key=lambda s: (
            order[s[0]],
            s[1] != primary,
            s[1],
            s[2] != study.primary_budget,
            s[2],
            s[3],
        ),
    )


def _shown(sources: Any) -> str:
    """A single source by its code; several differ by target, so they share a name."""
    if not isinstance(sources, str) or sources == "none":
        return ""
    return OTHERS if is_mixture(sources) else sources


def _f1(study: Results, target: str, series: Series) -> Cell:
    method, sources, budget, n = series
    runs = study.ok[(study.ok["method"] == method) & (study.ok["budget"] == budget)]
    runs = runs[(runs["n"] == n) & (runs["sources"].map(_shown) == sources)]
    f1 = runs.loc[runs["target"] == target, "f1"]
    if target == ALL:
        by_seed = runs.pivot_table(index="seed", columns="target", values="f1")
        by_seed = by_seed.reindex(columns=study.targets)
        f1 = by_seed.dropna().mean(axis=1)
        if len(f1) < 2:  # one seed, or further ones in a part of the languages
            f1 = pd.Series([by_seed.mean().mean(skipna=False)]).dropna()
    return mean_sd(f1)


def _difference(study: Results, target: str, series: Series, source: str) -> Cell:
    method, sources, budget, n = series
    frame = study.table("differences")
    frame = frame[
        (frame["method_a"] == method) & (frame["method_b"] == DIRECT)
        & (frame["sources_b"] == source) & (frame["target"] == target)
        & (frame["sources_a"].map(_shown) == sources) & (frame["n"] == n)
        & frame["budget"].isin([budget, "none"])
    ]  # fmt: skip
    return Cell("", None) if frame.empty else estimate(frame.iloc[0], "difference", numbers.signed)


def _with_several_sources(study: Results) -> Iterator[tuple[tuple[str, str, int], pd.DataFrame]]:
    """Runs of each single-source method, budget and size that ran with more than one source."""
    single = study.ok[~are_mixtures(study.ok["sources"])]
    groups = dict(list(single.groupby(["method", "budget", "n"])))
    for name in sorted(groups, key=lambda g: (study.methods.index(g[0]), g[1], g[2])):
        if groups[name]["sources"].nunique() > 1:
            yield name, groups[name]


def _of_sources(runs: pd.DataFrame, target: str, summary: Callable[[pd.Series], float]) -> float:
    """A summary over sources of mean F1; for `ALL` the mean of the targets' summaries."""
    runs = runs if target == ALL else runs[runs["target"] == target]
    means = runs.groupby(["target", "sources"])["f1"].mean()
    return float(means.groupby("target").apply(summary).mean())
