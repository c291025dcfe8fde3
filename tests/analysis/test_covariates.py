import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import fit, scores
from xnerbench.analysis.distances import covariates
from xnerbench.analysis.settings import Settings
from xnerbench.errors import InputError

TARGETS = ["nld", "spa", "fra", "fin", "tur", "hau", "yor", "hun"]


def written(folder, rows, header="target,name,value"):
    path = folder / "own.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_a_covariate_of_ones_own_is_regressed_on(tmp_path):
    """Truth: direct transfer is 20 F1 higher where the encoder has seen the language."""
    seen = np.array([1, 1, 1, 1, 1, 0, 0, 0])
    frame = known_truth.scores(known_truth.power_floor, targets=TARGETS, offsets=20.0 * seen - 20)
    path = written(tmp_path, [f"{t},seen,{s}" for t, s in zip(TARGETS, seen, strict=True)])
    settings = Settings(bootstrap=100, covariates=str(path))
    study = fit.study_of(scores.validate(frame, "x"), None, None, settings)
    table, points = (pd.DataFrame(rows) for rows in study.regressed[:2])
    rows = table[(table["distance"] == "seen") & (table["variant"] == "covariate")]
    row = rows[rows["quantity"] == "direct_f1"].iloc[0]
    assert row["slope"] == pytest.approx(20, abs=1) and row["n_languages"] == 8
    assert row["p"] < 0.05
    assert set(points.loc[points["distance"] == "seen", "target"]) == set(TARGETS)


def test_a_covariate_of_some_targets_is_regressed_on_these(tmp_path):
    path = written(tmp_path, ["# sentences in the encoder's corpus", "deu,size,3e5", "fin,size,2"])
    assert covariates.read_own(path) == {"size": {"deu": 3e5, "fin": 2.0}}


@pytest.mark.parametrize(
    ("rows", "header", "said"),
    [
        (["deu,seen"], "target,name", "the column value is missing"),
        (["deu,seen,yes"], "target,name,value", "seen of deu is 'yes', which is no number"),
        (["deu,seen,1", "deu,seen,0"], "target,name,value", "seen of deu is listed twice"),
        (["deu,fertility,1.4"], "target,name,value", "fertility is a covariate of the suite's own"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, rows, header, said):
    with pytest.raises(InputError, match=said):
        covariates.read_own(written(tmp_path, rows, header))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        covariates.read_own(tmp_path / "none.csv")
