"""`score`, `collect` and `fit` on a small study's working files, predictions made up."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from safetensors.numpy import save_file

from tests import small_study
from tests.analysis.known_truth import table_of
from xnerbench.catalogue.study_tables import CORPORA, score_columns
from xnerbench.catalogue.tables import fitted
from xnerbench.cli import main
from xnerbench.storage import artifacts
from xnerbench.study import config, grid
from xnerbench.study.layout import Layout

TEST = [
    ["B-PER", "I-PER", "O", "O"],
    ["O", "B-LOC", "O", "B-ORG"],
    ["O", "O", "O", "O"],
]


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study with a test set, predictions for all cells but two, manifests and activations."""
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path)
    raw |= {"seeds": [0, 1], "sources": ["eng", "spa"], "methods": ["direct", "ts", "multi-sim"]}
    raw["corpora"]["languages"]["spa"] = raw["corpora"]["languages"]["eng"]
    (tmp_path / "study.yaml").write_text(json.dumps(raw))
    loaded = config.load("study.yaml")
    paths = Layout(loaded)
    artifacts.write_parquet(paths.test("deu"), table_of(TEST), {"status": "ok"})
    rng = np.random.default_rng(0)
    cells = grid.cells(loaded)
    for cell in cells[:-2]:
        flip = rng.random((3, 4)) < 0.3
        tags = [
            ["B-PER" if flip[s, w] else tag for w, tag in enumerate(sentence)]
            for s, sentence in enumerate(TEST)
        ]
        record = {"status": "ok", "init": "pretrained", "steps": 7, "seconds": 2.5, "peak_mb": 90}
        artifacts.write_parquet(paths.cell(cell), table_of(tags), record)
    failed = {"status": "failed", "reason": "out of memory"}
    artifacts.write_parquet(paths.cell(cells[-2]), table_of([]), failed)
    for language, role, split in [("eng", "source", "train"), ("deu", "target", "test")]:
        manifest = {"name": language.title(), "family": "conll", "repairs": {"iob1": 2, "utf8": 1}}
        artifacts.write_json(paths.manifest(language, role), manifest)
        path = paths.activations(language, split)
        path.parent.mkdir(parents=True, exist_ok=True)
        counts = {"words": 100, "subwords": 150, "unknown_words": 2, "split_words": 40}
        save_file({"x": np.zeros(2)}, path, metadata={"xnerbench": json.dumps(counts)})
    for seed in (0, 1):
        weights = {"status": "ok", "sources": ["eng", "spa"], "alpha": [0.7, 0.3]}
        artifacts.write_json(paths.weights("deu", ("eng", "spa"), seed), weights)
    return loaded, paths, cells


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in arguments])
    return stopped.value.code


