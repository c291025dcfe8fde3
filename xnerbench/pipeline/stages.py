"""The stages of a study, each declared once: command, artifact, files, and what of the configuration it reads.

The command line, the warm process, failure kinds, recipes, logs and rules' shell lines are derived from
`STAGES`. A stage that makes files of a study has a module under `xnerbench/jobs` with
`run(config, layout, **arguments)`; one that also serves other people's files keeps its own command.
"""

from __future__ import annotations

from xnerbench.catalogue import code
from xnerbench.pipeline import reads
from xnerbench.pipeline.stage import Stage
from xnerbench.study import grid
from xnerbench.study.layout import ENCODER_KEYS, split_sources

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage(
            "encoder",
            "write the encoder folder",
            "xnerbench.jobs.encoder",
            lambda config: {key: config.to_dict()["encoder"][key] for key in ENCODER_KEYS},
            outputs=lambda layout: [layout.encoder_record],
            handed_in=reads.encoder_handed_in,
        ),
        Stage(
            "corpus",
            "write a language's corpus into the working folder of a study",
            "xnerbench.jobs.corpus",
            reads.corpus_keys,
            naming="{language}.{role}",
            outputs=reads.corpus_files,
            command="corpus prepare",
            data=reads.corpus_data,
            found=reads.corpus_code,
            apart=reads.corpus_apart,
            handed_in=reads.corpus_handed_in,
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
            reads.activation_keys,
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
            lambda config, **_: {
                **reads.trained(config),
                "teacher": config.given_teacher or config.to_dict()["teacher"],
            },
            naming="{sources}.s{seed}",
            outputs=lambda layout, sources, seed: [
                layout.teacher(split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "reliability",
            "what a teacher's probabilities are worth on its source's held-out text",
            "xnerbench.jobs.reliability",
            lambda config, **_: reads.trained(config),
            naming="{sources}.s{seed}",
            outputs=lambda layout, sources, seed: [
                layout.reliability(split_sources(sources), int(seed))
            ],
        ),
        Stage(
            "softlabels",
            "a teacher's probabilities for a target's pool and test set",
            "xnerbench.jobs.softlabels",
            lambda config, **_: reads.trained(config),
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
            "confidence",
            "how much each source's teacher counts for a target, by its confidence there",
            "xnerbench.jobs.confidence",
            lambda config, **_: {"labels": config.labels},
            naming="{target}/{sources}.s{seed}",
            outputs=lambda layout, target, sources, seed: [
                layout.weights(target, split_sources(sources), int(seed), "confidence")
            ],
        ),
        Stage(
            "cell",
            "train and apply the tagger of one cell",
            "xnerbench.jobs.cell",
            reads.cell_keys,
            naming="{cell}",
            outputs=lambda layout, cell: [layout.cell(cell)],
            found=reads.cell_code,
            handed_in=reads.cell_handed_in,
            cells=lambda config, cell: (cell,),
        ),
        Stage(
            "branches",
            "train once and apply the taggers of several numbers of updates",
            "xnerbench.jobs.branches",
            lambda config, training: reads.cell_keys(config, training),
            naming="{training}",
            outputs=lambda layout, training: [
                layout.cell(cell.id) for cell in grid.cells_of_run(layout.config, training)
            ],
            found=lambda config, training: reads.cell_code(config, training),
            handed_in=lambda config, training: reads.cell_handed_in(config, training),
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
            fails_alone=False,
        ),
        *(
            Stage(
                name,
                summary,
                f"xnerbench.commands.results.{name}",
                reads.analysis_keys,
                forked=False,
                fails_alone=False,
                own_command=True,
                data=lambda config, patterns=patterns: patterns,
                found=lambda config, name=name: tuple(code.modules_of(name)),
                handed_in=reads.fit_handed_in if name == "fit" else lambda config: [],
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
