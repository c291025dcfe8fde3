"""`xnerbench calibrate`: what F1 can be read off without labels, from a study of many languages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "--results", type=Path, required=True, help="a results folder with signals.csv, results/<study>"
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, help="the file to write; calibration.json in that folder by default"
    )


def run(args: argparse.Namespace) -> int:
    """Calibrates every outcome with enough languages, writes the file, and prints how far each errs."""
    from xnerbench.analysis import fit, scores
    from xnerbench.analysis.confidence import carrying, stored
    from xnerbench.analysis.confidence.rows import TEXT
    from xnerbench.commands.results.fit import read_signals
    from xnerbench.errors import InputError
    from xnerbench.storage import foreign, provenance
    from xnerbench.study import config, validity

    folder = args.results
    study = config.load(folder / "config.yaml")
    signals = read_signals(folder / "signals.csv")
    if signals is None:
        raise InputError(
            "there are no signals", str(folder / "signals.csv"), "Run the study with this version of the suite"
        )  # fmt: skip
    analysis = fit.study_of(
        scores.read(folder / "scores.csv"), None, _corpora(folder), study.analysis, signals
    )
    entries = []
    carried = carrying.every(analysis)
    for outcome, own in analysis.calibrations.items():
        if outcome.text != TEXT:  # a student's own confidence: there is none before it is trained
            continue
        entries.append(stored.entry_of(outcome, own, carried.get(outcome)))
        print(
            f"{outcome.method} {outcome.sources} {outcome.budget} n={outcome.n}: {' + '.join(own.chosen.signals)} "
            f"({own.chosen.form}), error {own.error:.1f} F1 on left-out families, "
            f"{len(own.panel.targets)} languages, {100 * own.covered.mean():.0f} % held"
        )
    if not entries:
        raise InputError(
            "no outcome has eight languages of four families with signals", str(folder), "Run more languages"
        )  # fmt: skip
    made = foreign.read_json(folder / "versions.json")
    told = {
        "study": study.study,
        "made_with": validity.made_with(study),
        "teachers": {
            source: str(study.corpora.languages[source].family) for source in study.sources
        },
        "versions": made.get("versions", {}),
        "calibrated_with": provenance.versions()["xnerbench"],
    }
    out = args.out or folder / "calibration.json"
    stored.write(out, told, entries)
    print(f"{out}: {len(entries)} outcomes")
    return 0


def _corpora(folder: Path) -> Any:
    from xnerbench.catalogue.study_tables import CORPORA
    from xnerbench.report.reading import read_table

    path = folder / "corpora.csv"
    return (
        read_table(path, CORPORA, "Collect the study's results again") if path.is_file() else None
    )
