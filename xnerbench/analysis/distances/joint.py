"""One model for all languages: F1 ~ ln n x distance, with a line of its own for each language.

Over the runs of the primary method:

- `mixed`: statsmodels' MixedLM with random intercept and slope per language (REML). Its random
  variance is checked, because a collapsed one gives between-language effects of exactly 0 with
  `converged=True`. Intervals use Student's t with languages - 2 degrees of freedom.
- `ols_cluster`: the same fixed effects by least squares, standard errors from resampled languages
  (`regressions.spread`), the same t.
- `family_effects`: the same terms, relatives allowed for: each language's own line by least squares, then its level
  and its slope regressed on distance with a random effect of each family (`inference/pgls`).
- `ols_cluster_covariates`, `family_effects_covariates`: with the covariates that are known of all targets.
- `ols_cluster_family`: the twin with the corpus family as a factor, against the largest family.

ln n and distance are centred, so that each main effect holds at the mean of the other.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student
from statsmodels.regression.mixed_linear_model import MixedLM

from xnerbench.analysis.distances.regressions import MIN_LANGUAGES, reach, spread
from xnerbench.analysis.inference import pgls
from xnerbench.analysis.inference.clusters import MIN_FAMILIES

CLUSTER, RELATED = "ols_cluster", "family_effects"
COVARIATES, FAMILY = "ols_cluster_covariates", "ols_cluster_family"
RELATED_COVARIATES = "family_effects_covariates"
INDEPENDENT = "languages taken as independent"
TERMS = ("intercept", "log_n", "distance", "log_n:distance")
COLLAPSED = 1e-4
"""Random variances below this share of the residual variance count as collapsed."""
OPTIMISERS = ("powell", "lbfgs", "bfgs")


@dataclass(frozen=True)
class Runs:
    """Runs of one method over languages.

    Attributes:
        f1: 0..100, [runs].
        log_n: ln n, [runs].
        language: Index of the language, [runs].
        languages: Codes.
        distance: Of each language, [languages].
        covariates: Name -> value of each language, [languages].
        families: The same for the columns of a factor, the corpus family, 0 or 1.
        relatives: Language family of each language.
    """

    f1: np.ndarray
    log_n: np.ndarray
    language: np.ndarray
    languages: tuple[str, ...]
    distance: np.ndarray
    covariates: Mapping[str, np.ndarray]
    families: Mapping[str, np.ndarray]
    relatives: tuple[str, ...]


def rows(
    runs: Runs, draws: int, confidence: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Every model and term."""
    n_languages = len(runs.languages)
    models = ("mixed", CLUSTER, RELATED, COVARIATES, RELATED_COVARIATES, FAMILY)
    if n_languages < MIN_LANGUAGES or np.ptp(runs.distance) < 1e-9 or np.ptp(runs.log_n) == 0:
        why = f"not identifiable: {n_languages} languages, the model needs {MIN_LANGUAGES}"
        if n_languages >= MIN_LANGUAGES:
            why = "not identifiable: all distances, or all sizes, are equal"
        return [_row(m, "all", runs, verdict=why) for m in models]
    if np.ptp(runs.f1) < 1e-9:
        why = "not identifiable: F1 is the same in every run"
        return [_row(m, "all", runs, verdict=why) for m in models]
    design = _design(runs)
    mixed = _mixed(runs, design, confidence)
    cluster = _cluster(CLUSTER, TERMS, runs, design, draws, confidence, rng)
    _compare(mixed, cluster)
    sds = {f"{name} (per sd)": v / (np.std(v) or 1) for name, v in runs.covariates.items()}
    more = [
        *_with(COVARIATES, "covariate", sds, runs, design, draws, confidence, rng),
        *_with(FAMILY, "corpus family", runs.families, runs, design, draws, confidence, rng),
    ]
    related = [*_related(RELATED, {}, runs, confidence)]
    if not any(row["model"] == COVARIATES and row["term"] == "all" for row in more):
        usable = {name: v for name, v in sds.items() if np.ptp(v) > 1e-9}
        related += _related(RELATED_COVARIATES, usable, runs, confidence)
    for row in (*mixed, *cluster, *more):
        if row["verdict"].startswith("ok"):
            row["verdict"] = f"{row['verdict']}; {INDEPENDENT}"
    return [*mixed, *cluster, *related, *more]


