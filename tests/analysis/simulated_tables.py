"""Plausible analysis tables for a simulated study, in the columns of the contract.

They let figures and report be tested at full size in seconds; what `xnerbench fit` writes is tested
by running it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import linregress

from xnerbench.analysis import scores as score_files
from xnerbench.analysis import students, tables, transfer
from xnerbench.analysis.curves import growth
from xnerbench.analysis.inference import bootstrap, contrasts
from xnerbench.analysis.settings import Settings
from xnerbench.analysis.surface import decomposition, fidelity, fitting, grid, worth
from xnerbench.analysis.surface import rows as surface_rows
from xnerbench.catalogue.tables import TABLES

KEYS = ["method", "sources", "target", "budget"]


def write(folder: Path) -> Path:
    """Writes `tables/*.csv` beside the scores of a simulated study."""
    rng = np.random.default_rng(3)
    scores = pd.read_csv(folder / "scores.csv")
    ok = scores[scores["status"] == "ok"]
    made = {"means": _means(ok), "distances": _distances(ok, rng)}
    sized = made["means"][made["means"]["n"] > 0]
    made["curves"], made["curve_points"] = _curves(sized)
    made["derived"] = _derived(made["means"], rng)
    made["differences"] = _differences(ok)
    made["transfer"] = _transfer(ok)
    made["growth"] = _growth(scores)
    made |= _surface(scores)
    for name, frame in _regressions(made["means"], made["distances"]).items():
        made[name] = frame
    made["joint"] = pd.DataFrame(
        [("mixed", "log_n", 1.1, 0.2, 0.7, 1.5, 0.001, 10, 80, "ok"),
         ("mixed", "log_n:distance", -0.9, 0.8, -2.5, 0.7, 0.26, 10, 80, "ok"),
         ("ols_cluster", "log_n", 1.1, 0.3, 0.5, 1.7, 0.004, 10, 80, "ok")],
        columns=["model", "term", "estimate", "se", "low", "high", "p", "n_languages", "n_runs", "verdict"],
    )  # fmt: skip
    made["left_out"] = _left_out(made["means"], rng)
    made |= _confidence(ok, rng)
    made["covariates"] = ok.groupby("target", as_index=False).agg(
        n_test_sentences=("n_test_sentences", "max"), direct_f1=("f1", "min")
    )
    cost = ok.groupby(["method", "n"], as_index=False).agg(
        cells=("f1", "size"), seconds=("seconds", "mean"), peak_mb=("peak_mb", "max")
    )
    made["costs"] = cost.assign(core_hours=cost["cells"] * cost["seconds"] / 3600)
    for name, frame in made.items():
        frame = frame.reindex(columns=list(TABLES[name].names))
        tables.write_csv(folder / TABLES[name].file, frame, TABLES[name])
    return folder


def _means(ok: pd.DataFrame) -> pd.DataFrame:
    grouped = ok.groupby([*KEYS, "n"], as_index=False).agg(
        f1=("f1", "mean"), sd=("f1", "std"), n_seeds=("seed", "nunique"),
        n_sentences=("n_test_sentences", "max"),
    )  # fmt: skip
    return grouped.assign(low=grouped["f1"] - 1.5, high=grouped["f1"] + 1.5)


def _curves(sized: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, points = [], []
    for key, part in sized.groupby(KEYS):
        part = part.sort_values("n")
        slope, start = np.polyfit(np.log(part["n"]), part["f1"], 1)
        last = part.iloc[-1]
        for form, chosen in (("log-linear", True), ("power", False)):
            rows.append((*key, form, "a", start, 0.4, "b", slope, 0.1, None, None, None, 12.3, True,
                         True, len(part), int(last["n"]), last["f1"], last["f1"] - 0.6, 0.6,
                         chosen, chosen, "ok"))  # fmt: skip
        at = np.unique(np.geomspace(part["n"].min(), last["n"] * 10, 30).round())
        for n in at:
            f1 = start + slope * np.log(n)
            kind = "fit" if n <= last["n"] else "extrapolation"
            points.append((*key, n, kind, f1, f1 - 1 - n / at[-1], f1 + 1 + n / at[-1]))
    columns = [
        *KEYS,
        *[
            "form",
            "p1_name",
            "p1",
            "p1_se",
            "p2_name",
            "p2",
            "p2_se",
            "p3_name",
            "p3",
            "p3_se",
            "aicc",
            "converged",
            "identifiable",
            "n_sizes",
            "heldout_n",
            "heldout_observed",
            "heldout_predicted",
            "heldout_error",
            "chosen",
            "chosen_by_heldout",
            "verdict",
        ],
    ]
    return (
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(points, columns=[*KEYS, "n", "kind", "f1", "low", "high"]),
    )


def _growth(scores: pd.DataFrame) -> pd.DataFrame:
    checked, settings = score_files.validate(scores, "simulated"), Settings(bootstrap=50)
    rows = growth.rows(bootstrap.draw(checked, None, settings), checked, settings)
    return tables.as_frame(rows, TABLES["growth"].names)


def _surface(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The primary method's mean surface, as `fit` makes it."""
    checked = score_files.validate(scores[scores["method"].isin(["direct", "ts"])], "simulated")
    settings = Settings(bootstrap=100)
    found = grid.surfaces(bootstrap.draw(checked, None, settings), checked, settings)
    fitted = [fitting.fit_surface(s) for s in found if s.target == contrasts.ALL]
    made = {
        "surface": [row for one in fitted for row in surface_rows.laws(one, settings)],
        "surface_points": [
            row for one in fitted for row in surface_rows.points(one, settings, lattice=True)
        ],
        "decomposition": [
            row for one in fitted for row in decomposition.rows(one.surface, settings)
        ],
        "worth": [row for one in fitted for row in worth.rows(one, settings)],
        "fidelity": fidelity.rows(_agreeing(checked), settings),
        "students": students.rows(_agreeing(checked)),
    }
    return {name: tables.as_frame(rows, TABLES[name].names) for name, rows in made.items()}


