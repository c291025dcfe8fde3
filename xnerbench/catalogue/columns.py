"""Columns of tables: name, type and meaning, and those that mean the same in many tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "truth"]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: In the header of the CSV.
        kind: `text` is read as it is written, so that a language `nan` or a hash of digits stays what it
            is; `integer` is written without a decimal point, also where some rows are empty; `number` has
            seven significant digits; `truth` is `true` or `false`.
        meaning: Half a sentence for `docs/tables.md`, in Markdown.
    """

    name: str
    kind: Kind
    meaning: str


def text(name: str, meaning: str) -> Column:
    """A column of words or codes."""
    return Column(name, "text", meaning)


def integer(name: str, meaning: str) -> Column:
    """A column of whole numbers."""
    return Column(name, "integer", meaning)


def number(name: str, meaning: str) -> Column:
    """A column of real numbers."""
    return Column(name, "number", meaning)


def truth(name: str, meaning: str) -> Column:
    """A column of `true` and `false`."""
    return Column(name, "truth", meaning)


METHOD = text("method", "method")
SOURCES = text("sources", "sources")
TARGET = text("target", "target language")
BUDGET = text("budget", "budget")
SENTENCES = integer("n", "unlabelled sentences")
TARGET_OR_ALL = text("target", "target language, or `ALL`")
TYPE = text("type", "entity type, or `ALL`")
FAMILY = text("family", "top-level family")
LOW = number("low", "interval")
HIGH = number("high", "interval")
VERDICT = text("verdict", "see above")
SERIES = (METHOD, SOURCES, TARGET, BUDGET)
"""What a curve belongs to."""
INTERVAL = (LOW, HIGH)
NAIVE = (
    number("naive", "the plain mean, as if languages were independent; only for `ALL`"),
    number("low_naive", "its interval"),
    number("high_naive", "the same"),
)
FROM_TO = (integer("n_from", "smaller size"), integer("n_to", "larger size"))
LANGUAGES = integer("n_languages", "languages")
FAMILIES = integer("n_families", "families of these languages")
N_LANGUAGES = integer("n_languages", "1, or the languages of the mean")
N_FAMILIES = integer("n_families", "families of these languages; only for `ALL`")
TEST_SENTENCES = integer("n_sentences", "test sentences; for `ALL` their sum")
OF_TEXT = (
    number("unknown_share", "share of words with an unknown subword"),
    number("split_share", "share of words of several subwords"),
)
"""How a tokenizer takes a language's words."""
MEAN_WORDS = number("mean_words", "words per sentence")
N_TEST = integer("n_test_sentences", "sentences of the test set")
COLLAPSED = (
    number("median", "of the languages; only for `ALL`"),
    number(
        "collapsed_share", "share of runs in which a student collapsed, in percent; only for `ALL`"
    ),
    integer("collapsed_languages", "languages that have such runs; only for `ALL`"),
    number("without_collapsed", "the mean without these runs; empty where there are none"),
    number("without_collapsed_low", "its interval"),
    number("without_collapsed_high", "the same"),
)
"""Beside every mean over languages: what students that find nothing do to it."""
