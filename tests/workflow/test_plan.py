"""What a change plans, asked of Snakemake itself."""

from __future__ import annotations

import pytest

from tests.workflow.project import Project

ANALYSIS = {"collect", "fit", "figures", "report"}
LEARNING = {"cell", "score", *ANALYSIS}


def cells(planned: set[tuple[str, str]], wildcard: str) -> set[str]:
    """The values of one wildcard among the planned cells."""
    found = [dict(part.split("=") for part in w.split(", ")) for r, w in planned if r == "cell"]
    return {wildcards[wildcard] for wildcards in found}


def test_a_finished_study_plans_nothing(finished: Project) -> None:
    output = finished.snakemake("-n")
    assert "Nothing to be done" in output
    assert "Study tiny: 12 cells (direct 4, ts 4, multi-avg 2, multi-sim 2)" in output
    assert "12 cells are there" in output


def test_a_dry_run_says_first_what_the_study_costs(finished: Project) -> None:
    finished_output = finished.snakemake("-n")
    assert finished_output.index("forecast:") < finished_output.index("Nothing to be done")
    assert "of one core" in finished_output
    assert "on disk" in finished_output


def test_a_new_seed_plans_only_its_cells(project: Project) -> None:
    project.configure(seeds=[0, 1])
    planned = project.plan()
    assert cells(planned, "seed") == {"1"}
    assert len([job for job in planned if job[0] == "cell"]) == 12
    assert {w for r, w in planned if r == "teacher"} == {
        "sources=eng, seed=1",
        "sources=deu, seed=1",
    }
    assert not {r for r, _ in planned} & {"encoder", "activations", "source_corpus"}


def test_a_new_seed_with_given_teachers_trains_no_teacher(project: Project) -> None:
    project.configure(seeds=[0, 1], teacher_seeds=[0], subset_seeds=[0])
    planned = project.plan()
    assert cells(planned, "seed") == {"1"}
    assert {r for r, _ in planned} - {"all"} == LEARNING


def test_a_new_size_plans_only_its_cells(project: Project) -> None:
    project.configure(sizes=[10, 15, 20])
    planned = project.plan()
    assert cells(planned, "n") == {"15"}
    assert {r for r, _ in planned} - {"all"} == LEARNING


def test_a_new_target_plans_only_its_cells(project: Project) -> None:
    project.configure(targets=["nld", "fin", "tur"])
    planned = project.plan()
    assert cells(planned, "target") == {"tur"}
    assert {w for r, w in planned if r == "score"} == {"target=tur"}
    assert not {r for r, _ in planned} & {"teacher", "encoder", "source_corpus"}


def test_a_new_method_plans_only_its_cells(project: Project) -> None:
    project.configure(methods=["direct", "ts", "ts-kl", "multi-avg", "multi-sim"])
    planned = project.plan()
    assert cells(planned, "method") == {"ts-kl"}
    assert {r for r, _ in planned} - {"all"} == LEARNING


def test_a_changed_key_plans_what_reads_it(project: Project) -> None:
    project.configure(student={"learning_rate": 0.02, "epochs": 1, "min_steps": 8})
    planned = project.plan()
    assert cells(planned, "method") == {"ts", "multi-avg", "multi-sim"}
    assert {r for r, _ in planned} - {"all"} == LEARNING


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("learning/student.py", LEARNING),
        ("learning/similarity.py", {"features", "similarity_weights", *LEARNING}),
        ("analysis/scoring.py", {"score", *ANALYSIS}),
        ("analysis/figures/style.py", {"figures", "report"}),
        ("analysis/curves.py", {"fit", "figures", "report"}),
        ("progress.py", set()),
    ],
)
def test_an_edited_module_plans_what_depends_on_it(
    project: Project, module: str, expected: set[str]
) -> None:
    project.append(module, "\n\nEDITED = 1\n")
    assert project.planned_rules() == expected


def test_comments_and_docstrings_plan_nothing(project: Project) -> None:
    project.append("learning/teacher.py", '\n\n# A remark.\n"""And a longer one."""\n')
    assert project.planned_rules() == set()


def test_editing_the_teacher_plans_teachers_and_what_follows(project: Project) -> None:
    project.append("learning/teacher.py", "\n\nEDITED = 1\n")
    assert project.planned_rules() == {"teacher", "soft_labels", *LEARNING}
