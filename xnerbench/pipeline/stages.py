"""The stages of a study, each declared once: command, artifact, files, and what of the configuration it reads.

The command line, the warm process, failure kinds, recipes, logs and rules' shell lines are derived from
`STAGES`. A stage that makes files of a study has a module under `xnerbench/jobs` with
`run(config, layout, **arguments)`; one that also serves other people's files keeps its own command.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.catalogue import code
from xnerbench.errors import InputError
from xnerbench.study import grid
from xnerbench.study.layout import ENCODER_KEYS, split_sources

if TYPE_CHECKING:
    from xnerbench.study.config import Config
    from xnerbench.study.layout import Layout

Keys = Callable[..., dict[str, Any]]

ARGUMENTS: dict[str, str] = {
    "language": "ISO 639-3 code",
    "target": "target language, an ISO 639-3 code",
    "sources": "source languages joined by +",
    "seed": "the seed that names the artifact",
    "split": "train, pool, test or heldout",
    "role": "source, target, gold or heldout",
    "cell": "id, such as ts/eng/nld/steps/n100/s0",
    "training": "id of a training that serves several cells, such as ts/eng/nld/updates/n100/s0",
}
"""What can name an artifact, and its help on the command line."""

CHOICES = {
    "split": ("train", "pool", "test", "heldout"),
    "role": ("source", "target", "gold", "heldout"),
}
_PATTERNS = {
    "language": "[a-z]{3}",
    "target": "[a-z]{3}",
    "seed": "[0-9]+",
    "split": "|".join(CHOICES["split"]),
    "role": "|".join(CHOICES["role"]),
    "sources": "[a-z0-9+~-]+",
    "cell": ".+",
    "training": ".+",
}


@dataclass(frozen=True)
class Stage:
    """One kind of job.

    Attributes:
        name: Kind of artifact; also the folder of its logs and failures.
        summary: One line for the command line.
        entry: Module whose imports decide the result.
        keys: What of the configuration it reads, as plain values: `keys(config, **arguments)`. Numbers that
            name a file (seeds, sizes, languages) are in the path and left out.
        naming: The artifact's name in terms of its arguments, `{language}.{split}`; empty for a stage that
            makes one thing only.
        outputs: The files it declares: `outputs(layout, **arguments)`.
        repeated: It runs many times, so that a fork of the warm process is worth it.
        fails_alone: A failure becomes a failed artifact and stops nothing else.
        command: Subcommand, where it is not the stage's name.
        own_command: It has a module under `xnerbench/commands` of its own.
        data: Files of the package that are not modules and decide the result: `data(config, **arguments)`
            gives glob patterns.
        found: Modules or files that it finds by name: `found(config, **arguments)`.
        cells: Ids of the cells that a job ends: `cells(config, **arguments)`.
    """

    name: str
    summary: str
    entry: str
    keys: Keys
    naming: str = ""
    outputs: Callable[..., list[Path]] = lambda layout: []
    repeated: bool = True
    fails_alone: bool = True
    command: str = ""
    own_command: bool = False
    data: Callable[..., tuple[str, ...]] = lambda config, **_: ()
    found: Callable[..., tuple[str, ...]] = lambda config, **_: ()
    cells: Callable[..., tuple[str, ...]] = lambda config, **_: ()

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that name an artifact, in the order of the name."""
        return tuple(re.findall(r"\{(\w+)\}", self.naming))

    def name_of(self, **arguments: Any) -> str:
        """The artifact's name; the stage's own where it makes one thing only."""
        return self.naming.format(**arguments) or self.name

    def parse(self, name: str) -> dict[str, str]:
        """The arguments of an artifact's name; the inverse of `name_of`.

        Raises:
            InputError: It is no name of this stage.
        """
        pattern = re.sub(
            r"\\\{(\w+)\\\}", lambda m: f"(?P<{m[1]}>{_PATTERNS[m[1]]})", re.escape(self.naming)
        )
        if (found := re.fullmatch(pattern or re.escape(self.name), name)) is None:
            what = f"`{name}` is no artifact of the stage {self.name}"
            raise InputError(what, "--name", f"names look like {self.naming or self.name}")
        return found.groupdict()

    def files(self, layout: Layout, name: str) -> list[Path]:
        """The files that a job declares, from the artifact's name."""
        return self.outputs(layout, **self.parse(name))


