"""Signals of a finished study: there, complete, and the same whatever the target's gold says."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.project import Project
from xnerbench import cli
from xnerbench.analysis.confidence import stored
from xnerbench.jobs import activations, cell, confidence, signals, softlabels
from xnerbench.storage.artifacts import read_json, read_parquet, read_parquet_record, write_parquet
from xnerbench.study import config, validity
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


def test_a_text_of_no_corpus_is_answered_from_the_study_s_teachers(
    finished: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(finished.folder)
    study = config.load(Path("work/tiny/config.json"))
    told = {"study": "made", "made_with": validity.made_with(study), "teachers": {}, "versions": {}}
    entry = {
        "method": "direct", "sources": "eng", "budget": "none", "n": 0, "text": "pool", "form": "linear",
        "signals": ["mean"], "values": [0.0, 1.0], "half": 0.5, "likely": 0.3, "level": 0.9,
        "error": 7.0, "error_mean": 14.0, "error_rival": None, "coverage": 0.9, "n_languages": 10,
        "n_families": 5, "carried": None,
        "points": [{"target": "nld", "family": "f", "x": 0.5, "observed": 50.0, "predicted": 50.0}],
    }  # fmt: skip
    calibration = tmp_path / "calibration.json"
    stored.write(calibration, told, [entry, {**entry, "sources": "deu"}])
    text = tmp_path / "raw.txt"
    text.write_text("\n".join(["Anna Berg bor i Oslo .", "Acme lanserar Nova i Lima ."] * 40))
    asked = ["plan", "--text", str(text), "--language", "swe", "--config", "work/tiny/config.json",
             "--calibration", str(calibration), "--csv", str(tmp_path / "out.csv")]  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        cli.main(asked)
    assert ended.value.code == 0
    said = capsys.readouterr().out
    # Teachers of a tiny random encoder find no entity there, which is an answer, too.
    assert "of them are split" in said and "Next: annotate 100" in said
    stored.write(
        calibration, {**told, "made_with": {**told["made_with"], "recipe": "other"}}, [entry]
    )
    with pytest.raises(SystemExit):
        cli.main(asked)
    assert "another recipe" in capsys.readouterr().err


def test_a_mixture_by_confidence_weighs_as_the_signals_say(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    study = config.load(Path("work/tiny/config.json"))
    study = dataclasses.replace(study, methods=(*study.methods, "direct-conf", "multi-conf"))
    layout = Layout(study)
    for source in ("eng", "deu"):  # temporary: gone at the end of a run
        softlabels.run(study, layout, "nld", source, "0")
    confidence.run(study, layout, "nld", "eng+deu", "0")
    path = layout.weights("nld", ("eng", "deu"), 0, "confidence")
    record = read_json(path)
    frame = pd.read_csv(layout.signals("nld"))
    mine = frame[
        (frame["text"] == "pool") & (frame["type"] == "ALL") & (frame["method"] == "direct")
    ]
    mine = mine[mine["scaling"] == "temperature"].set_index("sources")["begin_mean"].fillna(0)
    assert record["confidence"] == pytest.approx(mine[["eng", "deu"]].to_list(), abs=1e-6)
    odds = [c / (1 - c) for c in (min(max(c, 0.005), 0.995) for c in record["confidence"])]
    assert record["alpha"] == pytest.approx([each / sum(odds) for each in odds])
    for name in ("direct-conf/eng+deu/nld/none/n0/s0", "multi-conf/eng+deu/nld/steps/n10/s0"):
        cell.run(study, layout, name)
        made = read_parquet_record(layout.cell(name))
        assert made["status"] == "ok" and made["inputs"]["weights"] == record["digest"]


def test_similarity_files_rank_sources_by_neighbours(finished: Project) -> None:
    frame = pd.read_csv(finished.folder / "results/tiny/weights.csv")
    assert set(frame["method"]) == {"multi-sim"}
    for _, own in frame.groupby(["target", "seed"]):
        assert own["neighbours"].sum() == pytest.approx(1) and own["neighbours"].between(0, 1).all()
