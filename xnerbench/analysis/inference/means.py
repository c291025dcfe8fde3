"""The mean of a contrast over languages: relatives share their weight, and what stands beside the mean.

The number fixed in advance counts every run. Beside it stand the plain mean with the interval of independent
languages, the median language, and the mean of the runs that did not collapse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from xnerbench.analysis.distances.genealogy import texts_of
from xnerbench.analysis.inference import clusters, shared_seeds
from xnerbench.analysis.inference.contrasts import MIN_LANGUAGES, Contrast, welch
from xnerbench.analysis.inference.seed_noise import t_scale
from xnerbench.analysis.settings import Settings

Ends = tuple[float, float] | tuple[None, None]


@dataclass(frozen=True)
class OverLanguages:
    """A contrast's mean over languages.

    Attributes:
        value: The mean, in which relatives share their weight; the plain mean where languages are no sample.
        plain: The plain mean.
        draws: Of the mean, [draws]; constant where nothing is known to move it.
        n_seeds: Seeds that every language has.
        n_languages: How many.
        n_sentences: Test sentences of all; `None` where one has no counts.
        note: Whether languages count as a sample.
        se: Standard error of the mean.
        freedom: Degrees of freedom of its t distribution.
        naive: Standard error and degrees of freedom that take languages for independent; `None` where
            languages are no sample.
        n_families: Families among the languages; `None` where nobody said.
        median: Of the languages.
        n_runs: Runs over languages and seeds.
        n_collapsed: Those of them that collapsed.
        n_languages_collapsed: Languages that have such runs.
        rest: The same without collapsed runs; `None` where none collapsed, or where fewer than two languages are left.
    """

    value: float
    plain: float
    draws: np.ndarray
    n_seeds: int
    n_languages: int
    n_sentences: int | None
    note: str
    se: float
    freedom: float
    naive: tuple[float, float] | None
    n_families: int | None
    median: float
    n_runs: int
    n_collapsed: int
    n_languages_collapsed: int
    rest: OverLanguages | None

    def naive_interval(self, confidence: float) -> Ends:
        """The interval of the plain mean if languages were independent."""
        if self.naive is None or not self.moves:
            return None, None
        return _around(self.plain, *self.naive, confidence)

    def interval(self, confidence: float) -> Ends:
        """The interval; none where nothing is known to move the mean."""
        return (
            _around(self.value, self.se, self.freedom, confidence) if self.moves else (None, None)
        )

    @property
    def p(self) -> float | None:
        """Two-sided p of the mean, by the t distribution of the interval."""
        return (
            float(2 * student.sf(abs(self.value) / self.se, self.freedom)) if self.moves else None
        )

    @property
    def moves(self) -> bool:
        """Whether there is anything to make an interval from."""
        return bool(np.ptp(self.draws) > 0)

    def beside(self, confidence: float) -> dict[str, Any]:
        """What stands beside the mean in every table."""
        low, high = self.naive_interval(confidence)
        found: dict[str, Any] = {
            "naive": self.plain,
            "low_naive": low,
            "high_naive": high,
            "n_families": self.n_families,
            "median": self.median,
            "collapsed_share": 100 * self.n_collapsed / self.n_runs if self.n_runs else None,
            "collapsed_languages": self.n_languages_collapsed,
        }
        if self.rest is not None:
            found["without_collapsed"] = self.rest.value
            ends = self.rest.interval(confidence)
            found["without_collapsed_low"], found["without_collapsed_high"] = ends
        return found

    def doubt(self, confidence: float) -> str:
        """Whether collapsed runs decide what the mean says; empty where they do not."""
        if self.rest is None:
            return ""
        said = _sign(self.value, *self.interval(confidence))
        rest = _sign(self.rest.value, *self.rest.interval(confidence))
        opposite = self.value * self.median < 0 and abs(self.value - self.median) > NOTABLE
        if said == rest and not opposite:
            return ""
        return f"collapsed runs decide: {self.rest.value:+.1f} without them, median language {self.median:+.1f}"


NOTABLE = 0.5
"""F1 between mean and median language below which opposite signs are no disagreement."""


def _sign(value: float, low: float | None, high: float | None) -> int:
    """-1 or 1 where an interval leaves out 0, otherwise 0; the value's own where there is none."""
    if low is None or high is None:
        return int(np.sign(value))
    return int(low > 0) - int(high < 0)


def families_of(families: Mapping[str, str] | None, targets: Iterable[str]) -> list[str] | None:
    """The family of each target; `None` where families are not known."""
    return [families[target] for target in targets] if families else None


