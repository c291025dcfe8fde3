"""Distances, what they explain, and predictions of languages left out."""

from __future__ import annotations

from xnerbench.methods.roles import DIRECT
from xnerbench.report import names, numbers
from xnerbench.report.results import Results, is_true
from xnerbench.report.view import View, columns, estimate, number, remarks, text


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
            number(found.get("shared_features"), numbers.count),
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
    shown = frame["method"].isin([study.primary_method, DIRECT])
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
            number(row.get("n_languages"), numbers.count),
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


def regressions_primary(study: Results) -> View | None:
    """Only the primary distance, method and budget."""
    return regressions(study, everything=False)


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
            number(row.get("n_languages"), numbers.count), number(row.get("n_runs"), numbers.count),
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
            text(study.language(row["target"])), number(row["n"], numbers.count), number(row["observed"]),
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
