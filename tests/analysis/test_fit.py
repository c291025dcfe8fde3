import functools

import numpy as np
import pandas as pd
import pytest

from tests.analysis import known_truth
from xnerbench.analysis import fit, scores, tables
from xnerbench.analysis.settings import Settings
from xnerbench.catalogue.columns import COLLAPSED, N_FAMILIES, NAIVE
from xnerbench.catalogue.tables import TABLES, fitted
from xnerbench.errors import InputError

LANGUAGES = ("deu", "nld", "spa", "fra", "fin", "tur", "hin", "swa")

# Columns that may be empty beside a plain `ok`, because the column says so in docs/tables.md.
OVER_LANGUAGES = {column.name for column in (*NAIVE, N_FAMILIES, *COLLAPSED)}
"""Empty for a single language."""
OPTIONAL = {
    "curves": {"p2_name", "p2", "p2_se", "p3_name", "p3", "p3_se"},
    "derived": {"at_n"},
    "distances": {"shared_features"},
    "differences": OVER_LANGUAGES,
    "surface_points": {"law", "low_own", "high_own", "teacher_f1"} | OVER_LANGUAGES,
    "growth": {"updates_from", "updates_to"} | OVER_LANGUAGES,
}


def tables_of(frame, corpora=None, counts=None, **settings):
    study = fit.study_of(
        scores.validate(frame, "x"), counts, corpora, Settings(**{"bootstrap": 100, **settings})
    )
    return fit.tables(study)


def check(found):
    """Every table has its columns, and a number that is missing has words beside it."""
    assert tuple(found) == fitted()
    for name, frame in found.items():
        assert tuple(frame.columns) == TABLES[name].names
        assert ",nan," not in tables.to_csv(frame, ()).lower()
        if "verdict" not in frame:
            assert not frame.drop(columns="predicted", errors="ignore").isna().any().any()
            continue
        assert frame["verdict"].map(lambda words: isinstance(words, str) and words != "").all()
        plain = frame[frame["verdict"] == "ok"].drop(columns=list(OPTIONAL.get(name, ())))
        empty = plain.columns[plain.isna().any()]
        assert empty.empty, f"{name}: {list(empty)} empty beside a plain ok"


def languages(n=8, **options):
    options = {"sizes": known_truth.SIZES[:6], **options}
    offsets = [-3.0 * i for i in range(n)]
    return known_truth.scores(
        known_truth.power_floor, targets=LANGUAGES[:n], offsets=offsets, **options
    )


def test_a_whole_study(tmp_path):
    frame = languages(sizes=(25, 100, 400, 1600, 3200))
    frame = known_truth.write_counts(tmp_path, frame, 80, np.random.default_rng(0))
    frame = frame.assign(
        n_test_entities=100, seconds=3.0, peak_mb=500.0, encoder="e", reason="", status="ok"
    )
    corpora = pd.DataFrame(
        {
            "language": LANGUAGES,
            "role": "target",
            "script": "Latin",
            "family": ["a", "b"] * 4,
            "fertility": range(8),
            "unknown_share": 0.0,
            "split_share": 0.5,
            "mean_words": 12.0,
        }
    )
    found = tables_of(frame, corpora, tmp_path)
    check(found)
    assert set(found["left_out"]["target"]) == set(LANGUAGES)
    assert found["regressions"]["primary"].sum() == 8  # seven quantities and direct transfer
    swa = found["distances"].query("target == 'swa'")
    assert set(swa["code_target"]) == {"swh"}
    assert (found["costs"]["verdict"] == "ok").all()
    assert found["means"]["n_sentences"].tolist() == [80] * len(found["means"])


def test_points_and_lines_are_those_of_the_primary_method_and_of_direct_transfer():
    frame = languages(7, sizes=(25, 100, 400))
    both = pd.concat([frame, frame[frame["method"] == "ts"].assign(method="ts-hard")])
    found = tables_of(both)
    assert set(found["regressions"]["method"]) == {"ts", "ts-hard", "direct"}
    other = found["regressions"].query("method == 'ts-hard'")
    assert (
        other["primary"].all() and not other.empty
    )  # of others only the primary distance is asked
    for name in ("regression_points", "regression_lines"):
        assert set(found[name]["method"]) == {"ts", "direct"}


