"""Where every file of a study is: the only module that joins path names.

All paths are relative to the working directory, so a study can be moved with its folder. The
contents of each file are described in `docs/architecture.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xnerbench.errors import InputError
from xnerbench.storage.artifacts import digest

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.grid import Cell

ENCODER_KEYS = ("name", "revision", "layers", "allow_pickle")
"""What decides an encoder folder; `freeze` does not, so studies that differ in it share one."""


BESIDE = ("weights.csv", "corpora.csv", "signals.csv", "config.yaml", "versions.json")
"""What `collect` writes beside the scores and their counts."""


def beside(scores: Path) -> list[Path]:
    """What belongs to scores of another folder, for as far as it is there; links are left out."""
    files = [scores.parent / name for name in BESIDE]
    files += sorted((scores.parent / "counts").glob("*.parquet"))
    return [path for path in files if path.is_file() and not path.is_symlink()]


LONGEST = 200
"""Characters of a part of a path that names something; the ending and a temporary name come on top."""

MOST_SOURCES = LONGEST // 3
"""Sources of one teacher or mixture: their codes without anything between them make one part of a path."""


def named(sources: tuple[str, ...]) -> str:
    """The sources as tables have them: `eng+deu`, or `none` where a method has no teacher."""
    return "+".join(sources) or "none"


def joined(sources: tuple[str, ...]) -> str:
    """The sources as one path part: as in tables, and `engdeufra...` where that is too long for a file's name."""
    text = named(sources)
    return name_of(text if len(text) <= LONGEST else "".join(sources))


def split_sources(text: str) -> tuple[str, ...]:
    """The inverse of `joined`."""
    if text in ("", "none"):
        return ()
    if len(text) > 3 and "+" not in text:
        return tuple(text[at : at + 3] for at in range(0, len(text), 3))
    return tuple(text.split("+"))


_PART = re.compile(r"(?!\.)[\w{}+.-]{1,200}", re.ASCII)  # `LONGEST`


def name_of(text: str) -> str:
    """A name that paths are made of, if it is one: letters, digits and `+ . - _`, and `/` between such parts.

    Wildcards of the workflow, in braces, pass too.

    Raises:
        InputError: It could lead elsewhere (`../x`), or no file can be called so.
    """
    if not all(_PART.fullmatch(part) for part in text.split("/")):
        raise InputError(
            f"{text[:60]!r} is no name of a language, method or artifact",
            "command line",
            "take the names that the configuration and `xnerbench status` use",
        )
    return text


