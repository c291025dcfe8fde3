"""Puts a study's results into `results/<study>/`, to be kept."""

from __future__ import annotations

from xnerbench.data.dictionaries import read_dictionary
from xnerbench.data.dictionaries.coverage import Coverage, coverage
from xnerbench.scoring import collect as collecting
from xnerbench.storage.artifacts import read_parquet
from xnerbench.study import grid
from xnerbench.study.config import Config
from xnerbench.study.layout import Layout


def run(config: Config, layout: Layout) -> None:
    """Writes scores, counts, weights, corpora, configuration and versions."""
    cells = grid.cells(config)
    targets = list(dict.fromkeys(cell.target for cell in cells))
    scores = collecting.scores(
        [layout.scores(target) for target in targets], [cell.id for cell in cells], config.labels
    )
    for target in targets:
        collecting.counts(layout.counts(target), layout.results_counts(target))
    weights = collecting.weights(collecting.mixtures(cells, layout))
    signals = collecting.signals(layout.signals(target) for target in targets)
    entries = collecting.prepared(config.sources, config.targets, layout)
    corpora = collecting.corpora(entries, _coverages(config, layout))
    versions = collecting.made_with(collecting.teachers(cells, layout))
    collecting.write(config, weights, corpora, signals, scores, versions)


def _coverages(config: Config, layout: Layout) -> dict[str, Coverage]:
    """How much of the first single source's text each target's dictionary covers; told in the log, too."""
    found: dict[str, Coverage] = {}
    for target in config.dictionaries:
        source = next((each for each in config.single_sources if each != target), None)
        files = (layout.train(source), layout.pool(target)) if source else ()
        if not files or not all(path.is_file() for path in files):
            continue
        labelled, pool = (read_parquet(path)[0] for path in files)
        found[target] = own = coverage(
            read_dictionary(config.dictionary(target), target, f"dictionaries.{target}"),
            labelled["words"].to_pylist(),
            labelled["tags"].to_pylist(),
            pool["words"].to_pylist(),
        )
        print(
            f"dictionary of {target}: {own.entries} entries, {own.share:.0%} of the words of {source} "
            f"outside mentions, {own.share_in_pool:.0%} with a translation in the pool"
        )
    return found
