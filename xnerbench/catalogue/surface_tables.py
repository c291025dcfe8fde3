"""Tables of F1 over sentences and updates: laws, decompositions, what to buy, fidelity."""

from __future__ import annotations

from xnerbench.catalogue.columns import (
    BUDGET,
    COLLAPSED,
    FROM_TO,
    INTERVAL,
    LOW,
    METHOD,
    N_FAMILIES,
    N_LANGUAGES,
    NAIVE,
    SENTENCES,
    SOURCES,
    VERDICT,
    Column,
    integer,
    number,
    text,
    truth,
)
from xnerbench.catalogue.table import Shown, Table

_TARGET = text("target", "target language, or `ALL`, the mean over languages")
_SEEDS = integer("n_seeds", "fewest runs of any cell")


def _parameters(most: int) -> tuple[Column, ...]:
    found = []
    for i in range(1, most + 1):
        first = "name of the first parameter, as in the formula" if i == 1 else "the next one"
        found += [
            text(f"p{i}_name", first),
            number(f"p{i}", "its value in shares (0 to 1) of F1 or error; empty on a bound"),
            number(f"p{i}_low", "interval; of single languages only for the chosen law"),
            number(f"p{i}_high", "interval"),
        ]
    return tuple(found)


def _with_interval(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        number(name, meaning),
        number(f"{name}_low", "its interval"),
        number(f"{name}_high", "its interval"),
    )


TABLES: tuple[Table, ...] = (
    Table(
        "surface",
        "One row per law fitted to a method's cells over sentences n and updates u; formulas in "
        "[analysis.md](analysis.md#data-and-updates-two-axes). Without a grid in which some size has several "
        "numbers of updates there are no rows, here and in the next three tables.",
        (
            METHOD,
            SOURCES,
            _TARGET,
            text(
                "law",
                "`log_linear`, `log_linear_interaction`, `joint`, `joint_interaction`, `constrained` or "
                "`constrained_updates`",
            ),
            *_parameters(6),
            number("aicc", "corrected Akaike criterion over cells, of the robust loss"),
            number(
                "error_n",
                "mean absolute error in F1 at the largest n, fitted without it; empty where the cells that are "
                "left do not determine the law",
            ),
            number("error_u", "the same at the most updates"),
            number("error_both", "the same at the cell with both, fitted to cells with neither"),
            number("error_cell", "the same at that cell, fitted to all others"),
            number("error", "mean over those of the four that every law has"),
            truth("chosen", "the simplest law within 0.25 of the smallest `error`"),
            truth("chosen_by_aicc", "smallest AICc"),
            integer("n_cells", "cells fitted"),
            integer("batch_size", "sentences an update, for passes over the text"),
            _SEEDS,
            N_LANGUAGES,
            VERDICT,
        ),
        needs="method target law chosen error verdict",
        rows="xnerbench.analysis.rows:surface",
        shown=(Shown("surface", "growth", "xnerbench.report.views.surface:laws"),),
    ),
    Table(
        "surface_points",
        "The measured cells of every surface, and of means over languages the chosen law on a lattice, for "
        "drawing.",
        (
            METHOD,
            SOURCES,
            _TARGET,
            SENTENCES,
            integer("updates", "updates"),
            text("kind", "`measured`, `fit`, or `extrapolation` beyond the largest n or u"),
            text("law", "the chosen law; empty for measured cells"),
            number("f1", "mean F1, or the law's; for `ALL` relatives share their weight"),
            *INTERVAL,
            number(
                "low_own",
                "interval of a measured cell against the others: what moves all cells alike is taken out "
                "(Cousineau 2005, Morey 2008)",
            ),
            number("high_own", "its upper end"),
            number(
                "teacher_f1",
                "F1 of what the students copy (direct transfer, or the mixture), over the same languages",
            ),
            *NAIVE,
            N_FAMILIES,
            *COLLAPSED,
            VERDICT,
        ),
        needs="method target n updates kind f1 low_own high_own teacher_f1",
        rows="xnerbench.analysis.rows:surface_points",
    ),
    Table(
        "decomposition",
        "A rise in F1 between two cells split into what text and what updates add, one row per order. Of means "
        "over languages every pair of sizes and of updates whose four corners are measured, of one language "
        "the widest pair.",
        (
            METHOD,
            SOURCES,
            _TARGET,
            *FROM_TO,
            integer("updates_from", "fewer updates"),
            integer("updates_to", "more updates"),
            text("order", "`text first` or `updates first`: which of the two was raised first"),
            *_with_interval("rise", "the whole rise, the same in both orders"),
            *_with_interval("by_text", "what more text adds"),
            *_with_interval("by_updates", "what more updates add"),
            *_with_interval(
                "share", "updates' part of the rise, in percent; empty if there may be no rise"
            ),
            _SEEDS,
            N_LANGUAGES,
            VERDICT,
        ),
        needs="method target n_from n_to updates_from updates_to order rise by_text by_updates share verdict",
        rows="xnerbench.analysis.rows:decomposition",
        shown=(Shown("decomposition", "growth", "xnerbench.report.views.surface:decomposition"),),
    ),
    Table(
        "worth",
        "One row per quantity: what doubling text or updates is worth at the largest cell, and from which u on "
        "updates add little.",
        (
            METHOD,
            SOURCES,
            _TARGET,
            text("law", "`measured` (between neighbouring cells), or the law that was chosen"),
            text(
                "quantity",
                "`doubling_n`, `doubling_u` (F1 per doubling at the largest n and u; of a law beyond them), "
                "`doubling_n - doubling_u`, or `stops_at_u` (from this u on a doubling of updates adds less than "
                "0.5 F1)",
            ),
            SENTENCES,
            integer("updates", "updates; empty for `stops_at_u`"),
            number("value", "the quantity"),
            LOW,
            number(
                "high",
                "interval; empty beside a value where the verdict says that it has no upper end",
            ),
            text("unit", "`F1` or `updates`"),
            _SEEDS,
            N_LANGUAGES,
            VERDICT,
        ),
        needs="method target law quantity n value low high verdict",
        rows="xnerbench.analysis.rows:worth",
        shown=(Shown("worth", "growth", "xnerbench.report.views.surface:worth"),),
    ),
    Table(
        "fidelity",
        "One row per method, target, budget and size, and one for the rise to it from the smallest size. Without "
        "fidelity in the scores there are no rows.",
        (
            METHOD,
            SOURCES,
            _TARGET,
            BUDGET,
            integer("n_from", "smallest size, for a rise; empty for a level"),
            SENTENCES,
            number("f1", "mean F1 of the students"),
            number("teacher_f1", "of their teachers"),
            *_with_interval(
                "fidelity_test", "entity F1 against the teacher's tags, test sentences"
            ),
            number("fidelity_heldout", "the same on pool sentences that no student has seen"),
            *_with_interval("copied", "fidelity times the teacher's F1"),
            *_with_interval("beyond", "the rest of F1"),
            integer(
                "n_collapsed", "students that tag next to nothing; empty where scores do not say"
            ),
            integer("n_runs", "runs"),
            N_LANGUAGES,
            VERDICT,
        ),
        needs="method target budget n_from n f1 fidelity_test copied beyond verdict",
        rows="xnerbench.analysis.rows:fidelity",
        shown=(Shown("fidelity", "growth", "xnerbench.report.views.surface:fidelity"),),
    ),
)