def _corpus_files(layout: Layout, language: str, role: str) -> list[Path]:
    if role in ("gold", "heldout"):
        return [getattr(layout, role)(language)]
    text = (
        [layout.train(language)]
        if role == "source"
        else [layout.test(language), layout.pool(language)]
    )
    return [*text, layout.manifest(language, role)]


def _trained(config: Config) -> dict[str, Any]:
    """What every job with a trained tagger reads."""
    values = config.to_dict()
    return {"labels": config.labels, "compute": values["compute"], "freeze": config.encoder.freeze}


def _corpus_keys(config: Config, language: str, role: str) -> dict[str, Any]:
    corpora = config.to_dict()["corpora"]
    caps = {key: corpora[key] for key in ("label_map", "max_train", "max_pool", "max_test")}
    own = {**corpora["languages"].get(language, {})}
    own.pop("spaced", None)  # how its words are tokenized, later
    return {"labels": config.labels, "corpus": own, **caps}


def _corpus_data(config: Config, language: str, role: str) -> tuple[str, ...]:
    corpus = config.corpora.languages.get(language)
    if corpus is None or corpus.format != "embedded":
        return ()
    return (f"data/embedded/frames/{language}.txt",)


def _activation_keys(config: Config, language: str, split: str) -> dict[str, Any]:
    return {
        "freeze": config.encoder.freeze,
        "spaced": config.corpora.languages[language].spaced,
        "compute": config.to_dict()["compute"],
        "max_subwords": config.max_subwords,
    }


def _cell_keys(config: Config, cell: str) -> dict[str, Any]:
    method = config.method(cell.partition("/")[0])
    read: dict[str, Any] = {**_trained(config), "method": method.facts()}
    if method.weights == "similarity":
        read["alpha"] = config.similarity.alpha
    if method.trains_student:
        read["student"] = config.to_dict()["student"]
    return read


def _cell_code(config: Config, cell: str) -> tuple[str, ...]:
    method = config.method(cell.partition("/")[0])
    # Which of the files registered the augmentation is not known without running them.
    own = [str(config.path(name)) for name in config.plugins] if method.option("augment") else []
    return (*method.modules(), *own)


