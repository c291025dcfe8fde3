"""Tables that compare methods: paired differences, and costs."""

from __future__ import annotations

from xnerbench.catalogue.columns import HIGH, LOW, METHOD, VERDICT, integer, number, text
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
            text("target", "target language, or `ALL`"),
            text(
                "budget",
                "budget of whichever has one; `steps - epochs` where one method is compared "
                "with itself under both",
            ),
            integer("n", "unlabelled sentences"),
            number("difference", "difference of mean F1"),
            LOW,
            HIGH,
            number("low_naive", "interval if languages were independent; only for `ALL`"),
            number("high_naive", "the same"),
            number("p", "two-sided; for `ALL` by the t distribution of the interval"),
            number(
                "p_holm",
                "corrected over the languages of the same comparison, budget and size; for "
                "`ALL` over the sizes",
            ),
            integer("n_seeds", "seeds that both have"),
            integer("n_sentences", "test sentences; for `ALL` their sum"),
            integer("n_languages", "1, or the languages of the mean"),
            integer("n_families", "families of these languages; only for `ALL`"),
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