def over_languages(
    members: Sequence[Contrast], settings: Settings, families: Sequence[str] | None = None
) -> OverLanguages:
    """The mean over languages.

    With at least `MIN_LANGUAGES` the languages are a sample: the mean is moved as Student's t over
    languages, which holds the sentences' and the seeds' accidents of each language. Relatives are alike, so they
    share their weight, and the standard error is cluster-robust by family (`clusters`), with Satterthwaite's degrees of
    freedom. What a seed does to all languages alike (they share a teacher) is added: the variance of the means per
    seed, less what languages that are independent given the seed would leave in it (two-way analysis of
    variance). With fewer languages the mean is the plain one, and moves as t over seeds, and with the sentences; where
    they have different seeds, what seeds do to each language, own or lent, takes the place of t over seeds.

    The random numbers depend on the study's seed and the number of languages and families only, so that two
    means over the same languages are paired.

    Args:
        members: One a language.
        settings: Draws and seed.
        families: Of each member; without, or with one family only, languages count as independent.
    """
    values = np.array([member.value for member in members])
    plain = float(values.mean())
    t, n_draws = len(values), settings.bootstrap
    n_languages = _languages(members, settings)
    is_sample = n_languages >= MIN_LANGUAGES
    n_families = None if families is None else len(set(families))
    robust = None
    if is_sample and families is not None and len(set(families)) >= clusters.MIN_FAMILIES:
        robust = clusters.regress(np.ones((t, 1)), values, list(families))
    weights = np.full(t, 1 / t) if robust is None else robust.weights[0]
    value = plain if robust is None else float(robust.beta[0])
    rng = np.random.default_rng([settings.seed, 4])
    runs = np.array([member.runs for member in members])
    are_even = shared_seeds.are_even(runs)
    n_seeds = int(np.isfinite(runs).all(0).sum())
    several = shared_seeds.several_of(runs)
    n_several = int(several.seeds.sum())
    moved = np.full(n_draws, value)
    moving: list[tuple[float, float]] = []
    if n_several > 1:
        error = shared_seeds.errors(runs, several, weights, is_sample or not are_even)
        moved = moved + _as_t(error, n_several - 1, n_draws, rng)
        moving.append((float(error @ error), n_several - 1.0))
    naive = None
    if is_sample:
        error, freedom = (values - plain) / np.sqrt(t * (t - 1)), t - 1.0
        alone = [(float(error @ error), freedom)]
        if n_several > 1:
            shared = shared_seeds.errors(runs, several, np.full(t, 1 / t), True)
            alone.append((float(shared @ shared), n_several - 1.0))
        naive = float(np.sqrt(sum(variance for variance, _ in alone))), welch(alone)
        note = "languages as a sample"
        if robust is not None:
            error, freedom = robust.parts[:, 0], float(robust.freedom[0])
            note = f"languages as a sample, relatives share their weight ({n_families} families)"
        elif families is not None:
            note = "languages as a sample; all of one family, about which alone it is"
        moved = moved + _as_t(error, freedom, n_draws, rng)
        moving.append((float(error @ error), freedom))
    else:
        sentences = np.mean([member.sentence_part for member in members], axis=0)
        moved = moved + sentences
        moving.append((float(sentences.var()), np.inf))
        note = f"about these {n_languages} languages only"
        if not are_even:
            error, freedom = _alone(members, weights)
            if freedom < np.inf:
                moved = moved + _as_t(error, freedom, n_draws, rng)
                moving.append((float(error @ error), freedom))
    if n_several > n_seeds:
        note += f"; {n_several} seeds in {int(several.rows.sum())} of the {n_languages} languages"
    if n_several < 2:
        missing = (
            "what seeds do" if not is_sample and are_even else "what a seed does to all languages"
        )
        note += f"; {missing} is not in the interval"
    counted = [member.n_sentences for member in members]
    n_sentences = sum(counted) if all(counted) else None
    se = float(np.sqrt(sum(variance for variance, _ in moving)))
    return OverLanguages(
        value,
        plain,
        moved,
        n_seeds,
        n_languages,
        n_sentences,
        note,
        se,
        welch(moving),
        naive,
        n_families,
        float(np.median(values)),
        int(np.isfinite(runs).sum()),
        sum(int(member.collapsed.sum()) for member in members),
        sum(bool(member.collapsed.any()) for member in members),
        _rest(members, settings, families),
    )


def _languages(members: Sequence[Contrast], settings: Settings) -> int:
    """How many languages the members are of."""
    names = [member.target or str(i) for i, member in enumerate(members)]
    return len(texts_of(names, settings.macrolanguages))


def _alone(members: Sequence[Contrast], weights: np.ndarray) -> tuple[np.ndarray, float]:
    """What seeds do to each language, own or lent, as errors of the weighted mean [languages], and their freedom."""
    error = weights * [member.seeds.error for member in members]
    parts = zip((error**2).tolist(), [member.seeds.freedom for member in members], strict=True)
    return error, welch(list(parts))


def _rest(
    members: Sequence[Contrast], settings: Settings, families: Sequence[str] | None
) -> OverLanguages | None:
    """The mean without collapsed runs."""
    if not any(member.collapsed.any() for member in members):
        return None
    names = [""] * len(members) if families is None else families
    kept = [
        (rest, name)
        for member, name in zip(members, names, strict=True)
        if (rest := member.without_collapsed()) is not None
    ]
    if len(kept) < 2:
        return None
    own = None if families is None else [name for _, name in kept]
    return over_languages([rest for rest, _ in kept], settings, own)


def _around(value: float, se: float, freedom: float, confidence: float) -> tuple[float, float]:
    half = float(student.ppf(0.5 + confidence / 2, freedom) * se)
    return value - half, value + half


def _as_t(error: np.ndarray, freedom: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of Student's t whose scale is the length of `error`: what each part adds to the standard error."""
    z = rng.standard_normal((n_draws, len(error)))
    return z @ error * t_scale(rng.uniform(1e-6, 1 - 1e-6, n_draws), freedom)
