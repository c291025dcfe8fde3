"""`xnerbench export`: a cell's tagger as a Hugging Face folder with a model card."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.commands import configuration
from xnerbench.errors import InputError
from xnerbench.storage.artifacts import read_parquet, read_parquet_record
from xnerbench.study import config, grid, validity
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    configuration.add_argument(parser, "the study's configuration")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--cell", help="id, such as ts/eng/nld/steps/n100/s0")
    which.add_argument(
        "--best",
        metavar="TARGET",
        help="the target's cell of the primary method, first source and primary budget: the one that "
        "agrees most with its teachers on text that it was not trained on, where that is known, or "
        "the largest size",
    )
    parser.add_argument(
        "--by-test-f1",
        action="store_true",
        help="with --best: the highest test F1 of all cells instead, which flatters it",
    )
    parser.add_argument("out", type=Path, help="the folder to write")


def run(arguments: argparse.Namespace) -> int:
    """Chooses the cell and exports it."""
    study = config.load(arguments.config)
    layout = Layout(study)
    if arguments.by_test_f1 and not arguments.best:
        raise InputError("it chooses among cells", "--by-test-f1", "Use it with --best")
    if arguments.best:
        cell, reason = choose(study, layout, arguments.best, arguments.by_test_f1)
    else:
        cell, reason = Cell.parse(arguments.cell, study), "named by its maker"
    export(study, layout, cell, reason, arguments.out)
    return 0


def export(study: Config, layout: Layout, cell: Cell, reason: str, out: Path) -> None:
    """Trains the cell's tagger again, compares its tags with the cell's, and writes the folder.

    Args:
        study: It must have run.
        layout: Its paths.
        cell: Whose tagger.
        reason: Why this cell, for the model card.
        out: The folder to write.

    Raises:
        InputError: The cell failed in the study, or cannot be made again.
    """
    from xnerbench.jobs.parts.retrain import retrain
    from xnerbench.learning.taggers import export, tagger
    from xnerbench.report import model_card

    if layout.cell(cell).is_file() and read_parquet_record(layout.cell(cell))["status"] != "ok":
        raise InputError("the cell failed in the study", cell.id, "Choose another")
    again = retrain(study, layout, cell)
    equal = _equal(layout, cell, again.tags)
    use = export.Use(
        again.spec.freeze,
        study.max_subwords,
        study.corpora.languages[cell.target].spaced,
        again.spec.precision,
    )
    record: dict[str, Any] = {
        "study": study.study,
        "cell": cell.id,
        "chosen": reason,
        "equal_tags": equal,
    }
    record |= {"sources": list(cell.sources), "made_with": validity.made_with(study)}
    record["language"] = cell.target if cell.info.trains_student else cell.sources[0]
    card = model_card.render(study, layout, cell, reason, equal)
    names = tagger.label_names(study.labels)
    export.write(out, layout.encoder, again.model, names, use, record, card)
    print(f"{out}: {cell.id} ({reason})")
    if equal is None and cell.target not in study.untested:
        print("The cell has no predictions to compare with: it has not been scored")
    elif equal is not None and equal < 1:
        print(
            f"{100 * (1 - equal):.2f} % of its tags differ from those that were scored: "
            "another machine, precision or version, or a configuration that has changed since "
            "(`snakemake -n` says what is out of date). The card's scores are of the other one"
        )


def choose(study: Config, layout: Layout, target: str, by_test_f1: bool) -> tuple[Cell, str]:
    """A target's cell, and the reason in words.

    Method, sources and budget are fixed beforehand: how well a student agrees with its teachers says
    nothing about another one's teachers. The test set decides only where that is asked for.

    Raises:
        InputError: There is no finished cell to choose from.
    """
    mine = [cell for cell in grid.cells(study) if cell.target == target]
    records = {
        cell: read_parquet_record(layout.cell(cell)) for cell in mine if layout.cell(cell).is_file()
    }
    done = {cell: record for cell, record in records.items() if record.get("status") == "ok"}
    if by_test_f1:
        scores = _test_f1(layout)
        scored = [cell for cell in done if cell.id in scores]
        if scored:
            best = max(scored, key=lambda cell: scores[cell.id])
            return best, "the highest test F1 of all cells, so its score is too high"
    else:
        method, budget = study.analysis.primary_method, study.analysis.primary_budget
        own = [cell for cell in done if cell.method == method and cell.budget in (budget, "none")]
        own = [cell for cell in own if cell.sources == own[0].sources]
        told = {cell: done[cell].get("fidelity_heldout") for cell in own}
        known = {cell: float(value) for cell, value in told.items() if value is not None}
        if known:
            best = max(known, key=lambda cell: known[cell])
            return best, "most faithful to its teachers on unlabelled text that it had not seen"
        if own:
            best = max(own, key=lambda cell: (cell.n, -study.seeds.index(cell.seed)))
            return best, "primary method, largest size, first seed"
    raise InputError(
        f"no finished cell of `{target}` to choose from",
        "--best",
        "Run the study, or name a --cell",
    )


def _test_f1(layout: Layout) -> dict[str, float]:
    if not layout.results_scores.is_file():
        return {}
    from xnerbench.analysis import scores

    frame = scores.read(layout.results_scores).ok
    return dict(zip(frame["cell"], frame["f1"].astype(float), strict=True))


def _equal(layout: Layout, cell: Cell, tags: list[list[str]]) -> float | None:
    """Share of words whose tag is the one in the cell's file."""
    path = layout.cell(cell)
    if not path.is_file():
        return None
    before = read_parquet(path)[0]["tags"].to_pylist()
    pairs = [
        pair for one, two in zip(before, tags, strict=True) for pair in zip(one, two, strict=True)
    ]
    return sum(one == two for one, two in pairs) / len(pairs) if pairs else None
