"""Simulated means over languages that are relatives and share their teachers: coverage, false positives, collapses.

Contrasts are made directly, so that hundreds of studies take a second; `test_coverage` goes through whole studies.
"""

import numpy as np
import pytest

from tests.analysis import relatives
from xnerbench.analysis.distances import without_collapsed
from xnerbench.analysis.inference import means, pgls
from xnerbench.analysis.inference.contrasts import Contrast
from xnerbench.analysis.inference.seed_noise import Part
from xnerbench.analysis.settings import Settings

SETTINGS = Settings(bootstrap=20)
SIZES = [relatives.EQUAL, relatives.REAL]


def study(rng, sizes, rho=0.5, teacher=0.0, collapse=0.0, n_seeds=3, truth=0.0, whole=None):
    """Contrasts of one study: languages differ by 2 F1, runs by 1, a seed's teacher moves all by `teacher`.

    With `whole` only so many languages have all seeds, one of each family first; the others have the first.
    """
    member = relatives.members(sizes)
    own = 2 * relatives.correlated(member, rho, rng)
    shared = teacher * rng.normal(size=n_seeds)
    runs = truth + own[:, None] + shared + rng.normal(size=(len(member), n_seeds))
    lost = rng.random(runs.shape) < collapse
    runs = np.where(lost, runs - 50, runs)
    if whole is not None:
        firsts = [list(member).index(family) for family in dict.fromkeys(member)]
        others = [i for i in range(len(member)) if i not in firsts]
        runs[[*firsts, *others][whole:], 1:] = np.nan
    nothing = np.zeros(SETTINGS.bootstrap)
    found = [contrast(r, c, nothing) for r, c in zip(runs, lost, strict=True)]
    return found, [f"f{g}" for g in member]


def contrast(runs, lost, nothing):
    """Of one language, whose runs have a standard deviation of 1."""
    value = float(np.nanmean(runs))
    seeds = Part(nothing, 20.0, 1 / np.sqrt(np.isfinite(runs).sum()))
    return Contrast(value, runs, nothing, nothing + value, 0, 2.0, lost, seeds)


def share_held(n_studies, **made):
    """Share of studies whose interval holds 0, of the mean and of that without collapsed runs."""
    rng = np.random.default_rng(5)
    held, rest = [], []
    for _ in range(n_studies):
        mean = means.over_languages(*_arguments(study(rng, **made)))
        low, high = mean.interval(0.95)
        held.append(low <= 0 <= high)
        if mean.rest is not None:
            low, high = mean.rest.interval(0.95)
            rest.append(low <= 0 <= high)
    return float(np.mean(held)), float(np.mean(rest)) if rest else None


def _arguments(found):
    return found[0], SETTINGS, found[1]


def test_quick_strong_teachers_that_all_languages_share():
    held, _ = share_held(200, sizes=relatives.REAL, teacher=4.0)
    assert 0.9 <= held <= 0.99


