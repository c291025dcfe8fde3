"""What a run of a study does when it begins and when it ends, called by the Snakefile's `onstart` and its like.

Snakemake runs these of the main Snakefile only. Where the workflow is a module of another one, `of_module` hangs them
in beside that one's own, since without the first no job finds its configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError
from xnerbench.pipeline import snakemake_api, warm
from xnerbench.pipeline.beforehand import lock
from xnerbench.pipeline.ends import ending, failures, progress
from xnerbench.pipeline.stages import STAGES

if TYPE_CHECKING:
    from xnerbench.pipeline.workflow import Study


LEAST = 2
"""Jobs of a run that make the warm process worth its imports; a single one pays for its own."""

LIGHT = {"all", "everything", "take_scores"}
"""Rules that are no stage's and import nothing large."""


def is_worth_forking(rules: Sequence[str]) -> bool:
    """Whether a run has jobs enough for the warm process.

    Args:
        rules: Those of the planned jobs, none where Snakemake does not tell. Rules of others count, too.
    """
    light = {name for name, stage in STAGES.items() if not stage.forked} | LIGHT
    return not rules or sum(name not in light for name in rules) >= LEAST


class Run:
    """One run of a study.

    Args:
        study: The study.
        workflow: Snakemake's workflow.
    """

    def __init__(self, study: Study, workflow: Any) -> None:
        self.study, self.workflow = study, workflow
        self.before = failures.all_of(study.layout)

    def begin(self, log: Iterable[str] = ()) -> None:
        """Notes that this process runs the study, writes what the jobs read, and starts the warm process.

        Raises:
            WorkflowError: Another run of the study is under way.
        """
        from snakemake.exceptions import WorkflowError

        try:
            lock.begin(self.study.layout)
        except InputError as error:
            raise WorkflowError(str(error)) from error
        self.study.write_config()
        self.study.remove_leftovers()
        planned = list(snakemake_api.planned_jobs(self.workflow))
        progress.begin(self.study, planned)
        if is_worth_forking([rule for rule, _ in planned]):
            warm.start(self.workflow)
        snakemake_api.start_jobs_at_once(self.workflow)

    def succeed(self, log: Iterable[str]) -> None:
        """As `fail`, since a run ends well with failed cells in it, too; a partial report has had its day."""
        self.fail(log)
        ending.tidy(self.study.layout)

    def fail(self, log: Iterable[str]) -> None:
        """Ends the warm process and tells what failed, from Snakemake's logs and the cells'."""
        warm.stop()
        ending.tell(self.study.layout, log, self.before)
        lock.end(self.study.layout)

    def of_module(self) -> None:
        """Makes Snakemake call them where this workflow is a module of another."""
        snakemake_api.hang_in(
            self.workflow, onstart=self.begin, onsuccess=self.succeed, onerror=self.fail
        )
