"""The findings in plain sentences, with their numbers, generated from the tables.

An interval that holds zero is "no evidence", never "no difference"; fewer than six languages carry
no sentence about distance; what is extrapolated says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pandas as pd

from xnerbench.analysis.distances.languages import is_mixture
from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.inference.differences import BEST, MEAN
from xnerbench.report import names, numbers
from xnerbench.report.figures import distance, growth, left_out
from xnerbench.report.figures.drawing import NothingToDraw, confidence, direct_transfer
from xnerbench.report.figures.sizes import derived
from xnerbench.report.results import Results, is_true

FEWEST = 6
ALPHA = 0.05
NOTHING = 1.0
"""F1 below which a tagger has found next to nothing."""


def sentences(study: Results) -> list[str]:
    """One paragraph, as sentences in reading order; only what the tables support."""
    parts: list[Callable[[Results], list[str]]] = [
        _scope, _direct, _gain, _budgets, _growth, _collapsed, _break_even, _exchange, _methods, _mixtures,
        _distance, _left_out, _missing,
    ]  # fmt: skip
    return [sentence for part in parts for sentence in part(study)]


def _scope(study: Results) -> list[str]:
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
        f"{numbers.plural(runs['target'].nunique(), 'target language')}{at} and "
        f"{numbers.plural(len(study.seeds), 'seed')}."
    ]


def _direct(study: Results) -> list[str]:
    source = study.reference_source
    frame = study.ok[(study.ok["method"] == "direct") & (study.ok["sources"] == source)]
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


def overall(study: Results, a: str, b: str, n: int | None = None, of: str = "") -> pd.Series | None:
    """The difference a - b over all languages under the primary budget, at n or the largest size.

    Args:
        study: The study.
        a: What is subtracted from.
        b: What is subtracted.
        n: The size.
        of: `mean of the sources` or `best of the sources`, if `b` is to be that.
    """
    frame = study.comparisons()
    frame = frame[
        (frame["target"] == ALL)
        & frame["method_a"].isin([a, b])
        & frame["method_b"].isin([a, b])
        & (frame["sources_b"].isin([of]) if of else ~frame["sources_b"].isin([MEAN, BEST]))
    ]
    frame = frame if n is None else frame[frame["n"] == n]
    if frame.empty:
        return None
    row = frame.sort_values("n", kind="stable").iloc[-1].copy()
    if row["method_a"] == b:
        low, high = row["low"], row["high"]
        row["difference"], row["low"], row["high"] = -row["difference"], -high, -low
    return row


def _gain(study: Results) -> list[str]:
    method = study.primary_method
    row = overall(study, method, "direct")
    label = names.method(method)
    if row is None:
        return []
    size = numbers.count(row["n"])
    lead = f"With {size} unlabelled sentences, {label} {_verb(row)} {study.label('direct')}"
    result = [f"{lead}{_evidence(study, row)}."]
    single = study.comparisons()
    single = single[
        (single["target"] != ALL)
        & (single["method_a"] == method)
        & (single["method_b"] == "direct")
        & (single["sources_b"] == study.reference_source)
        & (single["n"] == row["n"])
    ]
    tested = single.dropna(subset=["p_holm"])
    if len(tested) > 1:
        clear = tested[tested["p_holm"] < ALPHA]
        above, below = int((clear["difference"] > 0).sum()), int((clear["difference"] < 0).sum())
        rest = len(tested) - above - below
        result.append(
            f"Taken one by one and corrected for their number (Holm), {above} of {len(tested)} "
            f"languages gain and {below} {'loses' if below == 1 else 'lose'}"
            + (f"; for {rest} there is no evidence either way." if rest else ".")
        )
    return result


def _budgets(study: Results) -> list[str]:
    """How much of the growth is updates, between sizes that both budgets tell about."""
    try:
        frame = growth.parted(study)
    except NothingToDraw:
        return []
    frame = frame[frame["target"] == ALL].set_index("budget")
    rise, data, updates = (frame.loc[budget] for budget, _ in growth.PANELS)
    sizes = f"{numbers.count(rise['n_from'])} to {numbers.count(rise['n_to'])}"
    text = (
        f"From {sizes} unlabelled sentences, F1 of {names.method(study.primary_method)} under fixed epochs "
        f"rises by {_with_interval(rise)} on average; at equal updates ({numbers.count(data['updates_to'])}) "
        f"data alone gives {_with_interval(data)}, and the rest, {_with_interval(updates)}, comes with the "
        "updates that more data brings"
    )
    shares = study.table("growth")
    shares = shares[
        (shares["quantity"] == "share")
        & (shares["method"] == study.primary_method)
        & (shares["n_from"] == rise["n_from"])
        & (shares["n_to"] == rise["n_to"])
    ].dropna(subset=["value"])
    if len(shares):
        share = shares.iloc[0]
        ends = numbers.interval(share["low"], share["high"], numbers.fixed, digits=0)
        text += f" ({numbers.fixed(share['value'], digits=0)} % of the rise, {ends})"
    return [text + "."]


def _with_interval(row: pd.Series) -> str:
    value = numbers.signed(row["value"])
    if not numbers.is_number(row["low"]):
        return value
    return f"{value} ({numbers.interval(row['low'], row['high'], numbers.signed)})"


def _growth(study: Results) -> list[str]:
    frame = derived(study, "slope").dropna(subset=["value"])
    if frame.empty:
        return []
    known = frame.dropna(subset=["low", "high"])
    grows = int((known["low"] > 0).sum())
    falls = int((known["high"] < 0).sum())
    label = names.method(study.primary_method)
    start = (
        f"Over the measured sizes, F1 of {label} changes by "
        f"{numbers.signed(frame['value'].mean(), 2)} per doubling of the unlabelled text on average"
    )
    if known.empty:
        return [f"{start} (no intervals: one seed and no sentence counts)."]
    open_ = len(known) - grows - falls
    tail = f"; it grows in {grows} of {numbers.plural(len(known), 'language')}"
    tail += f", falls in {falls}" if falls else ""
    tail += f", and in {open_} the {confidence(study)} interval holds zero" if open_ else ""
    return [f"{start}{tail}."]


def _collapsed(study: Results) -> list[str]:
    """Students that tag next to nothing, which a mean over seeds or languages would hide."""
    runs = study.ok
    runs = runs[(runs["method"] == study.primary_method) & (runs["budget"] == study.primary_budget)]
    found = runs[runs["f1"] < NOTHING]
    if found.empty:
        return []
    sizes = sorted(found["n"].unique())
    at = f"n = {numbers.count(sizes[0])}"
    at += f" to {numbers.count(sizes[-1])}" if len(sizes) > 1 else ""
    return [
        f"{numbers.plural(len(found), 'student')} of {numbers.count(len(runs))} "
        f"({names.method(study.primary_method)}, at {at}, in "
        f"{numbers.plural(found['target'].nunique(), 'language')}) found next to no entity (F1 below "
        f"{NOTHING:g}); {'it counts' if len(found) == 1 else 'they count'} like the others."
    ]


def _break_even(study: Results) -> list[str]:
    frame = derived(study, "break_even").drop_duplicates("target")
    if frame.empty:
        return []
    label = names.method(study.primary_method)
    reached = frame.dropna(subset=["value"])
    never = frame[frame["value"].isna() & frame["verdict"].astype(str).str.startswith("never")]
    unknown = len(frame) - len(reached) - len(never)
    against = direct_transfer(study) if study.mixes else "direct transfer"
    text = (
        f"The fitted curve of {label} lies above {against} from some size on in {len(reached)} "
        f"of {numbers.plural(len(frame), 'language')}"
    )
    if len(reached):
        at_once = int(_at_once(reached).sum())
        beyond = int((reached["value"] > study.sizes[-1]).sum())
        closed = int(reached[["low", "high"]].notna().all(axis=1).sum())
        text += (
            f", at a median of {numbers.rounded(reached['value'].median())} unlabelled sentences"
        )
        details = [f"in {at_once} already at the smallest size"] if at_once else []
        details += [f"in {beyond} by extrapolation"] if beyond else []
        details += [f"with a closed interval in {closed}"]
        text += f" ({numbers.listed(details)})"
    if len(never):
        text += f"; in {len(never)} it does not within the range that the curves are followed"
    if unknown:
        text += f"; for {unknown} the size is not identifiable"
    return [text + "."]


def _at_once(frame: pd.DataFrame) -> pd.Series:
    """Whether a size is only known to be no more than the smallest one measured."""
    return frame["verdict"].astype(str).str.contains("at or before")


def _exchange(study: Results) -> list[str]:
    frame = derived(study, "exchange_rate")
    if frame.empty or frame["at_n"].isna().all():
        return []
    size = frame["at_n"].max()
    frame = frame[frame["at_n"] == size]
    known = frame.dropna(subset=["value"])
    least = known[_at_once(known)]
    known = known.drop(least.index)
    start = f"By the supervised control, {numbers.count(size)} unlabelled sentences are worth"
    few = ""
    if len(least):
        smallest = numbers.rounded(least["value"].max())
        few = f"no more than {smallest} labelled ones in {numbers.plural(len(least), 'language')}"
    if known.empty:
        if few:
            return [f"{start} {few}."]
        return [f"What {numbers.count(size)} unlabelled sentences are worth in labelled ones is not "
                "identifiable in any language."]  # fmt: skip
    low, high = known["value"].min(), known["value"].max()
    spread = "" if len(known) == 1 else (
        f" (from {numbers.rounded(low)} to {numbers.rounded(high)})"
    )  # fmt: skip
    return [
        f"{start} a median of {numbers.rounded(known['value'].median())} labelled ones{spread} in the "
        f"{len(known)} of {numbers.plural(len(frame), 'language')} where that can be told"
        + (f", and {few}." if few else ".")
    ]


def _methods(study: Results) -> list[str]:
    """Each other method against the primary one, where the interval tells."""
    better, worse, open_ = [], [], []
    for method in study.methods:
        if method in ("direct", "supervised", study.primary_method):
            continue
        row = overall(study, method, study.primary_method)
        if row is None:
            continue
        at = f" at n = {numbers.count(row['n'])}" if row["n"] < study.sizes[-1] else ""
        name = f"{study.label(method)} ({numbers.signed(row['difference'])}{at})"
        if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
            open_.append(name)
        elif row["low"] > 0:
            better.append(name)
        elif row["high"] < 0:
            worse.append(name)
        else:
            open_.append(name)
    label = names.method(study.primary_method)
    result = []
    told = [
        f"{word} with {numbers.listed(items)}"
        for word, items in (("higher", better), ("lower", worse))
        if items
    ]
    if told:
        result.append(f"Compared with {label}, mean F1 over languages is {numbers.listed(told)}.")
    if open_:
        result.append(
            f"There is no evidence that mean F1 over languages differs between {label} and "
            f"{numbers.listed(open_, 'or')}."
        )
    return result


def _mixtures(study: Results) -> list[str]:
    """Each mixture of teachers against what its sources give one by one."""
    result = []
    single = [m for m in study.methods if study.varies(m) and m != "direct"]
    mixtures = [m for m in study.methods if is_mixture(study.sources_of(m))]
    for method, alone in itertools.product(mixtures, single):
        found = [(of, overall(study, method, alone, of=of)) for of in (MEAN, BEST)]
        said = [
            f"{_verb(row)} the {of}{_evidence(study, row)}" for of, row in found if row is not None
        ]
        if said:
            size = numbers.count(next(row["n"] for _, row in found if row is not None))
            result.append(
                f"With {size} unlabelled sentences, {names.method(method)} {numbers.listed(said)}, as "
                f"{names.method(alone)} gives them one by one; the best is chosen on the test set."
            )
    return result


def _distance(study: Results) -> list[str]:
    """Direct transfer, gain and growth against the primary distance."""
    result = []
    for quantity, subject in (
        (distance.DIRECT, "F1 of direct transfer"),
        (distance.GAIN, "the gain over direct transfer"),
        (distance.GROWTH, "the growth per doubling of unlabelled text"),
    ):
        frame = distance.select(study, "regressions", quantity)
        frame = frame[frame["distance"] == study.primary_distance]
        if is_true(frame["primary"]).any():
            frame = frame[is_true(frame["primary"])]
        if frame.empty:
            continue
        row = frame.iloc[0]
        n = row.get("n_languages")
        if numbers.is_number(n) and n < FEWEST:
            return [
                f"With {numbers.plural(int(n), 'language')} nothing is claimed about distance; the "
                "points are shown for description only."
            ]
        if numbers.is_number(row["slope"]):
            kind = f"{names.distance(study.primary_distance)} distance"
            nearest = " from the nearest source" if study.mixes and not quantity.direct else ""
            result.append(_about_distance(row, subject, kind + nearest))
    return result


def _about_distance(row: pd.Series, subject: str, kind: str) -> str:
    """What the slope's interval and the permutation test say, also where they disagree."""
    p, low, high = row.get("p"), row.get("low"), row.get("high")
    within, clear = "", False
    if numbers.is_number(low) and numbers.is_number(high):
        ends = numbers.interval(low / 10, high / 10, numbers.signed, digits=2)
        within, clear = f", interval {ends}", low > 0 or high < 0
    n = numbers.plural(int(row["n_languages"]), "language")
    slope = numbers.signed(row["slope"] / 10, 2)
    found = f"{slope} F1 per 0.1{within}; {numbers.p_phrase(p)}; {n}"
    small = numbers.is_number(p) and p < ALPHA
    if small and (clear or not within):
        verb = "falls" if row["slope"] < 0 else "rises"
        return f"{_capital(subject)} {verb} with {kind} ({found})."
    if small or clear:
        return (
            f"Whether {subject} depends on {kind} is unclear: its interval and the permutation "
            f"test disagree ({found})."
        )
    return f"There is no evidence that {subject} depends on {kind} ({found})."


