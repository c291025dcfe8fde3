import numpy as np
import pytest
from scipy.stats import t as student
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from tests.analysis import known_truth
from xnerbench.analysis import scores
from xnerbench.analysis.inference import bootstrap, seed_noise
from xnerbench.analysis.inference.seed_noise import Key
from xnerbench.analysis.settings import Settings
from xnerbench.scoring import score
from xnerbench.storage import artifacts

TS = Key("ts", "eng", "steps", 25)


def _draws(frame, counts=None, **settings):
    found = scores.validate(frame, "x")
    return bootstrap.draw(found, counts, Settings(**{"bootstrap": 400, **settings}))


def test_resampled_f1_equals_seqeval_on_the_resampled_sentences(tmp_path):
    rng = np.random.default_rng(3)
    gold = known_truth.random_tags(rng, 30)
    gold = [[tag if tag[0] != "I" else "O" for tag in tags] for tags in gold]
    cells, rows = {}, []
    for n, seed in [(25, 0), (25, 1), (50, 0), (50, 1)]:
        cell = f"ts/eng/deu/steps/n{n}/s{seed}"
        cells[cell] = known_truth.random_tags(rng, 30)
        rows += score.count_rows(cell, gold, cells[cell])
    artifacts.write_parquet(tmp_path / "deu.parquet", score.counts_table(rows))
    frame = known_truth.scores(lambda n: 50.0, sizes=(25, 50), n_seeds=2, direct=None)
    frame["cell"] = list(cells)[0::2] + list(cells)[1::2]
    frame["n_test_sentences"] = 30
    strict = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    frame["f1"] = [100 * f1_score(gold, cells[cell], **strict) for cell in frame["cell"]]
    counts = scores.read_counts(tmp_path, "deu", scores.validate(frame, "x").ok)
    weights = bootstrap.sentence_weights(30, 20, np.random.default_rng(0))
    fast = scores.f1_of(counts, weights)
    for b in range(20):
        picked = np.repeat(np.arange(30), weights[b])
        for i, cell in enumerate(counts.cells):
            again = [[s[j] for j in picked] for s in (gold, cells[cell])]
            assert fast[i, b] == pytest.approx(100 * f1_score(*again, **strict), abs=1e-4)


def test_sentence_weights_are_a_resample():
    weights = bootstrap.sentence_weights(50, 300, np.random.default_rng(0))
    assert (weights.sum(1) == 50).all()
    assert weights.mean(0) == pytest.approx(np.ones(50), abs=0.3)
    assert weights.var() == pytest.approx(1, abs=0.1)


def test_seed_draws_have_students_t_quantiles():
    frame = known_truth.scores(lambda n: 50.0, sizes=(25,), n_seeds=4, direct=None, noise=2)
    draws = _draws(frame, bootstrap=20000)["deu"]
    runs = frame["f1"].to_numpy()
    reach = student.ppf(0.975, 3) * runs.std(ddof=1) / 2
    low, high = bootstrap.interval(draws.of(TS), 0.95)
    assert (low, high) == pytest.approx((runs.mean() - reach, runs.mean() + reach), abs=0.25)


def test_plain_resampling_of_three_seeds_covers_far_too_little():
    """Why seeds are not simply resampled; the same means with t draws cover as they should."""
    rng = np.random.default_rng(0)
    plain = moderated = 0
    for _ in range(400):
        runs = rng.normal(0, 1, 3)
        means = runs[rng.integers(0, 3, (300, 3))].mean(1)
        low, high = bootstrap.interval(means, 0.95)
        plain += low <= 0 <= high
        z = rng.normal(size=(300, 3)) @ (runs - runs.mean()) / np.sqrt(6)
        z = z * seed_noise.t_scale(rng.uniform(size=300), 2)
        low, high = bootstrap.interval(runs.mean() + z, 0.95)
        moderated += low <= 0 <= high
    assert plain / 400 < 0.85
    assert 0.92 <= moderated / 400 <= 0.98


def test_methods_are_paired_by_seed_and_sentence(tmp_path):
    frame = known_truth.scores(lambda n: 60.0, sizes=(25,), n_seeds=3, noise=0.0, shared=3.0)
    frame = frame[frame["method"] == "ts"]
    twin = frame.assign(method="ts-warm")
    both = known_truth.write_counts(
        tmp_path, frame, 200, np.random.default_rng(1)
    )  # the twin gets the very same counts
    table, record = artifacts.read_parquet(tmp_path / "deu.parquet")
    rows = table.to_pandas()
    twin_rows = rows.assign(cell=rows["cell"].str.replace("ts/", "ts-warm/"))
    all_rows = [tuple(r) for part in (rows, twin_rows) for r in part.itertuples(index=False)]
    artifacts.write_parquet(tmp_path / "deu.parquet", score.counts_table(all_rows), record)
    twin = both.assign(method="ts-warm", cell=both["cell"].str.replace("ts/", "ts-warm/"))
    import pandas as pd

    draws = _draws(pd.concat([both, twin]), tmp_path)["deu"]
    other = TS._replace(method="ts-warm")
    assert draws.unclipped(TS) == pytest.approx(draws.unclipped(other), abs=1e-6)
    assert draws.unclipped(TS).std() > 1


