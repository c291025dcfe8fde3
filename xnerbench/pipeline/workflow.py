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
from xnerbench.errors import InputError
from xnerbench.pipeline import digests, reads, snakemake_api
from xnerbench.pipeline.beforehand import forecast
from xnerbench.pipeline.contents import Contents
from xnerbench.pipeline.ends import failures
from xnerbench.pipeline.shell import times
from xnerbench.pipeline.stages import STAGES
from xnerbench.storage.artifacts import is_file, read_json, remove_leftovers, write_json
from xnerbench.study import budgets, grid, taggers
from xnerbench.study import config as configuration
from xnerbench.study.layout import Layout, beside, split_sources
from xnerbench.study.needs import needs_of
from xnerbench.study.reading.yaml_source import Where


class Study:
    """A study as the rules see it.

    Args:
        raw: Snakemake's `config`.
        where: In which file its keys stand.
        plans: False in the processes that Snakemake starts for single jobs (on a cluster): they
            plan and record nothing, so the recipes are not worth computing.

    Raises:
        InputError: The configuration is wrong, or a corpus file or the scores that it names are missing.
    """

    def __init__(
        self, raw: Mapping[str, Any], where: Where | None = None, plans: bool = True
    ) -> None:
        self.config = configuration.from_dict(dict(raw), Path.cwd(), where)
        self.layout = Layout(self.config)
        self.plans = plans
        self.trains = self.config.scores is None
        if self.config.scores is not None and not is_file(self.config.path(self.config.scores)):
            raise InputError(
                f"there is no file {self.config.scores}",
                "scores",
                "check the path, or train the study: `--config scores=`",
            )
        self.cells = grid.cells(self.config)
        self._cells = {cell.id: cell for cell in self.cells}
        self.runs = grid.runs(self.config, self.cells)
        self.contents = Contents(self.layout.contents)
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

    @property
    def branches(self) -> list[tuple[str, list[str], list[str]]]:
        """Rules for trainings of several numbers of updates: name, budgets, and the methods with just these."""
        methods: dict[tuple[str, ...], list[str]] = {}
        for run in self.runs.values():
            own = methods.setdefault(tuple(cell.budget for cell in run), [])
            if run[0].method not in own:
                own.append(run[0].method)
        every = tuple(budgets.budget_of(number) for number in sorted(self.config.updates))
        return [
            ("branches" if own == every else f"{'_'.join(own)}_branches", list(own), named)
            for own, named in methods.items()
        ]

    def write_config(self) -> None:
        """Writes the resolved configuration, unless the file says the same already, and what is in files."""
        self.contents.save()
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

    def recipe(self, stage: str, **arguments: str) -> str:
        """The `params` of a job: what decides its result besides its input files.

        One text and not several, because Snakemake inspects every function of every job anew.

        Args:
            stage: The job's stage.
            **arguments: The stage's own, which name the artifact.
        """
        if not self.plans:
            return ""
        known = STAGES[stage]
        # Cells of one method have one recipe, whatever their other axes.
        same = {
            k: v.partition("/")[0] if k in ("cell", "training") else v for k, v in arguments.items()
        }
        key = (stage, *same.values())
        if key not in self._recipes:
            self._recipes[key] = digests.recipe(stage, self.config, **same)
        handed_in = self.contents.of_all(known.handed_in(self.config, **arguments))
        decided = f"{self._recipes[key]}{handed_in}"
        if not known.fails_alone:
            return decided
        times, _ = self._failures.get((stage, known.name_of(**arguments)), (0, ""))
        return f"{decided} failed {times} times"

    def recipe_of(self, stage: str, **fixed: str) -> Callable[[Any], str]:
        """`recipe` for a rule whose wildcards are the stage's arguments, but for those that are fixed."""
        names = [name for name in STAGES[stage].arguments if name not in fixed]

        def recipe(wildcards: Any) -> str:
            if stage in ("cell", "branches"):
                return self._cell_recipe(stage, wildcards)
            return self.recipe(stage, **{n: getattr(wildcards, n) for n in names}, **fixed)

        return recipe

    def _cell_recipe(self, stage: str, wildcards: Any) -> str:
        """A cell's `params`: its seeds, too, those of its teachers where several are mixed, and what has no file."""
        cell = self.cells_of_job(wildcards)[0]
        mixed = f" teachers {cell.teacher_seeds}" if cell.teacher_seeds else ""
        named = {"training": cell.run} if stage == "branches" else {"cell": cell.id}
        built_in = reads.cell_built_in(self.config, cell.id)
        dictionary = f" dictionary {built_in}" if built_in else ""
        if words := reads.BUILT_IN_WORDS.get(built_in):
            dictionary += f" {digests.code_of((), words)}"
        return f"{self.recipe(stage, **named)} {cell.seeds}{mixed}{dictionary}"

    # --- inputs

    def corpus_files(self, lang: str, role: str) -> list[str]:
        """The user's files behind a corpus; see `reads.corpus_handed_in`."""
        return snakemake_api.untimed(reads.corpus_handed_in(self.config, lang, role))

    def cells_of_job(self, wildcards: Any) -> tuple[grid.Cell, ...]:
        """The cells that a job makes: one, or one for each number of updates."""
        named = dict(wildcards.items())
        if "series" in named:
            return self.runs[self.run_of(named["series"], named["rest"])]
        return (self._cells[named["cell"]],)

    @staticmethod
    def run_of(series: str, rest: str) -> str:
        """The id of a training that serves several numbers of updates, from the parts around them."""
        return f"{series}/{grid.UPDATES}/{rest}"

    def cell_inputs(self, wildcards: Any) -> dict[str, Any]:
        """Everything that a cell reads, by the names of `needs.Needs`, and the user's own files."""
        cell, layout = self.cells_of_job(wildcards)[0], self.layout
        needs = needs_of(cell)
        inputs: dict[str, Any] = {
            "encoder": layout.encoder_record,
            "test": layout.test(cell.target),
            "activations": [layout.activations(*item) for item in needs.activations],
            "teachers": [layout.teacher(*item) for item in needs.teachers],
            "softlabels": [layout.softlabels(*item) for item in needs.softlabels],
            "weights": [layout.weights(*item) for item in needs.weights],
            "subset": [layout.subset(*item) for item in needs.subsets],
            "gold": [layout.gold(item) for item in needs.gold],
            "pools": [layout.pool(item) for item in needs.pools],
            "trains": [layout.train(item) for item in needs.trains],
            "handed_in": snakemake_api.untimed(reads.cell_handed_in(self.config, cell.id)),
        }
        if twin := grid.twin(self.config, cell):
            inputs["twin"] = layout.cell(twin)
        return {name: _text(value) for name, value in inputs.items() if value}

    def softlabel_inputs(self, wildcards: Any) -> list[str]:
        """The texts that a teacher labels."""
        splits = ("pool", "test")
        return _text([self.layout.activations(wildcards.target, split) for split in splits])

    def teacher_inputs(self, wildcards: Any) -> list[str]:
        """A teacher's texts, as tags and as activations."""
        if self.config.given_teacher is not None:
            return [str(self.config.path(self.config.given_teacher) / "model.safetensors")]
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

    def confidence_inputs(self, wildcards: Any) -> list[str]:
        """What every source's teacher says of the target's texts, and what that is worth at home."""
        layout, seed = self.layout, wildcards.seed
        found = []
        for source in split_sources(wildcards.sources):
            found.append(layout.softlabels(wildcards.target, (source,), seed))
            if taggers.has_heldout(self.config, (source,)):
                found.append(layout.reliability((source,), seed))
        return _text(found)

    def all_weights(self) -> list[str]:
        """Every file of weights."""
        needed = {item: None for cell in self.cells for item in needs_of(cell).weights}
        return _text([self.layout.weights(*item) for item in needed])

    @property
    def _labelled(self) -> dict[str, None]:
        """The languages whose labelled text is read, in order."""
        if self.config.given_teacher is not None:
            return {}
        return {source: None for cell in self.cells for source in cell.sources}

    @property
    def goal(self) -> list[str]:
        """What a run is for: the report, or the cells where no target has a test set to report on."""
        if self.trains and set(self.targets) <= set(self.config.untested):
            return _text([self.layout.cell(cell) for cell in self.cells])
        return [str(self.layout.report)]

    def all_manifests(self) -> list[str]:
        """The manifests of every corpus that the cells use."""
        teachers = self._labelled
        files = [self.layout.manifest(lang, "source") for lang in teachers]
        return _text(files + [self.layout.manifest(lang, "target") for lang in self.targets])

    def counted_activations(self) -> list[str]:
        """The activations whose subword counts go into the results; where temporary, kept till then."""
        teachers = self._labelled
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

    @property
    def scores_given(self) -> list[str]:
        """Scores of another folder, and what belongs to them."""
        scores = Path(str(self.config.scores))
        return _text([scores, *beside(scores)])

    # --- resources

    def cell_minutes(self, wildcards: Any, attempt: int) -> int:
        """Time limit of a cell: ten times the forecast and never under 20 minutes, more at a retry."""
        cells = self.cells_of_job(wildcards)
        seconds = sum(forecast.cell_seconds(cell, self.config) for cell in cells)
        return times(attempt, max(20, round(seconds / 6)))

    def cell_megabytes(self, wildcards: Any, attempt: int) -> int:
        """Memory of a cell: flat in n but for the labels of its pool, more at a retry."""
        return times(attempt, 2400 + self.cells_of_job(wildcards)[0].n // 50)

    def teacher_minutes(self, wildcards: Any, attempt: int) -> int:
        """Time limit of a teacher, as for cells."""
        seconds = forecast.teacher_seconds(split_sources(wildcards.sources), self.config)
        return times(attempt, max(30, round(seconds / 6)))


def _text(value: Any) -> Any:
    if not isinstance(value, list):
        return str(value)
    return [
        item if isinstance(item, str) else str(item) for item in value
    ]  # which may carry a flag