def test_from_predictions_to_tables(study, capsys):
    loaded, paths, cells = study
    assert run("score", "--config", "study.yaml", "--target", "deu") == 0
    assert f"{len(cells) - 2} of {len(cells)} cells scored" in capsys.readouterr().out
    assert run("signals", "--config", "study.yaml", "--target", "deu") == 0
    assert run("collect", "--config", "study.yaml") == 0
    frame = pd.read_csv(paths.results_scores, keep_default_na=False)
    assert tuple(frame.columns) == score_columns(loaded.labels)
    assert list(frame["cell"]) == [cell.id for cell in cells]
    assert set(frame["sources"]) == {"eng", "spa", "eng+spa"}
    assert list(frame["status"][-2:]) == ["failed", "failed"]
    assert list(frame["reason"][-2:]) == ["out of memory", "no predictions: the cell has not run"]
    assert (frame["f1"][-2:] == "").all()
    done = frame[frame["status"] == "ok"]
    assert done["f1"].astype(float).between(0, 100).all()
    assert set(done["n_test_sentences"].astype(int)) == {3}
    weights = pd.read_csv(paths.results_weights)
    assert list(weights["alpha"]) == [0.7, 0.3, 0.7, 0.3]
    assert set(weights["method"]) == {"multi-sim"}
    corpora = pd.read_csv(paths.results_corpora).set_index(["language", "role"])
    assert tuple(corpora.reset_index().columns) == CORPORA.names
    german = corpora.loc[("deu", "target")]
    assert (german["fertility"], german["unknown_share"], german["split_share"]) == (1.5, 0.02, 0.4)
    assert german["repairs"] == 3
    assert json.loads(paths.results_versions.read_text())["versions"]["seqeval"]
    assert yaml.safe_load(paths.results_config.read_text())["study"] == "small"
    counts, _ = artifacts.read_parquet(paths.results_counts("deu"))
    assert set(counts["cell"].to_pylist()) <= set(frame["cell"])
    out = paths.results_scores.parent / "tables"
    command = ["fit", "--scores", paths.results_scores, "--out", out, "--config", "study.yaml"]
    assert run(*command, "--bootstrap", 100) == 0
    assert {path.stem for path in out.glob("*.csv")} == set(fitted())
    means = pd.read_csv(out / "means.csv")
    assert set(means["n_sentences"]) == {3}


def test_scoring_and_collecting_twice_changes_no_byte(study):
    _, paths, _ = study
    files = [
        paths.results_scores,
        paths.results_counts("deu"),
        paths.results_corpora,
        paths.results_signals,
    ]
    seen = []
    for _ in range(2):
        assert run("score", "--config", "study.yaml", "--target", "deu") == 0
        assert run("signals", "--config", "study.yaml", "--target", "deu") == 0
        assert run("collect", "--config", "study.yaml") == 0
        seen.append([path.read_bytes() for path in files])
    assert seen[0] == seen[1]


def test_a_target_without_test_set_is_rows_with_its_reason(study):
    _, paths, cells = study
    record = {"status": "failed", "reason": "corpus broken"}
    artifacts.write_parquet(paths.test("deu"), table_of([]), record)
    assert run("score", "--config", "study.yaml", "--target", "deu") == 0
    table, _ = artifacts.read_parquet(paths.scores("deu"))
    assert set(table["reason"].to_pylist()) == {"no test set: corpus broken"}
    assert len(table) == len(cells)


def test_mistakes_are_messages(study, capsys):
    assert run("score", "--config", "study.yaml", "--target", "nld") == 2
    assert "nld is no target of the study" in capsys.readouterr().err
    assert run("collect", "--config", "study.yaml") == 2
    assert "the target has not been scored" in capsys.readouterr().err
    assert run("fit", "--scores", "none.csv", "--out", "out") == 2
    assert "no such file" in capsys.readouterr().err


def test_scores_of_an_older_grid_are_refused(study, capsys):
    assert run("score", "--config", "study.yaml", "--target", "deu") == 0
    text = (config.load("study.yaml")).to_dict() | {"seeds": [0, 1, 2]}
    text |= {"teacher_seeds": None, "subset_seeds": None}
    from pathlib import Path

    Path("study.yaml").write_text(yaml.safe_dump(text))
    assert run("collect", "--config", "study.yaml") == 2
    assert "cells have no score" in capsys.readouterr().err


def test_fit_prints_what_the_distances_rest_on(tmp_path, capsys):
    from tests.analysis import known_truth

    path = tmp_path / "scores.csv"
    frame = known_truth.scores(known_truth.power_floor, targets=("swa", "lvs"), sizes=(25, 50))
    frame.to_csv(path, index=False)
    assert run("fit", "--scores", path, "--out", tmp_path / "tables", "--bootstrap", "100") == 0
    said = capsys.readouterr().out
    assert "note: the distances of swa are those of swh" in said
    assert "syntactic: no feature is known of both, all is imputed: eng-lvs" in said
    assert "note: no counts per sentence: intervals cover seeds only" in said