def test_alike_languages_lend_each_other_degrees_of_freedom():
    targets = [f"l{i:02d}" for i in range(12)]
    alike = known_truth.scores(lambda n: 50.0, targets=targets, n_seeds=2, shared=0, direct=None)
    unlike = alike.copy()
    factor = np.repeat(np.geomspace(0.05, 20, 12), len(unlike) // 12)
    unlike["f1"] = 50 + (unlike["f1"] - 50) * factor / 4

    def freedom(frame):
        return _draws(frame)["l00"].noise.part("l00", {TS: 1}).freedom

    assert freedom(alike) > 2 * freedom(unlike)
    few = known_truth.scores(lambda n: 50.0, targets=targets[:2], n_seeds=2)
    assert freedom(few) == 1


def test_a_language_with_one_seed_borrows_the_spread_of_one_seed():
    """Not that of the others' means over four, which is half as wide."""
    targets = [f"l{i:02d}" for i in range(40)]
    held = []
    for seed in range(10):
        frame = known_truth.scores(
            lambda n: 50.0, sizes=(25,), targets=targets, n_seeds=4, shared=0, direct=None, rng=seed
        )
        several = frame["target"].isin(targets[:20])
        draws = _draws(frame[several | (frame["seed"] == 0)])
        for target in targets[20:]:
            low, high = bootstrap.interval(draws[target].of(TS), 0.95)
            held.append(low <= 50 <= high)
        assert draws["l39"].levels(TS) == "one seed and no counts: the seeds' spread is borrowed"
    assert 0.9 <= np.mean(held) <= 0.99


def test_what_an_interval_covers_is_said(tmp_path):
    frame = known_truth.scores(lambda n: 50.0, sizes=(25,), n_seeds=1, direct=None)
    alone = _draws(frame)["deu"]
    assert alone.levels(TS) == "no interval: one seed and no counts"
    assert not alone.has_interval(TS)
    counted = known_truth.write_counts(tmp_path, frame, 60, np.random.default_rng(0))
    assert "test sentences only" in _draws(counted, tmp_path)["deu"].levels(TS)
    mixed = counted.assign(method="direct-seeds")
    told = _draws(mixed, tmp_path)["deu"].levels(TS._replace(method="direct-seeds"))
    assert told == "one mixture of all seeds' teachers: the interval covers test sentences only"
    seeds = known_truth.scores(lambda n: 50.0, sizes=(25,), n_seeds=3, direct=None)
    assert "seeds only" in _draws(seeds)["deu"].levels(TS)


def test_missing_runs_and_equal_seeds_do_not_disturb():
    frame = known_truth.scores(known_truth.power_floor, n_seeds=3)
    frame = frame.drop(index=frame.index[(frame["n"] == 25) & (frame["seed"] == 1)])
    frame.loc[frame["n"] == 50, "f1"] = 60.0
    draws = _draws(frame)["deu"]
    assert np.isfinite(draws.seed_part).all()
    assert draws.n_seeds[draws.row[TS]] == 2
    assert draws.of(TS._replace(n=50)).std() == 0


def test_another_target_changes_no_draw_of_the_sentences(tmp_path):
    rng = np.random.default_rng(0)
    two = known_truth.scores(lambda n: 50.0, targets=("deu", "nld"), sizes=(25,), direct=None)
    two = known_truth.write_counts(tmp_path, two, 60, rng)
    both = _draws(two, tmp_path)["deu"].sentence_part
    one = _draws(two[two["target"] == "deu"], tmp_path)["deu"].sentence_part
    assert np.array_equal(both, one)


def test_what_sentences_explain_is_taken_out_of_the_seeds(tmp_path):
    """Seeds that differ by the luck of a small test set only have nothing to add to it."""
    rng = np.random.default_rng(1)
    targets = [f"l{i:02d}" for i in range(10)]
    alike = known_truth.scores(
        lambda n: 70.0, targets=targets, sizes=(25,), n_seeds=3, direct=None, noise=0, shared=0
    )
    unlike = alike.assign(f1=alike["f1"] + np.random.default_rng(0).normal(0, 8, len(alike)))
    parts = {}
    for name, frame in (("alike", alike), ("unlike", unlike)):
        counted = known_truth.write_counts(tmp_path / name, frame, 150, rng)
        draws = _draws(counted, tmp_path / name).values()
        parts[name] = [
            (d.seed_part[0].std(), d.sentence_part[0].std(), np.std(d.runs[0], ddof=1))
            for d in draws
        ]
    seed, sentence, observed = np.mean(parts["alike"], axis=0)
    assert observed > 1.5  # the seeds do differ, but
    assert seed < 0.4 * sentence
    seed, sentence, _ = np.mean(parts["unlike"], axis=0)
    assert seed > 1.2 * sentence
