"""Tables of the study itself: scores, how far students are trained, weights of the sources, corpora."""

from __future__ import annotations

from collections.abc import Sequence

from xnerbench.catalogue.columns import (
    BUDGET,
    LANGUAGES,
    MEAN_WORDS,
    METHOD,
    N_TEST,
    OF_TEXT,
    SENTENCES,
    SOURCES,
    TARGET,
    VERDICT,
    integer,
    number,
    text,
)
from xnerbench.catalogue.table import Shown, Table

SCORES = Table(
    "scores",
    "One row per cell. `f1_<TYPE>` stands for one column per entity type of the study.",
    (
        text("study", "name of the study"),
        text("cell", "id, `<method>/<sources>/<target>/<budget>/n<n>/s<seed>`"),
        METHOD,
        SOURCES,
        TARGET,
        integer("n", "unlabelled target sentences, 0 where no student is trained"),
        integer("seed", "the entry of `seeds`"),
        integer("teacher_seed", "seed of the teacher and of a mixture's weights"),
        integer("subset_seed", "seed of the permutation whose prefix is the subset"),
        integer("student_seed", "seed of the student's head, dropout and batches"),
        text("budget", "`epochs`, `steps`, `u<number>` for a number of updates, or `none`"),
        integer("updates", "the number that the budget names; empty for the other budgets"),
        text("init", "where the student started: `pretrained` or `teacher`; may be empty"),
        number("f1", "strict IOB2, entity level, micro-averaged, by seqeval"),
        number("precision", "the same"),
        number("recall", "the same"),
        number("f1_lenient", "seqeval's default, where an entity may begin with `I-`"),
        number(
            "f1_<TYPE>",
            "strict F1 of one type; empty where it is neither in gold nor predicted",
        ),
        N_TEST,
        integer("n_test_entities", "gold entities in it"),
        integer("steps", "updates of the student"),
        number(
            "fidelity_test",
            "strict entity F1 of the student's tags of the test set against its teacher's (0 to 100); no gold is read",
        ),
        number(
            "fidelity_heldout",
            "the same on the last 500 sentences of the pool's permutation, less those that it was trained on",
        ),
        text(
            "collapsed",
            "`true` where the student predicts fewer than 5 % of the entities that its teacher predicts there",
        ),
        number("train_seconds", "time of training alone"),
        number("seconds", "time of the cell"),
        number("peak_mb", "largest memory of the process"),
        text("encoder", "name of the encoder"),
        text(
            "status",
            "`ok`, `failed`, or `untested` without a test set; F1 and what follows from it are empty unless it is `ok`",
        ),
        text("reason", "why it has no score; empty if it has one"),
    ),
    needs="method sources target n seed budget f1 status reason",
    shown=(
        Shown("scores", "scores", "xnerbench.report.views.scores:largest"),
        Shown("sizes", "scores", "xnerbench.report.views.scores:by_size"),
        Shown("failed", "missing", "xnerbench.report.views.scores:failed", in_paper=False),
    ),
    note="A foreign file needs `method, target, n, f1`; with several runs per cell also "
    "`seed`. Missing `sources`, `budget` and `status` are taken as empty, `none` and"
    " `ok`. Counts need `cell` and `n_test_sentences`.",
)

STUDENTS = Table(
    "students",
    "One row per method, sources, budget and size whose students have a fidelity: means over languages of means over "
    "seeds. All but `gain` is known without gold tags.",
    (
        METHOD,
        SOURCES,
        BUDGET,
        SENTENCES,
        text("init", "where the students started: `pretrained` or `teacher`"),
        number("steps", "updates"),
        integer("cells", "students"),
        LANGUAGES,
        number(
            "fidelity_heldout",
            "entity F1 against the teacher's tags, pool sentences that were not trained on",
        ),
        number("fidelity_lowest", "the lowest of any student"),
        number("fidelity_test", "the same on test sentences, mean"),
        number(
            "gain",
            "F1 over direct transfer of the same teacher; empty where that was not run, and for mixtures",
        ),
        integer("n_untrained", "fresh students with a fidelity below 50: not trained yet"),
        integer("n_collapsed", "students that tag next to nothing"),
        number("train_seconds", "time of training one, as if alone"),
        VERDICT,
    ),
    needs="method budget n init fidelity_heldout train_seconds verdict",
    rows="xnerbench.analysis.rows:students",
    shown=(Shown("students", "students", "xnerbench.report.views.study:students"),),
)

WEIGHTS = Table(
    "weights",
    "One row per target, seed and source of a mixture with weights, by similarity or by confidence.",
    (
        TARGET,
        integer("seed", "seed of the cells that use it"),
        METHOD,
        text("source", "source language"),
        number(
            "alpha",
            "weight, averaged over sentences where each has its own; sums to 1 over the sources",
        ),
        number(
            "neighbours",
            "of a similarity mixture, share of the nearest neighbours of 25 sentences' words that are the source's "
            "(after NN-Rank)",
        ),
    ),
    needs="target seed method source alpha",
)

CORPORA = Table(
    "corpora",
    "One row per language and role. Counts that do not apply to the role are empty.",
    (
        text("language", "code in the configuration"),
        text("role", "`source` (labelled text) or `target` (test set and unlabelled pool)"),
        text("name", "English name"),
        text("family", "corpus family: corpora annotated by the same hands"),
        text("licence", "licence as configured"),
        text("format", "`conll`, `hub` or `embedded`"),
        text("script", "writing system of the text"),
        integer("train", "labelled sentences of a source"),
        integer("pool", "unlabelled sentences of a target"),
        integer("test", "test sentences of a target"),
        integer("test_entities", "gold entities in the test set"),
        integer("removed_test", "pool sentences removed because they are in the test set"),
        integer("removed_duplicates", "duplicates removed from the pool"),
        integer("repairs", "tags and lines repaired in reading"),
        MEAN_WORDS,
        number("fertility", "subwords per word"),
        *OF_TEXT,
        integer("dictionary_entries", "source words in a target's dictionary"),
        number(
            "dictionary_share",
            "share of the source's words outside mentions that have an entry there",
        ),
        number(
            "dictionary_share_in_pool",
            "the same with a translation of one word that occurs in the target's pool",
        ),
        text("sha256", "hash of each source file"),
    ),
    needs="language role",
    shown=(Shown("corpora", "corpora", "xnerbench.report.views.study:corpora"),),
)

TABLES = (SCORES, STUDENTS, WEIGHTS, CORPORA)

PER_TYPE = "f1_<TYPE>"
"""In the declaration of the scores: a column for each entity type of the study."""


def score_columns(labels: Sequence[str]) -> tuple[str, ...]:
    """The columns of `scores.csv` for a study's labels, in order."""
    each = tuple(f"f1_{label}" for label in labels)
    at = SCORES.names.index(PER_TYPE)
    return (*SCORES.names[:at], *each, *SCORES.names[at + 1 :])
