"""Variances that languages lend each other: an empirical Bayes prior on the log scale (Smyth 2004).

v_i is a variance estimate with d_i degrees of freedom, and over languages 1 / (its true value) is taken to be
chi-square with d0 degrees of freedom, over d0 v0 (Smyth 2004, *Statistical Applications in Genetics* 3:3). Both numbers
are estimated from the *logarithms*, so that one language that is ten times as noisy moves v0 by a few percent where an
arithmetic mean would be its own. Languages whose variance such a prior cannot explain are left out of it and lend and
borrow nothing, and with them taken out the rest may be alike again (Phipson et al. 2016, *Annals of Applied Statistics*
10:946); which these are is judged by the median and the quartiles of the logarithms, which they do not move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, polygamma
from scipy.stats import chi2
from scipy.stats import f as f_distribution

FEWEST = 3
"""Languages that a prior takes."""
FEWEST_QUARTILES = 8
"""Languages from which on outliers are looked for."""
OUTLYING = 0.05
"""Chance that any language is called an outlier without being one."""
NOTHING = 1e-12
"""Variances in F1^2 below this are how a sum was rounded."""
SMALLEST = 1e-4
"""Variances below this share of the median count as that much: two equal scores by chance."""


@dataclass(frozen=True)
class Prior:
    """What languages lend each other.

    Attributes:
        variance: v0.
        freedom: d0, at most the degrees of freedom of all languages that lend.
        is_outlier: Languages that lend and borrow nothing, bool [languages].
    """

    variance: float
    freedom: float
    is_outlier: np.ndarray


def prior(variances: np.ndarray, freedom: np.ndarray) -> Prior:
    """The prior of one contrast.

    Args:
        variances: v of each language, [languages]; 0 where it has none.
        freedom: d, the number of its seeds less one, [languages].
    """
    known = np.flatnonzero((freedom > 0) & (variances > NOTHING))
    is_outlier = np.zeros(len(variances), bool)
    if len(known) < FEWEST:
        return Prior(0.0, 0.0, is_outlier)
    v, d = variances[known], freedom[known].astype(float)
    v = np.maximum(v, SMALLEST * np.median(v))
    kept = np.ones(len(v), bool)
    if len(v) >= FEWEST_QUARTILES:
        v0, d0 = _by_quartiles(v, d)
        kept = f_distribution.sf(v / v0, d, d0) >= OUTLYING / len(v)
    is_outlier[known[~kept]] = True
    v0, d0 = _by_moments(v[kept], d[kept])
    return Prior(v0, d0, is_outlier)


def _by_moments(v: np.ndarray, d: np.ndarray) -> tuple[float, float]:
    """v0 and d0 from the mean and the variance of log variances (Smyth 2004, section 6.2)."""
    e = np.log(v) - digamma(d / 2) + np.log(d / 2)
    excess = float(e.var(ddof=1) - polygamma(1, d / 2).mean())
    d0 = _freedom(excess, float(d.sum()))
    return float(np.exp(e.mean() + digamma(d0 / 2) - np.log(d0 / 2))), d0


def _by_quartiles(v: np.ndarray, d: np.ndarray) -> tuple[float, float]:
    """The same from the median and the quartiles of log variances, which outliers do not move."""
    middle = float(np.median(d))
    expected = np.log(chi2.ppf([0.25, 0.5, 0.75], middle) / middle)
    low, centre, high = np.quantile(np.log(v), [0.25, 0.5, 0.75])
    own = float(polygamma(1, middle / 2))
    excess = own * (((high - low) / (expected[2] - expected[0])) ** 2 - 1)
    d0 = _freedom(excess, float(d.sum()))
    return float(np.exp(centre) / f_distribution.ppf(0.5, middle, d0)), d0


def _freedom(excess: float, most: float) -> float:
    """d0 with trigamma(d0 / 2) = excess, the variance of log variances that chance does not explain."""
    if excess <= polygamma(1, most / 2):
        return most
    return 2 * float(brentq(lambda half: polygamma(1, half) - excess, 1e-6, most))
