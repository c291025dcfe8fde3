"""The tables of the report, from a study's results; each is left out where its data are absent."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd

from xnerbench.analysis.inference.contrasts import ALL
from xnerbench.report import names, numbers
from xnerbench.report.results import Results, is_true
from xnerbench.report.view import Cell, View, columns, estimate, mean_sd, number, remarks, text

BIG = {"style": numbers.count}


def corpora(study: Results) -> View | None:
    """Sizes, licences and what was removed, a row a language and role."""
    if study.corpora.empty:
        return None
    rows = []
    for _, row in study.corpora.iterrows():
        rows.append([
            text(study.language(row["language"])), text(row["language"]), text(row["role"]),
            text(row.get("family")), text(row.get("format")), text(row.get("licence")),
            *(number(row.get(key), **BIG) for key in (
                "train", "pool", "test", "test_entities", "removed_test", "removed_duplicates",
                "repairs")),
            number(row.get("mean_words")), number(row.get("fertility"), digits=2),
            text(_digests(row.get("sha256"))),
        ])  # fmt: skip
    words = ("Language", "Code", "Role", "Family", "Format", "Licence", "SHA-256")
    return View(
        "corpora", "Corpora",
        "Sentences used. Removed: pool sentences that also stand in the test set, and repeats. "
        "Fertility: subwords a word.",
        columns(*words[:6], "Train", "Pool", "Test", "Test entities", "In test", "Repeats",
                "Repairs", "Words", "Fertility", words[6], words=words),
        rows, "corpora.csv",
    )  # fmt: skip


def scores(study: Results) -> View | None:
    """Mean F1 and its standard deviation at each method's largest size, a row a target."""
    runs = study.ok
    if runs.empty:
        return None
    methods = study.methods
    shown = {method: _of_method(study, method) for method in methods}
    sizes = {m: int(frame["n"].max()) for m, frame in shown.items() if len(frame)}
    methods = [m for m in methods if m in sizes]
    known = study.distances()
    rows = []
    for target in study.targets:
        cells = []
        for method in methods:
            frame = shown[method]
            f1 = frame.loc[(frame["target"] == target) & (frame["n"] == sizes[method]), "f1"]
            cells.append(mean_sd(f1))
        distance = [number(known[target], digits=2)] if target in known else [Cell("", None)]
        rows.append(
            [text(study.language(target)), text(target), *distance * bool(len(known)), *cells]
        )
    largest = [shown[m][shown[m]["n"] == sizes[m]].groupby("target")["f1"].mean() for m in methods]
    common = pd.concat(largest, axis=1, join="inner")  # one set of languages for all means
    every = len(common) == len(study.targets)
    mean = "Mean" if every else f"Mean of the {len(common)} that have all"
    far = ["Distance"] * bool(len(known))
    means = [number(value) for value in common.mean()]
    total = [text(mean), text(""), *[Cell("", None) for _ in far], *means]
    used = {m: n for m, n in sizes.items() if n}
    same = len(set(used.values())) == 1
    at = numbers.listed([f"{m} at {numbers.count(n)}" for m, n in used.items()]) or "none"
    at = numbers.count(next(iter(used.values()))) if same else at
    return View(
        "scores", "Scores at the largest size",
        f"Mean strict F1 ± standard deviation over seeds; unlabelled sentences: {at}. "
        f"Budget: {study.primary_budget}."
        + (f" Distance: {names.distance(study.primary_distance)}." if far else ""),
        columns("Language", "Code", *far, *methods, words=("Language", "Code")),
        rows, "tables/means.csv", total,
    )  # fmt: skip


def sizes(study: Results) -> View | None:
    """F1 of the primary method by size, a row a target, beside direct transfer."""
    frame = _of_method(study, study.primary_method)
    if frame.empty:
        return None
    measured = sorted(int(n) for n in frame["n"].unique())
    direct = study.direct(study.ok)
    rows = []
    for target in study.targets:
        own = frame[frame["target"] == target]
        by_size = [mean_sd(own.loc[own["n"] == n, "f1"]) for n in measured]
        reference = mean_sd(direct.loc[direct["target"] == target, "f1"])
        rows.append([text(study.language(target)), text(target), reference, *by_size])
    return View(
        "sizes", f"F1 by number of unlabelled sentences: {names.method(study.primary_method)}",
        f"Mean strict F1 ± standard deviation over seeds; budget: {study.primary_budget}.",
        columns("Language", "Code", "direct", *(numbers.count(n) for n in measured),
                words=("Language", "Code")),
        rows, "tables/means.csv",
    )  # fmt: skip


