"""Tables of means, of the curves through them, and of what is read off the curves."""

from __future__ import annotations

from xnerbench.catalogue.columns import (
    BUDGET,
    COLLAPSED,
    FROM_TO,
    INTERVAL,
    LANGUAGES,
    LOW,
    METHOD,
    N_FAMILIES,
    N_LANGUAGES,
    NAIVE,
    SERIES,
    SOURCES,
    TARGET_OR_ALL,
    TEST_SENTENCES,
    VERDICT,
    integer,
    number,
    text,
    truth,
)
from xnerbench.catalogue.table import Shown, Table

TABLES: tuple[Table, ...] = (
    Table(
        "means",
        "One row per method, sources, target, budget and size.",
        (
            *SERIES,
            integer("n", "unlabelled sentences, 0 for direct transfer"),
            number("f1", "mean over seeds"),
            *INTERVAL,
            number("sd", "standard deviation between seeds; empty with one seed"),
            integer("n_seeds", "runs"),
            integer("n_sentences", "test sentences"),
            text("verdict", "what the interval covers"),
        ),
        needs="method sources target budget n f1 low high sd n_seeds",
        rows="xnerbench.analysis.rows:means",
    ),
    Table(
        "derived",
        "One row per series and quantity, and size where the quantity has one.",
        (
            *SERIES,
            text(
                "quantity",
                "`gain`, `f_inf`, `gain_inf`, `rate`, `break_even`, `n95`, `f1_10x`, `slope` "
                "or `exchange_rate`",
            ),
            integer(
                "at_n",
                "size that the value belongs to; empty for a property of the whole curve",
            ),
            number("value", "the quantity"),
            LOW,
            number(
                "high",
                "interval; empty beside a value where the verdict says that it has no upper end",
            ),
            text(
                "unit",
                "`F1`, `sentences`, `labelled sentences`, `F1 per doubling`, or the name of "
                "the rate's parameter",
            ),
            integer("n_seeds", "fewest runs at any size"),
            integer("n_sentences", "test sentences"),
            VERDICT,
        ),
        needs="method sources target budget quantity at_n value low high verdict",
        rows="xnerbench.analysis.rows:derived",
        shown=(Shown("derived", "curves", "xnerbench.report.views.curves:derived"),),
    ),
    Table(
        "curves",
        "One row per series and form. Parameters are those of the formulas in "
        "[analysis.md](analysis.md), in shares (0 to 1) of F1 or error.",
        (
            *SERIES,
            text("form", "`constant`, `log-linear`, `power`, `power+floor` or `saturating`"),
            text("p1_name", "name of the first parameter"),
            number("p1", "its value; empty where the form is not identifiable"),
            number(
                "p1_se",
                "its standard error; empty as `p1`, and where there are no more runs than "
                "parameters",
            ),
            text(
                "p2_name",
                "second parameter; this and what follows is empty for a form with fewer parameters",
            ),
            number("p2", "its value"),
            number("p2_se", "its standard error"),
            text("p3_name", "third parameter"),
            number("p3", "its value"),
            number("p3_se", "its standard error"),
            number("aicc", "corrected Akaike criterion over runs; smaller is better"),
            number(
                "weight",
                "share of the bootstrap draws that are fitted with this form, its Akaike weight; 0 below one percent",
            ),
            number(
                "chosen_in",
                "share of 200 bootstrap draws in which this form has the smallest AICc, 0 where it cannot be chosen",
            ),
            truth("converged", "whether the optimiser says so"),
            truth("identifiable", "whether the parameters may be read as numbers"),
            integer("n_sizes", "sizes fitted"),
            integer("heldout_n", "the largest size, left out of a second fit"),
            number("heldout_observed", "mean F1 there"),
            number("heldout_predicted", "F1 that the fit without it predicts"),
            number("heldout_error", "predicted minus observed"),
            truth("chosen", "smallest AICc of the identifiable forms"),
            truth("chosen_by_heldout", "smallest absolute held-out error of them"),
            VERDICT,
        ),
        needs="method sources target budget form verdict",
        rows="xnerbench.analysis.rows:curves",
        shown=(
            Shown(
                "curves",
                "curves",
                "xnerbench.report.views.curves:fitted",
                paper="xnerbench.report.views.curves:fitted_primary",
            ),
        ),
    ),
    Table(
        "medians",
        "One row per quantity, method, budget and size: the median over languages, in which those that do not get "
        "there within the range count as later (Kaplan-Meier).",
        (
            METHOD,
            SOURCES,
            BUDGET,
            text("quantity", "`break_even`, `n95` or `exchange_rate`"),
            integer("at_n", "size; empty but for `exchange_rate`"),
            text("unit", "`sentences` or `labelled sentences`"),
            number("median", "median over languages; empty where half of them do not get there"),
            number(
                "low", "interval, languages taken as independent; empty where it has no lower end"
            ),
            number("high", "the same; empty where it has no upper end"),
            LANGUAGES,
            integer("n_reached", "languages with a size"),
            integer("n_at_most", "languages that are there at the smallest size already"),
            integer("n_not_shown", "languages that do not get there within the range"),
            integer("n_unknown", "languages without an identifiable curve; they do not count"),
            integer(
                "updates",
                "the student's at that size; for `exchange_rate`, where one number is known",
            ),
            integer("updates_control", "the supervised control's; likewise"),
            VERDICT,
        ),
        needs="method sources budget quantity at_n median n_languages n_at_most n_not_shown verdict",
        rows="xnerbench.analysis.rows:medians",
        shown=(Shown("medians", "curves", "xnerbench.report.views.curves:medians"),),
    ),
    Table(
        "curve_points",
        "The chosen curve of each series, for drawing; a series without an identifiable form "
        "has no rows.",
        (
            *SERIES,
            integer("n", "size"),
            text("kind", "`fit` within the measured sizes, `extrapolation` beyond"),
            number("f1", "the curve"),
            number("low", "pointwise band"),
            number("high", "pointwise band"),
            text("form", "the chosen form"),
            text("verdict", "what the band covers"),
        ),
        needs="method sources target budget n kind f1 low high",
        rows="xnerbench.analysis.rows:curve_points",
    ),
    Table(
        "growth",
        "One row per quantity of a series: how F1 changes with n, and how much of the change "
        "is data. Rows of target `ALL` are means over languages.",
        (
            METHOD,
            SOURCES,
            TARGET_OR_ALL,
            text(
                "budget",
                "budget; `epochs - steps` for the same quantity under `epochs` minus under "
                "`steps`, which is what updates add",
            ),
            text(
                "quantity",
                "`rise` (F1 at `n_to` minus F1 at `n_from`), `slope` (line through the means "
                "of all sizes from `n_from` to `n_to` against log2 n), or `share` (part of "
                "the mean rise under `epochs` that updates make; only between sizes of equal "
                "updates under `steps`)",
            ),
            *FROM_TO,
            integer(
                "updates_from",
                "updates of the student at the smaller size; empty where languages differ, "
                "where scores do not say, and for `epochs - steps`",
            ),
            integer("updates_to", "the same at the larger size"),
            number("value", "the quantity; for `ALL` relatives share their weight"),
            *INTERVAL,
            *NAIVE,
            text("unit", "`F1`, `F1 per doubling` or `percent`"),
            integer("n_seeds", "seeds that all sizes have"),
            TEST_SENTENCES,
            N_LANGUAGES,
            N_FAMILIES,
            *COLLAPSED,
            VERDICT,
        ),
        needs="method sources target budget quantity n_from n_to value low high verdict",
        rows="xnerbench.analysis.rows:growth",
        shown=(Shown("growth", "growth", "xnerbench.report.views.curves:growth"),),
    ),
)
