"""Figure files: SVG, PDF and PNG, the same bytes for the same numbers, and their captions."""

from __future__ import annotations

import functools
import hashlib
import io
import multiprocessing
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeGuard

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from xnerbench.catalogue import reference, sections
from xnerbench.catalogue.figures import FIGURES
from xnerbench.errors import InputError
from xnerbench.report.canvas import style
from xnerbench.report.canvas.drawing import Drawing, NothingToDraw
from xnerbench.report.results import Results
from xnerbench.storage import artifacts, foreign

FORMATS: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None, "ModDate": None},
    "png": {},
}
"""File types and the metadata that is kept out of them: a date would change the bytes."""

CAPTIONS = "captions.json"
COLOURS, ROUNDS = 96, 2
"""Colours of a PNG, a quarter of the bytes, and how often each moves to the mean of its pixels: greys stay grey.

Colours that cover much of a picture are off by at most 6 of 255, single pixels where translucent curves cross by 31.
"""


def write_all(
    study: Results, folder: Path, only: Iterable[str] = (), processes: int = 1
) -> list[dict[str, Any]]:
    """Draws every figure and writes `captions.json`.

    Args:
        study: The study.
        folder: Where the files go.
        only: Names of figures; by default all of them.
        processes: How many figures are drawn at once; the files do not depend on it.

    Returns:
        One entry per figure: `name, title, category, caption, table, files`, or `name, omitted` with
        the reason why there is nothing to draw.

    Raises:
        InputError: `only` names a figure that does not exist.
    """
    wanted = list(only) or list(FIGURES)
    unknown = sorted(set(wanted) - set(FIGURES))
    if unknown:
        raise InputError(
            f"there is no figure {', '.join(unknown)}",
            "--only",
            f"Choose from {', '.join(FIGURES)}",
        )
    write = functools.partial(_write_one, study, folder)
    # A plug-in's function is known in this process only.
    spread = [name for name in wanted if isinstance(FIGURES[name].draw, str)]
    made: dict[str, dict[str, Any]] = {}
    if processes > 1 and spread:
        # Not forked here: matplotlib and numpy have threads by now. One process imports them again, for all.
        method = "forkserver" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        context.set_forkserver_preload([__name__])  # does nothing where each is spawned
        with ProcessPoolExecutor(min(processes, len(spread)), context) as pool:
            made = dict(zip(spread, pool.map(write, spread), strict=True))
    entries = [made.get(name) or write(name) for name in wanted]
    if not only:
        artifacts.write_json(folder / CAPTIONS, {"inputs": inputs(study), "figures": entries})
    return entries


def draw(name: str, study: Results) -> Drawing:
    """One figure of a study.

    Raises:
        NothingToDraw: The study lacks the data.
    """
    drawing: Drawing = reference.resolve(FIGURES[name].draw)(study)
    return drawing


def _write_one(study: Results, folder: Path, name: str) -> dict[str, Any]:
    with style.styled(), mpl.rc_context({"svg.hashsalt": f"xnerbench-{name}"}):
        try:
            drawing = draw(name, study)
        except NothingToDraw as reason:
            needed = [table for table in FIGURES[name].tables if "." not in table]
            if absent := [table for table in needed if table not in study.tables]:
                # What is there may have been drawn from it: committed results lack what only figures read.
                return {"name": name, "omitted": f"{reason}; tables/{absent[0]}.csv is absent"}
            for kind in FORMATS:
                (folder / f"{name}.{kind}").unlink(missing_ok=True)  # of an earlier, fuller study
            return {"name": name, "omitted": str(reason)}
        for kind, metadata in FORMATS.items():
            save(drawing.figure, folder / f"{name}.{kind}", metadata)
    return {
        "name": name,
        "title": drawing.title,
        "category": sections.heading(FIGURES[name].section),
        "caption": drawing.caption,
        "table": ", ".join(FIGURES[name].tables),
        "files": [f"{name}.{kind}" for kind in FORMATS],
    }


def save(figure: Figure, path: Path, metadata: dict[str, Any]) -> None:
    """Writes one file, whole or not at all."""
    with artifacts.atomic(path) as partial:
        if path.suffix == ".png":
            drawn = io.BytesIO()
            figure.savefig(drawn, format="png", metadata=metadata)
            _with_palette(drawn, partial)
        else:
            figure.savefig(partial, format=path.suffix[1:], metadata=metadata)


def _with_palette(drawn: io.BytesIO, path: Path) -> None:
    """Writes a PNG again with a palette."""
    with Image.open(drawn) as image:
        few = image.convert("RGB").quantize(
            COLOURS,
            method=Image.Quantize.MAXCOVERAGE,
            kmeans=ROUNDS,
            dither=Image.Dither.NONE,
        )
        few.save(path, format="PNG", optimize=True, dpi=image.info["dpi"])


def inputs(study: Results) -> str:
    """A digest of the study's files and of the drawing code: equal means the figures are current."""
    hasher = hashlib.sha256(study.digest.encode())
    here = Path(__file__).parent
    own = {Path(reference.origin(figure.draw)) for figure in FIGURES.values()}
    beside = [*here.parent.glob("*.py"), *here.parent.glob("canvas/*.py")]
    plugins = [path for path in own if path.is_file()]
    for path in sorted([*here.rglob("*.py"), *beside, *plugins]):
        hasher.update(path.name.encode() + path.read_bytes())
    hasher.update(mpl.__version__.encode())
    return hasher.hexdigest()[:16]


def current(study: Results, folder: Path) -> list[dict[str, Any]]:
    """The entries of up-to-date figures in the folder, drawing them if they are not."""
    path = folder / CAPTIONS
    if path.exists():
        try:
            stored = foreign.read_json(path)
        except InputError:
            stored = {}
        entries = stored.get("figures")
        if stored.get("inputs") == inputs(study) and _are_entries(entries, folder):
            return list(entries)
    return write_all(study, folder)


def _are_entries(entries: Any, folder: Path) -> TypeGuard[list[dict[str, Any]]]:
    """Whether these are what `write_all` writes, of figures that are there."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return False
    if [entry.get("name") for entry in entries] != list(FIGURES):
        return False
    for entry in entries:
        files = [f"{entry['name']}.{kind}" for kind in FORMATS]
        drawn = entry.get("files") == files and all((folder / file).is_file() for file in files)
        keys = ("title", "category", "caption", "table") if drawn else ("omitted",)
        if not all(isinstance(entry.get(key), str) for key in keys):
            return False
    return True
