"""Tables over languages: distances, what they explain, and predictions of languages left out."""

from __future__ import annotations

from xnerbench.catalogue.columns import (
    BUDGET,
    FAMILIES,
    FAMILY,
    HIGH,
    INTERVAL,
    LANGUAGES,
    MEAN_WORDS,
    METHOD,
    N_TEST,
    OF_TEXT,
    SOURCES,
    TARGET,
    VERDICT,
    integer,
    number,
    text,
    truth,
)
from xnerbench.catalogue.table import Shown, Table

_REGRESSION = (
    text("quantity", "as in `regressions`"),
    text("distance", "kind"),
    text("variant", "variant"),
    METHOD,
    SOURCES,
    BUDGET,
)
"""Which row of `regressions` a row is about."""

TABLES: tuple[Table, ...] = (
    Table(
        "regressions",
        "One row per quantity, distance, variant, method, sources and budget: the quantity "
        "regressed on the distance over target languages. Rows of variant `covariate` are "
        "regressed on a covariate of the target instead. Methods and budgets that are not primary have the "
        "primary distance only.",
        (
            text(
                "quantity",
                "`f1` and `gain` (at the size in the verdict), `gain_inf`, `f_inf`, `slope`, "
                "`rate`, `log_break_even` (log10), `direct_f1`",
            ),
            text(
                "distance",
                "kind, or `fertility`, `unknown_share`, `split_share`, `direct_f1`, "
                "`log_test_sentences`, `non_latin`, or a covariate of one's own",
            ),
            text("variant", "variant, or `covariate`"),
            METHOD,
            SOURCES,
            BUDGET,
            truth("primary", "whether this is the distance chosen beforehand"),
            integer("n_languages", "targets that have both"),
            number(
                "slope",
                "change of the quantity per unit of distance, with an effect of each family",
            ),
            number("low", "its interval, over which the strength of family effects is averaged"),
            HIGH,
            number("slope_naive", "the slope if languages were independent (least squares)"),
            number("low_naive", "interval from resampled languages, as if they were independent"),
            number("high_naive", "the same"),
            FAMILIES,
            number("correlation", "of languages of one family beyond distance, as estimated"),
            number("p_naive", "permutation p of the slope, as if languages were independent"),
            number(
                "p_families",
                "p when whole families are permuted, or their signs where sizes differ",
            ),
            number("pgls_slope", "slope of phylogenetic least squares"),
            number("pgls_low", "its interval"),
            number("pgls_high", "the same"),
            number("lambda", "how alike relatives are beyond distance, 0 to 1 (Pagel's lambda)"),
            number("intercept", "value of the line at distance 0"),
            number("spearman", "rank correlation"),
            number("p_spearman", "its permutation p"),
            number("p", "two-sided, by the distribution of the interval"),
            number(
                "p_holm",
                "Holm's: for the primary distance over all quantities of a method and budget, with direct "
                "transfer among the primary method's; otherwise over the secondary distances, or the covariates",
            ),
            number("r2", "share of variance explained by least squares, in sample"),
            number(
                "loo_r2",
                "the same for languages left out one by one, against the mean of the others; "
                "may be negative",
            ),
            number("loo_mae", "mean absolute error on left-out languages"),
            number("baseline_mae", "the same of the mean of the others"),
            text(
                "verdict",
                "with fewer than six targets: descriptive only, without interval and p",
            ),
        ),
        needs="quantity distance variant method budget slope intercept verdict",
        rows="xnerbench.analysis.rows:regressions",
        shown=(
            Shown(
                "regressions",
                "distance",
                "xnerbench.report.views.languages:regressions",
                paper="xnerbench.report.views.languages:regressions_primary",
            ),
        ),
    ),
    Table(
        "regression_points",
        "One row per regression and target, for drawing: of direct transfer, and of the primary method and budget.",
        (
            *_REGRESSION,
            TARGET,
            number("x", "distance"),
            number("y", "the quantity"),
            number(
                "predicted",
                "by the line through the other languages; empty where there is no line",
            ),
        ),
        needs="quantity distance variant method budget target x y",
        rows="xnerbench.analysis.rows:regression_points",
    ),
    Table(
        "regression_lines",
        "Twenty-one points of each of these regressions with at least six targets, for drawing.",
        (
            *_REGRESSION,
            number("x", "distance"),
            number("y", "the line"),
            number("low", "pointwise band, as the interval of the slope"),
            number("high", "the same"),
        ),
        needs="quantity distance variant method budget x y low high",
        rows="xnerbench.analysis.rows:regression_lines",
    ),
    Table(
        "family_slopes",
        "One row per regression and family with at least six languages: the slope inside it.",
        (
            *_REGRESSION,
            FAMILY,
            integer("n_languages", "its languages"),
            integer("n_branches", "its branches among them"),
            number("slope", "change of the quantity per unit of distance"),
            number("low", "interval, cluster-robust by branch"),
            HIGH,
            number("p", "two-sided, of the same t distribution"),
            VERDICT,
        ),
        needs="quantity distance variant method budget family slope",
        rows="xnerbench.analysis.rows:family_slopes",
    ),
    Table(
        "joint",
        "One row per model and term, over the runs of the primary method and budget; a single"
        " row `all` where a model could not be fitted.",
        (
            text(
                "model",
                "`mixed`, `ols_cluster`, `ols_cluster_covariates`, `ols_cluster_family` (languages as independent), "
                "`family_effects` or `family_effects_covariates` (relatives allowed for)",
            ),
            text(
                "term",
                "`intercept`, `log_n`, `distance`, `log_n:distance`, a covariate per standard"
                " deviation, or a corpus family against the largest one",
            ),
            number("estimate", "F1 points per unit; ln n and distance are centred"),
            number("se", "standard error"),
            *INTERVAL,
            number("p", "two-sided"),
            LANGUAGES,
            integer("n_runs", "runs"),
            text("verdict", "whether the mixed model and its twin agree"),
        ),
        needs="model term estimate verdict",
        rows="xnerbench.analysis.rows:joint",
        shown=(Shown("joint", "distance", "xnerbench.report.views.languages:joint"),),
    ),
    Table(
        "distances",
        "One row per source, target, kind and variant.",
        (
            text("source", "source as in the scores"),
            text("target", "target as in the scores"),
            text(
                "kind",
                "`syntactic`, `phonological`, `inventory`, `featural`, `geographic`, "
                "`genetic`, or one's own",
            ),
            text(
                "variant",
                "`knn` or `union`; `uriel` for a kind that has one variant only; `csv` for "
                "one's own kind",
            ),
            number("distance", "0 (same) to 1"),
            text("code_source", "code whose vectors stand for the source"),
            text("code_target", "code whose vectors stand for the target"),
            integer(
                "shared_features",
                "features known of both before imputation, genetic: ancestors in common; may "
                "be empty",
            ),
            text("provenance", "package and version, or the CSV"),
            text(
                "verdict",
                "`ok; no feature is known of both languages, all is imputed` where that is so",
            ),
        ),
        needs="source target kind variant distance",
        rows="xnerbench.analysis.rows:distances",
        shown=(Shown("distances", "distance", "xnerbench.report.views.languages:distances"),),
    ),
    Table(
        "left_out",
        "One row per target and size of the primary method (0: direct transfer), predicted "
        "from the other languages.",
        (
            text("target", "the language left out"),
            integer("n", "size"),
            number("observed", "its mean F1"),
            number("predicted", "from its distance (and fertility) and the others' F1"),
            number("low", "prediction interval"),
            number("high", "prediction interval"),
            number("baseline", "mean of the others"),
            truth("covered", "whether the interval holds the observed value"),
            VERDICT,
        ),
        needs="target n observed predicted low high baseline verdict",
        rows="xnerbench.analysis.rows:left_out",
        shown=(Shown("left_out", "prediction", "xnerbench.report.views.languages:left_out"),),
    ),
    Table(
        "left_out_summary",
        "One row per size, and one over all sizes (its `n` is empty).",
        (
            integer("n", "size; empty for all"),
            integer("n_languages", "languages predicted"),
            number("mae", "mean absolute error of the predictions"),
            number("baseline_mae", "the same of the mean of the other languages"),
            number("coverage", "share of intervals that hold the observed value"),
            text("predictors", "what the prediction rests on"),
            VERDICT,
        ),
        rows="xnerbench.analysis.rows:left_out_summary",
    ),
    Table(
        "families",
        "One row per target: its relatives, for intervals over languages.",
        (
            TARGET,
            text("family", "top-level family; the language's own code where none is known"),
            text(
                "branch",
                "largest group that holds at most two fifths of the family; empty where there is none",
            ),
            integer("n_ancestors", "groups from the family down"),
            text("code_target", "code whose vector was read"),
            text("provenance", "where it is from"),
            VERDICT,
        ),
        needs="target family branch",
        rows="xnerbench.analysis.rows:families",
    ),
    Table(
        "covariates",
        "One row per target. What is not known is empty and named in the verdict.",
        (
            TARGET,
            text("script", "writing system"),
            text("family", "corpus family"),
            number("fertility", "subwords per word in the test set"),
            *OF_TEXT,
            MEAN_WORDS,
            N_TEST,
            integer("n_test_entities", "entities in it"),
            number("direct_f1", "mean F1 of direct transfer from the primary method's sources"),
            text("verdict", "what is not known"),
        ),
        needs="target",
        rows="xnerbench.analysis.rows:covariates",
    ),
)
