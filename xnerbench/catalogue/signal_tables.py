"""What probabilities say of F1 without gold, and how that is calibrated."""

from __future__ import annotations

from xnerbench.catalogue.columns import (
    BUDGET,
    FAMILY,
    INTERVAL,
    LANGUAGES,
    METHOD,
    SENTENCES,
    SOURCES,
    TARGET,
    TYPE,
    VERDICT,
    integer,
    number,
    text,
    truth,
)
from xnerbench.catalogue.table import Shown, Table

_SHARE = "share of its entity words (words whose most probable label is not `O`, or of the type)"

SIGNALS = Table(
    "signals",
    "What taggers' probabilities say without gold: one row per teacher, text, entity type and scaling, and one per "
    "student and text, its types together. No gold of the target is read.",
    (
        text(
            "method",
            "`direct` for a teacher, `direct-avg` for the mean of the single sources' teachers, or a student's method",
        ),
        SOURCES,
        TARGET,
        text("budget", "as in `scores`"),
        integer("n", "as in `scores`"),
        integer("seed", "seed of the teacher; of a student, the entry of `seeds`"),
        text(
            "text",
            "`pool` or `test`; of a student `test` or `heldout`, the last pool sentences, less those that it was "
            "trained on",
        ),
        TYPE,
        text(
            "scaling",
            "`none`, or `temperature`: probabilities with the teacher's temperature from its source's held-out text",
        ),
        number("temperature", "that temperature, 1 without scaling"),
        integer("words", "words"),
        integer("entity_words", "entity words"),
        number("entity_rate", "their share of all words"),
        number("confident", f"{_SHARE} with a probability above 0.9"),
        number("mean", "mean probability of the label of its entity words"),
        number("median", "median of it"),
        number("entropy", "mean entropy of its entity words, in nats"),
        number(
            "atc",
            "average thresholded confidence (Garg et al. 2022): share of its entity words above a threshold, which on "
            "the source's held-out text as large a share reaches as is right",
        ),
        integer("begin_words", "words tagged `B-`, the first words of entities"),
        number("begin_confident", "share of these with a probability above 0.9"),
        number("begin_mean", "mean probability of their label"),
        number("begin_entropy", "their mean entropy, in nats"),
        number(
            "disagreement_seeds",
            "share of the words that either calls an entity whose labels differ between it and the source's teachers "
            "of other seeds",
        ),
        number("disagreement_sources", "the same by the teachers of the other sources, same seed"),
        number("disagreement_mixture", "the same by the mean of all single sources' teachers"),
    ),
    needs="method sources target budget n seed text type scaling confident mean entropy",
)

_OUTCOME = (
    METHOD,
    SOURCES,
    BUDGET,
    integer("n", "unlabelled sentences, 0 for what trains no student"),
    text(
        "text",
        "text that the signals are of: `pool`, of teachers; `heldout`, of the students under the primary budget",
    ),
)

_ERROR = number("error_family", "mean absolute error in F1 on languages whose family was left out")
_HONEST = number("error_honest", "as `error_family`, the choice made without the family, too")
_LEVEL = number("level", "level of the interval that so many branches bear")

