"""Joins the results of a study that was run in parts: other seeds here, other targets on another machine.

A part is a results folder (`results/<study>/`) of a configuration that differs from the whole one in its grid
only: targets, sizes, seeds, methods, budgets. What decides a score must be the same in all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xnerbench.analysis.tables import FLOAT_FORMAT, as_frame
from xnerbench.catalogue.signal_tables import SIGNALS
from xnerbench.catalogue.study_tables import CORPORA, WEIGHTS, score_columns
from xnerbench.errors import InputError, shortened
from xnerbench.scoring.part import SEEDS, Part


def scores(
    parts: Sequence[Part], grid: Sequence[Mapping[str, Any]], labels: Sequence[str]
) -> pd.DataFrame:
    """The rows of the grid, each from the part that has it.

    Args:
        parts: The parts; where several have a cell, they must agree on it, or have one score in all.
        grid: The columns that identify a cell (`cell`, seeds, ...), in order; they replace the part's.
        labels: Entity types.

    Raises:
        InputError: A cell is in no part, parts differ on one, or one was made with other seeds.
    """
    declared = score_columns(labels)
    found: dict[str, tuple[dict[str, str], Part]] = {}
    wanted = {cell["cell"] for cell in grid}
    for part in parts:
        if unknown := [name for name in part.scores.columns if name not in declared]:
            raise InputError(
                f"the column {shortened(unknown[0])!r} is none of this study's scores",
                str(part.folder / "scores.csv"),
                "Remove it, or collect the part's results again",
            )
        for row in part.scores[part.scores["cell"].isin(wanted)].to_dict("records"):
            known, where = found.get(row["cell"], (None, part))
            if known is None or (known["status"] != "ok" and row["status"] == "ok"):
                found[row["cell"]] = row, part
            elif row["status"] == "ok" and not _same(row["f1"], known["f1"]):
                raise InputError(
                    f"{row['cell']} has F1 {row['f1']} here and {known['f1']} in {where.folder}",
                    str(part.folder / "scores.csv"),
                    "Join parts that were run once, or leave one of them out",
                )
    if missing := [cell["cell"] for cell in grid if cell["cell"] not in found]:
        raise InputError(
            f"{len(missing)} of {len(grid)} cells are in no part, {missing[0]} first",
            "--config",
            "Run what is missing, or ask for a smaller grid",
        )
    rows = []
    for cell in grid:
        row, part = found[cell["cell"]]
        for name in SEEDS:
            if row[name] != str(cell[name]):
                raise InputError(
                    f"{cell['cell']} was made with {name} {row[name]}, not {cell[name]}",
                    str(part.folder / "scores.csv"),
                    "Give the configuration the seeds of its parts",
                )
        rows.append(row | dict(cell))
    return as_frame(rows, declared)


def teachers(
    parts: Sequence[Part], cells: Mapping[str, tuple[str, Iterable[str]]]
) -> dict[str, tuple[str, ...]]:
    """The digests of every teacher by its name: several where languages have different ones.

    On another kind of machine the same recipe and seed train a teacher that differs in its last bits, which can be
    over a point of F1 in direct transfer. Between languages that is one more chance; within one it would be
    taken for an effect of the method.

    Args:
        parts: The parts. Those of earlier versions of the suite say nothing of their teachers.
        cells: Target and teachers of every cell.

    Raises:
        InputError: A language's cells rest on different teachers of one name.
    """
    held: dict[str, Part] = {}  # of every cell that has a score, as `scores` takes it
    for part in reversed(parts):
        held |= dict.fromkeys(part.scores.loc[part.scores["status"] == "ok", "cell"], part)
    found: dict[str, dict[str, None]] = {}
    own: dict[tuple[str, str], tuple[str, Part]] = {}
    for cell in filter(held.__contains__, cells):
        (target, names), part = cells[cell], held[cell]
        known = part.versions["teachers"]
        for name in filter(known.__contains__, names):
            found.setdefault(name, {})[known[name]] = None
            digest, where = own.setdefault((target, name), (known[name], part))
            if digest != known[name]:
                raise InputError(
                    f"cells of {target} rest on another teacher {name} here than in {where.folder}",
                    str(part.folder / "versions.json"),
                    "Run what is compared within a language on one machine, or with one `given_teacher`",
                )
    return {name: tuple(digests) for name, digests in found.items()}


def counts(parts: Sequence[Part], target: str, cells: Sequence[str]) -> pa.Table | None:
    """One target's entity counts of the given cells, in the order of `counts_table`; `None` if no part has any."""
    tables = [table for part in parts if (table := part.counts(target)) is not None]
    if not tables:
        return None
    taken: set[str] = set()
    kept = []
    order = {cell: i for i, cell in enumerate(cells)}
    for table in tables:
        names = set(table["cell"].to_pylist())
        wanted = (names & set(order)) - taken
        taken |= wanted
        kept.append(table.filter(pc.is_in(table["cell"], pa.array(sorted(wanted), pa.string()))))
    whole = pa.concat_tables(kept)
    rank = pa.array([order[cell] for cell in whole["cell"].to_pylist()], pa.int64())
    by = [(name, "ascending") for name in ("sentence", "type", "rank")]
    return whole.append_column("rank", rank).sort_by(by).drop_columns(["rank"])