def _analysis_keys(config: Config) -> dict[str, Any]:
    return {"analysis": config.to_dict()["analysis"], "labels": config.labels}


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage(
            "encoder",
            "write the encoder folder",
            "xnerbench.jobs.encoder",
            lambda config: {key: config.to_dict()["encoder"][key] for key in ENCODER_KEYS},
            outputs=lambda layout: [layout.encoder_record],
            repeated=False,
        ),
        Stage(
            "corpus",
            "write a language's corpus into the working folder of a study",
            "xnerbench.jobs.corpus",
            _corpus_keys,
            naming="{language}.{role}",
            outputs=_corpus_files,
            command="corpus prepare",
            data=_corpus_data,
        ),
        Stage(
            "subset",
            "permute a pool; its prefixes are the sizes",
            "xnerbench.jobs.subset",
            lambda config, **_: {},
            naming="{target}.s{seed}",
            outputs=lambda layout, target, seed: [layout.subset(target, int(seed))],
        ),
        Stage(
            "activations",
            "run the frozen layers over a text",
            "xnerbench.jobs.activations",
            _activation_keys,
            naming="{language}.{split}",
            outputs=lambda layout, language, split: [layout.activations(language, split)],
        ),
        Stage(
            "features",
            "sentence features for language identification",
            "xnerbench.jobs.features",
            lambda config, **_: {
                "freeze": config.encoder.freeze,
                "compute": config.to_dict()["compute"],
            },
            naming="{language}.{split}",
            outputs=lambda layout, language, split: [layout.features(language, split)],
        ),
        Stage(
            "teacher",
            "train a teacher",
            "xnerbench.jobs.teacher",
            lambda config, **_: {**_trained(config), "teacher": config.to_dict()["teacher"]},
            naming="{sources}.s{seed}",
            outputs=lambda layout, sources, seed: [
                layout.teacher(split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "reliability",
            "what a teacher's probabilities are worth on its source's held-out text",
            "xnerbench.jobs.reliability",
            lambda config, **_: _trained(config),
            naming="{sources}.s{seed}",
            outputs=lambda layout, sources, seed: [
                layout.reliability(split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "softlabels",
            "a teacher's probabilities for a target's pool and test set",
            "xnerbench.jobs.softlabels",
            lambda config, **_: _trained(config),
            naming="{target}/{sources}.s{seed}",
            outputs=lambda layout, target, sources, seed: [
                layout.softlabels(target, split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "weights",
            "how much each source counts for a target",
            "xnerbench.jobs.weights",
            lambda config, **_: {key: config.to_dict()[key] for key in ("similarity", "compute")},
            naming="{target}/{sources}.s{seed}",
            outputs=lambda layout, target, sources, seed: [
                layout.weights(target, split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "cell",
            "train and apply the tagger of one cell",
            "xnerbench.jobs.cell",
            _cell_keys,
            naming="{cell}",
            outputs=lambda layout, cell: [layout.cell(cell)],
            found=_cell_code,
            cells=lambda config, cell: (cell,),
        ),
        Stage(
            "branches",
            "train once and apply the taggers of several numbers of updates",
            "xnerbench.jobs.branches",
            lambda config, training: _cell_keys(config, training),
            naming="{training}",
            outputs=lambda layout, training: [
                layout.cell(cell.id) for cell in grid.cells_of_run(layout.config, training)
            ],
            found=lambda config, training: _cell_code(config, training),
            cells=lambda config, training: tuple(
                cell.id for cell in grid.cells_of_run(config, training)
            ),
        ),
        Stage(
            "score",
            "score the cells of one target",
            "xnerbench.jobs.score",
            lambda config, **_: {
                "labels": config.labels,
                "study": config.study,
                "encoder": config.to_dict()["encoder"],
            },
            naming="{target}",
            outputs=lambda layout, target: [layout.scores(target), layout.counts(target)],
            fails_alone=False,
        ),
        Stage(
            "signals",
            "what taggers' probabilities say of their F1, without gold",
            "xnerbench.jobs.signals",
            lambda config, **_: {"labels": config.labels},
            naming="{target}",
            outputs=lambda layout, target: [layout.signals(target)],
            fails_alone=False,
        ),
        Stage(
            "collect",
            "put a study's scores into its results folder",
            "xnerbench.jobs.collect",
            lambda config: config.to_dict(),
            outputs=lambda layout: [layout.results_scores],
            repeated=False,
            fails_alone=False,
        ),
        *(
            Stage(
                name,
                summary,
                f"xnerbench.commands.results.{name}",
                _analysis_keys,
                repeated=False,
                fails_alone=False,
                own_command=True,
                data=lambda config, patterns=patterns: patterns,
                found=lambda config, name=name: tuple(code.modules_of(name)),
            )
            for name, summary, patterns in (
                ("fit", "fit curves and regressions to a scores file", ()),
                ("figures", "draw every figure from scores and tables", ()),
                (
                    "report",
                    "write report.html, report.md and LaTeX tables",
                    ("report/templates/**/*",),
                ),
            )
        ),
    )
}
"""Every stage, in the order in which a study needs them."""
