from pathlib import Path

import pytest

from xnerbench.catalogue import code, pages, reference
from xnerbench.catalogue.figures import FIGURES
from xnerbench.catalogue.reference import Reference
from xnerbench.catalogue.sections import SECTIONS
from xnerbench.catalogue.tables import TABLES
from xnerbench.commands import limits
from xnerbench.pipeline import digests

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", pages.PAGES)
def test_the_pages_say_what_is_declared(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page == pages.renewed(name, page), "run `xnerbench docs`"


def test_limits_are_those_of_the_code():
    page = (DOCS / "reliability.md").read_text(encoding="utf-8")
    assert page == pages.renewed("reliability.md", page, limits.page()), "run `xnerbench docs`"


def references() -> list[Reference]:
    shown = [shown for table in TABLES.values() for shown in table.shown]
    found = [table.rows for table in TABLES.values()] + [one.make for one in shown]
    found += [one.paper for one in shown] + [figure.draw for figure in FIGURES.values()]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("named", references())
def test_what_a_declaration_names_exists(named: Reference) -> None:
    assert callable(reference.resolve(named))


def test_every_table_and_figure_says_what_it_is() -> None:
    for table in TABLES.values():
        assert table.about.endswith((".", ").")), table.name
        assert all(column.meaning for column in table.columns), table.name
    for figure in FIGURES.values():
        assert figure.shows and figure.tables, figure.name
        known = {*TABLES, *(table.file for table in TABLES.values())}
        assert set(figure.tables) <= known, figure.name


def test_a_column_of_a_name_has_one_type_unless_the_tables_say_so() -> None:
    """`distance` is the name of one outside `distances`; `steps` of students are a mean over runs."""
    kinds: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            kinds.setdefault(column.name, set()).add(column.kind)
    assert {name for name, found in kinds.items() if len(found) > 1} == {"distance", "steps"}


def test_no_section_of_the_report_is_named_twice() -> None:
    assert len({section.name for section in SECTIONS}) == len(SECTIONS)


@pytest.mark.parametrize("command", ["fit", "figures", "report"])
def test_code_that_is_named_and_not_imported_decides_the_result(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xnerbench.study import config

    study = config.load(DOCS.parent / "config" / "demo.yaml")
    before = digests.recipe(command, study)
    own = code.modules_of(command)
    assert own and all(module.startswith("xnerbench.") for module in own)
    real = digests._code
    edited_module = own[-1]
    monkeypatch.setattr(digests, "_code", lambda m: real(m) + "!" * (m == edited_module))
    digests.code_of.cache_clear()
    edited = digests.recipe(command, study)
    monkeypatch.undo()
    digests.code_of.cache_clear()
    assert edited != before and digests.recipe(command, study) == before
