"""The rows of every table that `fit` writes: one function per table, named in its declaration.

A function takes the whole `Analysis` and returns dicts with the declared columns (`xnerbench/catalogue`); what
several tables share is computed once and kept with the `Analysis`.
"""

from __future__ import annotations

from xnerbench.analysis import costs as costing
from xnerbench.analysis import students as training
from xnerbench.analysis import transfer as transferring
from xnerbench.analysis.curves import choosing
from xnerbench.analysis.curves import exchange as exchanging
from xnerbench.analysis.curves import growth as growing
from xnerbench.analysis.curves import medians as over
from xnerbench.analysis.curves import rows as of_curves
from xnerbench.analysis.distances import genealogy, languages
from xnerbench.analysis.fit import Analysis, Rows
from xnerbench.analysis.inference import ranking as ranked
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.surface import decomposition as splitting
from xnerbench.analysis.surface import fidelity as copying
from xnerbench.analysis.surface import rows as of_surfaces
from xnerbench.analysis.surface import worth as buying


def means(study: Analysis) -> Rows:
    """Mean F1 over seeds, with intervals."""
    return [r for draws in study.draws.values() for r in of_curves.means(draws, study.settings)]


def students(study: Analysis) -> Rows:
    """How far students are trained, and what that cost."""
    return training.rows(study.scores)


def transfer(study: Analysis) -> Rows:
    """Every source on every target."""
    return transferring.rows(study.scores, study.settings)


def curves(study: Analysis) -> Rows:
    """Every form fitted to every series."""
    every = list(study.curves.values())
    chosen_in = choosing.frequencies(every)
    return [
        row
        for curve, own in zip(every, chosen_in, strict=True)
        for row in of_curves.forms(curve, own)
    ]


def curve_points(study: Analysis) -> Rows:
    """The chosen curves, for drawing."""
    return [
        row
        for curve in study.curves.values()
        for row in of_curves.points(curve, study.draws[curve.series.target], study.settings)
    ]


def derived(study: Analysis) -> Rows:
    """What is read off the curves."""
    return study.derived


def medians(study: Analysis) -> Rows:
    """Break-even, n95 and exchange rate over languages."""
    controls = {key: study.control(curve) for key, curve in study.curves.items()}
    return over.rows(study.derived, study.curves, controls, study.scores, study.settings)


def growth(study: Analysis) -> Rows:
    """How F1 changes with n, and how much of the change is data."""
    return growing.rows(study.draws, study.scores, study.settings, study.family_of)


def surface(study: Analysis) -> Rows:
    """Every law fitted to every n x u surface."""
    return [row for found in study.surfaces for row in of_surfaces.laws(found, study.settings)]


def surface_points(study: Analysis) -> Rows:
    """The measured cells and the chosen law; of languages with a mean over them the cells only."""
    together = {found.surface.method for found in study.surfaces if found.surface.target == ALL}
    return [
        row
        for found in study.surfaces
        for row in of_surfaces.points(
            found,
            study.settings,
            found.surface.target == ALL or found.surface.method not in together,
        )
    ]


def decomposition(study: Analysis) -> Rows:
    """Rises split into text and updates, in both orders."""
    return [
        row for found in study.surfaces for row in splitting.rows(found.surface, study.settings)
    ]


def worth(study: Analysis) -> Rows:
    """What to buy next, and where updates stop to help."""
    return [row for found in study.surfaces for row in buying.rows(found, study.settings)]


def fidelity(study: Analysis) -> Rows:
    """What students copy from their teachers, and what they add."""
    return copying.rows(study.scores, study.settings, study.family_of, study.method)


def differences(study: Analysis) -> Rows:
    """Paired differences between methods."""
    return study.differences


def ranking(study: Analysis) -> Rows:
    """Every arm with its differences to direct transfer and to the primary method."""
    return ranked.rows(study.draws, study.scores, study.settings, study.differences)


def exchange(study: Analysis) -> Rows:
    """What arms are worth in sentences."""
    return exchanging.rows(study.draws, study.settings, study.family_of)


def costs(study: Analysis) -> Rows:
    """Time and memory."""
    return costing.rows(study.scores)


def distances(study: Analysis) -> Rows:
    """Distances of the study's languages."""
    return study.languages.distances


def families(study: Analysis) -> Rows:
    """Family and branch of every target."""
    return genealogy.rows(study.families)


def covariates(study: Analysis) -> Rows:
    """Facts about the targets."""
    return study.languages.covariates


def regressions(study: Analysis) -> Rows:
    """What distance explains."""
    return study.regressed[0]


def regression_points(study: Analysis) -> Rows:
    """The points of the regressions."""
    return study.regressed[1]


def regression_lines(study: Analysis) -> Rows:
    """Their lines and bands."""
    return study.regressed[2]


def family_slopes(study: Analysis) -> Rows:
    """The same regressions inside large families."""
    return study.regressed[3]


def joint(study: Analysis) -> Rows:
    """Joint models of F1 on size and distance."""
    found = study.languages
    return languages.joint_rows(
        found.members, found.primary, found.covariates, study.family_of, study.settings
    )


def left_out(study: Analysis) -> Rows:
    """Predictions of languages left out."""
    return study.predicted[0]


def left_out_summary(study: Analysis) -> Rows:
    """How good they are."""
    return study.predicted[1]
