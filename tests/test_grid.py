"""Cells of a study and what they need."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xnerbench.errors import InputError, InputErrors
from xnerbench.methods import METHODS
from xnerbench.pipeline.beforehand import forecast
from xnerbench.study import config, grid
from xnerbench.study.grid import Cell
from xnerbench.study.layout import Layout, joined, split_sources
from xnerbench.study.needs import needs_of

LANGUAGES = ("eng", "deu", "spa", "nld", "fra", "fin")


def study(**changes: Any) -> config.Config:
    raw = {
        "study": "grid",
        "sources": ["eng", "deu"],
        "targets": ["nld", "fra"],
        "sizes": [10, 20, 40],
        "seeds": [3, 5],
        "methods": list(METHODS),
        "dictionaries": {"nld": "cldr", "fra": "embedded"},
        "parallel": {"nld": {"file": __file__}, "fra": {"file": __file__}},
        "corpora": {"languages": {code: {"format": "embedded"} for code in LANGUAGES}},
    }
    return config.from_dict({**raw, **changes}, Path())


def ids(cells: tuple[Cell, ...], method: str) -> list[str]:
    return [cell.id for cell in cells if cell.method == method]


def test_further_seeds_in_some_targets() -> None:
    """The others have the first; a mixture of all seeds' teachers is made everywhere."""
    cells = grid.cells(study(all_seeds_in=["fra"], methods=["direct", "ts", "direct-seeds"]))
    seeds = {(c.method, c.target): set() for c in cells}
    for cell in cells:
        seeds[cell.method, cell.target].add(cell.seed)
    assert seeds["ts", "fra"] == seeds["direct", "fra"] == {3, 5}
    assert seeds["ts", "nld"] == seeds["direct", "nld"] == {3}
    assert seeds["direct-seeds", "nld"] == {3}
    assert {c.teacher_seeds for c in cells if c.method == "direct-seeds"} == {(3, 5)}
    assert grid.cells(study(all_seeds_in=None)) == grid.cells(study())
    with pytest.raises(InputErrors, match=r"all_seeds_in\[0\]: `fin` is not in `targets`"):
        study(all_seeds_in=["fin"])


def test_ids_are_unique_and_lead_back_to_the_cell() -> None:
    loaded = study()
    cells = grid.cells(loaded)
    assert len({cell.id for cell in cells}) == len(cells)
    assert all(Cell.parse(cell.id, loaded) == cell for cell in cells)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc",
        "no/eng/nld/steps/n10/s3",
        "ts/eng/nld/steps/n10",
        "ts/eng/nld/steps/n10/s9",
        "ts/eng/nld/steps/10/s3",
        "ts/eng/nld/steps/n010/s3",
        "ts/eng/nld/steps/n10/s3/x",
    ],
)
def test_a_wrong_id_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="not a cell"):
        Cell.parse(name, study())


def test_direct_runs_with_every_source_and_students_with_single_sources() -> None:
    cells = grid.cells(study())
    assert {cell.sources for cell in cells if cell.method == "direct"} == {("eng",), ("deu",)}
    assert {cell.sources for cell in cells if cell.method == "ts"} == {("eng",)}
    assert {cell.sources for cell in cells if cell.method == "multi-avg"} == {("eng", "deu")}
    assert {cell.sources for cell in cells if cell.method == "supervised"} == {()}
    both = grid.cells(study(single_sources=["eng", "deu"]))
    assert {cell.sources for cell in both if cell.method == "ts"} == {("eng",), ("deu",)}


def test_methods_without_a_student_have_no_size_and_no_budget() -> None:
    cells = grid.cells(study(budgets=["steps", "epochs"]))
    assert ids(cells, "direct")[:2] == ["direct/eng/nld/none/n0/s3", "direct/eng/nld/none/n0/s5"]
    assert ids(cells, "multi-concat")[0] == "multi-concat/eng+deu/nld/none/n0/s3"
    assert len(ids(cells, "multi-concat")) == 2 * 2
    assert len(ids(cells, "ts")) == 2 * 2 * 3 * 2
    assert ids(cells, "supervised")[0] == "supervised/none/nld/steps/n10/s3"


