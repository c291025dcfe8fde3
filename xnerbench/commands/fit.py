"""`xnerbench fit`: curves, derived quantities, differences and regressions from a scores file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnerbench.analysis.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    add_inputs(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the tables, results/<study>/tables"
    )


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what is analysed and how, shared with `plan`."""
    parser.add_argument("--scores", type=Path, required=True, help="scores.csv, own or foreign")
    parser.add_argument(
        "--counts",
        type=Path,
        help="folder of <target>.parquet with counts per sentence; "
        "default: counts/ beside the scores, if there is one",
    )
    parser.add_argument(
        "--corpora", type=Path, help="corpora.csv; default: beside the scores, if there is one"
    )
    parser.add_argument("--config", type=Path, help="a configuration, for its `analysis` keys")
    parser.add_argument("--primary-method", help="method that distance questions are about")
    parser.add_argument("--primary-budget", help="its budget: steps or epochs")
    parser.add_argument("--primary-distance", help="the one distance chosen beforehand")
    parser.add_argument("--distance-variant", help="knn, union or average")
    parser.add_argument(
        "--distances", type=Path, help="CSV of distances: source,target,kind,distance"
    )
    parser.add_argument("--covariates", type=Path, help="CSV of covariates: target,name,value")
    parser.add_argument("--bootstrap", type=int, help="number of draws")
    parser.add_argument("--seed", type=int, help="of the draws")


def settings_of(args: argparse.Namespace) -> Settings:
    """The configuration's analysis keys, overruled by what the command line says."""
    from xnerbench.analysis.settings import Settings
    from xnerbench.errors import InputError

    values: dict[str, Any] = {}
    if args.config is not None:
        from xnerbench.study import config

        study = config.load(args.config)
        keys = study.analysis
        names = "primary_method primary_budget primary_distance distance_variant macrolanguages"
        for name in f"{names} bootstrap confidence extrapolate".split():
            values[name] = getattr(keys, name)
        for name in ("distances", "covariates"):
            given = getattr(keys, name)
            values[name] = study.path(given) if given else None
    names = (
        "primary_method primary_budget primary_distance distance_variant distances covariates "
        "bootstrap seed"
    )
    for name in names.split():
        if getattr(args, name) is not None:
            values[name] = getattr(args, name)
    if values.get("bootstrap", 1000) < 100:
        raise InputError(
            f"{values['bootstrap']} draws are too few for an interval",
            "--bootstrap",
            "Use at least 100, 2000 for a result",
        )
    return Settings(**values)


def read_inputs(args: argparse.Namespace) -> tuple[Any, Path | None, Any]:
    """Scores, the counts' folder or `None`, and the corpora table or `None`."""
    import pandas as pd

    from xnerbench.analysis import scores
    from xnerbench.errors import InputError

    found = scores.read(args.scores)
    counts = args.counts or args.scores.parent / "counts"
    if args.counts is not None and not counts.is_dir():
        raise InputError("there is no such folder", str(counts), "Name the folder of counts")
    corpora = args.corpora or args.scores.parent / "corpora.csv"
    if args.corpora is not None and not corpora.is_file():
        raise InputError("there is no such file", str(corpora), "Name corpora.csv, or leave it out")
    table = None
    if corpora.is_file():
        table = pd.read_csv(corpora, keep_default_na=False, na_values=[""])
    return found, counts if counts.is_dir() else None, table


def run(args: argparse.Namespace) -> int:
    """Writes every table, prints what was missing, and returns 0."""
    from xnerbench.analysis import fit, tables
    from xnerbench.catalogue.tables import TABLES

    scores, counts, corpora = read_inputs(args)
    study = fit.study_of(scores, counts, corpora, settings_of(args))
    written = fit.tables(study)
    for name, frame in written.items():
        tables.write_csv(args.out / f"{name}.csv", frame, TABLES[name])
    for note in scores.notes:
        print(f"note: {note}")
    if counts is None:
        print("note: no counts per sentence: intervals cover seeds only")
    for line in _coverage(written["distances"]):
        print(f"note: {line}")
    rows = sum(len(frame) for frame in written.values())
    print(f"{args.out}: {len(written)} tables, {rows} rows, {len(study.curves)} curves")
    return 0


def _coverage(distances: Any) -> list[str]:
    """What the distances rest on where that is not what one expects."""
    lines = []
    for role in ("source", "target"):
        pairs = distances[[role, f"code_{role}"]].drop_duplicates()
        lines += [
            f"the distances of {own} are those of {code}"
            for own, code in pairs.itertuples(index=False)
            if own != code
        ]
    imputed = distances[distances["verdict"].str.contains("all is imputed")]
    for kind, rows in imputed.groupby("kind", sort=False):
        pairs = [f"{row.source}-{row.target}" for row in rows.itertuples()]
        named = ", ".join(pairs[:8]) + (f" and {len(pairs) - 8} more" if len(pairs) > 8 else "")
        lines.append(f"{kind}: no feature is known of both, all is imputed: {named}")
    return lines
