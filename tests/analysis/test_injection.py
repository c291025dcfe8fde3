"""Text and files of a results folder that try to run in what people open: page, Markdown, LaTeX, figures."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.analysis import simulated
from xnerbench.errors import InputError
from xnerbench.report import page, reading
from xnerbench.report.canvas import style
from xnerbench.report.figures import writing
from xnerbench.report.markup import inline, latex, svg
from xnerbench.report.view import View, columns, text

NAMES = [
    "a\n\\input{/etc/passwd}",
    "x\r\\input{y}",
    "x\u2028\\input{y}",
    "a\x0b\\input{b}",
    "a\x85\\input{b}",
]


@pytest.mark.tried("Names that leave a comment of LaTeX", "repaired")
@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_a_comment_of_latex(name: str) -> None:
    view = View("t", f"T{name}", "", columns("a", words=("a",)), [[text(name)]], f"t{name}.csv")
    lines = latex.table(view, name).splitlines()
    assert all("\\input" not in line for line in lines if not line.startswith("%"))
    assert lines[0].startswith("%") and "booktabs" in lines[0]


HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="72pt" height="72pt" viewBox="0 0 72 72" onload="evil(1)">
<script>evil(2)</script><style>* { fill: red }</style><metadata>evil</metadata>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onclick="evil(3)">x</body></foreignObject>
<a xlink:href="javascript:evil(4)"><path d="M 0 0 L 9 9"/></a>
<path d="M 1 1" onmouseover="evil(5)" style="fill: #1b1f24; background: url(http://evil/6); stroke: url(http://evil/7)"/>
<image xlink:href="http://evil/8"/><image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>
<use xlink:href="other.svg#evil"/><set attributeName="href" to="javascript:evil(9)"/>
<animate attributeName="d" values="evil"/><path d="M 2 2" fill="expression(evil(10))\\" clip-path="url(#box)"/>
<h:script xmlns:h="http://www.w3.org/1999/xhtml">evil(11)</h:script>
<path id="&quot;&gt;&lt;script&gt;evil(12)"/>
</svg>"""


def test_only_shapes_of_a_foreign_figure_reach_the_page() -> None:
    shown = svg.cleaned(HOSTILE)
    assert "evil" not in shown and "script" not in shown and "style" not in shown
    assert 'd="M 1 1" fill="#1b1f24"' in shown and 'clip-path="url(#box)"' in shown
    names = {part.tag for part in ET.fromstring(shown).iter()}
    assert names <= svg.ELEMENTS


def test_matplotlibs_own_figure_keeps_every_shape(reported_folder: Path) -> None:
    for path in sorted((reported_folder / "figures").glob("*.svg")):
        before = ET.parse(path).getroot()
        shapes = [e for e in before.iter() if str(e.tag).rpartition("}")[2] in svg.ELEMENTS]
        after = list(ET.fromstring(svg.cleaned(path.read_text("utf-8"))).iter())
        assert len(after) == len(shapes) > 20, path.name
        for one, other in zip(shapes, after, strict=True):
            assert " ".join(one.get("d", "").split()) == other.get("d", "")
            wanted = [
                part.split(":")[0].strip()
                for part in one.get("style", "").split(";")
                if ":" in part
            ]
            assert set(wanted) <= set(other.attrib), (path.name, one.attrib)


@pytest.mark.tried("Figures that are none", "refused")
@pytest.mark.parametrize("content", ["", "<svg", "no svg", "<html/>", "<svg>" * 10_000, "\x07"])
def test_a_figure_that_is_none_is_one_message(content: str, tmp_path: Path) -> None:
    (tmp_path / "gain.svg").write_text(content)
    with pytest.raises(InputError, match=r"gain\.svg: no SVG"):
        inline.figure(tmp_path, "gain", "Gain")


def test_the_policy_allows_this_pages_own_script_and_style_only(reported_folder: Path) -> None:
    html = (reported_folder / "report.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    shown = policy[1].replace("&#39;", "'")
    assert "unsafe" not in shown
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in shown
    assert not re.search(r"<[^>]+\s(style|on\w+)=", html)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder that is drawn quickly."""
    monkeypatch.setattr(writing, "FORMATS", {"svg": {"Date": None}})
    few = {name: writing.FIGURES[name] for name in ("methods", "gain")}
    monkeypatch.setattr(writing, "FIGURES", few)
    simulated.write(tmp_path / "full", targets=["deu", "swh"])
    (tmp_path / "study").mkdir()
    shutil.copy(tmp_path / "full" / "scores.csv", tmp_path / "study")
    return tmp_path / "study"


EVIL = "<script>alert(1)</script> `x` ``` $\\frac{$ \x07 **b** | [l](javascript:x) '; rm -rf ~; '"


def test_names_of_a_study_stay_text_everywhere(small: Path) -> None:
    import yaml

    methods = {
        "encoder": {"name": EVIL},
        "labels": [EVIL],
        "sources": [EVIL],
        "study": EVIL + "\n# h",
    }
    (small / "config.yaml").write_text(yaml.safe_dump(methods), encoding="utf-8")
    (small / "versions.json").write_text(json.dumps({"commit": EVIL, "versions": {EVIL: EVIL}}))
    paths = page.write(reading.load(small))
    html, md = paths["html"].read_text("utf-8"), paths["md"].read_text("utf-8")
    for shown in (html, md):
        assert "\x07" not in shown
    assert "<script>alert" not in html
    outside = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", md, flags=re.DOTALL | re.MULTILINE)
    assert (
        "<script>" not in outside
        and "\n# h" not in outside
        and not re.search(r"(?<!\\)\]\(javascript", outside)
    )
    for line in md.splitlines():
        if line.startswith("xnerbench figures"):
            assert line.startswith("xnerbench figures --results 'results/")
    for path in small.glob("figures/*.svg"):
        ET.parse(path)


@pytest.mark.tried("Broken captions", "repaired")
@pytest.mark.parametrize("stored", [
    "{", "[]", '{"inputs": 7}', '{"figures": 7}', '{"figures": [7]}', '{"figures": [{"name": "../../x"}]}',
])  # fmt: skip
def test_broken_captions_are_made_again(small: Path, stored: str) -> None:
    study = reading.load(small)
    (small / "figures").mkdir()
    text = (
        stored.replace("{", '{"inputs": ' + json.dumps(writing.inputs(study)) + ", ", 1)
        if "fig" in stored
        else stored
    )
    (small / "figures" / "captions.json").write_text(text)
    entries = writing.current(study, small / "figures")
    assert [entry["name"] for entry in entries] == ["methods", "gain"]


@pytest.mark.tried("Names that are formulas", "accepted")
@pytest.mark.parametrize("name", ["$\\frac{$", "a$b$c", "$$", "\\", "{x}", "%"])
def test_names_in_figures_are_no_formulas(name: str, tmp_path: Path) -> None:
    with style.styled():
        figure = style.new(2, 1)
        figure.text(0, 0, name)
        writing.save(figure, tmp_path / "a.svg", {"Date": None})
    ET.parse(tmp_path / "a.svg")
