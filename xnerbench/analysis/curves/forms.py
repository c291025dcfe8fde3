"""The five forms of a scaling curve: error e(n) = 1 - F1(n) against unlabelled sentences n.

| form | formula | parameters |
|---|---|---|
| constant | e = c | c |
| log-linear | F1 = a + b ln n | a, b |
| power | e = A n^-alpha | A, alpha |
| power + floor | e = E + A n^-alpha | E, A, alpha |
| saturating (Hill) | F1 = F_inf / (1 + (n0/n)^k) | F_inf, n0, k |

F1 is a share (0..1) here. Fits run in *internal* parameters that are of order one: sizes enter as
u = ln(n / n_ref) with n_ref the smallest size, so A is the error at n_ref and n0 is ln(n0 / n_ref).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
BOUND = 1e-4
"""A parameter this near to a bound is on it."""


@dataclass(frozen=True)
class Form:
    """One form. `theta` is [..., parameters], `u` is [sizes]; values are [..., sizes].

    Attributes:
        name: In tables.
        parameters: Names as in the formula.
        lower, upper: Bounds of the internal parameters; those that are not infinite mean that a
            parameter on them says nothing.
        value: F1 (0..1) at u.
        jacobian: Its derivatives, [..., sizes, parameters].
        starts: Internal parameters to start from, given sizes u and mean F1.
        outer: Internal -> the formula's parameters, given ln n_ref.
        inverse: u at which the curve has a given F1; infinite or NaN where it never has.
        limit: F1 for n to infinity, or `None` where the form has no asymptote of its own (a power
            law without a floor tends to an F1 of 1 whatever the data say).
    """

    name: str
    parameters: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    value: Callable[[Array, Array], Array]
    jacobian: Callable[[Array, Array], Array]
    starts: Callable[[Array, Array], list[tuple[float, ...]]]
    outer: Callable[[Array, float], Array]
    inverse: Callable[[Array, Array], Array]
    limit: Callable[[Array], Array] | None

    def inside(self, theta: Array) -> Array:
        """The parameters moved into their bounds."""
        return np.clip(theta, self.lower, self.upper)

    def on_bound(self, theta: Array) -> Array:
        """Which parameters lie on a bound, bool [..., parameters]."""
        return (theta - np.array(self.lower) < BOUND) | (np.array(self.upper) - theta < BOUND)


def _constant(theta: Array, u: Array) -> Array:
    return np.broadcast_to(1 - theta[..., :1], (*theta.shape[:-1], len(u)))


def _constant_jacobian(theta: Array, u: Array) -> Array:
    return np.full((*theta.shape[:-1], len(u), 1), -1.0)


def _log_linear(theta: Array, u: Array) -> Array:
    return theta[..., :1] + theta[..., 1:] * u


def _log_linear_jacobian(theta: Array, u: Array) -> Array:
    columns = np.stack([np.ones_like(u), u], -1)
    return np.broadcast_to(columns, (*theta.shape[:-1], *columns.shape))


def _power(theta: Array, u: Array) -> Array:
    return 1 - theta[..., :1] * np.exp(-theta[..., 1:] * u)


def _power_jacobian(theta: Array, u: Array) -> Array:
    decay = np.exp(-theta[..., 1:] * u)
    return np.stack([-decay, theta[..., :1] * u * decay], -1)


def _power_floor(theta: Array, u: Array) -> Array:
    return 1 - theta[..., :1] - theta[..., 1:2] * np.exp(-theta[..., 2:] * u)


def _power_floor_jacobian(theta: Array, u: Array) -> Array:
    decay = np.exp(-theta[..., 2:] * u)
    return np.stack([-np.ones_like(decay), -decay, theta[..., 1:2] * u * decay], -1)


def _hill(theta: Array, u: Array) -> Array:
    return theta[..., :1] / (1 + np.exp(theta[..., 2:] * (theta[..., 1:2] - u)))


def _hill_jacobian(theta: Array, u: Array) -> Array:
    top, middle, steep = theta[..., :1], theta[..., 1:2], theta[..., 2:]
    share = 1 / (1 + np.exp(steep * (middle - u)))
    slope = top * share * (1 - share)
    return np.stack([share, -slope * steep, -slope * (middle - u)], -1)


def _line(u: Array, f1: Array) -> tuple[float, float]:
    slope, intercept = np.polyfit(u, f1, 1)
    return float(intercept), float(slope)


def _rates(u: Array) -> list[float]:
    """Decay rates worth starting from: from slower to faster than the range of sizes."""
    return [rate / max(float(u[-1]), 0.5) for rate in (0.3, 1.0, 2.0, 4.0, 8.0)]


CONSTANT = Form(
    "constant",
    ("c",),
    (0.0,),
    (1.0,),
    _constant,
    _constant_jacobian,
    lambda u, f1: [(1 - float(np.mean(f1)),)],
    lambda theta, ln_ref: theta,
    lambda theta, f1: np.where(1 - theta[..., 0] >= f1, 0.0, np.inf),
    lambda theta: 1 - theta[..., 0],
)
LOG_LINEAR = Form(
    "log-linear",
    ("a", "b"),
    (-np.inf, -np.inf),
    (np.inf, np.inf),
    _log_linear,
    _log_linear_jacobian,
    lambda u, f1: [_line(u, f1)],
    lambda theta, ln_ref: np.stack([theta[..., 0] - theta[..., 1] * ln_ref, theta[..., 1]], -1),
    lambda theta, f1: (f1 - theta[..., 0]) / theta[..., 1],
    None,
)
POWER = Form(
    "power",
    ("A", "alpha"),
    (0.0, 0.0),
    (2.0, 8.0),
    _power,
    _power_jacobian,
    lambda u, f1: [(1 - float(f1[0]), rate) for rate in (0.05, *_rates(u))],
    lambda theta, ln_ref: np.stack(
        [theta[..., 0] * np.exp(theta[..., 1] * ln_ref), theta[..., 1]], -1
    ),
    lambda theta, f1: np.log(theta[..., 0] / (1 - f1)) / theta[..., 1],
    None,
)
POWER_FLOOR = Form(
    "power+floor",
    ("E", "A", "alpha"),
    (0.0, 0.0, 0.0),
    (1.0, 2.0, 8.0),
    _power_floor,
    _power_floor_jacobian,
    lambda u, f1: [
        (1 - float(f1.max()), float(np.ptp(f1)) + 0.01, rate) for rate in (0.05, *_rates(u))
    ],
    lambda theta, ln_ref: np.stack(
        [theta[..., 0], theta[..., 1] * np.exp(theta[..., 2] * ln_ref), theta[..., 2]], -1
    ),
    lambda theta, f1: np.log(theta[..., 1] / (1 - theta[..., 0] - f1)) / theta[..., 2],
    lambda theta: 1 - theta[..., 0],
)
HILL = Form(
    "saturating",
    ("F_inf", "n0", "k"),
    (0.0, -40.0, 0.0),
    (1.0, 20.0, 8.0),
    _hill,
    _hill_jacobian,
    lambda u, f1: [
        (min(float(f1.max()) + 0.02, 0.99), middle, steep)
        for middle in (-3.0, 0.0, float(u[-1]) / 2)
        for steep in (0.3, 1.0, 2.5)
    ],
    lambda theta, ln_ref: np.stack(
        [theta[..., 0], np.exp(theta[..., 1] + ln_ref), theta[..., 2]], -1
    ),
    lambda theta, f1: theta[..., 1] - np.log(theta[..., 0] / f1 - 1) / theta[..., 2],
    lambda theta: theta[..., 0],
)

FORMS = (CONSTANT, LOG_LINEAR, POWER, POWER_FLOOR, HILL)
BY_NAME = {form.name: form for form in FORMS}


def reach(form: Form, theta: Array, f1: Array | float, u_max: float) -> Array:
    """First u in [0, u_max] at which a curve has at least a given F1 (share).

    Every form is monotone, so that is 0, the inverse, or never.

    Returns:
        u; 0 where the curve starts there already, infinite where it never gets there.
    """
    f1 = np.asarray(f1, float)
    zero, end = np.array([0.0]), np.array([u_max])
    starts_there = form.value(theta, zero)[..., 0] >= f1
    gets_there = form.value(theta, end)[..., 0] >= f1
    with np.errstate(all="ignore"):  # outside of the curve's range the inverse is not used
        u = form.inverse(theta, f1)
    return np.where(starts_there, 0.0, np.where(gets_there, np.clip(u, 0, u_max), np.inf))