def test_a_second_text_of_a_language_is_no_further_language():
    frame = languages(7, sizes=(25, 100, 400))
    frame = frame.assign(target=frame["target"].replace("hin", "qde"))
    found = tables_of(frame, macrolanguages={"qde": "deu"})
    row = found["regressions"].query("quantity == 'direct_f1' and primary").iloc[0]
    assert row["n_languages"] == 6 and "further texts of these languages: 1" in row["verdict"]
    points = found["regression_points"].query("quantity == 'direct_f1' and distance == 'syntactic'")
    points = points[points["variant"] == row["variant"]].set_index("target")
    assert set(points.index) == {*LANGUAGES[:6], "qde"}
    assert points.loc["deu", "y"] != points.loc["qde", "y"]  # drawn as they are
    both = points[["x", "y"]].astype(float).rename(index={"qde": "deu"}).groupby("target").mean()
    assert row["slope_naive"] == pytest.approx(np.polyfit(both["x"], both["y"], 1)[0])
    assert "qde" not in set(found["left_out"]["target"])  # it would be predicted from itself
    mean = found["growth"].query("target == 'ALL'").iloc[0]
    assert mean["n_languages"] == 6 and "as a sample" in mean["verdict"]
    fewer = tables_of(frame, macrolanguages={"qde": "deu", "nld": "deu"})["growth"]
    assert "about these 5 languages only" in fewer.query("target == 'ALL'").iloc[0]["verdict"]


def test_same_input_same_bytes():
    frame = languages(4, sizes=(25, 100, 400, 1600))
    one, two = tables_of(frame), tables_of(frame)
    for name in one:
        assert tables.to_csv(one[name], ()) == tables.to_csv(two[name], ())


DEGENERATE = {
    "two sizes": lambda: languages(7, sizes=(25, 50)),
    "one size": lambda: languages(7, sizes=(25,)),
    "one seed": lambda: languages(7, n_seeds=1),
    "one language": lambda: languages(1),
    "two languages": lambda: languages(2),
    "flat": lambda: languages(7).assign(f1=50.0),
    "all zeros": lambda: languages(7).assign(f1=0.0),
    "all hundred": lambda: languages(7).assign(f1=100.0),
    "no direct": lambda: languages(7, direct=None),
    "only direct": lambda: languages(7).query("method == 'direct'"),
    "falling": lambda: known_truth.scores(
        lambda n: 90 - 5 * n**0.3, targets=LANGUAGES[:7], direct=85.0
    ),
    "missing cells": lambda: languages(7).sample(frac=0.6, random_state=0),
    "all failed": lambda: languages(2).assign(f1=None, status="failed", reason="no memory"),
    "no sources": lambda: languages(3).drop(columns="sources"),
    "no seeds": lambda: languages(3).drop(columns="seed"),
    "a target failed": lambda: languages(3).assign(
        status=lambda f: ["failed" if t == "nld" else "ok" for t in f["target"]]
    ),
    "several sources": lambda: languages(7).assign(sources="eng+spa"),
}


@functools.cache
def degenerate(case):
    return tables_of(DEGENERATE[case]())


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_studies_end_in_words(case):
    check(degenerate(case))


def test_verdicts_of_degenerate_studies():
    def verdicts(case, table):
        return " | ".join(degenerate(case)[table]["verdict"])

    assert "too few sizes: 2" in verdicts("two sizes", "curves")
    assert "no interval: one seed and no counts" in verdicts("one seed", "means")
    assert "1 languages, a line needs 3" in verdicts("one language", "regressions")
    assert "the curve is flat" in verdicts("flat", "derived")
    assert "no direct transfer" in verdicts("no direct", "derived")
    assert "not available" in verdicts("only direct", "left_out_summary")
    assert "not shown within the range" in verdicts("falling", "derived")
    assert "not available" in verdicts("no sources", "regressions")


def test_primary_method_and_budget_fall_back_to_what_there_is():
    frame = languages(2).replace({"ts": "own"})
    settings = fit.resolved(scores.validate(frame, "x"), Settings(primary_method="ts"))
    assert (settings.primary_method, settings.primary_budget) == ("own", "steps")


def test_an_unknown_primary_distance_is_refused():
    with pytest.raises(InputError, match="no distance called lexical"):
        tables_of(languages(2, sizes=(25, 50)), primary_distance="lexical")


def test_infinite_numbers_never_reach_a_table():
    frame = pd.DataFrame({"value": [float("inf")]})
    with pytest.raises(ValueError, match="say it in the verdict"):
        tables.to_csv(frame, ())


def test_csv_is_written_alike_everywhere():
    frame = pd.DataFrame(
        {"n": [25.0, None], "f1": [1 / 3, -0.0], "chosen": [True, False], "target": ["nan", None]}
    )
    assert tables.to_csv(frame, ["n"]) == "n,f1,chosen,target\n25,0.3333333,true,nan\n,0,false,\n"
    with pytest.raises(ValueError, match="undeclared columns: more"):
        tables.as_frame([{"more": 1}], ["n"])
