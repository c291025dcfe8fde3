"""Declarations of plug-ins: methods, options, formats, tables and figures of a user's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests import small_study
from tests.hostile.trying import tried
from xnerbench.catalogue.figures import FIGURES
from xnerbench.catalogue.tables import TABLES
from xnerbench.data.formats import Format
from xnerbench.methods import METHODS
from xnerbench.study import config, grid, needs, plugins

HEAD = """
from dataclasses import dataclass
from typing import ClassVar, Literal
from xnerbench.augment import register_augmentation
from xnerbench.catalogue.columns import number, text
from xnerbench.catalogue.figures import register_figure
from xnerbench.catalogue.tables import register_table
from xnerbench.data.formats import FileFormat, register_format
from xnerbench.methods import STUDENT, Method, Option, register_method
from xnerbench.study.reading.keys import key
def own(*things, **more):
    return None
"""
METHOD = {
    "name": "'mine'", "summary": "'A method'", "needs": "('soft',)", "objective": "own", "options": "STUDENT",
    "weights": "'single'", "applies": "'teacher'", "trains_student": "True", "multi_source": "False", "trainer": "''",
    "values": "{}",
}  # fmt: skip
OPTION = {
    "default": "0.1",
    "meaning": "'Weight.'",
    "minimum": "0.0",
    "choices": "()",
    "kind": "None",
    "maximum": "None",
}
TABLE = {
    "name": "'mine'",
    "columns": "[text('target', 'x'), number('best', 'y')]",
    "rows": "own",
    "about": "'x'",
    "section": "'further'",
}
FIGURE = {
    "name": "'mine'",
    "draw": "own",
    "section": "'further'",
    "tables": "('means',)",
    "shows": "'x'",
}
FORMAT = {
    "name": "'mine'",
    "base": "FileFormat",
    "summary": "'x'",
    "field": "key('a', 'What.')",
    "hint": "str",
    "deco": "@dataclass(frozen=True, kw_only=True)",
}
ODD = [
    "None", "True", "0", "-1", "1.5", "float('nan')", "''", "'ts'", "'conll'", "'../x'", "'a b'", "'Mine'",
    "'x' * 3000", "'é'", "'\\x00'", "'\\n'", "()", "('x',)", "('gold',)", "('soft', 'nonsense')", "[]", "{}",
    "{'a': 1}", "{1: 2}", "own", "lambda: 1", "'no.such.module:f'", "'xnerbench.errors:InputError'", "'x'",
    "object()", "int", "str", "[1, 2]", "{'weight': Option(1, 'x')}", "{'name': Option(1, 'x')}",
    "{'base': Option(1, 'x')}", "'scores'", "'curves'", "'means'", "1 / 0", "undefined", "exit()",
]  # fmt: skip


@st.composite
def declarations(draw: Any) -> str:
    """A module that declares one thing, with one or two of its facts odd."""
    kind = draw(st.sampled_from(["method", "option", "table", "figure", "format"]))
    facts = {
        "method": METHOD,
        "option": OPTION,
        "table": TABLE,
        "figure": FIGURE,
        "format": FORMAT,
    }[kind].copy()
    for name in draw(st.lists(st.sampled_from(sorted(facts)), min_size=1, max_size=2, unique=True)):
        facts[name] = draw(st.sampled_from(ODD))
    told = ", ".join(f"{name}={value}" for name, value in facts.items())
    match kind:
        case "method":
            return HEAD + f"register_method(Method({told}))\n"
        case "option":
            options = f"{{'weight': Option({told})}}"
            return (
                HEAD
                + f"register_method(Method(name='mine', summary='x', objective=own, options={options}))\n"
            )
        case "table":
            return HEAD + f"register_table({told})\n"
        case "figure":
            return HEAD + f"register_figure({told})\n"
        case _:
            return HEAD + (
                f"{facts['deco']}\nclass Mine({facts['base']}):\n    SUMMARY: ClassVar[str] = {facts['summary']}\n"
                f"    own: {facts['hint']} = {facts['field']}\nregister_format({facts['name']}, Mine)\n"
            )


def restore(before: tuple[dict[Any, Any], ...]) -> None:
    """Forgets what an example registered."""
    from xnerbench.study.reading import keys

    for known, kept in zip(
        (METHODS, TABLES, FIGURES, Format.KINDS, plugins._loaded), before, strict=True
    ):
        known.clear()
        known.update(kept)
    for name in [name for name in sys.modules if name.startswith("xnerbench_plugin_")]:
        del sys.modules[name]
    keys.forget()


@tried("Declarations of plug-ins", declarations(), 100)
def test_declarations(folder: Path, module: str) -> None:
    raw = small_study.write(folder) | {"plugins": ["mine.py"]}
    (folder / "mine.py").write_text(module, encoding="utf-8")
    before = tuple(
        dict(known) for known in (METHODS, TABLES, FIGURES, Format.KINDS, plugins._loaded)
    )
    try:
        study = config.from_dict(raw, folder)
        new = [name for name in METHODS if name not in before[0]]
        study = config.from_dict(
            {**raw, "methods": ["direct", *new, {"name": "other", "base": (new or ["ts"])[0]}]},
            folder,
        )
        assert grid.cells(study)
        for cell in grid.cells(study):
            assert cell.info.facts() and needs.needs_of(cell)
            assert grid.Cell.parse(cell.id, study) == cell
        for format_ in (name for name in Format.KINDS if name not in before[3]):
            raw["corpora"]["languages"]["eng"] = {"format": format_, "train": "eng.train.conll"}
            config.from_dict(raw, folder)
    finally:
        restore(before)
