"""`xnerbench collect`: puts a study's results into `results/<study>/`, to be kept."""

from __future__ import annotations

import argparse
import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", required=True, help="the study's configuration")


def run(args: argparse.Namespace) -> int:
    """Writes scores, counts, weights, corpora, configuration and versions."""
    import yaml

    from xnerbench import artifacts, config, grid, provenance
    from xnerbench.analysis import collecting, tables
    from xnerbench.layout import Layout

    study = config.load(args.config)
    paths = Layout(study)
    cells = grid.cells(study)
    targets = list(dict.fromkeys(cell.target for cell in cells))
    scores = collecting.scores(
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
        collecting.counts(paths.counts(target), paths.results_counts(target))
    weights = collecting.weights((*key, path) for key, path in mixtures.items())
    tables.write_csv(paths.results_weights, weights)
    tables.write_csv(paths.results_corpora, collecting.corpora(entries))
    artifacts.write_text(
        paths.results_config, yaml.safe_dump(study.to_dict(), sort_keys=False, allow_unicode=True)
    )
    made_with = {
        "versions": provenance.versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "commit": provenance.commit(),
    }
    artifacts.write_json(paths.results_versions, made_with)
    tables.write_csv(paths.results_scores, scores)
    failed = int((scores["status"] != "ok").sum())
    print(f"{paths.results_scores}: {len(scores)} cells, {failed} without a score")
    return 0
