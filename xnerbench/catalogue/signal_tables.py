"""What probabilities say of F1 without gold, and how that is calibrated."""

from __future__ import annotations

from xnerbench.catalogue.columns import SOURCES, TARGET, integer, number, text
from xnerbench.catalogue.table import Table

_SHARE = "share of its entity words (words whose most probable label is not `O`, or of the type)"

SIGNALS = Table(
    "signals",
    "What taggers' probabilities say without gold: one row per tagger, text, entity type and scaling. No gold of "
    "the target is read.",
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
        text("type", "entity type, or `ALL`"),
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

TABLES: tuple[Table, ...] = (SIGNALS,)