def test_a_target_never_teaches_itself() -> None:
    loaded = study(
        sources=["eng", "deu", "nld"],
        targets=["deu", "nld"],
        single_sources=["eng", "deu"],
        exclude_target_from_sources=True,
        dictionaries={"deu": "cldr", "nld": "cldr"},
        parallel={"deu": {"file": __file__}, "nld": {"file": __file__}},
    )
    cells = grid.cells(loaded)
    assert all(cell.target not in cell.sources for cell in cells)
    mixed = {cell.target: cell.sources for cell in cells if cell.method == "multi-avg"}
    assert mixed == {"deu": ("eng", "nld"), "nld": ("eng", "deu")}
    assert {c.sources for c in cells if c.method == "ts" and c.target == "deu"} == {("eng",)}


def test_seeds_are_taken_modulo_the_length_of_the_list() -> None:
    loaded = study(seeds=[3, 5, 9], teacher_seeds=[7], subset_seeds=[1, 2], methods=["ts"])
    seeds = {(c.seed, c.teacher_seed, c.subset_seed, c.student_seed) for c in grid.cells(loaded)}
    assert seeds == {(3, 7, 1, 3), (5, 7, 2, 5), (9, 7, 1, 9)}
    default = grid.cells(study(methods=["ts"]))
    assert all(cell.teacher_seed == cell.subset_seed == cell.seed for cell in default)


def test_only_keeps_a_part_of_the_grid() -> None:
    only = {"supervised": {"sizes": [10, 40], "targets": ["fra"], "seeds": [5]}}
    cells = grid.cells(study(only=only))
    assert ids(cells, "supervised") == [
        "supervised/none/fra/steps/n10/s5",
        "supervised/none/fra/steps/n40/s5",
    ]
    assert len(ids(cells, "ts")) == 2 * 3 * 2


def test_a_cell_has_a_twin_where_the_floor_does_not_decide() -> None:
    student = {"epochs": 3, "batch_size": 8, "min_steps": 9}
    both = study(budgets=["steps", "epochs"], student=student)
    twins = {cell.id: grid.twin(both, cell) for cell in grid.cells(both)}
    found = {name: twin.id for name, twin in twins.items() if twin is not None}
    assert found["ts/eng/nld/epochs/n40/s3"] == "ts/eng/nld/steps/n40/s3"  # 15 updates, not 9
    assert {name.split("/")[-2] for name in found} == {"n40"}  # 20 sentences: 9 updates either way
    assert {name.split("/")[-3] for name in found} == {"epochs"}
    alone = study(budgets=["epochs"], student=student)
    assert all(grid.twin(alone, cell) is None for cell in grid.cells(alone))
    partly = study(
        budgets=["steps", "epochs"], student=student, only={"ts": {"budgets": ["epochs"]}}
    )
    cells = [cell for cell in grid.cells(partly) if cell.method == "ts"]
    assert all(grid.twin(partly, cell) is None for cell in cells)


