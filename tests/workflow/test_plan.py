"""What a change plans, asked of Snakemake itself."""

from __future__ import annotations

import re

import pytest

from tests.workflow.project import Project

ANALYSIS = {"collect", "fit", "figures", "report"}
LEARNING = {"cell", "score", "signals", *ANALYSIS}


def cells(planned: set[tuple[str, str]]) -> set[str]:
    """The ids of the planned cells."""
    return {wildcards.removeprefix("cell=") for rule, wildcards in planned if rule == "cell"}


def test_a_finished_study_plans_nothing_and_the_cost_is_said_first(finished: Project) -> None:
    output = finished.snakemake("-n")
    assert "Nothing to be done" in output
    assert "Study tiny: 12 cells (direct 4, ts 4, multi-avg 2, multi-sim 2)" in output
    assert re.search(r"forecast: .* of one core, .* on disk", output)
    assert "12 cells are there" in output
    assert output.index("forecast:") < output.index("Nothing to be done")


def test_additions_plan_only_the_new_cells(project: Project) -> None:
    """A new seed, size, target and method at once: what is planned is what was not there."""
    before = project.cell_ids()
    project.configure(
        seeds=[0, 1],
        sizes=[10, 15, 20],
        targets=["nld", "fin", "tur"],
        methods=["direct", "ts", "ts-kl", "multi-avg", "multi-sim"],
    )
    planned = project.plan()
    assert cells(planned) == project.cell_ids() - before
    assert {w for r, w in planned if r == "teacher"} == {
        "sources=eng, seed=1",
        "sources=deu, seed=1",
    }
    assert {w for r, w in planned if r == "target_corpus"} == {"language=tur"}
    assert not {r for r, _ in planned} & {"encoder", "source_corpus"}


def test_another_study_of_the_folder_shares_the_encoder(project: Project) -> None:
    project.configure(study="another")
    planned = project.planned_rules()
    assert "teacher" in planned and "encoder" not in planned


def test_a_new_seed_with_given_teachers_trains_no_teacher(project: Project) -> None:
    before = project.cell_ids()
    project.configure(seeds=[0, 1], teacher_seeds=[0], subset_seeds=[0])
    planned = project.plan()
    assert cells(planned) == project.cell_ids() - before
    assert {r for r, _ in planned} - {"all"} == LEARNING


def test_a_changed_key_plans_what_reads_it(project: Project) -> None:
    project.configure(student={"learning_rate": 0.02, "epochs": 1, "min_steps": 8})
    planned = project.plan()
    assert {name.split("/")[0] for name in cells(planned)} == {"ts", "multi-avg", "multi-sim"}
    assert {r for r, _ in planned} - {"all"} == LEARNING


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("learning/students/student.py", LEARNING),
        ("learning/teachers/teacher.py", {"teacher", "reliability", "soft_labels", *LEARNING}),
        ("scoring/score.py", {"score", *ANALYSIS}),
        ("report/canvas/style.py", {"figures", "report"}),
    ],
)
def test_an_edited_module_plans_what_depends_on_it(
    project: Project, module: str, expected: set[str]
) -> None:
    project.append(module, "\n\nEDITED = 1\n")
    assert project.planned_rules() == expected


def test_comments_docstrings_and_inert_modules_plan_nothing(project: Project) -> None:
    project.append("learning/teachers/teacher.py", '\n\n# A remark.\n"""And a longer one."""\n')
    project.append("pipeline/ends/progress.py", "\n\nEDITED = 1\n")
    assert project.planned_rules() == set()
