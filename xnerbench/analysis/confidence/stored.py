"""A calibration as a small file: what was fitted, on what, and which teachers it is valid for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xnerbench.analysis.confidence import conformal, forms
from xnerbench.analysis.confidence.calibrating import Calibration
from xnerbench.analysis.confidence.carrying import MEASURED, SIGNAL, Carried, Gain
from xnerbench.analysis.confidence.panel import expit, scaled
from xnerbench.analysis.confidence.rows import Outcome, line, unscaled
from xnerbench.errors import InputError
from xnerbench.storage import artifacts, foreign

FORMAT = 2


@dataclass(frozen=True)
class Entry:
    """One outcome that can be read off; the file's fields under the same names."""

    method: str
    sources: str
    budget: str
    n: int
    text: str
    form: str
    signals: tuple[str, ...]
    values: tuple[float, ...]
    half: float
    likely: float
    level: float
    error: float
    error_mean: float
    error_rival: float | None
    coverage: float
    n_languages: int
    n_families: int
    points: tuple[Mapping[str, Any], ...]
    carried: Mapping[str, Any] | None = None

    def predict(
        self, signals: Mapping[str, float], likely: bool = False
    ) -> tuple[float, float, float]:
        """F1 and its interval from the values of the signals that it reads; the narrower one where `likely`.

        Raises:
            InputError: One of them is not known of the text.
        """
        if missing := [name for name in self.signals if signals.get(name) is None]:
            raise InputError(
                f"the calibration reads {missing[0]}, which is not known of the text",
                "calibration",
                "Calibrate without it, or give what it takes",
            )
        z = np.array([[float(scaled(name, np.array(signals[name]))) for name in self.signals]])
        form = forms.Form(self.form, self.signals, self.values)
        at = float(form.logit_f1(z)[0])
        half = self.likely if likely else self.half
        return (float(100 * expit(np.array(at))), *conformal.around(at, half))

    def carry(self, direct: float, signals: Mapping[str, float]) -> float:
        """F1 expected where direct transfer was measured, 0..100.

        Args:
            direct: The measured F1.
            signals: Of the text.
        """
        assert self.carried is not None
        own = self.carried
        z = None
        if signals.get(SIGNAL) is not None:
            z = scaled(SIGNAL, np.array([signals[SIGNAL]]))
        gain = Gain(own["form"], own["intercept"], own["slope"]).of(np.array([direct]), z)
        return float(np.clip(direct + gain[0], 0.0, 100.0))

    def outside(self, signals: Mapping[str, float]) -> str:
        """`below` or `above` where the first signal is beyond all languages of the calibration; empty within."""
        known = [float(point["x"]) for point in self.points]
        at = float(signals[self.signals[0]])
        return "below" if at < min(known) else "above" if at > max(known) else ""

    def line(self) -> list[dict[str, float]]:
        """The form as rows of `calibration_lines`."""
        name = self.signals[0]
        return line(
            self.signals,
            scaled(name, np.array([float(point["x"]) for point in self.points])),
            np.array([float(point["predicted"]) for point in self.points]),
            self.half,
            lambda at: self.predict({name: unscaled(name, at)}),
        )


@dataclass(frozen=True)
class Stored:
    """A calibration's file.

    Attributes:
        study: Whose scores it was made on.
        made_with: Encoder, recipe and labels that it is valid for (`study.validity`).
        teachers: Source -> what its teacher was trained on, in words.
        versions: Of packages.
        entries: What can be read off.
    """

    study: str
    made_with: Mapping[str, Any]
    teachers: Mapping[str, str]
    versions: Mapping[str, str]
    entries: tuple[Entry, ...]

    def entry(self, method: str, sources: str, budget: str = "none", n: int = 0) -> Entry | None:
        """One outcome's entry, if there is one."""
        wanted = (method, sources, budget, n)
        for own in self.entries:
            if (own.method, own.sources, own.budget, own.n) == wanted:
                return own
        return None

    def check(self, made_with: Mapping[str, Any], what: str) -> None:
        """Refuses teachers that it is not valid for.

        Raises:
            InputError: Another encoder, recipe or label set.
        """
        for key, said in (("encoder", "on another encoder"), ("recipe", "with another recipe")):
            if made_with.get(key) != self.made_with[key]:
                raise InputError(
                    f"the calibration of {self.study} is not valid for it: it was made {said}",
                    what,
                    "Run a study of ten or more languages with it, and calibrate anew: `xnerbench calibrate --results "
                    "results/<study>`",
                )

    def of_other_corpora(self, families: Mapping[str, str | None]) -> Iterator[str]:
        """A sentence on each source whose teacher learnt from a corpus of another `family` than this one's."""
        for source, family in families.items():
            known = self.teachers.get(source)
            if known not in (None, family):
                yield (
                    f"The teacher of {source} learnt from a corpus of the family {family}, the calibration's from "
                    f"{known}: where the two are annotated by different rules, the expected F1 does not hold."
                )


