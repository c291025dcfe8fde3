"""`xnerbench join`: makes one study of results that were run in parts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.commands import configuration

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    configuration.add_argument(parser, "the whole study's configuration")
    parser.add_argument(
        "parts", nargs="+", type=Path, metavar="PART", help="results folder of a part"
    )


def run(args: argparse.Namespace) -> int:
    """Writes what `collect` would have written had everything been run at once."""
    from xnerbench.scoring import collect, join
    from xnerbench.scoring.part import Part
    from xnerbench.storage import artifacts
    from xnerbench.study import config, grid
    from xnerbench.study.layout import Layout
    from xnerbench.study.needs import needs_of, teachers_of

    study = config.load(args.config)
    paths = Layout(study)
    cells = grid.cells(study)
    names = {cell.id for cell in cells}
    parts = []
    for folder in args.parts:
        own = config.load(folder / "config.yaml")
        theirs = grid.cells(own)
        _same_study(study, own, folder, [cell for cell in theirs if cell.id in names])
        parts.append(Part(folder, _of_other_seeds(cells, theirs)))
    # Everything is read and compared before anything is written.
    scores = join.scores(
        parts,
        [{"study": study.study, "cell": cell.id, **_axes(study, cell)} for cell in cells],
        study.labels,
    )
    targets = tuple(dict.fromkeys(cell.target for cell in cells))
    counts = {
        target: join.counts(parts, target, [c.id for c in cells if c.target == target])
        for target in targets
    }
    weights = join.weights(
        parts, ((c.target, c.seed, c.method) for c in cells if needs_of(c).weights)
    )
    roles = (("source", study.sources), ("target", targets))
    corpora = join.corpora(parts, ((lang, role) for role, langs in roles for lang in langs))
    teachers = join.teachers(
        parts,
        {c.id: (c.target, [paths.teacher(*each).stem for each in teachers_of(c)]) for c in cells},
    )
    versions = join.versions(parts, teachers)
    seeds: dict[str, set[int]] = {target: set() for target in targets}
    for cell in cells:
        seeds[cell.target] |= {cell.seed, cell.teacher_seed, *cell.teacher_seeds}
    signals = join.signals(parts, seeds)
    for target, table in counts.items():
        if table is not None:
            artifacts.write_parquet(
                paths.results_counts(target), table, {"status": "ok"}, kept=True
            )
    collect.write(study, weights, corpora, signals, scores, versions)
    for part in parts:
        if part.without:
            print(
                f"note: {len(part.without)} cells of {part.folder} are left out, {min(part.without)} first: they mix "
                "the teachers of other seeds than the whole study has"
            )
    if several := [name for name, digests in teachers.items() if len(digests) > 1]:
        print(
            f"note: {', '.join(several)} is not one teacher in all parts: other machines, other last bits. Languages "
            "of different parts differ by that, too"
        )
    return 0


def _axes(study: Config, cell: Cell) -> dict[str, Any]:
    """Which cell a row is; where its student started and on which encoder stays as the run wrote it down."""
    kept = ("init", "encoder")
    return {name: value for name, value in cell.identity(study).items() if name not in kept}


def _of_other_seeds(whole: Sequence[Cell], part: Sequence[Cell]) -> frozenset[str]:
    """Cells of a part that mix the teachers of other seeds than those of the same name in the whole study."""
    ours = {cell.id: set(cell.teacher_seeds) for cell in whole if cell.teacher_seeds}
    return frozenset(
        cell.id for cell in part if cell.id in ours and set(cell.teacher_seeds) != ours[cell.id]
    )


def _same_study(whole: Config, part: Config, folder: Path, shared: Sequence[Cell]) -> None:
    """Refuses a part whose configuration differs in what decides a score of the cells that both have.

    Raises:
        InputError: It does; the key is named.
    """
    from xnerbench.errors import InputError
    from xnerbench.pipeline import reads
    from xnerbench.pipeline.stages import STAGES

    languages = {lang for cell in shared for lang in (cell.target, *cell.sources)}
    asked = [
        ("encoder", {}),
        ("teacher", {"sources": "", "seed": ""}),
        ("weights", {"target": "", "sources": "", "seed": ""}),
    ]
    # The source of a given teacher has no corpus; where one study only has it, their teachers differ.
    for language in sorted(languages & {*whole.corpora.languages} & {*part.corpora.languages}):
        for role in ("source", "target"):
            asked.append(("corpus", {"language": language, "role": role}))
        asked.append(("activations", {"language": language, "split": "test"}))
    asked += [("cell", {"cell": method}) for method in sorted({cell.method for cell in shared})]
    told = [
        (" ".join(filter(None, [stage, what.get("language") or what.get("cell")])),
         STAGES[stage].keys(whole, **what), STAGES[stage].keys(part, **what))
        for stage, what in asked
    ]  # fmt: skip
    for cell in shared:
        ours, theirs = (
            {f"dictionaries.{cell.target}": reads.cell_built_in(study, cell.id)}
            for study in (whole, part)
        )
        told.append((f"cell {cell.id}", ours, theirs))
    for where, ours, theirs in told:
        for key in {**ours, **theirs}:
            if ours.get(key) != theirs.get(key):
                raise InputError(
                    f"`{key}` is {theirs.get(key)!r} here and {ours.get(key)!r} in the whole study ({where})",
                    str(folder / "config.yaml"),
                    "Parts may differ in targets, sizes, seeds, methods and budgets only",
                )