def test_needs_follow_the_method() -> None:
    needs = {cell.method: needs_of(cell) for cell in grid.cells(study(seeds=[3]))}
    assert needs["direct"].teachers and not needs["direct"].softlabels
    assert needs["direct"].activations == (("fra", "test"),)
    assert needs["multi-concat"].teachers == ((("eng", "deu"), 3),)
    assert needs["ts"].softlabels == (("fra", ("eng",), 3),)
    assert not needs["ts"].teachers
    assert needs["ts-warm"].teachers == ((("eng",), 3),)
    assert needs["multi-avg"].softlabels == (("fra", ("eng",), 3), ("fra", ("deu",), 3))
    assert needs["multi-sim"].weights == (("fra", ("eng", "deu"), 3, "similarity"),)
    assert needs["direct-conf"].weights == (("fra", ("eng", "deu"), 3, "confidence"),)
    assert needs["direct-conf"].softlabels == needs["multi-avg"].softlabels
    # Gold tags are read by the supervised control and by the arms that are about few of them.
    gold = {method for method, need in needs.items() if need.gold}
    assert gold == {"supervised", "few", "few-ts"}
    assert needs["few"].teachers == ((("eng",), 3),)
    assert needs["joint"].trains == ("eng",)
    assert ("eng", "train") in needs["joint"].activations
    assert needs["teacher-cs"].dictionaries == needs["teacher-cs"].pools == ("fra",)
    assert {method for method, need in needs.items() if need.trains} == {
        "adapt",
        "joint",
        "teacher-cs",
        "teacher-mixed",
        "ts-mcl",
    }
    assert not needs["teacher-mixed"].dictionaries
    assert needs["teacher-mixed"].softlabels and needs["teacher-mixed"].pools == ("fra",)
    assert needs["project"].parallel == needs["project"].pools == ("fra",)
    assert needs["gazetteer"].gazetteers == ("fra",)
    assert not needs["gazetteer"].dictionaries
    assert not any(need.annotations for need in needs.values())
    file = study(
        methods=["direct", {"name": "elsewhere", "base": "ts-mix", "teacher": "file"}],
        annotations={"nld": __file__, "fra": __file__},
        dictionaries={},
        parallel={},
    )
    assert not needs["supervised"].softlabels
    needs = {cell.method: needs_of(cell) for cell in grid.cells(file)}
    assert needs["elsewhere"].annotations == needs["elsewhere"].pools == ("fra",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"parallel": {"nld": {"file": __file__}}},
            "`project` needs `parallel`, and `fra` has none",
        ),
        ({"parallel": {"nld": {}}}, "not clear where the two sides are"),
        ({"parallel": {"nld": {"source": __file__}}}, "not clear where the two sides are"),
        ({"parallel": {"nld": {"file": "nowhere.txt"}}}, "there is no file .*nowhere.txt"),
        ({"gazetteers": {"fra": "nowhere.tsv"}}, "there is no file .*nowhere.tsv"),
        ({"gazetteers": {"fin": __file__}}, "`fin` is not in `targets`"),
        (
            {"methods": [{"name": "v", "base": "ts", "teacher": "both"}]},
            "`v` needs `annotations`, and `nld` has none",
        ),
    ],
)
def test_files_that_are_handed_in_are_where_a_method_asks(changes: Any, message: str) -> None:
    with pytest.raises(InputErrors, match=message):
        study(**changes)


def test_a_method_with_a_trainer_of_its_own_has_no_cells_of_updates() -> None:
    cells = grid.cells(study(methods=["ts", "joint"], updates=[5], budgets=["steps"]))
    assert {cell.budget for cell in cells if cell.method == "ts"} == {"steps", "u5"}
    assert {cell.budget for cell in cells if cell.method == "joint"} == {"steps"}


def test_order_of_cells_follows_the_keys() -> None:
    cells = grid.cells(study(methods=["ts", "direct"]))
    assert [cell.target for cell in cells] == ["nld"] * 10 + ["fra"] * 10
    assert [cell.n for cell in cells[:6]] == [10, 10, 20, 20, 40, 40]


@given(st.lists(st.sampled_from(LANGUAGES), unique=True))
def test_joined_sources_split_again(sources: list[str]) -> None:
    assert split_sources(joined(tuple(sources))) == tuple(sources)


def test_every_path_is_relative_and_belongs_to_one_artifact() -> None:
    loaded = study()
    layout, cells = Layout(loaded), grid.cells(loaded)
    paths = [layout.cell(cell) for cell in cells]
    needed = [needs_of(cell) for cell in cells]
    paths += {layout.teacher(*item) for need in needed for item in need.teachers}
    paths += {layout.softlabels(*item) for need in needed for item in need.softlabels}
    paths += {layout.weights(*item) for need in needed for item in need.weights}
    paths += {layout.activations(*item) for need in needed for item in need.activations}
    paths += [layout.encoder_record, layout.results_scores, layout.report, layout.config_file]
    assert len(set(paths)) == len(paths)
    assert not any(path.is_absolute() or ".." in path.parts for path in paths)


def test_the_encoder_folder_depends_on_what_is_in_it_and_not_on_freezing() -> None:
    def folder(**encoder: Any) -> Path:
        return Layout(study(encoder=encoder)).encoder

    assert folder(layers=8, freeze=4) == folder(layers=8, freeze=6)
    assert folder(layers=8) != folder(layers=6)