def entry_of(outcome: Outcome, own: Calibration, carried: Carried | None) -> dict[str, Any]:
    """An outcome as it is written."""
    panel, first = own.panel, own.chosen.signals[0]
    by_name = {(one.form, one.signals): one.error for one in own.candidates}
    rivals = [e for (_, names), e in by_name.items() if names == ("fertility", "distance")]
    return {
        **outcome.columns(),
        "form": own.form.name,
        "signals": list(own.form.signals),
        "values": [round(value, 7) for value in own.form.values],
        "half": round(own.half, 7) if np.isfinite(own.half) else None,
        "likely": round(own.likely, 7) if np.isfinite(own.likely) else None,
        "level": own.level,
        "error": round(own.error, 4),
        "error_mean": round(by_name["mean", ()], 4),
        "error_rival": round(rivals[0], 4) if rivals else None,
        "coverage": round(float(own.covered.mean()), 4),
        "n_languages": len(panel.targets),
        "n_families": len(set(panel.families)),
        "points": [
            {
                "target": target,
                "family": panel.families[i],
                "x": round(float(panel.signals[first][i]), 6),
                "observed": round(float(panel.f1[i]), 4),
                "predicted": round(float(100 * expit(own.honest[i])), 4),
            }
            for i, target in enumerate(panel.targets)
        ],
        "carried": None
        if carried is None
        else {
            "form": carried.gain.form,
            "intercept": round(carried.gain.intercept, 4),
            "slope": round(carried.gain.slope, 6),
            "mean": round(carried.mean, 4),
            "half": round(carried.half, 4) if np.isfinite(carried.half) else None,
            "level": carried.level,
            "error": round(carried.error, 4),
            "error_measured": round(carried.errors[MEASURED], 4),
            "n_languages": carried.n_languages,
        },
    }


def write(path: Path, told: Mapping[str, Any], entries: list[dict[str, Any]]) -> None:
    """Writes the file.

    Args:
        path: Where.
        told: `study`, `made_with`, `teachers`, `versions`.
        entries: From `entry_of`.
    """
    text = json.dumps({"format": FORMAT, **told, "entries": entries}, indent=1, ensure_ascii=False)
    artifacts.write_text(path, text + "\n")


def read(path: Path) -> Stored:
    """Reads a calibration.

    Raises:
        InputError: There is none, or it is of another format.
    """
    if not path.is_file():
        raise InputError(
            "there is no calibration",
            str(path),
            "Make one with `xnerbench calibrate --results results/<study>`, or name one with --calibration",
        )
    raw = foreign.read_json(path)
    try:
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        entries = tuple(_entry(own) for own in raw["entries"])
        return Stored(raw["study"], raw["made_with"], raw["teachers"], raw["versions"], entries)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"it is no calibration of this version ({error})", str(path), "Calibrate anew"
        ) from None


def _entry(own: Mapping[str, Any]) -> Entry:
    values = dict(own)
    values |= {"signals": tuple(own["signals"]), "values": tuple(map(float, own["values"]))}
    values |= {"points": tuple(own["points"]), "n": int(own["n"])}
    for name in ("half", "likely"):
        values[name] = float("inf") if own[name] is None else float(own[name])
    return Entry(**values)
