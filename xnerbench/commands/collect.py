"""`xnerbench collect`: puts a study's results into `results/<study>/`, to be kept."""

from __future__ import annotations

import argparse
import platform
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from xnerbench.study.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", required=True, help="the study's configuration")


def run(args: argparse.Namespace) -> int:
    """Writes scores, counts, weights, corpora, configuration and versions."""
    from xnerbench.scoring import collect
    from xnerbench.storage import provenance
    from xnerbench.study import config, grid
    from xnerbench.study.layout import Layout

    study = config.load(args.config)
    paths = Layout(study)
    cells = grid.cells(study)
    targets = list(dict.fromkeys(cell.target for cell in cells))
    scores = collect.scores(
        [paths.scores(target) for target in targets], [cell.id for cell in cells], study.labels
    )
    mixtures = {
        (cell.target, cell.seed, cell.method): paths.weights(*need)
        for cell in cells
        for need in grid.needs(cell).weights
    }
    entries = [
        (lang, role, paths.manifest(lang, role), paths.activations(lang, split))
        for role, langs, split in (
            ("source", study.sources, "train"),
            ("target", study.targets, "test"),
        )
        for lang in langs
    ]
    for target in targets:
        collect.counts(paths.counts(target), paths.results_counts(target))
    weights = collect.weights((*key, path) for key, path in mixtures.items())
    made_with = {
        "versions": provenance.versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "commit": provenance.commit(),
    }
    write(study, weights, collect.corpora(entries), made_with, scores)
    return 0


def write(
    study: Config,
    weights: pd.DataFrame,
    corpora: pd.DataFrame,
    made_with: dict[str, Any],
    scores: pd.DataFrame,
) -> None:
    """Writes a study's results but for the counts, the scores last, and says how many cells have none."""
    import dataclasses

    import yaml

    from xnerbench.analysis import tables
    from xnerbench.catalogue.study_tables import CORPORA, SCORES, WEIGHTS
    from xnerbench.storage import artifacts
    from xnerbench.study.layout import Layout

    paths = Layout(study)
    study = dataclasses.replace(study, scores=None)  # what made the scores, not what shows them
    tables.write_csv(paths.results_weights, weights, WEIGHTS)
    tables.write_csv(paths.results_corpora, corpora, CORPORA)
    artifacts.write_text(
        paths.results_config, yaml.safe_dump(study.to_dict(), sort_keys=False, allow_unicode=True)
    )
    artifacts.write_json(paths.results_versions, made_with)
    tables.write_csv(paths.results_scores, scores, SCORES)
    failed = int((scores["status"] != "ok").sum())
    print(f"{paths.results_scores}: {len(scores)} cells, {failed} without a score")
