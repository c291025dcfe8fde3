"""What was scored: cells, direct transfer, students that find nothing, cells without a score."""

from __future__ import annotations

from xnerbench.analysis import collapse
from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers, queries, relatives
from xnerbench.report.results import Results

LARGE = 3
"""Families with so many languages are named."""
NAMED = 4
"""So many kinds of untrained students are named; the table of students has all."""


def scope(study: Results) -> list[str]:
    """What was scored."""
    runs = study.ok
    if runs.empty:
        return ["No cell of the study has a score yet."]
    sizes = study.sizes
    at = ""
    if sizes:
        at = f", with {numbers.count(sizes[0])}"
        at += f" to {numbers.count(sizes[-1])}" if len(sizes) > 1 else ""
        at += " unlabelled target sentences"
    return [
        f"The study {study.name} scored {numbers.plural(len(runs), 'cell')}: "
        f"{numbers.plural(len(study.methods), 'method')} on "
        f"{numbers.plural(runs['target'].nunique(), 'target language')}{_families(study)}{at} and "
        f"{queries.seeds(runs)}."
    ]


def _families(study: Results) -> str:
    """` of 11 families (Indo-European 18, Atlantic-Congo 13)`, those with few languages not named."""
    found = relatives.of(study)
    names_of = list(found.values())
    order = relatives.ordered(found)
    if len(found) < 2 or len(order) < 2:
        return ""
    large = [f"{name} {names_of.count(name)}" for name in order if names_of.count(name) >= LARGE]
    return f" of {numbers.count(len(order))} families" + (f" ({', '.join(large)})" if large else "")


def direct(study: Results) -> list[str]:
    """How far direct transfer gets."""
    source = study.reference_source
    frame = study.ok[(study.ok["method"] == DIRECT) & (study.ok["sources"] == source)]
    means = frame.groupby("target")["f1"].mean().sort_values()
    if means.empty:
        return []
    if len(means) == 1:
        only = means.index[0]
        return [
            f"Direct transfer from {_source(study)} reaches {numbers.fixed(means.iloc[0])} F1 in "
            f"{study.language(only)}."
        ]
    low, high = means.index[0], means.index[-1]
    return [
        f"Direct transfer from {_source(study)} reaches {numbers.fixed(means.mean())} F1 on average, "
        f"from {numbers.fixed(means.iloc[0])} in {study.language(low)} to "
        f"{numbers.fixed(means.iloc[-1])} in {study.language(high)}."
    ]


def collapsed(study: Results) -> list[str]:
    """Students that tag next to nothing, which a mean over seeds or languages would hide."""
    runs = study.ok
    runs = runs[(runs["method"] == study.primary_method) & (runs["budget"] == study.primary_budget)]
    found = runs[collapse.flags(runs)]
    if found.empty:
        return []
    sizes = sorted(found["n"].unique())
    at = f"n = {numbers.count(sizes[0])}"
    at += f" to {numbers.count(sizes[-1])}" if len(sizes) > 1 else ""
    return [
        f"{numbers.plural(len(found), 'student')} of {numbers.count(len(runs))} "
        f"({names.method(study.primary_method)}, at {at}, in "
        f"{numbers.plural(found['target'].nunique(), 'language')}) found next to nothing. They count "
        "like the others; beside every mean, tables have the same without them, and the median language."
    ]


def untrained(study: Results) -> list[str]:
    """Students that give other tags than their teacher, whose F1 says little about data."""
    frame = study.table("students")
    frame = frame[frame["n_untrained"] > 0] if len(frame) else frame
    if frame.empty:
        return []
    kinds = [
        f"{names.method(row['method'])} at n = {numbers.count(row['n'])} ({names.budget(row['budget'])}): "
        f"{numbers.count(row['n_untrained'])} of {numbers.count(row['cells'])}"
        for _, row in frame.iterrows()
    ]
    more = f" and {numbers.plural(len(kinds) - NAMED, 'more kind')}" if len(kinds) > NAMED else ""
    return [
        "Not trained yet, by their fidelity (under half of the teacher's entities on held-out text): "
        f"{'; '.join(kinds[:NAMED])}{more}. F1 of such students says little about their text."
    ]


def missing(study: Results) -> list[str]:
    """Cells without a score."""
    failed = len(study.failed)
    if not failed:
        whole = len(study.scores) and not study.partial
        return ["Every planned cell has a score."] if whole else []
    return [
        f"{numbers.plural(failed, 'cell')} of {numbers.count(len(study.scores))} "
        f"{'has' if failed == 1 else 'have'} no score; the reasons are listed below."
    ]


def _source(study: Results) -> str:
    return numbers.listed([study.language(code) for code in study.reference_source.split("+")])
