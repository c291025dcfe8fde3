"""Configurations that would take memory, time, the process's stack or somebody else's files: a sentence each."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import small_study
from xnerbench.errors import InputError, InputErrors, shortened
from xnerbench.study import config, rules
from xnerbench.study.layout import Layout
from xnerbench.study.yaml_source import BYTES, DEPTH

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


def test_braces_of_an_environment_variable_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_CORPORA", "/data/{x}")
    study = config.from_dict(small(corpora__root="${MY_CORPORA}"), tmp_path)
    with pytest.raises(InputError, match=r"corpora\.root: .*brace"):
        study.corpus_path("a.conll")


@pytest.mark.parametrize(
    "name", ["figures", "x/figures", "x/Tables", "encoders", "a/counts/b", "x/scores.csv", "parts"]
)
def test_names_of_a_studys_own_files_are_reserved(name, tmp_path):
    with pytest.raises(InputErrors, match=r"study: .* is the name of something"):
        config.from_dict(small(study=name), tmp_path)


def test_every_file_of_a_study_begins_with_a_reserved_name(tmp_path):
    layout = Layout(config.from_dict(small(), tmp_path))
    examples: dict[str, Any] = {"sources": ("eng",), "seed": 0, "cell": "ts/eng/deu/steps/n2/s0"}
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


# --- whatever is in the file, a configuration or a sentence comes out

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["eng", "deu", "ts", "~x", "{", "../..", "a" * 300, "2026-01-01", "embedded"]),
)
KEYS = st.one_of(
    st.sampled_from(
        [*inspect.signature(config.Config).parameters, "format", "train", "pool", "path", "eng"]
    ),
    st.text(max_size=5),
)
values = st.recursive(
    scalars,
    lambda part: st.one_of(st.lists(part, max_size=4), st.dictionaries(KEYS, part, max_size=4)),
    max_leaves=12,
)
text = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [*"[]{}:,-?|>&*!%@`'\"# \n\t", "study: ", "a", "- ", "<<: ", "!!int ", "!!set ", "0x",
             "1e9", "~", "---\n", "...\n", "\\", "%YAML 9.9\n", "!!binary ", "= ", ".nan", "1:2:3"]
        ),
        max_size=60,
    ).map("".join),
)  # fmt: skip


def outcome(load: Any) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(load(), config.Config)


@settings(max_examples=300, deadline=None)
@given(raw=text)
def test_any_text_is_a_configuration_or_a_sentence(raw, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(raw.encode("utf-8", "surrogatepass"))
    outcome(lambda: config.load(path))


@settings(max_examples=300, deadline=None)
@given(raw=values)
def test_any_value_is_a_configuration_or_a_sentence(raw, tmp_path_factory):
    outcome(lambda: config.from_dict(raw, tmp_path_factory.getbasetemp()))


@settings(max_examples=500, deadline=None)
@given(changes=st.dictionaries(KEYS, values, min_size=1, max_size=3), data=st.data())
def test_any_change_of_a_study_is_a_configuration_or_a_sentence(changes, data, tmp_path_factory):
    raw = small()
    part = raw
    while isinstance(part, dict) and data.draw(st.booleans()):
        below = [child for child in part.values() if isinstance(child, dict)]
        if not below:
            break
        part = data.draw(st.sampled_from(below))
    part.update(changes)
    base = tmp_path_factory.getbasetemp()
    outcome(lambda: config.from_dict(raw, base))
    with contextlib.suppress(yaml.YAMLError, UnicodeEncodeError):
        dumped = yaml.safe_dump(raw, allow_unicode=True)
        path = base / "changed.yaml"
        path.write_text(dumped, encoding="utf-8")
        outcome(lambda: config.load(path))
