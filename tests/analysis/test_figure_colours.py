"""Colours tell series apart in print, on the screen's two grounds, and without full colour vision."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import LinearSegmentedColormap, to_hex

from xnerbench.methods import METHODS, Method
from xnerbench.report import names, page
from xnerbench.report.canvas import heat, style
from xnerbench.report.figures.languages import transfer, weights
from xnerbench.report.markup import inline

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
     [-0.011820, 0.042940, 0.968881]]
)  # fmt: skip
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
     [-0.003882, -0.048116, 1.051998]]
)  # fmt: skip


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, two: str) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ rgb
    )
    f = np.cbrt(np.clip(xyz, 1e-9, None) / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


CSS = Path(page.__file__).parent / "templates" / "report.css"


def grounds() -> list[tuple[str, list[str], list[str]]]:
    """Ground, hues, and ink of the files and of the page's themes."""
    found = [(style.PAPER, list(style.HUES), [style.INK, style.MUTED])]
    for block in re.findall(r":root[^{]*\{([^}]*--sky[^}]*)\}", CSS.read_text("utf-8")):
        value = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        hues = [value[name] for name in ("blue", "vermilion", "green", "purple", "brown", "sky")]
        found.append((value["paper"], hues, [value["ink"], value["muted"]]))
    return found


def test_every_theme_is_found() -> None:
    assert len(grounds()) == 5  # files, light, dark by choice, dark by preference, print
    assert len({tuple(hues) for _, hues, _ in grounds()}) == 2


@pytest.mark.parametrize(("ground", "hues", "inks"), grounds())
def test_contrast_with_the_ground(ground: str, hues: list[str], inks: list[str]) -> None:
    assert min(contrast(colour, ground) for colour in hues) >= 3.0
    assert min(contrast(colour, ground) for colour in inks) >= 4.5


@pytest.mark.parametrize("sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_hues_differ_for_every_reader(sight: np.ndarray) -> None:
    for _, hues, _ in grounds():
        for one, two in combinations(hues, 2):
            a, b = (lab(np.clip(sight @ linear(colour), 0, 1)) for colour in (one, two))
            assert np.linalg.norm(a - b) > 15, (one, two)


@pytest.mark.parametrize("colours", [weights.COLOURS, transfer.COLOURS])
def test_heat_maps_keep_their_colours_and_can_be_read(colours: LinearSegmentedColormap) -> None:
    used = {to_hex(colours(i)) for i in range(256)}
    assert min(contrast(heat.ink_on(colours(i)), to_hex(colours(i))) for i in range(256)) >= 4.0
    used |= {heat.WHITE, heat.BLACK}
    assert not used & set(inline.THEMED)


def test_a_language_keeps_its_look_and_no_two_share_one() -> None:
    codes = [f"l{i}" for i in range(48)]
    looks = style.languages(codes)
    assert len(set(looks.values())) == 48
    assert style.languages(codes)["l7"] == looks["l7"]


def test_methods_have_looks_of_their_own() -> None:
    looks = [method.look for method in METHODS.values() if method.look]
    assert len(set(looks)) == len(looks) > 5
    seen = [style.method(method.name) for method in METHODS.values() if method.look]
    assert style.method("mine", ["ts", "mine"]) not in seen


def test_a_new_method_is_called_placed_and_drawn_as_it_declares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {name: style.method(name, ["ts", "mine", name]) for name in ("ts", "supervised")}
    mine = Method("mine", "", role="ablation", label="my own", look="grey P")
    monkeypatch.setitem(METHODS, "mine", mine)
    assert names.method("mine") == "my own" and names.method("nobody's") == "nobody's"
    assert style.method("mine") == (style.MUTED, "P")
    shown = names.method_order(["few", "supervised", "mine", "a-variant", "ts", "direct"])
    assert shown == ["direct", "ts", "mine", "supervised", "a-variant", "few"]
    assert before == {name: style.method(name, ["ts", "mine", name]) for name in before}
