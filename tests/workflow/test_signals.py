"""Signals of a finished study: there, complete, and the same whatever the target's gold says."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.project import Project
from xnerbench.jobs import activations, cell, signals, softlabels
from xnerbench.storage.artifacts import read_parquet, read_parquet_record, write_parquet
from xnerbench.study import config
from xnerbench.study.layout import Layout

STUDENT = "ts/eng/nld/steps/n10/s0"


def test_every_tagger_has_signals(finished: Project) -> None:
    frame = pd.read_csv(finished.folder / "results/tiny/signals.csv", keep_default_na=False)
    found = set(zip(frame["method"], frame["sources"], frame["text"], strict=True))
    for method, sources, texts in (
        ("direct", "eng", ("pool", "test")),
        ("direct", "deu", ("pool", "test")),
        ("direct-avg", "eng+deu", ("pool", "test")),
        ("ts", "eng", ("test", "heldout")),
    ):
        assert {(method, sources, text) for text in texts} <= found
    assert set(frame["target"]) == {"nld", "fin"}
    assert set(frame["scaling"]) == {"none", "temperature"}
    assert (frame.loc[frame["scaling"] == "temperature", "temperature"] != 1).all()


def test_gold_of_the_target_changes_no_byte(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    study = config.load(Path("work/tiny/config.json"))
    layout = Layout(study)
    before = layout.signals("nld").read_bytes()
    said = read_parquet_record(layout.cell(STUDENT))["signals"]
    table, record = read_parquet(layout.test("nld"))
    tags = table["tags"].to_pylist()
    words = [tag for row in tags for tag in row]
    random.Random(0).shuffle(words)
    shuffled = iter(words)
    changed = [[next(shuffled) for _ in row] for row in tags]
    assert changed != tags
    at = table.column_names.index("tags")
    new = table.set_column(at, table.field(at), [changed])
    write_parquet(layout.test("nld"), new, record)
    layout.signals("nld").unlink()
    for text in ("pool", "test"):
        activations.run(study, layout, "nld", text)
    for source in ("eng", "deu"):
        softlabels.run(study, layout, "nld", source, "0")
    cell.run(study, layout, STUDENT)
    signals.run(study, layout, "nld")
    assert read_parquet_record(layout.cell(STUDENT))["signals"] == said
    assert layout.signals("nld").read_bytes() == before
