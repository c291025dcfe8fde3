"""`xnerbench fit`: curves, derived quantities, differences and regressions from a scores file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.commands import configuration

if TYPE_CHECKING:
    from xnerbench.analysis.settings import Settings
    from xnerbench.study.config import Config
    from xnerbench.study.reading.keys import Key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    add_inputs(parser)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the tables, results/<study>/tables"
    )


def add_inputs(parser: argparse.ArgumentParser, scores: bool = True) -> None:
    """The arguments that say what is analysed and how, shared with `plan`, which can do without scores."""
    parser.add_argument("--scores", type=Path, required=scores, help="scores.csv, own or foreign")
    parser.add_argument(
        "--counts",
        type=Path,
        help="folder of <target>.parquet with counts per sentence; "
        "default: counts/ beside the scores, if there is one",
    )
    parser.add_argument(
        "--corpora", type=Path, help="corpora.csv; default: beside the scores, if there is one"
    )
    configuration.add_argument(parser, "a configuration, for its `analysis` keys", required=False)
    for name, hint, about in _options():
        kind = "NUMBER" if hint in (int, float) else "TEXT"
        meaning = about.meaning.replace("`", "").replace("%", "%%")
        parser.add_argument(_option(name), metavar=kind, help=meaning)


def _options() -> list[tuple[str, Any, Key]]:
    """The keys of `analysis` that are one value; an option overrules the configuration."""
    from xnerbench.study.analysis import AnalysisConfig
    from xnerbench.study.reading.keys import keys_of

    return [item for item in keys_of(AnalysisConfig) if not item[2].of]


def options() -> tuple[str, ...]:
    """Names of the options that overrule a key of `analysis`."""
    return tuple(name for name, _, _ in _options())


def configured(args: argparse.Namespace) -> Config | None:
    """The configuration that the command line names, if it does."""
    from xnerbench.study import config

    return config.load(args.config) if args.config is not None else None


def settings_of(args: argparse.Namespace, study: Config | None) -> Settings:
    """The configuration's analysis keys, overruled by what the command line says.

    Raises:
        InputErrors: An option is not what its key in the configuration may be.
    """
    import dataclasses

    from xnerbench.analysis.settings import Settings
    from xnerbench.errors import InputErrors
    from xnerbench.study.reading import keys, schema

    settings = Settings()
    if study is not None:
        settings = study.analysis
        own: dict[str, Any] = {"batch_size": settings.batch_size or study.student.batch_size}
        own |= {
            name: str(study.path(given))
            for name in ("distances", "covariates", "families")
            if (given := getattr(settings, name)) is not None
        }
        settings = dataclasses.replace(settings, **own)
    told = {
        name: _number(text) if hint in (int, float) else text
        for name, hint, _ in _options()
        if (text := getattr(args, name)) is not None
    }
    if mistakes := schema.mistakes(Settings, told, _option):
        raise InputErrors(mistakes)
    asked = keys.build(Settings, told)
    return dataclasses.replace(settings, **{name: getattr(asked, name) for name in told})


def _option(*at: str | int) -> str:
    return f"--{str(at[0]).replace('_', '-')}" if at else ""


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def read_inputs(args: argparse.Namespace) -> tuple[Any, Path | None, Any]:
    """Scores, the counts' folder or `None`, and the corpora table or `None`."""
    from xnerbench.analysis import scores
    from xnerbench.errors import InputError

    found = scores.read(args.scores)
    for option, column in (("primary_method", "method"), ("primary_budget", "budget")):
        asked, there = getattr(args, option), sorted(set(found.ok[column]))
        if asked is not None and asked not in there:
            raise InputError(
                f"no score has the {column} {asked!r}",
                f"--{option.replace('_', '-')}",
                f"Choose one of {', '.join(there)[:300]}",
            )
    counts = args.counts or args.scores.parent / "counts"
    if args.counts is not None and not counts.is_dir():
        raise InputError("there is no such folder", str(counts), "Name the folder of counts")
    corpora = args.corpora or args.scores.parent / "corpora.csv"
    if args.corpora is not None and not corpora.is_file():
        raise InputError("there is no such file", str(corpora), "Name corpora.csv, or leave it out")
    table = None
    if corpora.exists():
        table = _corpora(corpora)
    return found, counts if counts.is_dir() else None, table


def _corpora(path: Path) -> Any:
    from xnerbench.catalogue.study_tables import CORPORA
    from xnerbench.report.reading import read_table

    return read_table(path, CORPORA, "Collect the study's results again, or leave it out")


def read_signals(path: Path) -> Any:
    """The signals beside the scores; `None` where there are none."""
    from xnerbench.catalogue.signal_tables import SIGNALS

    return _beside(path, SIGNALS)


def _beside(path: Path, table: Any) -> Any:
    from xnerbench.report.reading import read_table

    if not path.is_file():
        return None
    return read_table(path, table, "Collect the study's results again, or move it away")


def run(args: argparse.Namespace) -> int:
    """Writes every table, prints what was missing, and returns 0."""
    from xnerbench.analysis import fit, tables
    from xnerbench.catalogue.study_tables import WEIGHTS
    from xnerbench.catalogue.tables import TABLES

    scores, counts, corpora = read_inputs(args)
    signals = read_signals(args.scores.parent / "signals.csv")
    weights = _beside(args.scores.parent / "weights.csv", WEIGHTS)
    known = configured(args)
    variants = {name: known.method(name) for name in known.variants} if known is not None else {}
    settings = settings_of(args, known)
    study = fit.study_of(scores, counts, corpora, settings, signals, weights, variants)
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