@pytest.mark.slow
@pytest.mark.parametrize("teacher", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("sizes", SIZES, ids=["equal", "real"])
def test_means_hold_the_truth(sizes, rho, teacher):
    held, _ = share_held(2000, sizes=sizes, rho=rho, teacher=teacher)
    assert 0.92 <= held <= 0.98


def test_quick_further_seeds_in_some_languages():
    """What the seed that all languages have did to them is told by those that have others, too."""
    held, _ = share_held(200, sizes=relatives.REAL, teacher=2.0, whole=14)
    assert 0.9 <= held <= 0.99
    rng = np.random.default_rng(1)
    found = means.over_languages(*_arguments(study(rng, relatives.REAL, teacher=2.0, whole=14)))
    assert found.n_seeds == 1 and found.note.endswith("; 3 seeds in 14 of the 43 languages")
    alone = means.over_languages(*_arguments(study(rng, relatives.REAL, teacher=2.0, whole=0)))
    assert alone.n_seeds == 1 and "seeds" not in alone.note
    assert alone.note.endswith("what a seed does to all languages is not in the interval")


def test_quick_further_seeds_in_a_handful_of_languages():
    """Too few to be a sample of languages, but they tell what a seed does to all: a size that few pools allow."""
    held, _ = share_held(300, sizes=(2,) * 8, teacher=1.5, whole=5)
    assert 0.88 <= held <= 0.99
    rng = np.random.default_rng(1)
    found = means.over_languages(*_arguments(study(rng, (2,) * 8, teacher=1.5, whole=5)))
    assert found.note.endswith("; 3 seeds in 5 of the 16 languages")
    two = means.over_languages(*_arguments(study(rng, (2,) * 8, teacher=1.5, whole=2)))
    assert two.note.endswith("is not in the interval") and two.se < found.se


def test_four_languages_of_which_one_has_one_seed():
    """They are no sample: each one's own spread counts, lent where it has one seed, and what they share beside it."""
    rng = np.random.default_rng(2)
    held = []
    for _ in range(300):
        made, families = study(rng, (1,) * 4, teacher=0.0, whole=3)
        found = means.over_languages(made, SETTINGS, families)
        alone = np.sqrt(sum((1 / 4) ** 2 / np.isfinite(one.runs).sum() for one in made))
        assert found.se >= alone - 1e-9
        held.append(found.se)
    assert found.note == "about these 4 languages only; 3 seeds in 3 of the 4 languages"
    assert np.median(held) < 1.5 * alone
    shared = [
        means.over_languages(*_arguments(study(rng, (1,) * 4, teacher=3.0, whole=3))).se
        for _ in range(50)
    ]
    assert np.median(shared) > 2 * alone


@pytest.mark.slow
@pytest.mark.parametrize("teacher", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("whole", [8, 14, 30])
def test_further_seeds_in_some_languages(whole, teacher):
    held, _ = share_held(2000, sizes=relatives.REAL, teacher=teacher, whole=whole)
    assert 0.92 <= held <= 0.98


def test_quick_means_without_collapsed_runs_hold_the_truth_of_the_others():
    """10 % of collapses: the mean is no longer that of students that work, the rest's is."""
    held, rest = share_held(200, sizes=relatives.EQUAL, collapse=0.1)
    assert held < 0.7 and 0.9 <= rest <= 0.99


def test_collapses_that_decide_are_said():
    rng = np.random.default_rng(0)
    said = [
        means.over_languages(*_arguments(study(rng, relatives.EQUAL, collapse=0.1))).doubt(0.95)
        for _ in range(40)
    ]
    assert sum(words.startswith("collapsed runs decide") for words in said) > 12
    calm = [
        means.over_languages(*_arguments(study(rng, relatives.EQUAL))).doubt(0.95) for _ in range(5)
    ]
    assert not any(calm)


def test_a_slope_that_collapsed_runs_make_is_said():
    """Far languages collapse: the slope is theirs, and without their runs there is none."""
    rng = np.random.default_rng(3)
    member = relatives.members(relatives.EQUAL)
    families = [f"f{g}" for g in member]
    x = rng.uniform(0, 1, 24)
    rest = rng.normal(size=24)
    y = rest - 40 * (x > 0.7)
    design = np.column_stack([np.ones(24), x - x.mean()])
    model = pgls.average(design, y, pgls.same_family(families))
    ends = model.interval(1, 0.95)
    assert ends[1] < 0
    words = without_collapsed.said(model.beta[1], ends, x, rest, families, 0.95)
    assert words.startswith("collapsed runs decide")
    assert not without_collapsed.said(model.beta[1], ends, x, y, families, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES, ids=["equal", "real"])
def test_means_without_collapsed_runs_hold_the_truth_of_the_others(sizes):
    _, rest = share_held(2000, sizes=sizes, collapse=0.1)
    assert 0.92 <= rest <= 0.98
