"""Hub models and data sets from a hub: a small one on the loopback address, asked by the real clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import xnerbench
from tests import hub_server, small_study
from tests.hub_server import COMMIT, Hub
from tests.learning.conftest import small_bert
from xnerbench.storage import hub_answers

ROOT = Path(xnerbench.__file__).parent.parent
CARD = """---
configs:
- config_name: de
  data_files:
  - {split: train, path: de/train-*}
  - {split: test, path: de/test-*}
---
"""
STUDY = {
    "study": "hub", "sources": ["eng"], "targets": ["deu"], "sizes": [2], "seeds": [0], "methods": ["direct"],
    "encoder": {"name": "owner/bert", "revision": COMMIT, "freeze": 2},
    "corpora": {"languages": {
        "eng": {"format": "embedded", "train": 50},
        "deu": {"format": "hub", "name": "owner/corpus", "revision": COMMIT, "config": "de",
                "train": "train", "test": "test"},
    }},
}  # fmt: skip
# The clients wait up to eight seconds between two attempts; what they do is the same without the waiting.
HASTE = """
import time
wait = time.sleep
time.sleep = lambda seconds: wait(min(seconds, 0.02))
"""
COMMANDS = f"""{HASTE}
import sys
from xnerbench.cli import main
for command in sys.argv[1:]:
    try:
        main(command.split())
    except SystemExit as end:
        assert not end.code, command
"""
# One process for many questions, as the clients' imports take most of the time.
READ = f"""{HASTE}
import dataclasses, sys
from pathlib import Path
from xnerbench.data.readers import opening
from xnerbench.errors import InputError
from xnerbench.learning.encoders import encoder
from xnerbench.study import config
study = config.load("study.json")
for kind, name, revision in (argument.split("@") for argument in sys.argv[1:]):
    try:
        if kind == "model":
            encoder.prepare(Path("encoder"), name, None, revision)
        else:
            languages = study.corpora.languages
            languages["deu"] = dataclasses.replace(languages["deu"], name=name, revision=revision)
            opening.open_split(study, "deu", "test")
        print("read")
    except InputError as error:
        print(error)
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    small_bert(tmp_path / "bert")
    folder = tmp_path / "corpus"
    (folder / "de").mkdir(parents=True)
    for split, rows in (("train", small_study.POOL), ("test", small_study.SENTENCES)):
        table = pa.table(
            {"tokens": [w.split() for w, _ in rows], "ner_tags": [t.split() for _, t in rows]}
        )
        pq.write_table(table, folder / "de" / f"{split}-00000-of-00001.parquet")
    (folder / "README.md").write_text(CARD)
    (tmp_path / "study.json").write_text(json.dumps(STUDY))
    with hub_server.serve() as served:
        served.repositories = {
            "models/owner/bert": tmp_path / "bert",
            "datasets/owner/corpus": folder,
        }
        yield served


def asked(hub: Hub, folder: Path, *arguments: str, **environment: str) -> str:
    """Standard output of a process whose hub is the given one."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("HF_") and "proxy" not in k.lower()
    }
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "HF_ENDPOINT": hub.url, "HF_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT),
             "OMP_NUM_THREADS": "1", **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return process.stdout


def messages(hub: Hub, folder: Path, *wanted: str, **environment: str) -> list[str]:
    """What comes of reading each of `model@NAME@REVISION` or `data@NAME@REVISION`: one sentence."""
    lines = asked(hub, folder, "-c", READ, *wanted, **environment).splitlines()
    assert len(lines) == len(wanted)
    assert not any(".." in line or "Traceback" in line for line in lines)
    return lines


def test_a_study_is_checked_and_its_encoder_and_corpora_are_prepared(
    hub: Hub, tmp_path: Path
) -> None:
    hub.slow, hub.failing = (
        0.02,
        1,
    )  # a slow answer is waited for, a failure of the server tried again
    commands = ("encoder --config study.json", "check study.json")
    output = asked(hub, tmp_path, "-c", COMMANDS, *commands)
    encoder = next((tmp_path / "work" / "encoders").glob("*/record.json"))
    record = json.loads(encoder.read_text(encoding="utf-8"))
    assert (record["status"], record["revision"]) == ("ok", COMMIT)
    assert "deu (target): 4 test, 5 pool sentences" in output
    files = [path for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert all(COMMIT in path for path in files)
    # Once fetched, a pinned revision needs no hub: asked again, or without a network.
    before = len(hub.asked)
    model, data, other = messages(
        hub, tmp_path, f"model@owner/bert@{COMMIT}", f"data@owner/corpus@{COMMIT}",
        f"model@owner/other@{COMMIT}", HF_HUB_OFFLINE="1",
    )  # fmt: skip
    assert (model, data) == ("read", "read")
    assert "HF_HUB_OFFLINE is set, and it is not in the cache of this machine" in other
    assert len(hub.asked) == before


def test_refusals_end_in_one_sentence(hub: Hub, tmp_path: Path) -> None:
    for kind, name in (("models", "bert"), ("datasets", "corpus")):
        folder = hub.repositories[f"{kind}/owner/{name}"]
        hub.repositories |= {f"{kind}/owner/gated": folder}
        hub.gated.add(f"{kind}/owner/gated")
    hub.broken = {"model.safetensors"}
    reasons = {
        f"gated@{COMMIT}": "it is gated. Ask for access",
        f"nothing@{COMMIT}": "the hub has nothing of that name. Check the name",
        "{}@fedcba9876543210": "the hub has no such revision of it",
    }
    wanted = [
        f"{kind}@owner/{name.format(own)}"
        for kind, own in (("model", "bert"), ("data", "corpus"))
        for name in reasons
    ]
    *told, broken = messages(hub, tmp_path, *wanted, f"model@owner/bert@{COMMIT}")
    for line, question, reason in zip(told, wanted, [*reasons.values()] * 2, strict=True):
        assert f"{question.split('@', 1)[1]} cannot be had from the hub: {reason}" in line
    assert "the download broke off. Run again" in broken
    assert len(hub.asked) < 80  # nobody asks for ever


def test_a_hub_that_cannot_be_reached() -> None:
    for error in (
        ConnectionError("Couldn't reach the Hub"),
        OSError("503 Server Error: Unavailable"),
    ):
        told = hub_answers.explained(error)
        assert told is not None and told[0] == "the hub cannot be reached"
    assert hub_answers.explained(ValueError("no column")) is None