def _related(
    model: str, covariates: Mapping[str, np.ndarray], runs: Runs, confidence: float
) -> list[dict[str, Any]]:
    """Each language's own line, its two numbers regressed on distance with an effect of each family."""
    names = runs.relatives
    if len(set(names)) < MIN_FAMILIES:
        why = "not identifiable: all languages are of one family"
        return [_row(model, "all", runs, verdict=why)]
    n = len(runs.languages)
    log_n = runs.log_n - runs.log_n.mean()
    own = np.zeros((n, 2))
    for i in range(n):
        mine = runs.language == i
        if np.ptp(log_n[mine]) < 1e-9:
            why = f"not identifiable: {runs.languages[i]} has one size only"
            return [_row(model, "all", runs, verdict=why)]
        line = np.column_stack([np.ones(mine.sum()), log_n[mine]])
        own[i] = np.linalg.lstsq(line, runs.f1[mine], rcond=None)[0]
    plain = np.column_stack([np.ones(n), runs.distance - runs.distance.mean()])
    wider = np.column_stack([plain, *(v - v.mean() for v in covariates.values())])
    relatedness = pgls.same_family(names)
    level = pgls.average(wider, own[:, 0], relatedness)
    slope = pgls.average(plain, own[:, 1], relatedness)
    where = {"intercept": (level, 0), "log_n": (slope, 0), "distance": (level, 1),
             "log_n:distance": (slope, 1)}  # fmt: skip
    where |= {name: (level, i) for i, name in enumerate(covariates, 2)}
    said = f"ok; relatives allowed for ({len(set(names))} families)"
    found = []
    for term, (fit, i) in where.items():
        low, high = fit.interval(i, confidence)
        numbers = {"estimate": float(fit.beta[i]), "low": low, "high": high, "p": fit.p(i)}
        found.append(_row(model, term, runs, **numbers, verdict=said))
    return found


def _row(model: str, term: str, runs: Runs, **values: Any) -> dict[str, Any]:
    counts = {"n_languages": len(runs.languages), "n_runs": len(runs.f1)}
    return {"model": model, "term": term, **counts, **values}


def _numbers(
    value: float, se: float, runs: Runs, confidence: float, parameters: int = 2
) -> dict[str, float]:
    """Estimate, standard error, interval and p by Student's t over languages."""
    n = len(runs.languages)
    half = reach(n, confidence, parameters) * se
    p = float(2 * student.sf(abs(value) / se, n - parameters)) if se > 0 else float(value == 0)
    return {"estimate": value, "se": se, "low": value - half, "high": value + half, "p": p}


def _design(runs: Runs) -> np.ndarray:
    log_n = runs.log_n - runs.log_n.mean()
    distance = (runs.distance - runs.distance.mean())[runs.language]
    return np.stack([np.ones_like(log_n), log_n, distance, log_n * distance], 1)


def _mixed(runs: Runs, design: np.ndarray, confidence: float) -> list[dict[str, Any]]:
    result, said = _fit_mixed(runs, design)
    if result is None:
        return [_row("mixed", term, runs, verdict=f"not identifiable: {said}") for term in TERMS]
    found = []
    for term, value, se in zip(TERMS, result.fe_params, result.bse_fe, strict=True):
        numbers = _numbers(float(value), float(se), runs, confidence)
        found.append(
            _row("mixed", term, runs, **numbers, verdict="; ".join(filter(None, ["ok", said])))
        )
    return found


def _fit_mixed(runs: Runs, design: np.ndarray) -> tuple[Any, str]:
    """The mixed model whose random variances can be used, or why there is none.

    Slopes that do not vary leave a model with random intercepts; intercepts that do not vary leave
    none, since between-language effects would then be tested against the noise of single runs.
    """
    random = design[:, :2] / np.array([1.0, runs.log_n.std()])
    for columns, said in ((2, ""), (1, "slopes do not vary between languages beyond noise")):
        result, trouble = _best_mixed(runs, design, random[:, :columns])
        if result is None:
            return None, trouble
        collapsed = np.diag(np.asarray(result.cov_re)) < COLLAPSED * result.scale
        if collapsed[0]:
            why = "the random variance collapsed, so between-language effects cannot be trusted"
            return None, why
        if not collapsed.any():
            return result, said
    raise AssertionError("a model with one random variance either collapsed or not")