def growth(study: Results) -> View | None:
    """Growth over languages, the primary method first: slopes, rises and what updates make of them."""
    frame = study.table("growth")
    frame = frame[frame["target"] == ALL]
    if frame.empty:
        return None
    methods = names.method_order(list(frame["method"]))
    quantities = ["slope", "rise", "share"]
    frame = frame.assign(
        other=frame["method"] != study.primary_method,
        rank=frame["method"].map(methods.index),
        what=frame["quantity"].map(quantities.index),
    ).sort_values(["other", "rank", "what", "n_from", "n_to"], kind="stable")
    rows = []
    for _, row in frame.iterrows():
        per_doubling = row["quantity"] == "slope"
        rows.append([
            text(names.GROWTH[row["quantity"]]), text(row["method"]), text(row["budget"]),
            number(row["n_from"], **BIG), number(row["n_to"], **BIG),
            number(row["updates_from"], **BIG), number(row["updates_to"], **BIG),
            estimate(row, "value", numbers.signed, digits=2 if per_doubling else 1),
            number(row["n_languages"], **BIG), remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Quantity", "Method", "Budget", "Remarks")
    return View(
        "growth", "Growth with the number of sentences, mean over languages",
        "Value [interval]. Budget epochs − steps: what more updates add, on top of more data. Updates: of the "
        "student at either size. The CSV has every language.",
        columns(*words[:3], "From n", "To n", "Updates from", "Updates to", "Value", "Languages",
                "Remarks", words=words),
        rows, "tables/growth.csv",
    )  # fmt: skip


def curves(study: Results, method: str | None = None) -> View | None:
    """The chosen curve of each series, the primary method first.

    Args:
        study: The study.
        method: Only this method's.
    """
    frame = study.table("curves")
    frame = frame if method is None else frame[frame["method"] == method]
    if frame.empty:
        return None
    keys = ["method", "sources", "target", "budget"]
    chosen = frame[is_true(frame["chosen"])]
    none = frame.drop_duplicates(keys)
    fitted = set(chosen[keys].itertuples(index=False, name=None))
    none = none[[row not in fitted for row in none[keys].itertuples(index=False, name=None)]]
    rows = []
    for _, row in _ordered(study, pd.concat([chosen, none])).iterrows():
        has = tuple(row[k] for k in keys) in fitted
        rows.append([
            text(study.language(row["target"])), text(row["method"]), text(row["sources"]),
            text(row["budget"]), text(names.form(row["form"]) if has else numbers.NONE),
            text(_parameters(row) if has else ""),
            number(row.get("n_sizes"), **BIG), number(row.get("aicc") if has else None),
            number(row.get("heldout_error") if has else None, numbers.signed),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Language", "Method", "Sources", "Budget", "Form", "Parameters (standard error)",
             "Remarks")  # fmt: skip
    return View(
        "curves", "Fitted curves",
        "The form that AICc chooses for each series. F1 is a share (0 to 1) in the parameters. "
        "Held-out error: F1 of the largest size predicted without it, minus observed.",
        columns(*words[:6], "Sizes", "AICc", "Held-out error", "Remarks", words=words),
        rows, "tables/curves.csv",
    )  # fmt: skip


DERIVED: tuple[tuple[str, str, Callable[..., str], dict], ...] = (
    ("gain", "Gain", numbers.signed, {}),
    ("slope", "F1 per doubling", numbers.signed, {"digits": 2}),
    ("f_inf", "Asymptote", numbers.fixed, {}),
    ("gain_inf", "Asymptotic gain", numbers.signed, {}),
    ("break_even", "Break-even", numbers.rounded, {}),
    ("n95", "n95", numbers.rounded, {}),
    ("exchange_rate", "Worth labelled", numbers.rounded, {}),
    ("f1_10x", "F1 at 10×", numbers.fixed, {}),
)


def derived(study: Results) -> View | None:
    """What is read off the primary method's curves, a row a target."""
    frame = study.table("derived")
    frame = study.shown(frame[frame["budget"] == study.primary_budget], study.primary_method)
    if frame.empty:
        return None
    present = [d for d in DERIVED if d[0] in set(frame["quantity"])]
    rows = []
    for target in study.targets:
        own = frame[frame["target"] == target]
        cells = []
        for quantity, _, style, options in present:
            found = own[own["quantity"] == quantity].sort_values("at_n", na_position="first")
            row = found.iloc[-1] if len(found) else {}
            cells.append(estimate(row, "value", style, **options))
        rows.append([text(study.language(target)), text(target), *cells])
    size = numbers.count(study.sizes[-1]) if study.sizes else numbers.NONE
    return View(
        "derived", f"Read off the curves: {names.method(study.primary_method)}",
        f"Value [interval]. Gain over direct transfer and worth in labelled sentences are at "
        f"n = {size}; break-even and n95 are unlabelled sentences; F1 at 10× the largest size is "
        "an extrapolation. An end that is not reached is written as …",
        columns("Language", "Code", *(title for _, title, *_ in present),
                words=("Language", "Code")),
        rows, "tables/derived.csv",
    )  # fmt: skip


def differences(study: Results, target: str | None = None) -> View | None:
    """Paired differences, over all languages first.

    Args:
        study: The study.
        target: Only this target, or `ALL` for those over all languages.
    """
    frame = study.table("differences")
    frame = frame if target is None else frame[frame["target"] == target]
    if frame.empty:
        return None
    last = frame.groupby(["method_a", "method_b", "budget"])["n"].transform("max")
    named = frame[["method_a", "method_b"]].isin(["direct", study.primary_method]).any(axis=1)
    frame = frame[(frame["target"] == ALL) | ((frame["n"] == last) & named)]
    methods = names.method_order([*frame["method_a"], *frame["method_b"]])
    order = {code: i for i, code in enumerate([ALL, *study.targets])}
    frame = frame.assign(
        single=frame["target"] != ALL,
        other=frame["budget"] != study.primary_budget,
        b=frame["method_b"].map(methods.index),
        a=frame["method_a"].map(methods.index),
        rank=frame["target"].map(order),
    ).sort_values(["single", "other", "b", "a", "rank", "n"], kind="stable")
    rows = []
    for _, row in frame.iterrows():
        everyone = row["target"] == ALL
        rows.append([
            text("All languages" if everyone else study.language(row["target"])),
            text(f"{row['method_a']} {numbers.MINUS} {row['method_b']}"),
            text(_both(row.get("sources_a"), row.get("sources_b"))), text(row["budget"]),
            number(row["n"], **BIG), estimate(row, "difference", numbers.signed),
            number(row.get("p"), numbers.p_value), number(row["p_holm"], numbers.p_value),
            number(row.get("n_seeds"), **BIG), number(row.get("n_languages"), **BIG),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Language", "Methods", "Sources", "Budget", "Remarks")
    return View(
        "differences", "Paired differences between methods",
        "Difference in F1 [interval], on the same seeds and test sentences. p (Holm) is corrected "
        "over the languages of a comparison. By language only at the largest size and against direct "
        "transfer or the primary method; the CSV has all.",
        columns(*words[:4], "n", "Difference", "p", "p (Holm)", "Seeds", "Languages", "Remarks",
                words=words),
        rows, "tables/differences.csv",
    )  # fmt: skip


def distances(study: Results) -> View | None:
    """Distances from the reference source, targets by kinds."""
    frame = study.table("distances")
    source = study.reference_source
    kinds = list(dict.fromkeys(frame.loc[frame["source"] == source, "kind"]))
    if not kinds:
        return None
    kinds.sort(key=lambda k: k != study.primary_distance)
    table = {kind: study.distances(kind) for kind in kinds}
    own = frame[(frame["source"] == source) & (frame["kind"] == study.primary_distance)]
    own = (
        own[own["variant"] == study.distance_variant].drop_duplicates("target").set_index("target")
    )
    rows = []
    for target in study.targets:
        found = own.loc[target] if target in own.index else {}
        rows.append([
            text(study.language(target)), text(target),
            text("" if found.get("code_target") == target else found.get("code_target")),
            *(number(table[kind].get(target), digits=3) for kind in kinds),
            number(found.get("shared_features"), **BIG),
        ])  # fmt: skip
    words = ("Language", "Code", "Read as")
    return View(
        "distances", f"Distances from {study.language(source)}",
        f"Variant: {study.distance_variant}. Shared: features of the "
        f"{names.distance(study.primary_distance)} vectors known for both languages before "
        "imputation. Read as: the individual language that stands for a macrolanguage.",
        columns(*words, *(names.distance(k) for k in kinds), "Shared", words=words),
        rows, "tables/distances.csv",
    )  # fmt: skip


def regressions(study: Results, everything: bool = True) -> View | None:
    """What distance explains, the primary distance first.

    Args:
        study: The study.
        everything: Also secondary distances, and methods and budgets that are not primary.
    """
    frame = study.table("regressions")
    if frame.empty:
        return None
    primary = is_true(frame["primary"])
    shown = frame["method"].isin([study.primary_method, "direct"])
    shown &= frame["budget"].isin([study.primary_budget, "none"])
    quantities = list(dict.fromkeys(["direct_f1", "f1", "gain", "slope", *frame["quantity"]]))
    frame = frame.assign(
        second=~primary, other=~shown, rank=frame["quantity"].map(quantities.index)
    ).sort_values(["other", "second", "rank"], kind="stable")
    frame = frame if everything else frame[~frame["second"] & ~frame["other"]]
    rows = []
    for _, row in frame.iterrows():
        rows.append([
            text(names.quantity(row["quantity"])),
            text(names.distance(row["distance"]) + ("" if row["second"] else " (primary)")),
            text(row["variant"]), text(row["method"]), text(row["budget"]),
            number(row.get("n_languages"), **BIG),
            estimate(row, "slope", numbers.rounded, digits=3),
            number(row.get("spearman"), numbers.signed, digits=2),
            number(row.get("p"), numbers.p_value), number(row.get("p_holm"), numbers.p_value),
            number(row.get("r2"), digits=2), number(row.get("loo_r2"), digits=2),
            number(row.get("loo_mae"), numbers.rounded, digits=3),
            number(row.get("baseline_mae"), numbers.rounded, digits=3), remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Quantity", "Distance", "Variant", "Method", "Budget", "Remarks")
    return View(
        "regressions", "Regressions on distance",
        "Slope [interval] per unit of distance, over languages; p by permutation of languages; "
        "p (Holm) is corrected over the secondary distances, or over the covariates. Left out: each "
        "language predicted from the others, against their mean.",
        columns(*words[:5], "Languages", "Slope", "Spearman", "p", "p (Holm)", "R²", "R² left out",
                "MAE left out", "MAE of mean", "Remarks", words=words),
        rows, "tables/regressions.csv",
    )  # fmt: skip


def joint(study: Results) -> View | None:
    """The joint models, term by term."""
    frame = study.table("joint")
    if frame.empty:
        return None
    rows = [
        [
            text(names.MODELS.get(row["model"], row["model"])),
            text(names.TERMS.get(row["term"]) or names.distance(row["term"])),
            estimate(row, "estimate", numbers.rounded, digits=3),
            number(row.get("se"), numbers.rounded), number(row.get("p"), numbers.p_value),
            number(row.get("n_languages"), **BIG), number(row.get("n_runs"), **BIG),
            remarks(row["verdict"]),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    words = ("Model", "Term", "Remarks")
    return View(
        "joint", "Joint models of F1",
        "F1 on log n, distance and their product, with languages as groups: a mixed model beside "
        "least squares with a bootstrap over languages.",
        columns("Model", "Term", "Estimate", "Standard error", "p", "Languages", "Runs", "Remarks",
                words=words),
        rows, "tables/joint.csv",
    )  # fmt: skip


def left_out(study: Results) -> View | None:
    """Predictions for each language from the others."""
    frame = study.table("left_out")
    if frame.empty:
        return None
    order = {code: i for i, code in enumerate(study.targets)}
    frame = frame.assign(rank=frame["target"].map(order)).sort_values(["rank", "n"], kind="stable")
    rows = []
    for _, row in frame.iterrows():
        error = None
        if numbers.is_number(row["predicted"]) and numbers.is_number(row["observed"]):
            error = row["predicted"] - row["observed"]
        rows.append([
            text(study.language(row["target"])), number(row["n"], **BIG), number(row["observed"]),
            estimate(row, "predicted"), number(error, numbers.signed), number(row["baseline"]),
            text("yes" if str(row.get("covered")) in ("True", "true", "1") else "no"),
            remarks(row["verdict"]),
        ])  # fmt: skip
    words = ("Language", "Covered", "Remarks")
    return View(
        "left_out", "Prediction of left-out languages",
        "F1 predicted [prediction interval] without the language's own scores. Baseline: the mean "
        "curve of the others, which ignores distance.",
        columns("Language", "n", "Observed", "Predicted", "Error", "Baseline", "Covered", "Remarks",
                words=words),
        rows, "tables/left_out.csv",
    )  # fmt: skip


def costs(study: Results) -> View | None:
    """Cells, time and memory by method and size."""
    frame = study.table("costs")
    if frame.empty:
        return None
    rows = [
        [
            text(row["method"]), number(row["n"], **BIG), number(row["cells"], **BIG),
            number(row.get("seconds"), numbers.rounded, digits=3),
            number(row["core_hours"], numbers.rounded, digits=3), number(row.get("peak_mb"), **BIG),
        ]
        for _, row in frame.iterrows()
    ]  # fmt: skip
    return View(
        "costs", "Cost", "Times were measured while the study ran.",
        columns("Method", "n", "Cells", "Seconds a cell", "Core-hours", "Peak MB", words=("Method",)),
        rows, "tables/costs.csv",
    )  # fmt: skip


def failed(study: Results) -> View | None:
    """Cells without a score, with their reasons."""
    if study.failed.empty:
        return None
    rows = [
        [
            text(row["method"]), text(row["sources"]), text(study.language(row["target"])),
            text(row["budget"]), number(row["n"], **BIG), number(row["seed"], **BIG),
            text(row["status"]), text(row["reason"]),
        ]
        for _, row in study.failed.iterrows()
    ]  # fmt: skip
    words = ("Method", "Sources", "Target", "Budget", "Status", "Reason")
    return View(
        "failed", "Cells without a score", "They are missing from every mean and curve above.",
        columns("Method", "Sources", "Target", "Budget", "n", "Seed", "Status", "Reason", words=words),
        rows, "scores.csv",
    )  # fmt: skip


VIEWS: dict[str, Callable[[Results], View | None]] = {
    "corpora": corpora,
    "scores": scores,
    "sizes": sizes,
    "growth": growth,
    "differences": differences,
    "curves": curves,
    "derived": derived,
    "distances": distances,
    "regressions": regressions,
    "joint": joint,
    "left_out": left_out,
    "costs": costs,
    "failed": failed,
}


def all_views(study: Results) -> dict[str, View]:
    """Every table that the study has data for."""
    made = {name: make(study) for name, make in VIEWS.items()}
    return {name: view for name, view in made.items() if view is not None}


def for_paper(study: Results, tables: dict[str, View]) -> dict[str, View]:
    """The tables for LaTeX: those of `all_views`, cut to what fits a page."""
    made = {name: view for name, view in tables.items() if name != "failed"}
    for name, cut in (
        ("curves", curves(study, study.primary_method)),
        ("differences", differences(study, ALL)),
        ("regressions", regressions(study, everything=False)),
    ):
        if cut is not None and name in made:
            made[name] = cut
    return made


def _of_method(study: Results, method: str) -> pd.DataFrame:
    """A method's runs under the primary budget (or none), with the sources it is shown with."""
    runs = study.ok[study.ok["budget"].isin([study.primary_budget, "none"])]
    return study.shown(runs, method)


def _parameters(row: pd.Series) -> str:
    parts = []
    for i in (1, 2, 3):
        name, value, error = row.get(f"p{i}_name"), row.get(f"p{i}"), row.get(f"p{i}_se")
        if not name or name != name or not numbers.is_number(value):
            continue
        shown = f"{name} = {numbers.rounded(value, digits=3)}"
        parts.append(shown + (f" ({numbers.rounded(error)})" if numbers.is_number(error) else ""))
    return ", ".join(parts)


def _ordered(study: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Primary method and budget first, then methods in their order, targets from near to far."""
    methods = {code: i for i, code in enumerate(names.method_order(list(frame["method"])))}
    targets = {code: i for i, code in enumerate(study.targets)}
    keys = frame.assign(
        a=frame["method"] != study.primary_method, b=frame["method"].map(methods),
        c=frame["budget"] != study.primary_budget, d=frame["target"].map(targets),
    )  # fmt: skip
    return frame.loc[keys.sort_values(["a", "b", "c", "d"], kind="stable").index]


def _digests(value: object) -> str:
    """The first digits of a file's SHA-256, or of each file's where there are several (as JSON)."""
    if not isinstance(value, str):
        return ""
    if not value.startswith("{"):
        return value[:12]
    return ", ".join(f"{name} {digest[:12]}" for name, digest in json.loads(value).items())


def _both(a: object, b: object) -> str:
    shown = list(dict.fromkeys(str(x) for x in (a, b) if x and x == x and str(x) != "none"))
    return " / ".join(shown)
