"""The report of a study: one HTML page that needs nothing else, its Markdown twin, LaTeX tables."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import re
import shlex
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from xnerbench import __version__
from xnerbench.catalogue.figures import FIGURES
from xnerbench.catalogue.figures import shown_in as figures_of
from xnerbench.catalogue.sections import SECTIONS
from xnerbench.catalogue.tables import shown_in as tables_of
from xnerbench.report import numbers, views
from xnerbench.report.figures import writing
from xnerbench.report.markup import inline, latex, markdown
from xnerbench.report.results import Results
from xnerbench.report.text import methods, summary
from xnerbench.report.view import View
from xnerbench.storage import artifacts

MARKDOWN_ROWS = 60


def write(study: Results) -> dict[str, Path]:
    """Writes `report.html`, `report.md` and `tables/*.tex`, drawing the figures if they are stale.

    Args:
        study: The study; files go into its folder.

    Returns:
        The two reports' paths, by `html` and `md`.
    """
    folder = study.folder / "figures"
    entries = {entry["name"]: entry for entry in writing.current(study, folder)}
    tables = views.all_views(study)
    context = _context(study, entries, tables)
    for name, view in views.for_paper(study, tables).items():
        artifacts.write_text(study.folder / "tables" / f"{name}.tex", latex.table(view, study.name))
    paths = {"html": study.folder / "report.html", "md": study.folder / "report.md"}
    artifacts.write_text(paths["html"], html(context, folder))
    artifacts.write_text(
        paths["md"], _environment(False).get_template("report.md.j2").render(context)
    )
    return paths


def html(context: dict[str, Any], figures: Path) -> str:
    """The page."""

    def inlined(entry: dict[str, Any]) -> Markup:
        return Markup(inline.figure(figures, entry["name"], entry["title"]))

    files = importlib.resources.files("xnerbench.report") / "templates"
    shown = [
        *context["headline"],
        *(e for section in context["sections"] for e in section["figures"]),
    ]
    drawn = [entry["name"] for entry in shown]
    widths = (
        f"#figure-{name} {{ --inches: {inline.width(figures, name):.2f}; }}" for name in drawn
    )
    css = "\n".join([(files / "report.css").read_text("utf-8"), *widths])
    js = (files / "report.js").read_text("utf-8")
    return (
        _environment(True)
        .get_template("report.html.j2")
        .render(
            **context,
            css=Markup(css),
            js=Markup(js),
            hashes={"css": _hash(css), "js": _hash(js)},
            figure=inlined,
        )
    )


def _hash(text: str) -> str:
    """What a content security policy calls an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def fenced(text: str, language: str) -> str:
    """A block of code in Markdown that no text in it can end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def _environment(escaped: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("xnerbench.report"),
        autoescape=escaped,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = markdown.escape
    environment.globals["fenced"] = fenced
    environment.globals["md_table"] = lambda view: markdown.table(view, MARKDOWN_ROWS)
    return environment


def _context(
    study: Results, entries: dict[str, dict[str, Any]], tables: dict[str, View]
) -> dict[str, Any]:
    first = [
        name for name, figure in FIGURES.items()
        if figure.first and name in entries and "omitted" not in entries[name]
    ]  # fmt: skip
    sections = []
    for section in SECTIONS:
        own = [entries[name] for name in figures_of(section.name) if name in entries]
        drawn = [entry for entry in own if "omitted" not in entry and entry["name"] not in first]
        omitted = [entry for entry in own if "omitted" in entry]
        found = [tables[name] for name in tables_of(section.name) if name in tables]
        if own or found or section.otherwise:
            sections.append({
                "anchor": section.name, "heading": section.heading, "otherwise": section.otherwise,
                "figures": drawn, "omitted": omitted, "tables": found,
            })  # fmt: skip
    return {
        "study": study.name,
        "partial": bool(study.partial),
        "version": __version__,
        "banners": _banners(study),
        "summary": summary.sentences(study),
        "headline": [entries[name] for name in first],
        "methods": methods.paragraphs(study),
        "sections": sections,
        "missing": study.missing,
        "configuration": yaml.safe_dump(study.config, sort_keys=False, allow_unicode=True),
        "versions": _flat(study.versions),
        "commands": _commands(study),
    }


def _banners(study: Results) -> list[str]:
    found = []
    if study.partial:
        done, cells, failed = (study.partial[name] for name in ("done", "cells", "failed"))
        lost = f", {failed:,} of them without a score" if failed else ""
        found.append(
            f"Partial. The study was still running: {done:,} of {cells:,} cells were there on "
            f"{study.partial['at']}{lost}. Every number below is of those cells alone. Means may lack languages, "
            "sizes and seeds, methods may be compared on few of them, and all of it can change."
        )
    if study.simulated:
        found.append("Simulated scores. No model was trained for this report: the numbers were made "
                     "up to test the analysis and say nothing about any method or language.")  # fmt: skip
    generated = study.generated_languages
    if generated:
        which = numbers.listed([study.language(code) for code in generated])
        found.append(
            f"Generated sentences. The corpora of {which} are the embedded ones: "
            "their sentences are generated from hand-written frames and lists of names. The study "
            "shows that the suite works; conclusions about languages need real corpora."
        )
    return found


def _flat(value: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, dict):
            rows += _flat(item, "" if key == "versions" else f"{prefix}{key}.")
        else:
            shown = "" if item is None else item
            rows.append((f"{prefix}{key}", str(shown)))
    return rows


def _commands(study: Results) -> list[tuple[str, str]]:
    folder = shlex.quote(f"results/{study.name}")
    if study.partial:
        return [
            (
                "xnerbench partial --config FILE",
                "this page again, from the cells that are there by then",
            )
        ]
    commit = study.versions.get("commit")
    steps = []
    if commit:
        steps.append(
            (f"git checkout {shlex.quote(str(commit))}", "the code that made these scores")
        )
    steps += [
        (f"snakemake --cores all --configfile {folder}/config.yaml", "everything, with training"),
        (
            f"xnerbench fit --config {folder}/config.yaml --scores {folder}/scores.csv "
            f"--out {folder}/tables",
            "the tables, from scores and counts",
        ),
        (f"xnerbench figures --results {folder}", "the figures, from scores and tables"),
        (f"xnerbench report --results {folder}", "this page"),
    ]
    return steps