TABLES: tuple[Table, ...] = (
    SIGNALS,
    Table(
        "calibration",
        "F1 read off signals without gold: one row per outcome and per form and signals that were compared. Without "
        "`signals.csv`, or with fewer than eight languages of four families, there are no rows, here and in the next "
        "two tables.",
        (
            *_OUTCOME,
            text("form", "`linear` (of logits), `isotonic`, or `mean` (no signal at all)"),
            text("signals", "what it reads, of the source's teachers; or `fertility + distance`"),
            LANGUAGES,
            integer("n_families", "families"),
            _ERROR,
            number("error_language", "the same with the language alone left out"),
            number("r", "correlation of what is predicted without the family with F1"),
            truth("chosen", "whether it was chosen, by `error_family`"),
            _HONEST,
            number("half_width", "half of the interval, in logits of F1"),
            _LEVEL,
            number(
                "coverage", "share of languages in the interval that was made without their family"
            ),
            VERDICT,
        ),
        needs="method sources budget n form signals error_family chosen",
        rows="xnerbench.analysis.confidence.rows:candidates",
        shown=(
            Shown("calibration", "prediction", "xnerbench.report.views.confidence:calibration"),
        ),
    ),
    Table(
        "calibration_points",
        "One row per outcome and language, predicted without its family.",
        (
            *_OUTCOME,
            TARGET,
            FAMILY,
            text("signal", "first signal of the chosen form"),
            number("x", "its value"),
            number("observed", "mean F1"),
            number("predicted", "F1 read off without labels, chosen and fitted without the family"),
            *INTERVAL,
            truth("covered", "whether the interval made without the family holds it"),
        ),
        needs="method sources budget n target family signal x observed predicted",
        rows="xnerbench.analysis.confidence.rows:points",
    ),
    Table(
        "calibration_lines",
        "The chosen form over its signal, for drawing; of several signals, over the F1 that they let expect.",
        (
            *_OUTCOME,
            text("signal", "the signal, or `expected`: F1 read off several"),
            number("x", "its value"),
            number("f1", "F1 expected there"),
            *INTERVAL,
        ),
        needs="method sources budget n signal x f1 low high",
        rows="xnerbench.analysis.confidence.rows:lines",
    ),
    Table(
        "calibration_groups",
        "Where it fails: error of the chosen form on groups of languages, each predicted without its family.",
        (
            *_OUTCOME,
            text(
                "by",
                "`language family`, `script`, `corpus family`, or `split words` (of several subwords)",
            ),
            text("group", "the group"),
            integer("n_languages", "languages in it"),
            number("error", "mean absolute error in F1"),
            number("bias", "mean of predicted minus observed F1"),
            number("others", "mean absolute error on the other languages"),
            VERDICT,
        ),
        needs="method sources budget n by group n_languages error bias verdict",
        rows="xnerbench.analysis.confidence.groups:rows",
        shown=(
            Shown("calibration_groups", "prediction", "xnerbench.report.views.confidence:groups"),
        ),
    ),
    Table(
        "calibration_measured",
        "F1 of students where direct transfer was measured: it is carried forward plus a gain, one row per outcome and "
        "per form of the gain that was compared, after what confidence says without the measurement.",
        (
            *_OUTCOME,
            text(
                "form",
                "`measured` (no gain), the `mean` or `median` gain of the other languages, a straight line in the "
                "measured F1 (`direct`) or in the logit of `begin_mean` (`confidence`); or `confidence alone`",
            ),
            LANGUAGES,
            _ERROR,
            truth(
                "chosen",
                "whether `plan` takes it: the first within 0.25 F1 of the best, `measured` unless the choice pays",
            ),
            number("intercept", "gain = intercept + slope x, in F1; given of the chosen form"),
            number("slope", "likewise"),
            _HONEST,
            number("half_width", "half of the interval, in F1"),
            _LEVEL,
        ),
        needs="method sources budget n form n_languages error_family chosen error_honest",
        rows="xnerbench.analysis.confidence.carrying:rows",
        shown=(
            Shown(
                "calibration_measured", "prediction", "xnerbench.report.views.confidence:measured"
            ),
        ),
    ),
    Table(
        "choices",
        "What choosing without labels gains: one row per kind of choice and rule, a mean over languages. None where "
        "there is nothing to choose.",
        (
            text(
                "what",
                "`source` (of direct transfer), `updates` (of the primary method), or `student` (methods of one "
                "teacher under the primary budget)",
            ),
            SENTENCES,
            text(
                "rule",
                "`usual`: the first source, the most updates, the primary method; `mean` of the candidates; `best`: by "
                "test F1, which nobody knows; `nearest` by the primary distance; `confidence`: largest mean "
                "probability of first words; `tempered`: after temperature scaling; `relative`: logit of that less the "
                "teacher's mean over languages; `agreement` with the mixture; `similarity`; `neighbours` (after "
                "NN-Rank); `fidelity` on held-out text; or a mixture of all sources",
            ),
            integer("n_languages", "languages on which the rule has something to say"),
            integer("n_families", "families among them"),
            number("f1", "mean F1 of what is taken; relatives share their weight"),
            number("best_taken", "share of languages in which that is the best candidate"),
            number("gain", "F1 over `usual`"),
            *INTERVAL,
            number("lost", "F1 below the best candidate"),
            VERDICT,
        ),
        needs="what n rule f1 gain low high lost verdict",
        rows="xnerbench.analysis.confidence.choices:rows",
        shown=(Shown("choices", "prediction", "xnerbench.report.views.confidence:choices"),),
    ),
)
