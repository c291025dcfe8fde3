"""Reading and validating scores: this suite's own, or any file with the same columns.

Only `target, method, n, f1` are needed, with `seed` where there is more than one run per cell; what
else is missing is filled in and said in `Scores.notes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from xnerbench.analysis import tables
from xnerbench.catalogue.study_tables import score_columns
from xnerbench.errors import InputError
from xnerbench.storage import foreign

NEEDED = ("method", "target", "n", "f1")
KEYS = ["method", "sources", "target", "budget", "n"]
COUNT_COLUMNS = ("cell", "sentence", "type", "tp", "predicted", "gold")
TEXT = {"study": "", "sources": "", "budget": "none", "init": "", "encoder": "", "status": "ok"}
LARGEST = 2**53
"""Whole numbers up to here are what they are as floats."""
F1_TOLERANCE = 0.05
"""Largest difference, in F1 points, between a score and its counts: rounded scores still fit."""


@dataclass(frozen=True)
class Scores:
    """A study's scores.

    Attributes:
        frame: One row per cell, all columns of the table `scores`.
        labels: Entity types with an `f1_<TYPE>` column.
        notes: What was missing and how it was filled.
    """

    frame: pd.DataFrame
    labels: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> pd.DataFrame:
        """The rows that have a score."""
        return self.frame[self.frame["status"] == "ok"]

    @property
    def targets(self) -> list[str]:
        """Target languages, in order of appearance."""
        return list(dict.fromkeys(self.frame["target"]))


def read(path: Path | str) -> Scores:
    """Reads a scores file (CSV, or Parquet by its name).

    Raises:
        InputError: The file is absent, lacks a needed column, names a cell twice, or has a value
            that cannot be an F1 in 0..100 or a size, or rows of another width than the header.
    """
    path = Path(path)
    remedy = "Name a scores file, scores.csv"
    if path.suffix == ".parquet":
        frame = _plain(foreign.read_parquet(path, remedy=remedy), path).to_pandas()
    else:  # `nan`, `NA` and `none` are words here (a language, a budget), only empty is missing
        frame = tables.read_csv(path, remedy)
    return validate(frame, str(path))


def _plain(table: pa.Table, path: Path) -> pa.Table:
    """The table, if its columns hold words, numbers and truths, as those of a CSV would."""
    kinds = pa.types
    words = (kinds.is_string, kinds.is_large_string)
    known = (*words, kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_null)
    for field in table.schema:
        kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
        if not any(is_kind(kind) for is_kind in known):
            what = f"the column {field.name[:60]} holds {str(kind)[:60]}"
            raise InputError(what, str(path), "Write words and numbers there, or leave it out")
    return table


def validate(frame: pd.DataFrame, where: str, foreign: bool = True) -> Scores:
    """Checks a scores frame and fills what may be missing; see `read`.

    Args:
        frame: As in the file.
        where: Named in messages.
        foreign: Whether F1 may be meant in 0..1; the suite's own scores may all be that low.
    """
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise InputError(
            f"the column {missing[0]} is missing", where, f"Needed are {', '.join(NEEDED)}"
        )
    if frame.empty:
        raise InputError("the table has no rows", where, "Score at least one cell")
    frame = frame.reset_index(drop=True).copy()
    notes: list[str] = []
    for name, default in TEXT.items():
        if name not in frame:
            notes.append(f"no column {name}: taken as '{default}'")
        filled = frame[name] if name in frame else pd.Series(default, index=frame.index)
        frame[name] = filled.astype(object).fillna(default).astype(str).replace("", default)
    for name in ("reason", "collapsed"):
        if name not in frame:
            frame[name] = ""
        frame[name] = frame[name].astype(object).fillna("").astype(str)
    labels = tuple(c[3:] for c in frame.columns if c.startswith("f1_") and c != "f1_lenient")
    for name in ("method", "target"):
        frame[name] = frame[name].astype(object).fillna("").astype(str)
    numbers = ["n", "seed", "f1", "precision", "recall", "f1_lenient", *(f"f1_{x}" for x in labels)]
    numbers += ["teacher_seed", "subset_seed", "student_seed", "n_test_sentences"]
    numbers += ["n_test_entities", "steps", "train_seconds", "seconds", "peak_mb"]
    numbers += ["updates", "fidelity_test", "fidelity_heldout"]
    for name in numbers:
        frame[name] = _numbers(frame, name, where)
    if frame["seed"].isna().all():
        frame["seed"] = _numbered_runs(frame)
        notes.append("no column seed: the runs of a cell are numbered in the file's order")
    for name in ("teacher_seed", "subset_seed", "student_seed"):
        frame[name] = frame[name].fillna(frame["seed"])
    _check_values(frame, where, foreign)
    if "cell" not in frame:
        parts = frame[["method", "sources", "target", "budget"]].agg("/".join, axis=1)
        frame["cell"] = [
            f"{part}/n{n:.0f}/s{seed:.0f}"
            for part, n, seed in zip(parts, frame["n"], frame["seed"], strict=True)
        ]
    return Scores(frame[list(score_columns(labels))], labels, tuple(notes))


def _numbers(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    if name not in frame:
        return pd.Series(np.nan, index=frame.index)
    text = frame[name].astype(object)
    values = pd.to_numeric(text.where(text != "", None), errors="coerce").astype(float)
    bad = values.isna() & text.notna() & (text.astype(str) != "") & (text.astype(str) != "nan")
    if bad.any():
        row = int(bad.idxmax())
        raise InputError(
            f"{name} is '{str(text[row])[:60]}', which is no number",
            f"{where}, row {row + 2}",
            "Correct it",
        )
    return values


def _numbered_runs(frame: pd.DataFrame) -> pd.Series:
    return frame.groupby(KEYS, sort=False).cumcount().astype(float)


def _check_values(frame: pd.DataFrame, where: str, foreign: bool) -> None:
    def complain(bad: pd.Series, what: str, remedy: str) -> None:
        if bad.any():
            raise InputError(what, f"{where}, row {int(bad.idxmax()) + 2}", remedy)

    ok = frame["status"] == "ok"
    for name in ("method", "target"):
        complain(frame[name].str.strip() == "", f"there is no {name}", "Write one")
    for name in ("method", "target", "sources", "budget"):
        complain(
            ~frame[name].map(str.isprintable),
            f"the {name} holds control characters",
            "Write it in plain letters",
        )
    complain(
        frame["n"].isna() | ~frame["n"].between(0, LARGEST) | (frame["n"] % 1 != 0),
        "n is not a number of sentences",
        "Write a whole number, 0 for a method without unlabelled text",
    )
    complain(frame["seed"].isna(), "the seed is missing", "Give every run a seed, or none")
    for name in ("seed", "teacher_seed", "subset_seed", "student_seed"):
        complain(
            ~frame[name].between(0, LARGEST) | (frame[name] % 1 != 0),
            f"the {name} is no whole number from 0",
            "Number the runs",
        )
    for name in ("n_test_sentences", "n_test_entities"):
        known = frame[name].dropna()
        complain(
            ~known.between(0, LARGEST) | (known % 1 != 0),
            f"{name} is no number of sentences or entities",
            "Write a whole number, or leave it empty",
        )
    for name in frame.columns[frame.columns.str.startswith("f1_")].union(["precision", "recall"]):
        known = frame[name].dropna()
        complain(~known.between(0, 100), f"{name} is outside 0..100", "Give it in 0..100")
    complain(
        ok & frame["f1"].isna(),
        "the F1 is missing",
        "Give it, or set status to another word than ok",
    )
    complain(
        frame["f1"].notna() & ~frame["f1"].between(0, 100),
        "F1 is outside 0..100",
        "Give F1 in 0..100",
    )
    known = frame.loc[ok, "f1"]
    if foreign and len(known) and 0 < known.max() <= 1:
        raise InputError("no F1 is above 1", where, "F1 is expected in 0..100: multiply by 100")
    complain(
        frame.duplicated([*KEYS, "seed"]),
        "this method, sources, target, budget, n and seed occur twice",
        "Keep one row per run, or give each its own seed",
    )


@dataclass(frozen=True)
class Counts:
    """Strict entity counts of one target's cells, a test sentence a column.

    Attributes:
        cells: Ids, in the order of the rows.
        tp, predicted, gold: float32, [cells, sentences], summed over entity types.
    """

    cells: tuple[str, ...]
    tp: np.ndarray
    predicted: np.ndarray
    gold: np.ndarray

    @property
    def n_sentences(self) -> int:
        """Sentences of the test set, those without entities included."""
        return self.tp.shape[1]


def read_counts(folder: Path, target: str, rows: pd.DataFrame) -> Counts | None:
    """Reads one target's counts, or `None` where they cannot serve all of its cells.

    Args:
        folder: Holds `<target>.parquet`.
        target: The language.
        rows: The target's scored rows.

    Raises:
        InputError: The counts do not give the scores' F1, or lack a column.
    """
    path = folder / f"{target}.parquet"
    if not path.is_file() or rows["n_test_sentences"].isna().any():
        return None
    frame = foreign.read_parquet(path, remedy="Score again").to_pandas()
    if missing := [name for name in COUNT_COLUMNS if name not in frame.columns]:
        raise InputError(f"the column {missing[0]} is missing", str(path), "Score again")
    for name in COUNT_COLUMNS[-3:] + COUNT_COLUMNS[1:2]:
        if not pd.api.types.is_integer_dtype(frame[name]) or (len(frame) and frame[name].min() < 0):
            raise InputError(f"{name} holds no counts", str(path), "Score again")
    cells = tuple(rows["cell"])
    sentences = int(rows["n_test_sentences"].max())
    position = pd.Series(range(len(cells)), index=list(cells))
    frame = frame[frame["cell"].isin(position.index)]
    if len(frame) and int(frame["sentence"].max()) >= sentences:
        raise InputError(
            f"sentence {int(frame['sentence'].max())} of {sentences}", str(path), "Score again"
        )
    row = position.loc[frame["cell"].astype(str)].to_numpy()
    arrays = {}
    for name in ("tp", "predicted", "gold"):
        values = np.zeros((len(cells), sentences), np.float32)
        np.add.at(values, (row, frame["sentence"].to_numpy()), frame[name].to_numpy(np.float32))
        arrays[name] = values
    counts = Counts(cells, **arrays)
    f1 = f1_of(counts, np.ones((1, sentences), np.float32))[:, 0]
    off = np.abs(f1 - rows["f1"].to_numpy(float))
    if (off > F1_TOLERANCE).any():
        worst = int(off.argmax())
        raise InputError(
            f"the counts of {cells[worst]} give F1 {f1[worst]:.2f}, "
            f"its score is {rows['f1'].iloc[worst]:.2f}",
            str(path),
            "Scores and counts must come from the same predictions: score again",
        )
    return counts


def f1_of(counts: Counts, weights: np.ndarray) -> np.ndarray:
    """F1 (0..100) of every cell when sentence s counts `weights[b, s]` times, [cells, draws].

    Sums of whole numbers below 2**24 are exact in float32, so the products do not depend on the
    order in which a matrix product adds.
    """
    weights = np.ascontiguousarray(weights, np.float32)
    tp = counts.tp @ weights.T
    entities = (counts.predicted + counts.gold) @ weights.T
    return np.where(entities > 0, 200.0 * tp / np.where(entities > 0, entities, 1), 0.0)
