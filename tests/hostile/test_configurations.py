"""Configurations: text that is almost a study, and studies with odd values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests import small_study
from tests.hostile.files import changed, files
from tests.hostile.trying import tried
from xnerbench.study import config, grid
from xnerbench.study.layout import Layout

KEYS = list(config.Config.__dataclass_fields__)
SCRAPS = [
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!int ",
    b"!!python/object:os.system ",
    b"? ",
    b"- ",
    b"|\n",
    b"%YAML 9\n",
    b"---\n",
    b"...\n",
    b".nan",
    b"1:2:3",
    b"0x1",
    b"2026-13-45",
    b"__use_yte__: true\n",
    b"~",
    b"{a: ",
]
WIDE = small_study.RAW | {
    "labels": ["PER", "ORG"], "max_subwords": 64, "budgets": ["epochs", "steps"], "updates": [3, 9],
    "methods": ["direct", "ts", {"name": "warm", "base": "ts", "init": "teacher"}], "only": {"ts": {"sizes": [2]}},
    "teacher": {"epochs": 2, "learning_rate": 0.001}, "student": {"epochs": 2, "dropout": 0.1},
    "encoder": {"name": "embedded", "layers": 6, "freeze": 3}, "analysis": {"confidence": 0.9, "bootstrap": 100},
    "compute": {"device": "cpu", "precision": "fp32"},
}  # fmt: skip
VALUES: list[Any] = [
    1,
    2,
    3,
    50,
    0.1,
    0.01,
    0.5,
    1e-4,
    "steps",
    "epochs",
    "direct",
    "ts-kl",
    "x1",
    "a/b",
    [0],
    [1],
    [2],
    [1, 2],
    ["PER"],
] * 3
TEXT = yaml.safe_dump(WIDE, sort_keys=False).encode()


def is_study(study: config.Config) -> None:
    """Every path of its cells stays in its folders, and its resolved copy reads as itself."""
    layout = Layout(study)
    cells = grid.cells(study)
    for cell in cells[:50]:
        path = layout.cell(cell)
        assert not path.is_absolute() and ".." not in path.parts
        assert grid.Cell.parse(cell.id, study) == cell
    copy = config.from_dict(json.loads(json.dumps(study.to_dict())), study.base)
    assert copy.to_dict() == study.to_dict()


@tried("Configurations: text", files(TEXT, SCRAPS), 120)
def test_text(folder: Path, content: bytes) -> None:
    path = folder / "study.yaml"
    path.write_bytes(content)
    is_study(config.load(path))


@tried("Configurations: values", changed(WIDE, KEYS, VALUES), 120)
def test_values(folder: Path, raw: Any) -> None:
    is_study(config.from_dict(raw, folder))


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["eng", "deu", "ts", "~x", "{", "../..", "a" * 300, "2026-01-01", "embedded"]),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from([*KEYS, "format", "train", "pool", "path", "eng"]), st.text(max_size=5)
)


def nested(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or a list or mapping of some."""
    return st.one_of(part, st.lists(part, max_size=4), st.dictionaries(NAMES, part, max_size=4))


VALUE = nested(nested(nested(SCALARS)))
SIGNS = [
    *"[]{}:,-?|>&*!%@`'\"# \n\t",
    "study: ",
    "a",
    "1e9",
    "---\n",
    "\\",
    "!!set ",
    "!!binary ",
    "= ",
]
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*SIGNS, *(scrap.decode() for scrap in SCRAPS)]), max_size=60).map(
        "".join
    ),
)


@tried("Configurations: anything", st.one_of(TEXTS, VALUE), 120)
def test_anything(folder: Path, given: Any) -> None:
    if not isinstance(given, str):
        return is_study(config.from_dict(given, folder))
    path = folder / "study.yaml"
    path.write_bytes(given.encode("utf-8", "surrogatepass"))
    return is_study(config.load(path))
