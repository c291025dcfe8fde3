"""What a newcomer adds from outside the package: one file each, and no other edit."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.workflow.project import SCORES, STUDY, Project, create

HERE = Path(__file__).parent
FILES = (
    "newcomer_method.py",
    "newcomer_augmentation.py",
    "newcomer_format.py",
    "newcomer_table.py",
)
LARGE = 26_000  # lines: over a megabyte, where Snakemake does not compare bytes by itself


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A tiny study with a method, an augmentation, a format, a table and a figure from files beside it."""
    project = create(tmp_path_factory.mktemp("newcomer") / "project")
    for name in FILES:
        shutil.copy(HERE / name, project.folder / name)
    (project.folder / "own.tsv").write_text("city\tplaats\nday\tdag\nthe\tde\nand\ten\nof\tvan\n")
    lines = ["Jan/B-PER woont/O in/O Delft/B-LOC", "Acme/B-ORG groeit/O", "Oslo/B-LOC is/O koud/O"]
    (project.folder / "nld.txt").write_text("\n".join(lines * 2) + "\n")
    pool = [f"de/O dag/O {n}/O van/O Delft/B-LOC is/O" for n in range(LARGE)]
    (project.folder / "pool.txt").write_text("\n".join(pool) + "\n")
    assert (project.folder / "pool.txt").stat().st_size > 1_000_000
    languages = dict(STUDY["corpora"]["languages"])  # type: ignore[index]
    languages["nld"] = {"format": "slashes", "train": "pool.txt", "test": "nld.txt"}
    project.configure(
        plugins=list(FILES),
        dictionaries={"nld": "own.tsv"},
        targets=["nld"],
        methods=[
            "direct",
            "ts",
            "ts-contrast",
            {"name": "strong", "base": "ts-contrast", "weight": 2},
            {"name": "headlines", "base": "ts-augment", "augment": "headline"},
        ],
        only={},
        sizes=[20],
        corpora={"languages": languages, "max_pool": 30},
    )
    project.run()
    return project


def test_each_of_them_shows_up_in_the_report(added: Project) -> None:
    scores = pd.read_csv(added.folder / SCORES)
    assert set(scores["method"]) == {"direct", "ts", "ts-contrast", "strong", "headlines"}
    assert (scores["status"] == "ok").all(), scores["reason"].tolist()
    corpora = pd.read_csv(added.folder / "results/tiny/corpora.csv")
    assert "slashes" in set(corpora["format"])
    best = pd.read_csv(added.folder / "results/tiny/tables/best_runs.csv")
    assert best["target"].tolist() == ["nld"]
    page = (added.folder / "results/tiny/report.html").read_text(encoding="utf-8")
    for part in (
        "teacher-student with a contrast (ts-contrast)",
        "strong",
        "headlines",
        "slashes",
        'id="figure-best-runs"',
        'id="table-best_runs"',
    ):
        assert part in page, part


def test_its_option_decides_what_is_learnt(added: Project) -> None:
    learned = added.learned()
    losses = {name.split("/")[0]: value[0] for name, value in learned.items() if "/n20/" in name}
    assert len({losses[name] for name in ("ts", "ts-contrast", "strong", "headlines")}) == 4


def test_an_edit_plans_its_own_cells_only(added: Project) -> None:
    """The file of a method decides its cells and no others; remarks and new times of files decide nothing."""
    path = added.folder / "newcomer_method.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "\n# A remark.\n")
    for name in ("pool.txt", "nld.txt", "own.tsv"):  # as on a new mount
        os.utime(added.folder / name, (2**31, 2**31))
    assert added.plan(SCORES) == set()
    path.write_text(before.replace("/ 0.1", "/ 0.2"))
    planned = {w.removeprefix("cell=").split("/")[0] for r, w in added.plan(SCORES) if r == "cell"}
    assert planned == {"ts-contrast", "strong"}
    path.write_text(before)


def test_new_text_in_a_large_corpus_plans_it_whatever_its_time(added: Project) -> None:
    path = added.folder / "pool.txt"
    text = path.read_bytes()
    path.write_bytes(text.replace(b"25000/O", b"25000/X"))
    os.utime(path, (0, 0))
    planned = {rule for rule, _ in added.plan(SCORES)}
    assert {"target_corpus", "cell", "score"} <= planned and "teacher" not in planned
    path.write_bytes(text)


def test_a_wrong_option_is_refused_before_any_job(added: Project) -> None:
    study = json.loads((added.folder / "study.json").read_text())
    study["methods"] = ["direct", {"name": "strong", "base": "ts-contrast", "wieght": 2}]
    (added.folder / "wrong.json").write_text(json.dumps(study))
    output = added.snakemake("-n", "--configfile", "wrong.json", status=1)
    assert "there is no key `wieght`. Did you mean `weight`" in output


@pytest.mark.parametrize("name", ["newcomer_method.py", "newcomer_table.py"])
def test_the_page_shows_the_files_as_they_are(name: str) -> None:
    page = (HERE.parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
    assert (HERE / name).read_text(encoding="utf-8").rstrip() in page
