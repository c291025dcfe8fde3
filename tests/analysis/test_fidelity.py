"""F1 split into what a student copies from its teacher and what it adds."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pandas as pd
import pytest

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface import fidelity
from xnerbench.methods import METHODS, named

SETTINGS = Settings(bootstrap=200)


def scores(**columns) -> SimpleNamespace:
    """Two languages, two seeds: teachers of 60 and 62, students of 100 and 400 sentences."""
    rows = []
    for target, seed in product(("nld", "deu"), (0, 1)):
        common = {"sources": "eng", "target": target, "seed": seed}
        rows.append(common | {"method": "direct", "budget": "none", "n": 0, "f1": 60.0 + 2 * seed})
        for n, copied, f1 in ((100, 70.0, 50.0), (400, 90.0, 63.0)):
            rows.append(
                common
                | {"method": "ts", "budget": "u300", "n": n, "f1": f1, "fidelity_test": copied}
                | {"fidelity_heldout": copied + 1, "collapsed": "true" if n == seed else "false"}
            )
    return SimpleNamespace(ok=pd.DataFrame(rows).assign(**columns))


def test_copied_and_beyond_make_up_f1() -> None:
    rows = fidelity.rows(scores(), SETTINGS)
    assert len(rows) == 3 * 2 + 3  # two languages and their mean at two sizes, and a rise of each
    row = next(r for r in rows if r["target"] == "deu" and r["n"] == 400 and r["n_from"] is None)
    assert row["copied"] == pytest.approx(0.9 * 61)
    assert row["beyond"] == pytest.approx(63 - 0.9 * 61)
    assert row["teacher_f1"] == 61
    assert row["fidelity_heldout"] == 91
    assert row["n_collapsed"] == 0
    assert row["copied_low"] < row["copied"] < row["copied_high"]


def test_growth_splits_alike() -> None:
    rows = fidelity.rows(scores(), SETTINGS)
    row = next(r for r in rows if r["target"] == ALL and r["n_from"] == 100)
    assert row["f1"] == pytest.approx(13)
    assert row["copied"] == pytest.approx(0.2 * 61)
    assert row["copied"] + row["beyond"] == pytest.approx(row["f1"])
    assert row["n_languages"] == 2


def test_without_its_teacher_a_student_is_not_split() -> None:
    rows = fidelity.rows(scores(method="multi-avg"), SETTINGS)
    assert rows
    assert all("copied" not in row and "no scores of its teacher" in row["verdict"] for row in rows)
    assert all("fidelity_test" in row for row in rows)


def test_without_fidelity_there_are_no_rows() -> None:
    assert fidelity.rows(scores(fidelity_test=None), SETTINGS) == []


def test_a_variants_teacher_is_that_of_its_base() -> None:
    """Students of a mixture under a name of their own are compared with the mixture, not with nothing."""
    frame = scores().ok.assign(sources="deu+eng")
    frame["method"] = frame["method"].map({"direct": "direct-avg", "ts": "multi-kl"})
    variant = METHODS["multi-avg"].variant("multi-kl", {"loss": "kl"})
    rows = fidelity.rows(
        SimpleNamespace(ok=frame),
        SETTINGS,
        method_of=lambda name: named(name, {"multi-kl": variant}),
    )
    assert {row["teacher_f1"] for row in rows if row["n_from"] is None} == {61}
