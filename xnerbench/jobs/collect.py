"""Puts a study's results into `results/<study>/`, to be kept."""

from __future__ import annotations

import platform

from xnerbench.scoring import collect as collecting
from xnerbench.storage import provenance
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout
from xnerbench.study.needs import needs_of


def run(config: Config, layout: Layout) -> None:
    """Writes scores, counts, weights, corpora, configuration and versions."""
    cells = grid.cells(config)
    targets = list(dict.fromkeys(cell.target for cell in cells))
    scores = collecting.scores(
        [layout.scores(target) for target in targets], [cell.id for cell in cells], config.labels
    )
    mixtures = {
        (cell.target, cell.seed, cell.method): layout.weights(*need)
        for cell in cells
        for need in needs_of(cell).weights
    }
    entries = [
        (lang, role, layout.manifest(lang, role), layout.activations(lang, split))
        for role, langs, split in (
            ("source", config.sources, "train"),
            ("target", config.targets, "test"),
        )
        for lang in langs
    ]
    for target in targets:
        collecting.counts(layout.counts(target), layout.results_counts(target))
    weights = collecting.weights((*key, path) for key, path in mixtures.items())
    made_with = {
        "versions": provenance.versions(),
        "platform": f"{platform.system()} {platform.machine()}",
        "commit": provenance.commit(),
    }
    signals = collecting.signals(layout.signals(target) for target in targets)
    corpora = collecting.corpora(entries)
    collecting.write(config, weights, corpora, signals, made_with, scores)
