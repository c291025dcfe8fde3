"""Hub models and data sets from a hub: a small one on the loopback address, asked by the real clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import xnerbench
from tests import hub_server
from tests.hub_server import COMMIT, Hub
from xnerbench.storage import hub_answers, hub_reach

OTHER = COMMIT[::-1]
ROOT = Path(xnerbench.__file__).parent.parent
# The clients wait up to eight seconds between two attempts; what they do is the same without the waiting.
HASTE = """
import time
wait, slept = time.sleep, []
time.sleep = lambda seconds: (slept.append(seconds), wait(min(seconds, 0.02)))
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
print(sum(slept))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    (tmp_path / "study.json").write_text(json.dumps(hub_server.STUDY))
    with hub_server.serve(tmp_path) as served:
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
    *lines, slept = asked(hub, folder, "-c", READ, *wanted, **environment).splitlines()
    assert float(slept) < 5 or environment.get("HF_ENDPOINT") != hub_server.NOWHERE
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
    wanted = (
        f"model@owner/bert@{COMMIT}", f"data@owner/corpus@{COMMIT}",
        f"model@owner/other@{COMMIT}", f"data@owner/other@{COMMIT}", f"data@owner/corpus@{OTHER}",
    )  # fmt: skip
    model, data, *unknown, revised = messages(hub, tmp_path, *wanted, HF_HUB_OFFLINE="1")
    assert (model, data) == ("read", "read")
    for line in unknown:
        assert "HF_HUB_OFFLINE is set, and it is not in the cache of this machine" in line
    assert f"what this machine has cached is of another revision, {COMMIT}. Fetch it" in revised
    assert len(hub.asked) == before
    model, data, *unknown, revised = messages(
        hub, tmp_path, *wanted, HF_ENDPOINT=hub_server.NOWHERE
    )
    assert (model, data) == ("read", "read")
    for line in unknown:
        assert f"the hub cannot be reached ({hub_server.NOWHERE}: " in line
        assert "and it is not in the cache. Check the network, and HF_ENDPOINT if it is set" in line
    assert f"of another revision, {COMMIT}" in revised


def test_refusals_end_in_one_sentence(hub: Hub, tmp_path: Path) -> None:
    for kind, name in (("models", "bert"), ("datasets", "corpus")):
        folder = hub.repositories[f"{kind}/owner/{name}"]
        hub.repositories |= {f"{kind}/owner/gated": folder}
        hub.repositories |= {f"{kind}/owner/forbidden": folder}
        hub.gated.add(f"{kind}/owner/gated")
        hub.forbidden.add(f"{kind}/owner/forbidden")
    hub.broken = {"model.safetensors"}
    reasons = {
        f"gated@{COMMIT}": "it is gated. Ask for access",
        f"forbidden@{COMMIT}": "the hub forbids it. Ask for access",
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
    wanted = [f"{kind}@owner/gated@{COMMIT}" for kind in ("model", "data")]
    for line in messages(
        hub, tmp_path, *wanted, HF_TOKEN="hf_of_another"
    ):  # then the answer is 403
        assert "cannot be had from the hub: it is gated. Ask for access" in line
    assert len(hub.asked) < 80  # nobody asks for ever


def test_a_hub_that_cannot_be_reached() -> None:
    for error in (
        ConnectionError("Couldn't reach the Hub"),
        OSError("503 Server Error: Unavailable"),
    ):
        told = hub_answers.explained(error)
        assert told is not None and told[0] == "the hub cannot be reached"
    assert hub_answers.explained(ValueError("no column")) is None
    told = hub_answers.explained(OSError("401: Invalid credentials in Authorization header"))
    assert told is not None and told[0] == "the hub does not know the token"


@pytest.mark.parametrize(
    ("kind", "attempts", "lost"),
    [("ConnectError", 3, True), ("ConnectTimeout", 1, True), ("ReadTimeout", 1, False)],
)
def test_a_slow_hub_is_no_lost_one(
    monkeypatch: pytest.MonkeyPatch, kind: str, attempts: int, lost: bool
) -> None:
    asked = []

    class Session:
        def head(self, url: str, timeout: float) -> None:
            asked.append(url)
            raise type(kind, (Exception,), {})("no answer")

    monkeypatch.setattr("huggingface_hub.utils.get_session", Session)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub_reach, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(hub_reach, "_last", None)
    reason = hub_reach.unreachable()
    assert (reason is not None, len(asked)) == (lost, attempts)
    assert reason is None or reason.endswith(": no answer")
    assert hub_reach.unreachable() == reason and len(asked) == attempts  # it is remembered
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr(hub_reach, "_last", None)
    assert hub_reach.unreachable() is None and len(asked) == attempts
