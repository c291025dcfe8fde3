"""`xnerbench describe`: facts of the languages before any run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests import small_study
from xnerbench import cli


def test_a_row_per_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    raw = small_study.write(tmp_path)
    with Path("corpora/deu.train.conll").open("a") as file:
        file.write("\n" + small_study.conll([small_study.SENTENCES[0], small_study.POOL[0]]))
    Path("study.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(SystemExit) as stop:
        cli.main(["describe", "--config", "study.yaml", "--csv", "facts.csv"])
    assert stop.value.code in (0, None)
    (row,) = pd.read_csv("facts.csv").to_dict("records")
    assert (row["target"], row["script"], row["pool"], row["test"]) == ("deu", "Latin", 5, 4)
    assert (row["family"], row["branch"]) == ("Indo-European", "Germanic")
    assert (row["entities"], row["overlap"], row["repeats"]) == (7, 1, 1)
    assert row["fertility"] >= 1 and 0 <= row["split"] <= 1 and row["unknown"] == 0
    assert 0 < row["syntactic"] < 1 and row["shared"] > 50
    assert "fertility" in capsys.readouterr().out
