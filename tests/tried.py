"""What was tried: counts that the suites of hostile input make, and the table of them in docs/reliability.md.

Two kinds of test feed the table. Those made by `hostile.trying.tried` draw examples and count how each ended. Of
those marked `tried(GROUP, OUTCOME)` every case is one that ended so, if it passes.

`python -m tests.tried` runs both and writes the table; with names of test files, their part of it.
Each test of the first kind compares its own counts with the page, `tests/hostile/test_page.py` the numbers of
marked cases.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- tried: begin, by python -m tests.tried -->", "<!-- tried: end -->"
REPORT = "XNER_TRIED"
"""Environment variable: the file that a run's counts are appended to, for the page."""
OUTCOMES = ("refused", "repaired", "accepted")
LEAST = 1000
CHOSEN = "not slow and (tried or drawn)"


@dataclass(frozen=True)
class Row:
    """One group of the table: how its examples ended, and the file that tries them."""

    name: str
    counts: dict[str, int]
    test: str

    @property
    def total(self) -> int:
        """How many were tried."""
        return sum(self.counts.values())


def made_with() -> str:
    """What the drawn examples depend on besides the code."""
    return f"Hypothesis {hypothesis.__version__} on Python {platform.python_version().rpartition('.')[0]}"


def of_page(text: str | None = None) -> tuple[dict[str, Row], str]:
    """The rows of the page by group, and what they were made with."""
    text = PAGE.read_text(encoding="utf-8") if text is None else text
    part = text.partition(BEGIN)[2].partition(END)[0]
    rows = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[1].replace(",", "").isdigit() and "**" not in cells[0]:
            numbers = (int(cell.replace(",", "")) for cell in cells[2:5])
            rows[cells[0]] = Row(
                cells[0], dict(zip(OUTCOMES, numbers, strict=True)), cells[5].strip("`")
            )
    found = re.search(r"Hypothesis [\d.]+ on Python [\d.]+\d", part)
    return rows, found[0] if found else ""


def written(rows: Mapping[str, Row]) -> str:
    """The table."""
    lines = [
        "| group | tried | refused | repaired | accepted rightly | test |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows.values():
        told = " | ".join(
            f"{number:,}" for number in (row.total, *(row.counts[name] for name in OUTCOMES))
        )
        lines.append(f"| {row.name} | {told} | `{row.test}` |")
    sums = [sum(row.counts[name] for row in rows.values()) for name in OUTCOMES]
    told = " | ".join(f"**{number:,}**" for number in (sum(sums), *sums))
    lines.append(f"| **together** | {told} | |")
    return "\n".join([*lines, "", f"Examples that are drawn were drawn by {made_with()}."])


def found(name: str, counts: Counter[str], file: str) -> None:
    """Compares a group's counts with the page, or reports them to the run that writes it.

    The number of examples must agree, and how they end where this Hypothesis and this Python made the page.
    """
    if report := os.environ.get(REPORT):
        _append(report, name, counts, file)
        return
    rows, made = of_page()
    own = {outcome: counts[outcome] for outcome in OUTCOMES}
    assert name in rows, f"{name} is not in docs/reliability.md: python -m tests.tried"
    assert sum(own.values()) == rows[name].total, f"{name}: python -m tests.tried"
    if made == made_with():
        assert own == rows[name].counts, f"{name}: python -m tests.tried"


def _append(report: str, name: str, counts: Mapping[str, int], file: str) -> None:
    line = {"group": name, "counts": dict(counts), "test": str(Path(file).relative_to(ROOT))}
    with Path(report).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


# --- marked cases, as tests/conftest.py sees them


def marked(items: list[Any]) -> dict[str, Row]:
    """The groups of collected tests that are marked, with their numbers of cases."""
    groups: dict[str, Row] = {}
    for item in items:
        for mark in item.iter_markers("tried"):
            name, outcome = mark.args
            row = groups.setdefault(
                name, Row(name, dict.fromkeys(OUTCOMES, 0), str(item.path.relative_to(ROOT)))
            )
            row.counts[outcome] += 1
    return groups


def passed(item: Any) -> None:
    """Reports a marked case that has passed."""
    if report := os.environ.get(REPORT):
        for mark in item.iter_markers("tried"):
            _append(report, mark.args[0], {mark.args[1]: 1}, str(item.path))


def main(named: list[str]) -> None:
    """Runs the suites, or those of some files, and writes the page."""
    files = named or [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.name != "test_page.py"
        and (path.parent.name == "hostile" or "mark.tried(" in path.read_text(encoding="utf-8"))
    ]
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as report:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", CHOSEN, *files]
        subprocess.run(command, cwd=ROOT, env={**os.environ, REPORT: report.name}, check=True)
        found: dict[str, Row] = {}
        for line in report.read().splitlines():
            entry = json.loads(line)
            none = dict.fromkeys(OUTCOMES, 0)
            row = found.setdefault(entry["group"], Row(entry["group"], none, entry["test"]))
            for outcome, number in entry["counts"].items():
                row.counts[outcome] += number
    text = PAGE.read_text(encoding="utf-8")
    kept = {name: row for name, row in of_page(text)[0].items() if named and row.test not in named}
    rows = {**kept, **found}
    rows = dict(
        sorted(rows.items(), key=lambda item: ("hostile" not in item[1].test, item[1].test))
    )
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{written(rows)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
