"""What distance explains, and how well a language is predicted from the others."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.distances.regressions import MIN_LANGUAGES
from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results, is_true


def distance(study: Results) -> list[str]:
    """Direct transfer, gain and growth against the primary distance."""
    result = []
    for quantity, subject in (
        (queries.DIRECT, "F1 of direct transfer"),
        (queries.GAIN, "the gain over direct transfer"),
        (queries.GROWTH, "the growth per doubling of unlabelled text"),
    ):
        frame = queries.regressed(study, "regressions", quantity)
        frame = frame[frame["distance"] == study.primary_distance]
        if is_true(frame["primary"]).any():
            frame = frame[is_true(frame["primary"])]
        if frame.empty:
            continue
        row = frame.iloc[0]
        n = row.get("n_languages")
        if numbers.is_number(n) and n < MIN_LANGUAGES:
            return [
                f"With {numbers.plural(int(n), 'language')} nothing is claimed about distance, and "
                f"none is drawn: a line through languages needs {MIN_LANGUAGES}."
            ]
        if numbers.is_number(row["slope"]):
            kind = f"{names.distance(study.primary_distance)} distance"
            nearest = " from the nearest source" if study.mixes and not quantity.direct else ""
            result.append(_about_distance(row, subject, kind + nearest))
    return result


def _about_distance(row: pd.Series, subject: str, kind: str) -> str:
    """What the slope's interval and its p say, and what independent languages would."""
    p, low, high = row.get("p"), row.get("low"), row.get("high")
    within, clear = "", False
    if numbers.is_number(low) and numbers.is_number(high):
        ends = numbers.interval(low / 10, high / 10, numbers.signed, digits=2)
        within, clear = f", interval {ends}", low > 0 or high < 0
    n = numbers.plural(int(row["n_languages"]), "language")
    slope = numbers.signed(row["slope"] / 10, 2)
    families, naive = row.get("n_families"), row.get("slope_naive")
    if numbers.is_number(families):
        n += f" of {numbers.count(families)} families"
    found = f"{slope} F1 per 0.1{within}; {numbers.p_phrase(p)}; {n}"
    if numbers.is_number(naive) and numbers.is_number(row.get("low_naive")):
        alone = row["low_naive"] / 10, row["high_naive"] / 10
        found += (
            f"; if languages were independent {numbers.signed(naive / 10, 2)}, "
            f"{numbers.interval(*alone, numbers.signed, digits=2)}"
        )
    small = numbers.is_number(p) and p < queries.ALPHA
    if small and (clear or not within):
        verb = "falls" if row["slope"] < 0 else "rises"
        return f"{names.capital(subject)} {verb} with {kind} ({found})."
    if small or clear:
        return (
            f"Whether {subject} depends on {kind} is unclear: its interval and p "
            f"disagree ({found})."
        )
    return f"There is no evidence that {subject} depends on {kind} ({found})."


def left_out(study: Results) -> list[str]:
    """How well a language is predicted from the others."""
    frame = queries.left_out_at_largest(study)
    if len(frame) < 2:
        return []
    error, baseline, covered, known = queries.left_out_accuracy(frame)
    better = "better than" if error < baseline else "no better than"
    text = (
        f"A language left out is predicted to within {numbers.fixed(error)} F1 on average at "
        f"n = {numbers.count(frame['n'].max())}, {better} the mean of the others "
        f"({numbers.fixed(baseline)})"
    )
    if known:
        text += (
            f"; its {queries.confidence(study)} prediction interval holds the observed value in {covered} of "
            f"{numbers.plural(known, 'language')}"
        )
    return [text + "."]
