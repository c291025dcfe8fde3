"""A study whose encoder and one corpus come from a hub, by the real clients, from configuration to scores."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from tests import hub_server
from tests.hub_server import COMMIT
from tests.workflow.project import STUDY, Project, create
from xnerbench.storage.artifacts import read_json

SCORES = "results/hub/scores.csv"
KEYS = ("max_subwords", "teacher", "student", "compute", "analysis")


def run(folder: Path, **environment: str) -> tuple[Project, str]:
    """A study with the hub's model and data set in a folder, and what Snakemake printed."""
    project = create(folder / "project")
    (project.folder / "study.json").write_text("{}")
    project.configure(**{key: STUDY[key] for key in KEYS}, **hub_server.STUDY)
    here = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", "HF_HUB_OFFLINE": "0"}
    home = {"HF_HOME": str(folder / "home"), "HF_HUB_CACHE": str(folder / "home/hub")}
    return project, project.run(SCORES, **here, **home, **environment)


def test_a_study_from_a_hub(tmp_path: Path) -> None:
    with hub_server.serve(tmp_path / "served") as hub:
        project, _ = run(tmp_path, HF_ENDPOINT=hub.url)
        fetched = [path for how, path in hub.asked if how == "GET" and "/resolve/" in path]
    row = pd.read_csv(project.folder / SCORES).iloc[0]
    assert (row["status"], row["target"], row["n_test_sentences"]) == ("ok", "deu", 4)
    assert 0 <= row["f1"] <= 1
    (path,) = (project.folder / "work/encoders").glob("*/record.json")
    record = read_json(path)
    assert (record["status"], record["name"], record["revision"]) == ("ok", "owner/bert", COMMIT)
    for name in ("owner/bert", "owner/corpus"):
        assert any(path.startswith((f"/{name}/", f"/datasets/{name}/")) for path in fetched)
    assert all(f"/resolve/{COMMIT}/" in path for path in fetched)
    weights = [path for path in fetched if path.endswith(("safetensors", "parquet"))]
    assert len(weights) == len(set(weights)) == 3  # the model's, and two splits


def test_a_study_from_a_hub_that_refuses(tmp_path: Path) -> None:
    project, output = run(tmp_path, HF_ENDPOINT=hub_server.NOWHERE)
    assert pd.read_csv(project.folder / SCORES)["status"].tolist() == ["failed"]
    logs = "".join(path.read_text() for path in (project.folder / "work/hub/logs").rglob("*.log"))
    for text in (output, logs):
        assert "Traceback" not in text and "Retrying" not in text  # the clients' own patience
    # The last words: one sentence for each of the two, and a count of what lacked them.
    words = [w for w in output.rpartition("steps (100%)")[2].splitlines() if w.startswith("xner")]
    cause = rf"the hub cannot be reached \({hub_server.NOWHERE}: .*\), and it is not in the cache"
    assert len(words) == 3
    assert re.match(rf"xnerbench: corpus deu.target failed: .*: {cause}\. Check the net", words[0])
    assert re.match(rf"xnerbench: encoder .* failed: .*: {cause}\. Check the network", words[1])
    assert re.match(r"xnerbench: \d more failed for want of what failed above", words[2])
