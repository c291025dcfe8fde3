"""Exported taggers that somebody hands in to `xnerbench tag`."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from safetensors.torch import load, save

from tests.hostile.files import changed, files
from tests.hostile.test_encoders import ODD
from tests.hostile.trying import tried
from tests.learning.conftest import small_bert
from xnerbench.learning.encoders import encoder
from xnerbench.learning.layers.transformer import load_upper
from xnerbench.learning.taggers import export, tagger, tagging
from xnerbench.learning.taggers.exported import NOTE

NAMES = tagger.label_names(("PER", "LOC"))
FREEZE = 1


@cache
def right() -> dict[str, bytes]:
    """The files of a small tagger that has learned nothing."""
    with tempfile.TemporaryDirectory() as folder:
        base, out = Path(folder) / "encoder", Path(folder) / "out"
        encoder.prepare(base, str(small_bert(Path(folder) / "bert", layers=2)))
        model = tagger.Tagger(load_upper(base, FREEZE), len(NAMES))
        use = export.Use(FREEZE, 24, True, "fp32")
        export.write(out, base, model, NAMES, use, {"cell": "x"}, "# A card\n")
        return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


def object_of(name: str) -> dict[str, Any]:
    return json.loads(right()[name])


@st.composite
def weights(draw: Any) -> bytes:
    """Weights with a tensor dropped or replaced."""
    found = load(right()["model.safetensors"])
    name = draw(st.sampled_from(sorted(found)))
    value = draw(st.sampled_from(ODD))
    if value is None:
        del found[name]
    else:
        found[name] = value.clone()
    return save(found, metadata={"format": "pt"})


one_file = st.deferred(
    lambda: st.one_of(
        st.tuples(st.just(NOTE), st.one_of(files(right()[NOTE]), changed(object_of(NOTE)))),
        st.tuples(st.just("config.json"), changed(object_of("config.json"), ["id2label"])),
        st.tuples(st.just("model.safetensors"), weights()),
    )
)


@tried("Exported taggers", one_file, 40)
def test_taggers(folder: Path, given: tuple[str, Any]) -> None:
    name, content = given
    for own, found in right().items():
        (folder / own).write_bytes(found)
    (folder / name).write_bytes(
        content if isinstance(content, bytes) else json.dumps(content).encode()
    )
    model = tagging.Model(folder)
    tags = model.tag([["the", "abc", "."], ["a"]])
    assert [len(row) for row in tags] == [3, 1]
    assert {tag for row in tags for tag in row} <= {*model.names, "O"} | {
        f"B-{n[2:]}" for n in model.names
    }
