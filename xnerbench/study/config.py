"""A study's configuration: one YAML file in, one frozen tree of dataclasses out.

`schema.yaml` holds keys, types, defaults and meanings; `config_rules.py` what must hold between
the keys.
"""

from __future__ import annotations

import dataclasses
import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from xnerbench.data import languages
from xnerbench.errors import InputError, InputErrors
from xnerbench.storage import artifacts
from xnerbench.study import rules, schema, yaml_source

Budget = Literal["epochs", "steps"]
Scheme = Literal["auto", "iob1", "iob2", "iobes", "bilou", "bare"]


@dataclass(frozen=True)
class EncoderConfig:
    """The pretrained encoder; `layers` is None for every layer."""

    name: str
    revision: str | None
    layers: int | None
    freeze: int
    allow_pickle: bool


@dataclass(frozen=True)
class Only:
    """The part of the grid that a method runs on; None is all."""

    sizes: tuple[int, ...] | None
    targets: tuple[str, ...] | None
    budgets: tuple[Budget, ...] | None
    seeds: tuple[int, ...] | None


@dataclass(frozen=True)
class Recipe:
    """How a teacher or a student is trained; `warmup` is a share of the updates."""

    learning_rate: float
    epochs: int
    batch_size: int
    min_steps: int
    dropout: float
    weight_decay: float
    clip: float
    warmup: float

    def updates(self, n: int, budget: str) -> int:
        """Updates of a training on n sentences: whole passes, and under `steps` at least `min_steps`."""
        passes = self.epochs * math.ceil(n / self.batch_size)
        return max(passes, self.min_steps) if budget == "steps" else passes


@dataclass(frozen=True)
class SimilarityConfig:
    """The language-identification model behind `multi-sim`."""

    alpha: Literal["language", "sentence"]
    orthogonality: Literal["features", "sources"]
    penalty: float
    dimension: int
    epochs: int
    learning_rate: float
    weight_decay: float
    batch_size: int


@dataclass(frozen=True)
class ComputeConfig:
    """Device and precision."""

    device: str
    precision: Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True)
class PoolConfig:
    """Unlabelled text in a file of its own."""

    format: Literal["text", "conll"]
    path: str
    segmentation: Literal["words", "spaces"]
    token_column: int
    separator: Literal["auto", "tab", "space"]
    encoding: str


@dataclass(frozen=True)
class ConllCorpus:
    """One language's files in CoNLL columns."""

    format: Literal["conll"]
    train: str | None
    test: str | None
    pool: PoolConfig | None
    token_column: int
    tag_column: int
    separator: Literal["auto", "tab", "space"]
    encoding: str
    scheme: Scheme
    spaced: bool
    licence: str
    family: str


@dataclass(frozen=True)
class HubCorpus:
    """One language's Parquet files, on the hub or local; `train` and `test` name splits."""

    format: Literal["hub"]
    name: str | None
    revision: str | None
    path: str | None
    config: str | None
    train: str | None
    test: str | None
    pool: PoolConfig | None
    tokens: str
    tags: str
    tag_names: tuple[str, ...] | None
    scheme: Scheme
    spaced: bool
    licence: str
    family: str


@dataclass(frozen=True)
class EmbeddedCorpus:
    """The generated corpus of one language; numbers of sentences."""

    format: Literal["embedded"]
    train: int
    pool: int
    test: int
    licence: str
    family: str
    spaced: ClassVar[bool] = True


CorpusConfig = ConllCorpus | HubCorpus | EmbeddedCorpus
_FORMATS = {"conll": ConllCorpus, "hub": HubCorpus, "embedded": EmbeddedCorpus}


@dataclass(frozen=True)
class CorporaConfig:
    """All corpora; `root` is as written, `Config.corpus_path` expands it."""

    root: str | None
    label_map: dict[str, str | None]
    max_train: int | None
    max_pool: int | None
    max_test: int | None
    languages: dict[str, CorpusConfig]


@dataclass(frozen=True)
class AnalysisConfig:
    """Settings of the analysis."""

    primary_method: str
    primary_budget: Budget
    primary_distance: str
    distance_variant: Literal["knn", "union"]
    distances: str | None
    covariates: str | None
    macrolanguages: dict[str, str]
    bootstrap: int
    confidence: float
    extrapolate: float


