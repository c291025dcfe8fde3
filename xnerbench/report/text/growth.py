"""What more unlabelled sentences bring: growth and its parts, break-even, worth in labelled ones."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.analysis.planning.goals import AT_MOST, NOT_SHOWN
from xnerbench.report import names, numbers, queries
from xnerbench.report.results import Results


def budgets(study: Results) -> list[str]:
    """How much of the growth is updates, between sizes that both budgets tell about."""
    frame = queries.growth_parts(study)
    if frame.empty:
        return []
    frame = frame[frame["target"] == ALL].set_index("budget")
    rise, data, updates = (frame.loc[budget] for budget, _ in queries.GROWTH_PARTS)
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


def growth(study: Results) -> list[str]:
    """Growth per doubling of the unlabelled text."""
    frame = queries.derived(study, "slope").dropna(subset=["value"])
    if frame.empty:
        return []
    known = frame.dropna(subset=["low", "high"])
    grows = int((known["low"] > 0).sum())
    falls = int((known["high"] < 0).sum())
    label = names.method(study.primary_method)
    start = (
        f"Over the measured sizes, F1 of {label} changes by "
        f"{numbers.signed(frame['value'].median(), 2)} per doubling of the unlabelled text in the median language"
    )
    if known.empty:
        return [f"{start} (no intervals: one seed and no sentence counts)."]
    open_ = len(known) - grows - falls
    tail = f"; it grows in {grows} of {numbers.plural(len(known), 'language')}"
    tail += f", falls in {falls}" if falls else ""
    tail += f", and in {open_} the {queries.confidence(study)} interval holds zero" if open_ else ""
    return [f"{start}{tail}."]


def break_even(study: Results) -> list[str]:
    """Where the student overtakes direct transfer."""
    frame = queries.derived(study, "break_even").drop_duplicates("target")
    if frame.empty:
        return []
    label = names.method(study.primary_method)
    reached = frame.dropna(subset=["value"])
    never = frame[frame["value"].isna() & frame["verdict"].astype(str).str.startswith(NOT_SHOWN)]
    unknown = len(frame) - len(reached) - len(never)
    against = queries.direct_transfer(study) if study.mixes else "direct transfer"
    text = (
        f"The fitted curve of {label} lies above {against} from some size on in {len(reached)} "
        f"of {numbers.plural(len(frame), 'language')}"
    )
    if len(reached):
        at_once = int(_at_once(reached).sum())
        beyond = int((reached["value"] > study.sizes[-1]).sum())
        closed = int(reached[["low", "high"]].notna().all(axis=1).sum())
        text += _median(study, "break_even", "unlabelled")
        details = [f"in {at_once} already at the smallest size"] if at_once else []
        details += [f"in {beyond} by extrapolation"] if beyond else []
        details += [f"with a closed interval in {closed}"]
        text += f" ({numbers.listed(details)})"
    if len(never):
        text += f"; in {len(never)} that is not shown within the range that the curves are followed"
    if unknown:
        text += f"; for {unknown} the size is not identifiable"
    return [text + "."]


def _at_once(frame: pd.DataFrame) -> pd.Series:
    """Whether a size is only known to be no more than the smallest one measured."""
    return frame["verdict"].astype(str).str.contains(AT_MOST)


def exchange(study: Results) -> list[str]:
    """What unlabelled sentences are worth in labelled ones."""
    frame = queries.derived(study, "exchange_rate")
    if frame.empty or frame["at_n"].isna().all():
        return []
    size = frame["at_n"].max()
    frame = frame[frame["at_n"] == size]
    known = frame.dropna(subset=["value"])
    if known.empty:
        return [f"What {numbers.count(size)} unlabelled sentences are worth in labelled ones is not "
                "identifiable in any language."]  # fmt: skip
    least = known[_at_once(known)]
    start = f"By the supervised control, {numbers.count(size)} unlabelled sentences are worth"
    typical = _median(study, "exchange_rate", "labelled", size).removeprefix(", at ")
    start += (
        f" {typical}" if typical else " no number of labelled ones that half of the languages reach"
    )
    if len(least):
        smallest = numbers.rounded(least["value"].max())
        start += (
            f"; in {numbers.plural(len(least), 'language')} they are worth no more than {smallest}"
        )
    row = _row(study, "exchange_rate", size)
    made, control = (None, None) if row is None else (row["updates"], row["updates_control"])
    if numbers.is_number(made) and numbers.is_number(control) and made != control:
        start += (
            f" (the student makes {numbers.count(made)} updates, the control {numbers.count(control)}: that flatters "
            f"the {'student' if made > control else 'control'})"
        )
    return [start + "."]


def _row(study: Results, quantity: str, at_n: float | None = None) -> pd.Series | None:
    """The primary method's row of `medians`."""
    frame = study.table("medians")
    frame = frame[(frame["quantity"] == quantity) & (frame["budget"] == study.primary_budget)]
    frame = study.shown(frame, study.primary_method)
    frame = frame if at_n is None else frame[frame["at_n"] == at_n]
    return frame.iloc[0] if len(frame) else None


def _median(study: Results, quantity: str, kind: str, at_n: float | None = None) -> str:
    """`, at a median of 900 unlabelled sentences over all 43 languages`; empty where there is none."""
    row = _row(study, quantity, at_n)
    if row is None or not numbers.is_number(row["median"]):
        return ""
    counted = int(row["n_languages"] - row["n_unknown"])
    return (
        f", at a median of {numbers.rounded(row['median'])} {kind} sentences over "
        f"{numbers.plural(counted, 'language')}, those that do not get there counted as later"
    )
