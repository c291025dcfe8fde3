"""`xnerbench calibrate`: what F1 can be read off without labels, from a study of many languages."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "--results",
        type=Path,
        nargs="+",
        required=True,
        metavar="FOLDER",
        help="results folders with signals.csv, results/<study>; of several, which must have the same encoder and "
        "teachers' recipe, each outcome is taken from the first that has it",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="the file to write; calibration.json in the first folder by default",
    )


def run(args: argparse.Namespace) -> int:
    """Calibrates every outcome with enough languages, writes the file, and prints how far each errs."""
    from xnerbench.analysis.confidence import stored
    from xnerbench.errors import InputError
    from xnerbench.storage import foreign, provenance
    from xnerbench.study import config, validity

    first = args.results[0]
    studies = {folder: config.load(folder / "config.yaml") for folder in args.results}
    made_with = validity.made_with(studies[first])
    for folder, study in studies.items():
        if validity.made_with(study) != made_with:
            raise InputError(
                f"its encoder, teachers' recipe or labels are not those of {first}",
                str(folder / "config.yaml"),
                "Calibrate it by itself: what is read off one teacher says nothing of another",
            )
    entries: dict[tuple[Any, ...], dict[str, Any]] = {}
    for folder, study in studies.items():
        for outcome, entry in _calibrated(folder, study):
            entries.setdefault(outcome, entry)
    if not entries:
        raise InputError(
            "no outcome has eight languages of four families with signals", str(first), "Run more languages"
        )  # fmt: skip
    for outcome, entry in entries.items():
        print(
            f"{' '.join(map(str, outcome))}: {' + '.join(entry['signals'])} ({entry['form']}), error "
            f"{entry['error']:.1f} F1 on left-out families, {entry['n_languages']} languages, "
            f"{100 * entry['coverage']:.0f} % held"
        )
    told = {
        "study": studies[first].study,
        "made_with": made_with,
        "teachers": {
            source: str(study.corpora.languages[source].family)
            for study in reversed(studies.values())
            for source in study.sources
            if source in study.corpora.languages  # of a given teacher's nothing is known
        },
        "versions": foreign.read_json(first / "versions.json").get("versions", {}),
        "calibrated_with": provenance.versions()["xnerbench"],
    }
    out = args.out or first / "calibration.json"
    stored.write(out, told, list(entries.values()))
    print(f"{out}: {len(entries)} outcomes")
    return 0


def _calibrated(folder: Path, study: Config) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Each outcome of a study that can be read off its teachers, with its entry in the file.

    Of students those of the primary method and budget: nobody is told to make their rivals.

    Raises:
        InputError: It has no signals.
    """
    from xnerbench.analysis import fit, scores
    from xnerbench.analysis.confidence import carrying, stored
    from xnerbench.analysis.confidence.rows import TEXT
    from xnerbench.commands.results.fit import read_signals
    from xnerbench.errors import InputError

    signals = read_signals(folder / "signals.csv")
    if signals is None:
        raise InputError(
            "there are no signals", str(folder / "signals.csv"), "Run the study with this version of the suite"
        )  # fmt: skip
    analysis = fit.study_of(
        scores.read(folder / "scores.csv"), None, _corpora(folder), study.analysis, signals
    )
    primary = (analysis.settings.primary_method, analysis.settings.primary_budget)
    carried = carrying.every(analysis)
    for outcome, own in analysis.calibrations.items():
        if outcome.text != TEXT:  # a student's own confidence: there is none before it is trained
            continue
        if outcome.n and (outcome.method, outcome.budget) != primary:
            continue
        named = (outcome.method, outcome.sources, outcome.budget, f"n={outcome.n}")
        yield named, stored.entry_of(outcome, own, carried.get(outcome))


def _corpora(folder: Path) -> Any:
    from xnerbench.catalogue.study_tables import CORPORA
    from xnerbench.report.reading import read_table

    path = folder / "corpora.csv"
    return (
        read_table(path, CORPORA, "Collect the study's results again") if path.is_file() else None
    )