@dataclass(frozen=True)
class Config:
    """A whole study. Field names are the keys of the file; `base` is where relative paths start."""

    study: str
    labels: tuple[str, ...]
    encoder: EncoderConfig
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    sizes: tuple[int, ...]
    seeds: tuple[int, ...]
    methods: tuple[str, ...]
    budgets: tuple[Budget, ...]
    teacher_seeds: tuple[int, ...]
    subset_seeds: tuple[int, ...]
    single_sources: tuple[str, ...]
    exclude_target_from_sources: bool
    only: dict[str, Only]
    largest_size: dict[str, int]
    max_subwords: int
    teacher: Recipe
    student: Recipe
    similarity: SimilarityConfig
    compute: ComputeConfig
    corpora: CorporaConfig
    analysis: AnalysisConfig
    scores: str | None
    base: Path = field(compare=False)

    def teacher_seed(self, seed: int) -> int:
        """The teacher seed that goes with an entry of `seeds`."""
        return self.teacher_seeds[self.seeds.index(seed) % len(self.teacher_seeds)]

    def subset_seed(self, seed: int) -> int:
        """The subset seed that goes with an entry of `seeds`."""
        return self.subset_seeds[self.seeds.index(seed) % len(self.subset_seeds)]

    def sources_for(self, target: str) -> tuple[str, ...]:
        """The sources that may teach `target`: all of them, but for itself."""
        return tuple(source for source in self.sources if source != target)

    def sizes_for(self, target: str) -> tuple[int, ...]:
        """The sizes of a target: all, or those up to its entry in `largest_size`."""
        limit = self.largest_size.get(target)
        return tuple(size for size in self.sizes if limit is None or size <= limit)

    def path(self, relative: str) -> Path:
        """A path of the configuration other than a corpus's, taken from `base`."""
        return self.base / Path(relative).expanduser()

    def corpus_path(self, relative: str) -> Path:
        """A corpus's path, taken from `corpora.root` with its environment variables expanded.

        Raises:
            InputError: The root names a variable that is not set.
        """
        root = _expand(self.corpora.root or ".", "corpora.root")
        return self.base / Path(root).expanduser() / Path(relative).expanduser()

    def to_dict(self) -> dict[str, Any]:
        """The resolved configuration as JSON-able values; `from_dict` of it gives an equal one.

        `corpora.root` stays as written, so that nothing of this machine gets into results.
        """
        values = dataclasses.asdict(self)
        del values["base"]
        return _plain(values)


def load(path: Path | str, base: Path | None = None) -> Config:
    """Reads and checks a configuration file; opens no corpus.

    Args:
        path: The YAML file.
        base: Where its relative paths start; the current folder unless given.

    Raises:
        InputErrors: With every mistake found, each naming file, line, key and remedy.
    """
    path = Path(path)
    if path.suffix == ".json" and path.is_file():
        # The workflow's resolved copy: no lines to point at, and YAML would take 1e-05 for text.
        return from_dict(artifacts.read_json(path), base or Path.cwd())
    raw, lines = yaml_source.read(path)
    return _checked(raw, base or Path.cwd(), yaml_source.Where(path, lines))


def from_dict(raw: dict[str, Any], base: Path) -> Config:
    """As `load`, from a parsed mapping; messages name keys without lines."""
    return _checked(raw, base, yaml_source.Where())


def _checked(raw: Any, base: Path, where: yaml_source.Where) -> Config:
    mistakes = schema.mistakes(raw, where)
    if not mistakes:
        config = _build(schema.fill(raw), base)
        mistakes = rules.mistakes(config, where)
    if mistakes:
        raise InputErrors(mistakes)
    return config


def _build(filled: dict[str, Any], base: Path) -> Config:
    values = _frozen(filled)
    encoder = values["encoder"]
    embedded = encoder["name"] == "embedded"
    if encoder["layers"] is None and embedded:
        encoder["layers"] = 8
    if encoder["freeze"] is None:
        # 4 of 8 measured best for the embedded one, 3 is the paper's for mBERT.
        freeze = 4 if embedded else 3
        encoder["freeze"] = min(freeze, encoder["layers"] or freeze)
    values["scores"] = values["scores"] or None
    corpora = values["corpora"]
    entries = {code: _corpus(code, entry) for code, entry in corpora["languages"].items()}
    analysis = values["analysis"]
    # Entries of the user come on top of the default ones.
    defaults = schema.fill({}, {"$ref": "#/$defs/analysis"})["macrolanguages"]
    analysis["macrolanguages"] = {**defaults, **analysis["macrolanguages"]}
    analysis["primary_budget"] = analysis["primary_budget"] or values["budgets"][0]
    analysis["primary_method"] = analysis["primary_method"] or rules.primary_method(
        values["methods"]
    )
    return Config(
        **{
            **values,
            "encoder": EncoderConfig(**encoder),
            "teacher_seeds": values["teacher_seeds"] or values["seeds"],
            "subset_seeds": values["subset_seeds"] or values["seeds"],
            "single_sources": values["single_sources"] or values["sources"][:1],
            "only": {name: Only(**part) for name, part in values["only"].items()},
            "teacher": Recipe(**values["teacher"]),
            "student": Recipe(**values["student"]),
            "similarity": SimilarityConfig(**values["similarity"]),
            "compute": ComputeConfig(**values["compute"]),
            "corpora": CorporaConfig(**{**corpora, "languages": entries}),
            "analysis": AnalysisConfig(**analysis),
            "base": base,
        }
    )


def _corpus(code: str, entry: dict[str, Any]) -> CorpusConfig:
    values = dict(entry)
    if values.get("spaced", True) is None:
        values["spaced"] = languages.is_spaced(code)
    if values.get("pool") is not None and entry["format"] != "embedded":
        values["pool"] = PoolConfig(**values["pool"])
    return _FORMATS[entry["format"]](**values)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(child) for key, child in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, tuple | list) else value


def _expand(text: str, key: str) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if not os.environ.get(name):
            remedy = f"export {name}=<folder of the corpora>, or write the folder into the key"
            raise InputError(f"the environment variable {name} is not set", key, remedy)
        return os.environ[name]

    return re.sub(r"\$\{(\w+)\}|\$(\w+)", replace, text)
