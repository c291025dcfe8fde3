# xnerbench: teacher-student cross-lingual NER, from corpora to report.
#
#   snakemake --cores 2 --configfile config/demo.yaml        everything
#   snakemake -n --configfile ...                            what would run, and what it would cost
#   snakemake figures --configfile ...                       figures only
#
# docs/architecture.md explains the stages; each has a file under rules/.
import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from xnerbench.pipeline import progress, warm
from xnerbench.errors import InputError
from xnerbench.pipeline.forecast import summary
from xnerbench.pipeline.workflow import (
    ATTEMPTS,
    Study,
    attempted,
    grows,
    start_jobs_at_once,
    use_this_python,
    which_attempt,
)

min_version("9.0")

if not config:

    configfile: "config/demo.yaml"


try:
    study = Study(config, plans=workflow.is_main_process)
except InputError as error:
    raise WorkflowError(f"The configuration cannot be used:\n{error}")
files = study.layout
use_this_python()
# One GPU a job where the study asks for them; how to get one is the profile's business.
GPU = int(study.config.compute.device != "cpu")

if workflow.is_main_process and study.trains:
    print(summary(study.config, study.cells), file=sys.stderr, flush=True)


wildcard_constraints:
    lang="[a-z]{3}",
    target="[a-z]{3}",
    split="train|pool|test",
    sources="[a-z+]+",
    method="[a-z-]+",
    budget="epochs|steps|none",
    n="[0-9]+",
    seed="[0-9]+",


rule all:
    default_target: True
    input:
        files.report,
    message:
        f"Finished: {files.report}"


if study.trains:

    include: "rules/corpora.smk"
    include: "rules/encoder.smk"
    include: "rules/teachers.smk"
    include: "rules/students.smk"


include: "rules/scores.smk"
include: "rules/analysis.smk"


onstart:
    study.write_config()
    study.remove_leftovers()
    progress.begin(study, workflow)
    warm.start(workflow)
    start_jobs_at_once(workflow)


onsuccess:
    warm.stop()


onerror:
    warm.stop()
