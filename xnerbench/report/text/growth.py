"""What more unlabelled sentences bring: growth and its parts, break-even, worth in labelled ones."""

from __future__ import annotations

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
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
        f"{numbers.signed(frame['value'].mean(), 2)} per doubling of the unlabelled text on average"
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
    never = frame[frame["value"].isna() & frame["verdict"].astype(str).str.startswith("never")]
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


def exchange(study: Results) -> list[str]:
    """What unlabelled sentences are worth in labelled ones."""
    frame = queries.derived(study, "exchange_rate")
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