@dataclass(frozen=True)
class Layout:
    """Paths of one study.

    Args:
        config: The study; only `study` and `encoder` are read.
        into: Another folder for the results, where they are not the study's final ones.
    """

    config: Config
    into: Path | None = None

    @property
    def work(self) -> Path:
        """Folder of everything that can be made again."""
        return Path("work") / self.config.study

    @property
    def results(self) -> Path:
        """Folder of what is worth keeping."""
        return self.into or Path("results") / self.config.study

    @property
    def partial(self) -> Path:
        """Results of the cells that are there while the study runs; see `scoring.partial`."""
        return self.work / "partial"

    @property
    def config_file(self) -> Path:
        """The resolved configuration that the commands of a run are given."""
        return self.work / "config.json"

    @property
    def contents(self) -> Path:
        """What was in the files that the user hands in, when they were last read."""
        return self.work / "contents.json"

    # --- corpora and subsets

    def train(self, lang: str) -> Path:
        """A source's labelled text."""
        return self.work / "corpora" / name_of(lang) / "train.parquet"

    def test(self, lang: str) -> Path:
        """A target's test set."""
        return self.work / "corpora" / name_of(lang) / "test.parquet"

    def pool(self, lang: str) -> Path:
        """A target's unlabelled text, without tags."""
        return self.work / "corpora" / name_of(lang) / "pool.parquet"

    def gold(self, lang: str) -> Path:
        """The tags of the pool, for the supervised control only."""
        return self.work / "corpora" / name_of(lang) / "gold.parquet"

    def heldout(self, lang: str) -> Path:
        """A source's labelled text that no teacher is trained on."""
        return self.work / "corpora" / name_of(lang) / "heldout.parquet"

    def manifest(self, lang: str, role: str) -> Path:
        """Counts, repairs and hashes of a corpus in one role, `source` or `target`."""
        return self.work / "corpora" / name_of(lang) / f"{name_of(role)}.json"

    def subset(self, target: str, seed: int) -> Path:
        """The permutation whose prefixes are the subsets."""
        return self.work / "subsets" / f"{name_of(target)}.s{seed}.parquet"

    # --- encoder, teachers, labels

    @property
    def encoder(self) -> Path:
        """The Hugging Face folder with the kept layers, shared by the studies that use it."""
        wanted = {key: getattr(self.config.encoder, key) for key in ENCODER_KEYS}
        return Path("work/encoders") / digest(wanted)

    @property
    def encoder_record(self) -> Path:
        """The record of the encoder folder; it is written last."""
        return self.encoder / "record.json"

    def activations(self, lang: str, split: str) -> Path:
        """Output of the frozen layers; `split` is `train`, `pool`, `test` or `heldout`."""
        return self.work / "activations" / f"{name_of(lang)}.{name_of(split)}.safetensors"

    @property
    def encoded(self) -> Path:
        """Folder of the frozen layers' output for sentences that cells make; bounded, and of no use to anybody else."""
        return self.work / "encoded"

    def features(self, lang: str, split: str) -> Path:
        """Sentence features for language identification; `split` is `train` or `pool`."""
        return self.work / "features" / f"{name_of(lang)}.{name_of(split)}.safetensors"

    def teacher(self, sources: tuple[str, ...], seed: int) -> Path:
        """A teacher's trained layers and head."""
        return self.work / "teachers" / f"{joined(sources)}.s{seed}.safetensors"

    def reliability(self, sources: tuple[str, ...], seed: int) -> Path:
        """What a teacher's probabilities are worth on its source's held-out text."""
        return self.work / "teachers" / f"{joined(sources)}.s{seed}.json"

    def softlabels(self, target: str, sources: tuple[str, ...], seed: int) -> Path:
        """A teacher's probabilities for the words of a target's pool."""
        return self.work / "softlabels" / name_of(target) / f"{joined(sources)}.s{seed}.safetensors"

    def weights(
        self, target: str, sources: tuple[str, ...], seed: int, kind: str = "similarity"
    ) -> Path:
        """The weights of the sources for a target, by `similarity` or by `confidence`."""
        folder = self.work / {"similarity": "weights", "confidence": "confidences"}[kind]
        return folder / name_of(target) / f"{joined(sources)}.s{seed}.json"

    # --- cells and scores

    def cell(self, cell: Cell | str) -> Path:
        """A cell's predictions."""
        name = cell if isinstance(cell, str) else cell.id
        return self.work / "cells" / f"{name_of(name)}.parquet"

    def scores(self, target: str) -> Path:
        """Scores of one target's cells."""
        return self.work / "scores" / f"{name_of(target)}.parquet"

    def counts(self, target: str) -> Path:
        """Entity counts of one target's cells."""
        return self.work / "counts" / f"{name_of(target)}.parquet"

    def signals(self, target: str) -> Path:
        """What the probabilities of a target's taggers say without its gold."""
        return self.work / "signals" / f"{name_of(target)}.csv"

    def failure(self, kind: str, name: str) -> Path:
        """How often an artifact of a kind (`cell`, `teacher`, ...) failed, and why."""
        return self.work / "failures" / kind / f"{name_of(name)}.json"

    def log(self, kind: str, name: str) -> Path:
        """What a job wrote to its standard error."""
        return self.work / "logs" / kind / f"{name}.log"

    @property
    def progress(self) -> Path:
        """How far the current run is; see `progress`."""
        return self.work / "progress.jsonl"

    @property
    def run_note(self) -> Path:
        """Which process runs the study; see `pipeline.beforehand.lock`."""
        return self.work / "run.json"

    @property
    def run_lock(self) -> Path:
        """An empty file that the study's run holds a lock on."""
        return self.work / "run.lock"

    # --- results

    @property
    def results_scores(self) -> Path:
        """The table that everything after training is made from, one row a cell."""
        return self.results / "scores.csv"

    @property
    def results_counts_folder(self) -> Path:
        """Folder of the entity counts, which are kept for later bootstraps."""
        return self.results / "counts"

    def results_counts(self, target: str) -> Path:
        """One target's entity counts."""
        return self.results_counts_folder / f"{name_of(target)}.parquet"

    @property
    def results_weights(self) -> Path:
        """The weights of all mixtures that have any."""
        return self.results / "weights.csv"

    @property
    def results_signals(self) -> Path:
        """What taggers' probabilities say without gold: a row per teacher, text and type, or student and text."""
        return self.results / "signals.csv"

    @property
    def results_corpora(self) -> Path:
        """One row a language and role."""
        return self.results / "corpora.csv"

    @property
    def results_config(self) -> Path:
        """The resolved configuration as it was run."""
        return self.results / "config.yaml"

    @property
    def results_versions(self) -> Path:
        """Versions, platform and commit of the run."""
        return self.results / "versions.json"

    @property
    def tables(self) -> Path:
        """Folder of the analysis's tables."""
        return self.results / "tables"

    def table(self, name: str) -> Path:
        """A table of the analysis."""
        return self.tables / f"{name}.csv"

    @property
    def figures(self) -> Path:
        """Folder of the figures."""
        return self.results / "figures"

    @property
    def report(self) -> Path:
        """The report."""
        return self.results / "report.html"
