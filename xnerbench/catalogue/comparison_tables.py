"""Tables that compare methods: paired differences, and costs."""

from __future__ import annotations

from xnerbench.catalogue.columns import (
    COLLAPSED,
    FAMILIES,
    INTERVAL,
    METHOD,
    N_FAMILIES,
    N_LANGUAGES,
    NAIVE,
    SENTENCES,
    TARGET_OR_ALL,
    TEST_SENTENCES,
    TYPE,
    VERDICT,
    integer,
    number,
    text,
)
from xnerbench.catalogue.table import Shown, Table

TABLES: tuple[Table, ...] = (
    Table(
        "differences",
        "One row per pair of methods, target, budget and size; `method_a` minus `method_b`. "
        "Rows of target `ALL` are means over languages.",
        (
            text("method_a", "first method"),
            text("method_b", "second method; always this one for `direct`"),
            text("sources_a", "sources of the first"),
            text(
                "sources_b",
                "sources of the second; `mean of the sources` or `best of the sources` for a "
                "mixture against what each of its sources gives alone (the best is chosen on "
                "the test set)",
            ),
            TARGET_OR_ALL,
            text(
                "budget",
                "budget of whichever has one; `steps - epochs` where one method is compared "
                "with itself under both",
            ),
            SENTENCES,
            number("difference", "difference of mean F1; for `ALL` relatives share their weight"),
            *INTERVAL,
            *NAIVE,
            number("p", "two-sided; for `ALL` by the t distribution of the interval"),
            number(
                "p_holm",
                "corrected over the languages of the same comparison, budget and size; for "
                "`ALL` over the sizes",
            ),
            integer("n_seeds", "seeds that both have"),
            TEST_SENTENCES,
            N_LANGUAGES,
            N_FAMILIES,
            *COLLAPSED,
            VERDICT,
        ),
        needs="method_a method_b target budget n difference low high p_holm verdict",
        rows="xnerbench.analysis.rows:differences",
        shown=(
            Shown(
                "differences",
                "comparisons",
                "xnerbench.report.views.comparisons:differences",
                paper="xnerbench.report.views.comparisons:differences_overall",
            ),
        ),
    ),
    Table(
        "transfer",
        "The transfer matrix, for studies with several sources: one row per method (direct transfer; the primary "
        "method at the largest size that a target's sources share), source, target and entity type.",
        (
            METHOD,
            text("source", "the one source"),
            text("target", "target language"),
            text("budget", "budget"),
            SENTENCES,
            TYPE,
            number("f1", "mean F1 over seeds"),
            number(
                "gap",
                "to the best source of the target for the type, which is chosen on the test set: 0 or less",
            ),
            number("gap_supervised", "to `supervised` at its largest size; empty without it"),
            integer("n_labelled", "labelled sentences of that size"),
            integer("n_seeds", "seeds"),
        ),
        needs="method source target n type f1 gap gap_supervised",
        rows="xnerbench.analysis.rows:transfer",
        shown=(
            Shown(
                "transfer",
                "comparisons",
                "xnerbench.report.views.transfer:transfer",
                paper="xnerbench.report.views.transfer:transfer_overall",
            ),
        ),
    ),
    Table(
        "ranking",
        "One row per method, sources, budget and size: every arm beside direct transfer and beside the primary method "
        "at the same size. Means are over the languages that a method ran on, so compare differences, not F1.",
        (
            METHOD,
            text("sources", "sources"),
            text("budget", "budget"),
            SENTENCES,
            number("f1", "mean F1 over the method's languages"),
            number("over_direct", "difference to direct transfer"),
            number("over_direct_low", "its interval, which allows for relatives"),
            number("over_direct_high", "the same"),
            number("over_primary", "difference to the primary method at the same size"),
            number("over_primary_low", "its interval"),
            number("over_primary_high", "the same"),
            number("seconds", "mean seconds per cell"),
            integer("n_languages", "languages that the method ran on"),
            FAMILIES,
            VERDICT,
        ),
        needs="method sources budget n f1 over_direct over_primary",
        rows="xnerbench.analysis.rows:ranking",
        shown=(Shown("ranking", "comparisons", "xnerbench.report.views.arms:ranking"),),
    ),
    Table(
        "exchange",
        "One row per method of `analysis.exchange`, target and size: its gain over the primary method in sentences of "
        "it. Rows of target `ALL` are means over languages.",
        (
            METHOD,
            text("sources", "sources"),
            TARGET_OR_ALL,
            text("budget", "budget"),
            SENTENCES,
            number("gain", "difference to the primary method at n"),
            *INTERVAL,
            number(
                "growth",
                "F1 of the primary method per doubling of n: slope of a line against log2 n",
            ),
            number(
                "n_equivalent", "sentences with which the primary method does as well, by that line"
            ),
            number("ratio", "the same over n; 2 is what doubling buys"),
            number(
                "ratio_low",
                "Fieller's interval; 0 where the data do not bound it, empty where they allow no ratio",
            ),
            number(
                "ratio_high", "the same; empty beside a lower end where the data do not bound it"
            ),
            number(
                "over_doubling",
                "gain less the growth per doubling: above 0 it buys more than doubling does",
            ),
            number("over_doubling_low", "its interval"),
            number("over_doubling_high", "the same"),
            integer("n_from", "smallest size of the primary method"),
            integer("n_to", "its largest size"),
            integer("n_seeds", "seeds that all have"),
            N_LANGUAGES,
            N_FAMILIES,
            VERDICT,
        ),
        needs="method target n gain ratio ratio_low ratio_high verdict",
        rows="xnerbench.analysis.rows:exchange",
        shown=(Shown("exchange", "comparisons", "xnerbench.report.views.arms:exchange"),),
    ),
    Table(
        "costs",
        "One row per method and size.",
        (
            METHOD,
            integer("n", "size"),
            integer("cells", "scored cells"),
            number("seconds", "mean seconds per cell"),
            number("core_hours", "hours of all cells together; a cell runs on one thread"),
            number("peak_mb", "largest peak memory of a cell"),
            text("verdict", "what was not recorded"),
        ),
        needs="method n cells core_hours",
        rows="xnerbench.analysis.rows:costs",
        shown=(Shown("costs", "cost", "xnerbench.report.views.study:costs"),),
    ),
)
