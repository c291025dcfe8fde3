"""Where reading F1 off confidence fails: its error on groups of languages, each predicted without its family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from xnerbench.analysis.confidence.panel import expit
from xnerbench.analysis.fit import Analysis

MANY_SPLIT = 0.45
"""Share of words of several subwords from which a language counts as one that the tokenizer splits."""


def rows(study: Analysis) -> list[dict[str, Any]]:
    """One row per outcome, kind of group and group; none without a calibration."""
    about = {row["target"]: row for row in study.languages.covariates}
    found = []
    for outcome, own in study.calibrations.items():
        panel = own.panel
        off = 100 * expit(own.honest) - panel.f1
        for by, of in _groupings(panel.families, panel.targets, about):
            for group in dict.fromkeys(of):
                mine = np.array([each == group for each in of])
                found.append(
                    {
                        **outcome.columns(),
                        "by": by,
                        "group": group,
                        "n_languages": int(mine.sum()),
                        "error": float(np.abs(off[mine]).mean()),
                        "bias": float(off[mine].mean()),
                        "others": float(np.abs(off[~mine]).mean()) if (~mine).any() else None,
                        "verdict": "ok",
                    }
                )
    return found


def _groupings(
    families: tuple[str, ...], targets: tuple[str, ...], about: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, list[str]]]:
    """Kind of group, and the group of each language; kinds of which something is not known are left out."""
    yield "language family", list(families)
    known = [about.get(target, {}) for target in targets]
    scripts = [row.get("script") for row in known]
    if all(scripts):
        yield "script", ["Latin" if script == "Latin" else "other" for script in scripts]
    corpora = [row.get("family") for row in known]
    if all(corpora):
        yield "corpus family", [str(corpus) for corpus in corpora]
    split = [row.get("split_share") for row in known]
    if all(share is not None for share in split):
        many = [float(share or 0) > MANY_SPLIT for share in split]
        yield (
            "split words",
            [f"{'over' if each else 'up to'} {100 * MANY_SPLIT:.0f} %" for each in many],
        )
