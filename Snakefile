# xnerbench: teacher-student cross-lingual NER, from corpora to report.
#
#   snakemake --cores 2 --configfile config/demo.yaml        everything
#   snakemake -n --configfile ...                            what would run, and what it would cost
#   snakemake figures --configfile ...                       figures only
#   snakemake --cores 2 --config study=somebodys.yaml        a file that one did not write: no template in it is run
#
# docs/architecture.md explains the stages; each has a file under rules/.
import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from xnerbench.errors import InputError
from xnerbench.pipeline import hooks, snakemake_api
from xnerbench.pipeline.beforehand import given, lock, workspace
from xnerbench.pipeline.beforehand.forecast import summary
from xnerbench.pipeline.shell import ATTEMPTS, grows, job, use_this_python, which_attempt
from xnerbench.pipeline.workflow import Study
from xnerbench.study import budgets, taggers

min_version("9.0")

if not config:

    configfile: "config/demo.yaml"


try:
    study = Study(
        *given.study(config, snakemake_api.configuration_files(workflow)),
        plans=snakemake_api.is_main(workflow),
    )
    if snakemake_api.is_main(workflow):
        workspace.check(study.layout)
        if ahead := workspace.settle_times(study.layout):
            print(
                f"xnerbench: {ahead} files were of the future, after a clock ran ahead: they are of now.",
                file=sys.stderr,
            )
except InputError as error:
    raise WorkflowError(f"The study cannot be run:\n{error}")
files = study.layout
use_this_python()
# One GPU a job where the study asks for them; how to get one is the profile's business.
GPU = int(study.config.compute.device != "cpu")

if snakemake_api.is_main(workflow) and study.trains:
    print(summary(study.config, study.cells), file=sys.stderr, flush=True)


if snakemake_api.is_main(workflow):
    lock.watch(
        files,
        snakemake_api.locked_paths,
        snakemake_api.configuration_files(workflow),
        given.named(config),
        snakemake_api.main_snakefile(workflow),
    )


wildcard_constraints:
    language="[a-z]{3}",
    target="[a-z]{3}",
    split="train|pool|test|heldout",
    sources="[a-z+]+",
    seed="[0-9]+",
    # Cells of several numbers of updates (`u75`) come from one training, by the rule `branches`.
    cell=f"(?!.*/{budgets.PATTERN}/).+",
    series="[^/]+/[^/]+/[^/]+",
    rest="n[0-9]+/s[0-9]+",


rule all:
    default_target: True
    input:
        study.goal,
    message:
        f"Finished: {study.goal[0]}"


if study.trains:

    include: "rules/corpora.smk"
    include: "rules/encoder.smk"
    include: "rules/teachers.smk"
    include: "rules/students.smk"


include: "rules/scores.smk"
include: "rules/analysis.smk"


run = hooks.Run(study, workflow)
run.of_module()


onstart:
    run.begin(log)


onsuccess:
    run.succeed(log)


onerror:
    run.fail(log)