def weights(parts: Sequence[Part], cells: Iterable[tuple[str, int, str]]) -> pd.DataFrame:
    """The similarity weights of the given (target, seed, method), from the first part that has them."""
    rows = []
    for target, seed, method in dict.fromkeys(cells):
        for part in parts:
            frame = part.weights
            same = (frame["target"] == target) & (frame["seed"] == str(seed))
            if found := frame[same & (frame["method"] == method)].to_dict("records"):
                rows += found
                break
    return as_frame(rows, WEIGHTS.names)


def signals(parts: Sequence[Part], seeds: Mapping[str, Collection[int]]) -> pd.DataFrame | None:
    """The signals of these targets, each row from the first part that has it; `None` if no part has any.

    Disagreement of seeds or sources is what the part saw: between parts nothing is compared.

    Args:
        parts: The parts.
        seeds: Target -> seeds of its teachers and students.
    """
    known = [frame for part in parts if (frame := part.signals) is not None]
    if not known:
        return None
    whole = pd.concat(known, ignore_index=True)
    whole = whole.drop_duplicates(list(SIGNALS.names[: SIGNALS.names.index("temperature")]))
    own = [
        whole[(whole["target"] == target) & whole["seed"].isin([str(seed) for seed in known])]
        for target, known in seeds.items()
    ]
    return pd.concat(own, ignore_index=True)


def corpora(parts: Sequence[Part], wanted: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """One row for each (language, role).

    Raises:
        InputError: Two parts were made from different texts.
    """
    rows = []
    for language, role in wanted:
        known: dict[str, str] | None = None
        for part in parts:
            frame = part.corpora
            for row in frame[(frame["language"] == language) & (frame["role"] == role)].to_dict(
                "records"
            ):
                known = _with_dictionary(known or row, row)
                row = _with_dictionary(row, known)
                if different := [n for n in CORPORA.names if not _same(row[n], known[n])]:
                    raise InputError(
                        f"{different[0]} of {language} ({role}) is {row[different[0]]!r} here and "
                        f"{known[different[0]]!r} in another part",
                        str(part.folder / "corpora.csv"),
                        "Join parts that were made from the same files with the same caps",
                    )
        if known is not None:
            rows.append(known)
    return as_frame(rows, CORPORA.names)


def _with_dictionary(row: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """A row with what another part says of a dictionary that its own part did not need."""
    return {n: v or (other[n] if n.startswith("dictionary") else v) for n, v in row.items()}


def _same(one: str, other: str) -> bool:
    """Whether two fields say the same; other versions of the suite wrote more digits."""
    if one == other:
        return True
    try:
        return FLOAT_FORMAT % float(one) == FLOAT_FORMAT % float(other)
    except ValueError:
        return False


def versions(parts: Sequence[Part], teachers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The first part's versions, under `parts` all that differ, and of `teachers` those that are one."""
    every = [
        {name: said for name, said in part.versions.items() if name != "teachers"} for part in parts
    ]
    different = [one for i, one in enumerate(every) if one not in every[:i]]
    return {
        **every[0],
        **({"parts": different} if len(different) > 1 else {}),
        "teachers": {name: of[0] for name, of in teachers.items() if len(of) == 1},
    }
