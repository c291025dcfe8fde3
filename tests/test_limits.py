"""Configurations that would take memory, time, the process's stack or somebody else's files: a sentence each."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import time
from pathlib import Path
from typing import Any

import pycountry
import pytest

from tests import small_study
from xnerbench.errors import InputError, InputErrors, shortened
from xnerbench.study import config, grid, rules
from xnerbench.study.layout import Layout
from xnerbench.study.reading.yaml_source import BYTES, DEPTH

SECONDS = 10.0  # far more than any of these takes, far less than what an unbounded one would
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
RAW_TEXTS = {
    "alias bomb": (LAUGHS, "anchor or alias (`&a`)"),
    "reference to itself": ("study: &x [*x]\n", "anchor or alias"),
    "alias without anchor": ("study: *x\n", "anchor or alias"),
    "merge key": ("a: &x {seeds: [0]}\nb:\n  <<: *x\n", "anchor or alias"),
    "opening brackets": ("[" * 100_000, f"more than {DEPTH} levels deep"),
    "opening braces": ("{a: " * 100_000, f"more than {DEPTH} levels deep"),
    "closed brackets": ("[" * 50_000 + "]" * 50_000, f"more than {DEPTH} levels deep"),
    "dashes": ("- " * 100_000 + "x", f"more than {DEPTH} levels deep"),
    "question marks": ("? " * 100_000, f"more than {DEPTH} levels deep"),
    "many values": ("sizes: [" + "1," * 100_000 + "1]\n", "more than 50000 values"),
    "giant integer": (f"seeds: [{'9' * 6000}]\n", "a number of 6000 characters"),
    "giant hexadecimal": (f"seeds: [0x{'f' * 6000}]\n", "a number of 6002 characters"),
    "sexagesimal": (f"seeds: [1{':1' * 50_000}]\n", "a number of 100001 characters"),
    "tagged integer": (f"seeds: [!!int {'9' * 6000}]\n", "has a tag (`tag:yaml.org,2002:int`)"),
    "megabytes": (f"study: {'a' * BYTES}\n", "more than 1 MB"),
    "two documents": ("study: a\n---\nstudy: b\n", "is not YAML"),
    "Python tag": ("study: !!python/object/apply:os.system [true]\n", "has a tag"),
}


@pytest.mark.tried("YAML that would take memory, time or the stack", "refused")
@pytest.mark.parametrize("case", RAW_TEXTS)
def test_text_is_refused_before_anything_is_made_of_it(case, tmp_path):
    text, said = RAW_TEXTS[case]
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        config.load(path)
    assert time.process_time() - started < SECONDS
    assert said in str(caught.value)
    assert "study.yaml" in str(caught.value)


@pytest.mark.tried("Pipes, devices and folders for a configuration", "refused")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "endless"])
def test_what_is_no_file_is_refused_at_once(kind, tmp_path):
    path = tmp_path / "study.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = Path("/dev/null" if kind == "device" else "/dev/zero")
    with pytest.raises(InputError, match=r"is not a file|is a folder"):
        config.load(path)


@pytest.mark.tried("Broken copies of a configuration", "refused")
@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a": ' * 5000, "9" * 5000, "\udcff"])
def test_a_broken_copy_of_the_configuration_is_one_sentence(text, tmp_path):
    path = tmp_path / "config.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"config\.json: (is not|the file)"):
        config.load(path)


def small(**changes: Any) -> dict[str, Any]:
    raw = json.loads(json.dumps(small_study.RAW))
    for dotted, value in changes.items():
        *parents, last = dotted.split("__")
        part = raw
        for key in parents:
            part = part.setdefault(key, {})
        part[last] = value
    return raw


def looped() -> dict[str, Any]:
    raw: dict[str, Any] = small()
    raw["only"] = {"ts": raw}
    return raw


def bomb() -> Any:
    value: Any = ["x"] * 9
    for _ in range(15):
        value = [value] * 9
    return small(labels=value)


def nested(depth: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return small(analysis=value)


INF, NAN = float("inf"), float("nan")
VALUES = {
    "confidence of nan": (small(analysis__confidence=NAN), "analysis.confidence", "finite"),
    "confidence of infinity": (small(analysis__confidence=INF), "analysis.confidence", "finite"),
    "rate of nan": (small(student__learning_rate=NAN), "student.learning_rate", "finite"),
    "decay of nan": (small(teacher__weight_decay=NAN), "teacher.weight_decay", "finite"),
    "gradient norm of infinity": (
        small(teacher__max_grad_norm=INF),
        "teacher.max_grad_norm",
        "finite",
    ),
    "penalty of infinity": (small(similarity__penalty=INF), "similarity.penalty", "finite"),
    "dropout of minus infinity": (small(student__dropout=-INF), "student.dropout", "finite"),
    "half a character": (small(scores="\ud800"), "scores", "as UTF-8"),
    "giant for a number": (
        small(teacher__max_grad_norm=10**400),
        "teacher.max_grad_norm",
        "a smaller number",
    ),
    "seed of 0.0": (small(seeds=[0.0]), "seeds[0]", "Write 0"),
    "size of 2.0": (small(sizes=[2.0]), "sizes[0]", "Write 2"),
    "size of nan": (small(sizes=[NAN]), "sizes[0]", "finite"),
    "epochs of 3.0": (small(student__epochs=3.0), "student.epochs", "Write 3"),
    "draws of 200.0": (small(analysis__bootstrap=200.0), "analysis.bootstrap", "Write 200"),
    "seed of true": (small(seeds=[True]), "seeds[0]", "whole number"),
    "giant size": (small(sizes=[10**50]), "sizes[0]", "at most 1000000000"),
    "size beyond quoting": (small(sizes=[10**5000]), "sizes[0]", "more than 100 digits"),
    "many sizes": (small(sizes=list(range(1, 20_000))), "sizes", "at most 1000"),
    "large grid": (
        small(sizes=list(range(1, 1001)), seeds=list(range(1000)), budgets=["epochs", "steps"]),
        "sizes",
        "split the study",
    ),
    "many languages": (
        small(targets=[f"x{i:03}" for i in range(1000)]),
        "targets[0]",
        "iso639-3",
    ),
    "many unknown keys": ({**small(), **{f"k{i}": 1 for i in range(20_000)}}, "k0", "The keys"),
    "text of a megabyte": (small(study="a b" * 300_000), "study", "Use letters"),
    "key of a megabyte": (small(**{"a" * 1_000_000: 1}), "aaa", "The keys here are"),
    "method of a megabyte": (small(methods=["x" * 1_000_000]), "methods[0]", "The methods are"),
    "reference to itself": (looped(), "only", "config/"),
    "bomb of references": (bomb(), "labels", "config/"),
    "deep mapping": (nested(100_000), "analysis", "config/"),
    "braces in a corpus": (
        small(corpora__languages__deu__test="{x}.conll"),
        "corpora.languages.deu.test",
        "wildcards",
    ),
    "braces in the root": (small(corpora__root="a{b}"), "corpora.root", "wildcards"),
    "braces in a pool": (
        small(corpora__languages__deu__pool={"path": "{a}"}),
        "corpora.languages.deu.pool.path",
        "wildcards",
    ),
    "braces in the scores": (small(scores="a/{x}.csv"), "scores", "wildcards"),
    "braces in the distances": (small(analysis__distances="}"), "analysis.distances", "wildcards"),
    "zero in the scores": (small(scores="a\0"), "scores", "Check the path"),
    "licence with a line end": (
        small(corpora__languages__deu__licence="MIT\n\\input{x}"),
        "corpora.languages.deu.licence",
        "line ends",
    ),
    "family with a terminal code": (
        small(corpora__languages__deu__family="\x1b[2J"),
        "corpora.languages.deu.family",
        "control characters",
    ),
    "nobody's home": (small(corpora__root="~no-such-user/x", scores="~no-such-user/y"), "", ""),
}


@pytest.mark.tried("Values without bounds", "refused")
@pytest.mark.parametrize("case", VALUES)
def test_value_is_refused_in_bounded_time_and_words(case, tmp_path):
    raw, where, remedy = VALUES[case]
    started = time.process_time()
    if case == "nobody's home":
        study = config.from_dict(raw, tmp_path)
        with pytest.raises(InputError, match="home folder"):
            study.corpus_path("x")
        with pytest.raises(InputError, match="home folder"):
            study.path(study.scores)
        return
    with pytest.raises(InputErrors) as caught:
        config.from_dict(raw, tmp_path)
    assert time.process_time() - started < SECONDS
    lines = str(caught.value).splitlines()
    assert len(lines) <= 101
    assert max(map(len, lines)) < 2000
    assert any(line.startswith(where) and remedy in line for line in lines), lines[:3]


def test_many_sources_are_cells_or_one_sentence(tmp_path: Path) -> None:
    def of(codes: list[str]) -> config.Config:
        raw = small(sources=codes, methods=["direct", "multi-avg"])
        entry = raw["corpora"]["languages"]["eng"]
        raw["corpora"]["languages"] |= dict.fromkeys(codes, entry)
        return config.from_dict(raw, tmp_path)

    codes = []
    for language in pycountry.languages:
        if hasattr(language, "alpha_2") and language.alpha_3 != "deu":
            with contextlib.suppress(InputError):
                codes += of([language.alpha_3, "eng"]).sources[:1]
    study = of(codes[:60])
    cell = grid.cells(study)[-1]
    assert grid.Cell.parse(cell.id, study) == cell and len(cell.sources) == 60
    assert cell.identity(study)["sources"].count("+") == 59
    assert max(map(len, Layout(study).cell(cell).parts)) < 220
    with pytest.raises(InputErrors, match="sources: 67 sources at once"):
        of(codes[:67])


def test_braces_of_an_environment_variable_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_CORPORA", "/data/{x}")
    study = config.from_dict(small(corpora__root="${MY_CORPORA}"), tmp_path)
    with pytest.raises(InputError, match=r"corpora\.root: .*brace"):
        study.corpus_path("a.conll")


@pytest.mark.tried("Names of studies that are reserved", "refused")
@pytest.mark.parametrize(
    "name",
    [
        "figures",
        "x/figures",
        "x/Tables",
        "encoders",
        "a/counts/b",
        "x/scores.csv",
        "parts",
        "x/run.lock",
    ],
)
def test_names_of_a_studys_own_files_are_reserved(name, tmp_path):
    with pytest.raises(InputErrors, match=r"study: .* is the name of something"):
        config.from_dict(small(study=name), tmp_path)


def test_every_file_of_a_study_begins_with_a_reserved_name(tmp_path):
    layout = Layout(config.from_dict(small(), tmp_path))
    examples: dict[str, Any] = {
        "sources": ("eng",),
        "kind": "confidence",
        "seed": 0,
        "cell": "ts/eng/deu/steps/n2/s0",
    }
    found = set()
    for name, member in inspect.getmembers(Layout):
        if name.startswith("_") or name in ("work", "results", "config"):
            continue
        path = getattr(layout, name)
        if callable(member):
            wanted = list(inspect.signature(member).parameters)[1:]
            path = path(*[examples.get(parameter, "deu") for parameter in wanted])
        if not isinstance(path, Path):
            continue
        roots = [root for root in (layout.work, layout.results) if path.is_relative_to(root)]
        first = path.relative_to(roots[0] if roots else "work").parts[0]
        found.add(first)
        assert first in rules.RESERVED or first.endswith(rules.FILES), path
    assert {"figures", "cells", "encoders", "scores.csv"} <= found


def test_shortened_keeps_both_ends():
    assert shortened("abc") == "abc"
    assert shortened(7) == "7"
    text = shortened("a" * 500 + "z" * 500)
    assert len(text) <= 200
    assert (text[0], text[-1]) == ("a", "z")