def _left_out(study: Results) -> list[str]:
    frame = left_out.rows_at_largest(study)
    if len(frame) < 2:
        return []
    error, baseline, covered, known = left_out.accuracy(frame)
    better = "better than" if error < baseline else "no better than"
    text = (
        f"A language left out is predicted to within {numbers.fixed(error)} F1 on average at "
        f"n = {numbers.count(frame['n'].max())}, {better} the mean of the others "
        f"({numbers.fixed(baseline)})"
    )
    if known:
        text += (
            f"; its {confidence(study)} prediction interval holds the observed value in {covered} of "
            f"{numbers.plural(known, 'language')}"
        )
    return [text + "."]


def _missing(study: Results) -> list[str]:
    failed = len(study.failed)
    if not failed:
        return ["Every planned cell has a score."] if len(study.scores) else []
    return [
        f"{numbers.plural(failed, 'cell')} of {numbers.count(len(study.scores))} "
        f"{'has' if failed == 1 else 'have'} no score; the reasons are listed below."
    ]


def _verb(row: pd.Series) -> str:
    if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
        return "is above" if row["difference"] > 0 else "is below"
    if row["low"] > 0:
        return "is above"
    if row["high"] < 0:
        return "is below"
    return "shows no evidence of a difference from"


def _evidence(study: Results, row: pd.Series) -> str:
    size = numbers.fixed(abs(row["difference"]))
    if not (numbers.is_number(row["low"]) and numbers.is_number(row["high"])):
        return f" by {size} F1 on average, without an interval (one seed and no sentence counts)"
    interval = numbers.interval(row["low"], row["high"], numbers.signed)
    if row["low"] > 0 or row["high"] < 0:
        return f" by {size} F1 on average ({confidence(study)} interval {interval})"
    return (
        f" (mean difference {numbers.signed(row['difference'])} F1, {confidence(study)} interval "
        f"{interval})"
    )


def _source(study: Results) -> str:
    return numbers.listed([study.language(code) for code in study.reference_source.split("+")])


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
