"""What the rules ask: one study, with everything that planning needs computed once.

Snakemake calls the small functions below for every job, so they only look things up. No torch,
no pandas: this module is imported by each job of a cluster, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from xnerbench.catalogue import tables
from xnerbench.data.formats import Split
from xnerbench.errors import InputError
from xnerbench.pipeline import digests, failures, forecast
from xnerbench.storage.artifacts import read_json, remove_leftovers, write_json
from xnerbench.study import config as configuration
from xnerbench.study import grid
from xnerbench.study.layout import Layout, split_sources

ATTEMPTS = 2
"""Runs of a job that gets killed, the second with more memory and time; then it counts as failed."""


class Study:
    """A study as the rules see it.

    Args:
        raw: Snakemake's `config`.
        plans: False in the processes that Snakemake starts for single jobs (on a cluster): they
            plan and record nothing, so the recipes are not worth computing.

    Raises:
        InputError: The configuration is wrong, or a corpus file or the scores that it names are missing.
    """

    def __init__(self, raw: Mapping[str, Any], plans: bool = True) -> None:
        self.config = configuration.from_dict(dict(raw), Path.cwd())
        self.layout = Layout(self.config)
        self.plans = plans
        self.trains = self.config.scores is None
        if not self.trains and not self.config.path(self.config.scores).is_file():
            raise InputError(
                f"there is no file {self.config.scores}",
                "scores",
                "check the path, or train the study: `--config scores=`",
            )
        self.cells = grid.cells(self.config)
        self._cells = {cell.id: cell for cell in self.cells}
        self._recipes: dict[tuple[str, ...], str] = {}

    @property
    def file(self) -> Path:
        """The configuration that the commands get."""
        return self.layout.config_file

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that `fit` writes, those of plug-ins included."""
        return tables.fitted()

    @property
    def targets(self) -> tuple[str, ...]:
        """Targets that have cells, in order."""
        return tuple(dict.fromkeys(cell.target for cell in self.cells))

    def write_config(self) -> None:
        """Writes the resolved configuration, unless the file says the same already."""
        values = self.config.to_dict()
        if not self.file.exists() or read_json(self.file) != values:
            write_json(self.file, values)

    def remove_leftovers(self) -> None:
        """Removes what killed jobs of earlier calls left half-written."""
        for folder in (self.layout.work, self.layout.results, self.layout.encoder.parent):
            remove_leftovers(folder)

    # --- params

    @cached_property
    def _failures(self) -> dict[tuple[str, str], tuple[int, str]]:
        return failures.all_of(self.layout)

    def recipe(self, command: str, name: str | None = None, **what: str) -> str:
        """The `params` of a job: what decides its result besides its input files.

        One text and not several, because Snakemake inspects every function of every job anew.

        Args:
            command: The command that the job runs.
            name: The artifact's name, where the command may leave a failed one.
            **what: `language` or `method`, as for `dependencies.recipe`.
        """
        if not self.plans:
            return ""
        key = (command, *what.values())
        if key not in self._recipes:
            self._recipes[key] = digests.recipe(command, self.config, **what)
        if name is None:
            return self._recipes[key]
        times, _ = self._failures.get((command, name), (0, ""))
        return f"{self._recipes[key]} failed {times} times"

    def cell_recipe(self, wildcards: Any) -> str:
        """The `params` of a cell, its seeds included."""
        cell = self.cell(wildcards)
        return f"{self.recipe('cell', cell.id, method=cell.method)} {cell.seeds}"

    # --- inputs

    def corpus_files(self, lang: str, role: str) -> list[str]:
        """The user's files behind a corpus; empty for the hub and the embedded one.

        Raises:
            InputError: One of them is missing.
        """
        corpus, place = self.config.corpora.languages.get(lang), self.config.place(lang)
        splits: dict[str, tuple[Split, ...]] = {
            "source": ("train",),
            "gold": ("train", "test"),
            "target": ("train", "test", "pool"),
        }
        files: dict[str, None] = {}
        for split in splits[role] if corpus is not None else ():
            for path in corpus.files(split, place):
                if not path.is_file():
                    where = f"{place.key}.{split}"
                    remedy = "check the path and corpora.root"
                    raise InputError(f"there is no file {path}", where, remedy)
                files[str(path)] = None
        return list(files)

    def cell(self, wildcards: Any) -> grid.Cell:
        """The cell that a job's wildcards name."""
        return self._cells[
            f"{wildcards.method}/{wildcards.sources}/{wildcards.target}/{wildcards.budget}"
            f"/n{wildcards.n}/s{wildcards.seed}"
        ]

    def cell_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Everything that a cell reads, by the names of `grid.Needs`."""
        cell = self.cell(wildcards)
        needs, layout = grid.needs(cell), self.layout
        inputs: dict[str, Any] = {
            "encoder": layout.encoder_record,
            "test": layout.test(cell.target),
            "activations": [layout.activations(*item) for item in needs.activations],
            "teachers": [layout.teacher(*item) for item in needs.teachers],
            "softlabels": [layout.softlabels(*item) for item in needs.softlabels],
            "weights": [layout.weights(*item) for item in needs.weights],
            "subset": [layout.subset(*item) for item in needs.subsets],
            "gold": [layout.gold(item) for item in needs.gold],
        }
        if twin := grid.twin(self.config, cell):
            inputs["twin"] = layout.cell(twin)
        return {name: _text(value) for name, value in inputs.items() if value}

    def teacher_inputs(self, wildcards: Any) -> list[str]:
        """A teacher's texts, as tags and as activations."""
        sources = split_sources(wildcards.sources)
        tags = [self.layout.train(source) for source in sources]
        return _text(tags + [self.layout.activations(source, "train") for source in sources])

    def weights_inputs(self, wildcards: Any) -> list[str]:
        """Sentence features of the sources and of the target's pool."""
        sources = split_sources(wildcards.sources)
        features = [self.layout.features(source, "train") for source in sources]
        return _text([*features, self.layout.features(wildcards.target, "pool")])

    def cells_of(self, target: str) -> list[str]:
        """The prediction files of one target."""
        return _text([self.layout.cell(cell) for cell in self.cells if cell.target == target])

    def all_weights(self) -> list[str]:
        """Every file of similarity weights."""
        needed = {item: None for cell in self.cells for item in grid.needs(cell).weights}
        return _text([self.layout.weights(*item) for item in needed])

    def all_manifests(self) -> list[str]:
        """The manifests of every corpus that the cells use."""
        teachers = {source: None for cell in self.cells for source in cell.sources}
        files = [self.layout.manifest(lang, "source") for lang in teachers]
        return _text(files + [self.layout.manifest(lang, "target") for lang in self.targets])

    def counted_activations(self) -> list[str]:
        """The activations whose subword counts go into the results; where temporary, kept till then."""
        teachers = {source: None for cell in self.cells for source in cell.sources}
        files = [self.layout.activations(source, "train") for source in teachers]
        return _text(files + [self.layout.activations(lang, "test") for lang in self.targets])

    @property
    def scores_elsewhere(self) -> str | None:
        """The folder of committed scores, unless it is the study's own results folder."""
        if self.config.scores is None:
            return None
        folder = self.config.path(self.config.scores).parent
        own = self.config.path(str(self.layout.results))
        return None if folder.resolve() == own.resolve() else os.path.relpath(folder)

    # --- resources

    def cell_minutes(self, wildcards: Any, attempt: int) -> int:
        """Time limit of a cell: ten times the forecast and never under 20 minutes, more at a retry."""
        seconds = forecast.cell_seconds(self.cell(wildcards), self.config)
        return min(attempt, ATTEMPTS) * max(20, round(seconds / 6))

    def cell_megabytes(self, wildcards: Any, attempt: int) -> int:
        """Memory of a cell: flat in n but for the labels of its pool, more at a retry."""
        return min(attempt, ATTEMPTS) * (2400 + int(wildcards.n) // 50)

    def teacher_minutes(self, wildcards: Any, attempt: int) -> int:
        """Time limit of a teacher, as for cells."""
        seconds = forecast.teacher_seconds(split_sources(wildcards.sources), self.config)
        return min(attempt, ATTEMPTS) * max(30, round(seconds / 6))


def attempted(command: str, kind: str, name: str, config: Path) -> str:
    """The shell line of a job that may fail without stopping the others.

    The command itself turns whatever goes wrong inside it into a failed artifact. `fail` does the
    same from outside for a process that was killed: after `ATTEMPTS` of them, and also when the
    scheduler killed the whole job, so that `fail` had no chance to run (hence the test in front).

    Args:
        command: Arguments of `xnerbench`, with Snakemake's braces.
        kind: One of `failures.KINDS`.
        name: The artifact's name, with Snakemake's braces.
        config: The configuration file.
    """
    return (
        f"[ {{resources.attempt}} -le {ATTEMPTS} ]"
        f" && python -m xnerbench {command} --config {config} 2> {{log}}"
        f" || python -m xnerbench fail --config {config} --kind {kind} --name {name}"
        " --status $? --attempt {resources.attempt} --log {log}"
    )


def grows(amount: int) -> Callable[[Any, int], int]:
    """A resource that grows with the attempt (the last one only writes down that the job failed)."""
    return lambda wildcards, attempt: min(attempt, ATTEMPTS) * amount


def which_attempt(wildcards: Any, attempt: int) -> int:
    """Snakemake's attempt, from 1, for `attempted`: unlike what `grows`, it counts on after the last run."""
    return attempt


def start_jobs_at_once(workflow: Any) -> None:
    """Switches off Snakemake's job rate limit where jobs run on this machine.

    With a limit (the default is 100 a second, and no option takes it away) every look at the ready
    jobs starts a timer for another look, and that one a timer again: after a few hundred jobs the
    main process does nothing else, at the cost of most of a core (measured with Snakemake 9.27).

    Args:
        workflow: Snakemake's workflow when its scheduler is there and has started nothing.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


def use_this_python() -> None:
    """Makes `python` in rules the interpreter that runs Snakemake, activated or not."""
    import sys

    folder = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if path.split(os.pathsep)[0] != folder:
        os.environ["PATH"] = os.pathsep.join([folder, path])


def _text(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list) else str(value)
