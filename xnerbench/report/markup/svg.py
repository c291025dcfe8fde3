"""A figure's SVG inside the page: only shapes, whatever else the file holds.

The file may have come with somebody's results folder. It is parsed as XML and written anew from the elements and
attributes below; scripts, event handlers, foreign elements, styles and references to anything outside are not
among them. Styles become presentation attributes, so that the page's policy need not allow inline styles.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape

ELEMENTS = frozenset([
    "svg", "g", "defs", "path", "use", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "clipPath", "image", "pattern", "linearGradient", "stop",
])  # fmt: skip
SHAPE = frozenset([
    "id", "d", "transform", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "viewBox", "cx",
    "cy", "r", "rx", "ry", "points", "offset", "patternUnits", "gradientUnits",
    "preserveAspectRatio",
])  # fmt: skip
PRESENTATION = frozenset([
    "fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray",
    "stroke-dashoffset", "stroke-miterlimit", "opacity", "fill-opacity", "stroke-opacity",
    "fill-rule", "clip-rule", "clip-path", "stop-color", "stop-opacity", "image-rendering",
])  # fmt: skip
PLAIN = re.compile(r"[\w\s.,;:%#()+/-]*")
INSIDE = re.compile(r"url\(#[\w.:-]+\)")
PIXELS = re.compile(r"data:image/png;base64,[\w+/=\s]+")
ANCHOR = re.compile(r"#[\w.:-]+")


class NotAFigure(Exception):
    """The file is no SVG."""


def cleaned(text: str) -> str:
    """The figure as elements that a page can hold.

    Args:
        text: An SVG file.

    Raises:
        NotAFigure: It is not XML, or its root is no `svg`.
    """
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise NotAFigure(str(error)) from None
    if _name(root.tag) != "svg":
        raise NotAFigure("the root is no svg")
    # What matplotlib says of every element in a style sheet of its own, which would hold for the whole page.
    root.attrib.setdefault("stroke-linejoin", "round")
    root.attrib.setdefault("stroke-linecap", "butt")
    return "\n".join(_written(root))


def _written(element: ET.Element) -> Iterator[str]:
    name = _name(element.tag)
    if name not in ELEMENTS:
        return
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in _attributes(element).items())
    children = [line for child in element for line in _written(child)]
    if children:
        yield f"<{name}{attributes}>"
        yield from children
        yield f"</{name}>"
    else:
        yield f"<{name}{attributes}/>"


def _attributes(element: ET.Element) -> dict[str, str]:
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        local = _name(key)
        if local == "href":
            pixels = _name(element.tag) == "image"
            if (PIXELS if pixels else ANCHOR).fullmatch(value):
                kept["href"] = value
        elif local == "style":
            for part in value.split(";"):
                name, _, what = part.partition(":")
                if name.strip() in PRESENTATION and _harmless(what):
                    kept[name.strip()] = what.strip()
        elif local in SHAPE | PRESENTATION and key == local and _harmless(value):
            kept[local] = value.strip() if local != "d" else " ".join(value.split())
    return kept


def _harmless(value: str) -> bool:
    value = INSIDE.sub("", value)
    return bool(PLAIN.fullmatch(value)) and "url" not in value.casefold()


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]