def test_updates_are_budgets_that_one_training_serves() -> None:
    loaded = study(methods=["direct", "ts"], updates=[30, 10], only={"ts": {"sizes": [20]}})
    assert (loaded.budgets, loaded.updates) == ((), (10, 30))
    assert loaded.analysis.primary_budget == "u30"
    assert config.from_dict(loaded.to_dict(), Path()) == loaded
    cells = grid.cells(loaded)
    assert ids(cells, "ts")[:3] == [
        "ts/eng/nld/u10/n20/s3",
        "ts/eng/nld/u10/n20/s5",
        "ts/eng/nld/u30/n20/s3",
    ]
    assert [cell.updates for cell in cells if cell.method == "ts"][:3] == [10, 10, 30]
    served = grid.runs(loaded, cells)["ts/eng/nld/updates/n20/s5"]
    assert [cell.id for cell in served] == ["ts/eng/nld/u10/n20/s5", "ts/eng/nld/u30/n20/s5"]
    assert grid.cells_of_run(loaded, "ts/eng/nld/updates/n20/s5") == served
    with pytest.raises(InputError, match="names no training"):
        grid.cells_of_run(loaded, served[0].id)


def test_a_method_may_have_some_of_the_numbers_of_updates() -> None:
    loaded = study(methods=["ts", "ts-kl"], updates=[10, 30], only={"ts-kl": {"updates": [30]}})
    cells = grid.cells(loaded)
    assert {cell.budget for cell in cells if cell.method == "ts"} == {"u10", "u30"}
    assert {cell.budget for cell in cells if cell.method == "ts-kl"} == {"u30"}
    served = grid.cells_of_run(loaded, "ts-kl/eng/nld/updates/n20/s5")
    assert [cell.budget for cell in served] == ["u30"]
    assert served == grid.runs(loaded, cells)["ts-kl/eng/nld/updates/n20/s5"]
    with pytest.raises(InputErrors, match="20 is not in `updates`"):
        study(methods=["ts"], updates=[10], only={"ts": {"updates": [20]}})


def test_a_variant_is_a_method_with_a_name_of_its_own() -> None:
    entry = {"name": "ts-t2", "base": "ts-kl", "temperature": 2}
    loaded = study(methods=["direct", entry])
    assert loaded.method("ts-t2").option("temperature") == 2.0
    assert loaded.method("ts-t2").option("loss") == "kl"
    assert loaded.to_dict()["methods"] == ["direct", entry]
    assert {cell.method for cell in grid.cells(loaded)} == {"direct", "ts-t2"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"name": "x", "base": "tss"}, "Did you mean `ts`"),
        ({"name": "ts", "base": "ts-kl"}, "is a method already"),
        ({"name": "x y", "base": "ts-kl"}, "is not allowed here"),
        ({"base": "ts-kl"}, "a variant needs the text `name`"),
        ({"name": "x", "base": "ts-kl", "temprature": 2}, "Did you mean `temperature`"),
        ({"name": "x", "base": "ts-kl", "temperature": 0}, "above 0"),
        ({"name": "x", "base": "ts-kl", "loss": "mse"}, "is not known"),
        ({"name": "x", "base": "ts-augment", "augment": "mentoin"}, "Did you mean `mention`"),
        (
            {"name": "x", "base": "ts-augment", "augment": "qqq"},
            "Choose one of code-switch, mention, shuffle, subword",
        ),
        (
            {"name": "x", "base": "ts-augment", "augment": "code-switch"},
            "needs a dictionary, which the method does not read. Take ts-switch as `base`",
        ),
    ],
)
def test_a_wrong_variant_is_told(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        study(methods=["direct", entry])


def test_what_a_method_costs_is_in_the_forecast_and_decides_no_cell() -> None:
    loaded = study(methods=["ts", "joint", "ts-mcl"])
    seconds = {
        cell.method: forecast.cell_seconds(cell, loaded)
        for cell in grid.cells(loaded)
        if cell.n == 40
    }
    assert seconds["ts"] < seconds["joint"] < seconds["ts-mcl"]
    method = METHODS["joint"]
    assert dataclasses.replace(method, cost=9.0).facts() == method.facts()