def _agreeing(scores: score_files.Scores) -> score_files.Scores:
    """The same scores with a fidelity that grows with n."""
    frame = scores.frame.assign(collapsed="false")
    known = (frame["n"] > 0) & (frame["status"] == "ok")
    frame["fidelity_test"] = (60 + 5 * np.log(frame["n"].clip(1))).where(known)
    frame["fidelity_heldout"] = frame["fidelity_test"] + 1
    return dataclasses.replace(scores, frame=frame)


def _derived(means: pd.DataFrame, rng) -> pd.DataFrame:
    rows = []
    for i, (key, part) in enumerate(means[means["n"] > 0].groupby(KEYS)):
        last = part.sort_values("n").iloc[-1]
        top = last["f1"] + 1
        never = i % 4 == 3
        tail = (int(last["n_seeds"]), int(last["n_sentences"]))
        rows.append((*key, "f_inf", None, top, top - 2, top + 2, "F1", "ok", *tail))
        rows.append((*key, "f1_10x", last["n"] * 10, top, top - 3, top + 3, "F1", "ok", *tail))
        rows.append((*key, "gain_inf", None, 2.0, -0.5, 4.0, "F1", "ok", *tail))
        even = float(np.exp(rng.uniform(3, 8)))
        rows.append((*key, "break_even", None, *((None,) * 3 if never else (even, even / 3, even * 9)),
                     "sentences", "not shown within the range: made up" if never else "ok", *tail))  # fmt: skip
        worth = float(np.exp(rng.uniform(2, 5)))
        rows.append((*key, "exchange_rate", last["n"],
                     *((None,) * 3 if i % 5 == 4 else (worth, worth / 2, worth * 2)), "sentences",
                     "not identifiable: no supervised curve" if i % 5 == 4 else "ok", *tail))  # fmt: skip
    columns = [
        *KEYS,
        *["quantity", "at_n", "value", "low", "high", "unit", "verdict", "n_seeds", "n_sentences"],
    ]
    return pd.DataFrame(rows, columns=columns)


