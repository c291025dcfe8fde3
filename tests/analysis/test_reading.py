import shutil
from pathlib import Path

import pytest

from tests.analysis import simulated
from xnerbench.errors import InputError
from xnerbench.report import reading
from xnerbench.report.results import Results


def test_what_is_absent_is_stated(tmp_path: Path) -> None:
    simulated.write(tmp_path / "full", targets=["deu", "swh"])
    bare = tmp_path / "bare"
    bare.mkdir()
    shutil.copy(tmp_path / "full" / "scores.csv", bare)
    study = reading.load(bare)
    stated = " ".join(study.missing)
    for part in ("config.yaml", "versions.json", "weights.csv", "corpora.csv", "tables/means.csv"):
        assert part in stated
    assert study.name == "simulated"  # from the column, since there is no configuration
    assert (study.primary_method, study.primary_budget) == ("ts", "steps")


def test_targets_go_from_near_to_far(simulated_study: Results) -> None:
    distance = simulated_study.distances()
    assert [distance[code] for code in simulated_study.targets] == sorted(distance)


def test_names_come_from_the_corpora_then_from_iso(simulated_study: Results) -> None:
    assert simulated_study.language("swh") == "Swahili"
    assert simulated_study.language("kin") == "Kinyarwanda"
    assert simulated_study.language("x-y") == "x-y"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        ("", "not a CSV table"),
        ("method,f1\n", "no column sources, target"),
        ("method,sources,target,n,seed,budget,f1,status,reason\n", "no scores"),
    ],
)
def test_a_folder_without_usable_scores_is_the_users_mistake(
    content: str | None, message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "scores.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        reading.load(tmp_path)


def test_codes_that_look_like_numbers_or_nothing_stay_text(tmp_path: Path) -> None:
    rows = "method,sources,target,n,seed,budget,f1,status,reason\n"
    rows += "ts,eng,nan,5,0,steps,50,ok,\nts,eng,012,5,0,steps,60,ok,\n"
    (tmp_path / "scores.csv").write_text(rows)
    assert set(reading.load(tmp_path).scores["target"]) == {"nan", "012"}


def test_failed_cells_are_no_scores(simulated_study: Results) -> None:
    assert len(simulated_study.failed) == 2
    assert len(simulated_study.ok) + 2 == len(simulated_study.scores)
    assert set(simulated_study.failed["status"]) == {"failed"}
