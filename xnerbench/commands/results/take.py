"""`xnerbench take`: copies scores that were made elsewhere, and what belongs to them, into a study's results."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("--config", type=Path, required=True, help="the study's configuration")


def run(args: argparse.Namespace) -> int:
    """Copies the scores last, each file whole or not at all; links are left where they are.

    What lay beside earlier scores goes, since it would be read with the new ones.
    """
    from xnerbench.analysis import scores
    from xnerbench.errors import InputError
    from xnerbench.study import config
    from xnerbench.study.layout import Layout, beside

    study = config.load(args.config)
    if study.scores is None:
        raise InputError("the study names no scores", "scores", "Name a scores.csv there")
    paths, source = Layout(study), study.path(study.scores)
    if source.suffix == ".parquet":
        raise InputError("scores are taken as CSV", "scores", "Write them as scores.csv")
    targets = scores.read(source).targets
    copies = {
        path: paths.results / path.relative_to(source.parent)
        for path in beside(source)
        if path.parent == source.parent or path.stem in targets  # counts without scores say nothing
    }
    if source.parent.resolve() != paths.results.resolve():
        for earlier in {*beside(paths.results_scores)} - {*copies.values()}:
            earlier.unlink()
    for path, copy in copies.items():
        _copy(path, copy)
    _copy(source, paths.results_scores)
    print(f"{paths.results_scores}: taken from {source}, with {len(copies)} files beside it")
    return 0


def _copy(source: Path, target: Path) -> None:
    from xnerbench.storage import artifacts, foreign

    content = foreign.read_bytes(source)
    with artifacts.atomic(target) as partial:
        partial.write_bytes(content)
