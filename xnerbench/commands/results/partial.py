"""`xnerbench partial`: the report of a study that is still running, from the cells that are there."""

from __future__ import annotations

import argparse
import shutil
from types import ModuleType

from xnerbench.commands import configuration

TOLD = 5
"""So many cells that were left out are named."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's options."""
    configuration.add_argument(parser, "the study's configuration")


def run(args: argparse.Namespace) -> int:
    """Writes `work/<study>/partial`, whole or not at all, and prints the report's path.

    The study's results folder is never touched, and a run of the same study may be under way.
    """
    from xnerbench.commands.results import fit
    from xnerbench.report import page, reading
    from xnerbench.report.text import summary
    from xnerbench.scoring import partial
    from xnerbench.storage import artifacts
    from xnerbench.study import config
    from xnerbench.study.layout import Layout

    study = config.load(args.config)
    folder = Layout(study).partial
    unfinished = artifacts.partial_of(folder)
    try:
        paths = Layout(study, unfinished)
        found = partial.gather(study, paths)
        note = {name: getattr(found, name) for name in ("cells", "done", "failed")}
        artifacts.write_json(unfinished / reading.PARTIAL, {**note, "at": partial.now()})
        scores, tables = str(paths.results_scores), str(paths.tables)
        given = [word for file in args.config for word in ("--config", str(file))]
        _call(fit, *given, "--scores", scores, "--out", tables)
        loaded = reading.load(unfinished)
        page.write(loaded)
        artifacts.replace_folder(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    print("\n".join(summary.sentences(loaded)))
    for line in found.odd[:TOLD]:
        print(line)
    if len(found.odd) > TOLD:
        print(f"and {len(found.odd) - TOLD} more like these")
    print(f"{found.done} of {found.cells} cells: {folder / 'report.html'}")
    return 0


def _call(command: ModuleType, *arguments: str) -> None:
    """What `xnerbench` would do with these arguments, with nothing printed: paths in it will have gone."""
    import contextlib
    import io

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    with contextlib.redirect_stdout(io.StringIO()):
        command.run(parser.parse_args(arguments))