def _best_mixed(runs: Runs, design: np.ndarray, random: np.ndarray) -> tuple[Any, str]:
    """The fit with the highest likelihood: `converged=True` alone may be far from the maximum."""
    best, trouble = None, ""
    for optimiser in OPTIMISERS:
        model = MixedLM(runs.f1, design, groups=runs.language, exog_re=random)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")  # what they say is checked below, and decides
            try:
                result = model.fit(reml=True, method=optimiser)
            except (np.linalg.LinAlgError, ValueError) as error:
                trouble = trouble or f"the mixed model cannot be fitted ({error})"
                continue
            errors = result.bse_fe
        if not result.converged:
            said = "; ".join(dict.fromkeys(str(w.message).split("\n")[0] for w in caught))
            trouble = trouble or f"the mixed model did not converge ({said})"
        elif not np.all(np.isfinite(errors)) or (errors <= 0).any():
            trouble = trouble or "the mixed model has no standard errors"
        elif best is None or result.llf > best.llf:
            best = result
    return best, trouble


def _cluster(
    model: str,
    terms: tuple[str, ...],
    runs: Runs,
    design: np.ndarray,
    draws: int,
    confidence: float,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Least squares with languages resampled: sums of squares per language, weighted per draw."""
    n, p = len(runs.languages), design.shape[1]
    squares, products = np.zeros((n, p, p)), np.zeros((n, p))
    np.add.at(squares, runs.language, design[:, :, None] * design[:, None, :])
    np.add.at(products, runs.language, design * runs.f1[:, None])
    estimate = np.linalg.solve(squares.sum(0), products.sum(0))
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    normal = np.einsum("bn,npq->bpq", weights, squares)
    usable = np.linalg.cond(normal) < 1e12
    moved = np.linalg.solve(normal[usable], (weights[usable] @ products)[..., None])[..., 0]
    found = []
    parameters = 2 + len(terms) - len(TERMS)  # a level, a distance, and the covariates
    errors = spread(moved, n, parameters)
    for term, value, se in zip(terms, estimate, errors, strict=True):
        numbers = _numbers(float(value), float(se), runs, confidence, parameters)
        found.append(_row(model, term, runs, **numbers, verdict="ok"))
    return found


def _compare(mixed: list[dict[str, Any]], cluster: list[dict[str, Any]]) -> None:
    """Says in both rows whether the twins agree: same sign, and both or neither exclude 0."""
    for one, two in zip(mixed, cluster, strict=True):
        if "estimate" not in one:
            two["verdict"] = "ok; the mixed model gives nothing to compare with"
            continue
        clear = [row["low"] > 0 or row["high"] < 0 for row in (one, two)]
        signs = (one["estimate"] > 0) == (two["estimate"] > 0)
        if clear[0] != clear[1]:
            said = "the models disagree: only one interval excludes 0"
        elif not signs and any(clear):
            said = "the models disagree: opposite signs"
        else:
            said = "both models agree"
        for row in (one, two):
            row["verdict"] = f"{row['verdict']}; {said}"


def _with(
    model: str,
    noun: str,
    values: Mapping[str, np.ndarray],
    runs: Runs,
    design: np.ndarray,
    draws: int,
    confidence: float,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """The twin with further terms that differ between languages."""
    usable = {name: v for name, v in values.items() if np.ptp(v) > 1e-9}
    if not usable:
        why = f"not available: no {noun} is known of all targets and varies between them"
        return [_row(model, "all", runs, verdict=why)]
    needed = 3 * (2 + len(usable))
    if len(runs.languages) < needed:
        names = ", ".join(usable)
        why = f"too few languages: {len(runs.languages)}, {names} need {needed}"
        return [_row(model, "all", runs, verdict=why)]
    wider = np.column_stack([design, *((v - v.mean())[runs.language] for v in usable.values())])
    if np.linalg.cond(wider / np.linalg.norm(wider, axis=0)) > 1e6:
        why = f"not identifiable: {noun} terms determine each other"
        return [_row(model, "all", runs, verdict=why)]
    return _cluster(model, (*TERMS, *usable), runs, wider, draws, confidence, rng)