def _transfer(ok: pd.DataFrame) -> pd.DataFrame:
    """As if direct transfer had been run from three sources."""
    rng = np.random.default_rng(4)
    others = [
        ok[ok["method"] == "direct"].assign(
            sources=source, f1=lambda own: (own["f1"] + rng.normal(0, 8, len(own))).clip(0, 100)
        )
        for source in ("eng", "deu", "spa")
    ]
    labels = tuple(name[3:] for name in ok.columns if name.startswith("f1_") and name[3:].isupper())
    frame = pd.concat(others, ignore_index=True)
    return pd.DataFrame(transfer.rows(score_files.Scores(frame, labels, ()), Settings()))


def _differences(ok: pd.DataFrame) -> pd.DataFrame:
    rows = []
    last = int(ok["n"].max())
    direct = ok[ok["method"] == "direct"]
    others = ok[ok["n"] == last]
    pairs = [(m, "direct") for m in others["method"].unique()]
    pairs += [(m, "ts") for m in others["method"].unique() if m != "ts"]
    for a, b in pairs:
        base = direct if b == "direct" else others[others["method"] == b]
        joined = others[others["method"] == a].merge(
            base, on=["target", "seed"], suffixes=("", "_b")
        )
        gaps = (joined["f1"] - joined["f1_b"]).groupby(joined["target"])
        for target, gap in [*gaps, ("ALL", joined["f1"] - joined["f1_b"])]:
            half = 2 * gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else 3.0
            rows.append((a, b, _several(a), _several(b), target, "steps", last, gap.mean(), gap.mean() - half,
                         gap.mean() + half, 0.02, 0.04, 5, 60, "ok"))  # fmt: skip
    columns = [
        "method_a",
        "method_b",
        "sources_a",
        "sources_b",
        "target",
        "budget",
        "n",
        "difference",
        "low",
        "high",
        "p",
        "p_holm",
        "n_seeds",
        "n_sentences",
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)


def _several(method: str) -> str:
    return "several" if method.startswith("multi") else "none" if method == "supervised" else "eng"


def _distances(ok: pd.DataFrame, rng) -> pd.DataFrame:
    rows = []
    order = ok[ok["method"] == "direct"].groupby("target")["f1"].mean().sort_values(ascending=False)
    for kind in ["syntactic", "phonological", "inventory", "featural", "geographic", "genetic"]:
        for i, target in enumerate(order.index):
            d = 0.2 + 0.55 * i / len(order) + rng.normal(0, 0.06)
            if kind == "genetic":
                d = 1.0 if i > len(order) / 3 else round(0.5 + rng.uniform(0, 0.45), 2)
            rows.append(("eng", target, kind, "none" if kind in ("genetic", "geographic") else "knn",
                         float(np.clip(d, 0, 1)), "eng", target, 60, "simulated"))  # fmt: skip
    columns = [
        "source",
        "target",
        "kind",
        "variant",
        "distance",
        "code_source",
        "code_target",
        "shared_features",
        "provenance",
    ]
    return pd.DataFrame(rows, columns=columns)


