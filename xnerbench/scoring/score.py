"""Scores of one prediction against gold: seqeval's numbers, and counts to resample later.

F1, precision and recall are entity-level, micro-averaged, in 0..100. *Strict* is seqeval's strict
IOB2 (an entity begins with B-); *lenient* is seqeval's default, which also accepts an entity that
begins with I-, as the CoNLL script does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from seqeval.metrics import f1_score
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from xnerbench.catalogue.study_tables import SCORES
from xnerbench.data import tags as tagging
from xnerbench.errors import InputError
from xnerbench.storage import artifacts

Row = tuple[str, int, str, int, int, int]

COUNTS_SCHEMA = pa.schema(
    [
        ("cell", pa.string()),
        ("sentence", pa.int32()),
        ("type", pa.string()),
        ("tp", pa.uint16()),
        ("predicted", pa.uint16()),
        ("gold", pa.uint16()),
    ]
)
FROM_RECORD = (
    "init",
    "steps",
    "fidelity_test",
    "fidelity_heldout",
    "collapsed",
    "train_seconds",
    "seconds",
    "peak_mb",
    "encoder",
)
STRICT: dict[str, Any] = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
TOLERANCE = 1e-9


def score_file(
    path: Path, cell: str, test: Sequence[Mapping[str, Any]], labels: Sequence[str]
) -> tuple[dict[str, Any], list[Row]]:
    """Scores one cell's file; a failed or absent one becomes a row without scores.

    Args:
        path: Predictions, `sentence_id, words, tags`, with the cell's record.
        cell: The cell's id.
        test: The test set, a mapping `sentence_id, words, tags` a sentence.
        labels: Entity types of the study.

    Returns:
        The remaining columns of `scores.csv`, and the count rows.

    Raises:
        InputError: The prediction does not fit the test set.
    """
    if not path.is_file():
        return {"status": "failed", "reason": "no predictions: the cell has not run"}, []
    table, record = artifacts.read_parquet(path)
    row: dict[str, Any] = {name: record.get(name) for name in FROM_RECORD}
    if row["collapsed"] is not None:
        row["collapsed"] = str(row["collapsed"]).lower()
    if record.get("status", "ok") != "ok":
        reason = " ".join(str(record.get("reason") or "no reason was recorded").split())
        return {**row, "status": str(record["status"]), "reason": reason}, []
    if not test:
        return {**row, "status": "untested", "reason": "the target has no test set"}, []
    gold, predicted = aligned(test, table.to_pylist(), labels, str(path))
    scores = seqeval_scores(gold, predicted, labels)
    counts = count_rows(cell, gold, predicted)
    tp, n_predicted, n_gold = (
        np.sum([count[3:] for count in counts], axis=0) if counts else (0, 0, 0)
    )
    if abs(f1_of_counts(tp, n_predicted, n_gold) - (scores["f1"] or 0.0)) > TOLERANCE:
        raise RuntimeError(
            f"{path}: counts give F1 {f1_of_counts(tp, n_predicted, n_gold)}, "
            f"seqeval gives {scores['f1']}: one of the two is wrong"
        )
    size = {"n_test_sentences": len(gold), "n_test_entities": int(n_gold)}
    return {**row, **scores, **size, "status": "ok", "reason": ""}, counts


def aligned(
    test: Sequence[Mapping[str, Any]],
    prediction: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
    where: str,
) -> tuple[list[list[str]], list[list[str]]]:
    """Gold and predicted tags, sentence by sentence.

    Raises:
        InputError: Sentences or words differ, or a tag is none of the study's.
    """
    remedy = "Predict again: the test set has changed since, or another file was put here"
    if [s["sentence_id"] for s in test] != [s["sentence_id"] for s in prediction]:
        raise InputError("the prediction's sentences are not the test set's", where, remedy)
    allowed = {"O", *(f"{prefix}-{label}" for prefix in "BI" for label in labels)}
    for i, (truth, guess) in enumerate(zip(test, prediction, strict=True)):
        if truth["words"] != guess["words"]:
            raise InputError(f"the words of sentence {i} differ from the test set", where, remedy)
        if len(truth["tags"]) != len(guess["tags"]):
            words, tags = len(truth["tags"]), len(guess["tags"])
            raise InputError(f"sentence {i} has {words} words and {tags} tags", where, remedy)
        if odd := sorted(set(guess["tags"]) - allowed):
            raise InputError(
                f"sentence {i} is tagged {odd[0]}, which is no tag of the study",
                where,
                f"The study's labels are {', '.join(labels)}",
            )
    return [list(s["tags"]) for s in test], [list(s["tags"]) for s in prediction]


def seqeval_scores(
    gold: list[list[str]], predicted: list[list[str]], labels: Sequence[str]
) -> dict[str, float | None]:
    """Strict and lenient scores of a test set, by seqeval.

    Returns:
        `f1, precision, recall, f1_lenient, f1_<TYPE>...` in 0..100. Where nothing is predicted or
        nothing is to be found, seqeval's 0 stands (`zero_division=0`: the counts of entities beside
        the score say what its warning would). A type on neither side has no F1: `None`.
    """
    precision, recall, f1, _ = precision_recall_fscore_support(
        gold, predicted, average="micro", **STRICT
    )
    scores: dict[str, float | None] = {
        "f1": 100 * float(f1),
        "precision": 100 * float(precision),
        "recall": 100 * float(recall),
        "f1_lenient": 100 * float(f1_score(gold, predicted, zero_division=0)),
        **{f"f1_{label}": None for label in labels},
    }
    every = {tag for side in (gold, predicted) for tags in side for tag in tags}
    found = sorted({tag[2:] for tag in every if tag.startswith("B-")})  # seqeval's order
    by_type = precision_recall_fscore_support(gold, predicted, average=None, **STRICT)[2]
    for label, value in zip(found, by_type, strict=True):
        scores[f"f1_{label}"] = 100 * float(value)
    return scores


def count_rows(cell: str, gold: list[list[str]], predicted: list[list[str]]) -> list[Row]:
    """Strict counts a sentence and type: `(cell, sentence, type, tp, predicted, gold)`.

    `sentence` is the row of the test set, from 0. Rows with three zeros are left out.
    """
    rows = []
    for sentence, (truth, guess) in enumerate(zip(gold, predicted, strict=True)):
        for kind, (tp, n_predicted, n_gold) in sorted(tagging.count(truth, guess).items()):
            if n_predicted or n_gold:
                rows.append((cell, sentence, kind, tp, n_predicted, n_gold))
    return rows


def f1_of_counts(tp: float, predicted: float, gold: float) -> float:
    """Micro F1 in 0..100 from summed counts; 0 where nothing is predicted and nothing is there."""
    return 200 * tp / (predicted + gold) if predicted + gold else 0.0


def counts_table(rows: list[Row]) -> pa.Table:
    """Count rows as a table of `COUNTS_SCHEMA`, by sentence and type, and by cell in the order given.

    Cells mostly agree about a sentence, so the file is a third as large as cell by cell.
    """
    rows = sorted(rows, key=lambda row: row[1:3])
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[]] * len(COUNTS_SCHEMA)
    arrays = [pa.array(c, field.type) for c, field in zip(columns, COUNTS_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=COUNTS_SCHEMA)


def scores_table(frame: pd.DataFrame) -> pa.Table:
    """Score rows as a typed table, so that a target whose cells all failed has the same columns."""
    kinds = dict.fromkeys(SCORES.of_kind("text"), pa.string())
    kinds |= dict.fromkeys(SCORES.of_kind("integer"), pa.int64())
    fields = [(name, kinds.get(name, pa.float64())) for name in frame.columns]
    columns = [
        pa.array([None if pd.isna(v) else v for v in frame[name].tolist()], kind)
        for name, kind in fields
    ]
    return pa.table(columns, schema=pa.schema(fields))
