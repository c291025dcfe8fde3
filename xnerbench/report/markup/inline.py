"""Figures inside the page: SVG in the colours of the page's theme, or a PNG where that is smaller."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from xnerbench.errors import InputError
from xnerbench.report.canvas import style
from xnerbench.report.markup.svg import NotAFigure, cleaned
from xnerbench.storage import foreign

REMEDY = "Draw the figures again: xnerbench figures"
LARGEST_SVG = 1_200_000
"""Bytes beyond which a figure goes in as PNG."""

THEMED = {
    style.INK: "var(--ink)",
    style.MUTED: "var(--muted)",
    style.GRID: "var(--grid)",
    style.PAPER: "var(--paper)",
    style.BLUE: "var(--blue)",
    style.VERMILION: "var(--vermilion)",
    style.GREEN: "var(--green)",
    style.PURPLE: "var(--purple)",
    style.BROWN: "var(--brown)",
    style.SKY: "var(--sky)",
}
"""A figure's colours and the page's names for them: the dark theme has lighter ones."""


def figure(folder: Path, name: str, title: str) -> str:
    """HTML of one figure, without any reference to another file.

    Args:
        folder: The figures' folder.
        name: Name of the figure.
        title: For readers who do not see it.
    """
    svg = foreign.read_text(folder / f"{name}.svg", REMEDY)
    if len(svg) > LARGEST_SVG:
        data = base64.b64encode(foreign.read_bytes(folder / f"{name}.png")).decode()
        return f'<img class="raster" alt="{_attribute(title)}" src="data:image/png;base64,{data}">'
    try:
        return themed(svg, name, title)
    except NotAFigure as error:
        raise InputError(f"no SVG: {error}", str(folder / f"{name}.svg"), REMEDY) from None


def width(folder: Path, name: str) -> float:
    """A figure's width in inches at its printed size."""
    head = foreign.read_text(folder / f"{name}.svg", REMEDY)[:2000]
    found = re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"', head)
    return float(found[1]) / 72 if found else style.FULL


def themed(svg: str, name: str, title: str) -> str:
    """An SVG for a page: only its shapes, ids of its own, the theme's colours for text and ground.

    Args:
        svg: A file as matplotlib writes it.
        name: Prefix of the ids, since the page holds several figures.
        title: For readers who do not see it.
    """
    svg = cleaned(svg)
    svg = re.sub(r'\sid="([^"]+)"', rf' id="{name}-\1"', svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    for colour, variable in THEMED.items():
        svg = svg.replace(colour, variable)
    svg = re.sub(r'<svg([^>]*?)\swidth="[\d.]+pt" height="[\d.]+pt"', r"<svg\1", svg, count=1)
    label = f'<svg role="img" aria-label="{_attribute(title)}"'
    return svg.replace("<svg", label, 1)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