def _regressions(means: pd.DataFrame, distances: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rows, points, lines = [], [], []
    direct = means[means["method"] == "direct"].groupby("target")["f1"].mean()
    last = means[(means["method"] == "ts") & (means["n"] == means["n"].max())]
    last = last.groupby("target")["f1"].mean()
    values = {("direct_f1", "direct", "none"): direct, ("f1", "ts", "steps"): last,
              ("gain", "ts", "steps"): last - direct,
              ("slope", "ts", "steps"): (last - direct) / 3}  # fmt: skip
    fertility = distances[distances["kind"] == "syntactic"].assign(
        kind="fertility", variant="covariate"
    )
    every = pd.concat([distances, fertility])
    for (kind, variant), part in every.groupby(["kind", "variant"]):
        x = part.set_index("target")["distance"]
        for (quantity, method, budget), series in values.items():
            key = {"quantity": quantity, "distance": kind, "variant": variant, "method": method,
                   "sources": "eng", "budget": budget}  # fmt: skip
            y = series.reindex(x.index)
            fit = linregress(x, y)
            rows.append({
                **key, "primary": kind == "syntactic", "n_languages": len(x), "slope": fit.slope,
                "low": fit.slope - 2 * fit.stderr, "high": fit.slope + 2 * fit.stderr,
                "intercept": fit.intercept, "spearman": fit.rvalue, "p_spearman": fit.pvalue,
                "p": fit.pvalue, "p_holm": fit.pvalue, "r2": fit.rvalue**2, "loo_r2": 0.5,
                "loo_mae": 4.2, "baseline_mae": 9.0, "verdict": "ok",
            })  # fmt: skip
            points += [
                {
                    **key,
                    "target": t,
                    "x": x[t],
                    "y": y[t],
                    "predicted": fit.intercept + fit.slope * x[t],
                }
                for t in x.index
            ]
            at = np.linspace(x.min(), x.max(), 21)
            line = fit.intercept + fit.slope * at
            lines += [
                {**key, "x": a, "y": b, "low": b - 2, "high": b + 2}
                for a, b in zip(at, line, strict=True)
            ]
    return {
        "regressions": pd.DataFrame(rows),
        "regression_points": pd.DataFrame(points),
        "regression_lines": pd.DataFrame(lines),
    }


def _left_out(means: pd.DataFrame, rng) -> pd.DataFrame:
    part = means[(means["method"] == "ts") & (means["n"] == means["n"].max())]
    predicted = part["f1"] + rng.normal(0, 4, len(part))
    return pd.DataFrame({
        "target": part["target"], "n": part["n"], "observed": part["f1"], "predicted": predicted,
        "low": predicted - 8, "high": predicted + 8, "baseline": part["f1"].mean(),
        "covered": (predicted - part["f1"]).abs() < 8, "verdict": "ok",
    })  # fmt: skip


def _confidence(ok: pd.DataFrame, rng) -> dict[str, pd.DataFrame]:
    """F1 of direct transfer read off a signal that tells it but for a little noise."""
    outcome = {"method": "direct", "sources": "eng", "budget": "none", "n": 0, "text": "pool"}
    own = ok[(ok["method"] == "direct") & (ok["sources"] == "eng")]
    f1 = own.groupby("target")["f1"].mean()
    signal = {**outcome, "signal": "begin_confident"}
    x = np.clip(f1 / 100 + rng.normal(0, 0.03, len(f1)), 0.01, 0.99)
    at = np.linspace(x.min(), x.max(), 9) if len(x) else np.empty(0)
    families = [("Indo-European", "Uralic", "Turkic")[i % 3] for i in range(len(f1))]
    points = pd.DataFrame(
        {"target": f1.index, "family": families, "x": x.to_numpy(), "observed": f1.to_numpy()}
    )
    points = points.assign(
        predicted=100 * points["x"], low=100 * points["x"] - 9, high=100 * points["x"] + 9
    )
    lines = pd.DataFrame({"x": at, "f1": 100 * at, "low": 100 * at - 9, "high": 100 * at + 9})
    row = {
        **outcome, "form": "linear", "signals": "begin_confident", "n_languages": len(f1), "n_families": 3,
        "error_family": 3.0, "error_language": 2.5, "r": 0.9, "error_honest": 3.2, "half_width": 0.4, "level": 0.95,
        "coverage": 0.96, "chosen": True, "verdict": "ok",
    }  # fmt: skip
    mean = {**row, "form": "mean", "signals": "", "error_family": 9.0, "chosen": False}
    return {
        "calibration": pd.DataFrame([mean, row] if len(f1) else []),
        "calibration_points": points.assign(**signal, covered=True),
        "calibration_lines": lines.assign(**signal),
    }
