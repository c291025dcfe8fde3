"""How long the analysis takes on a large study of simulated scores: fit, figures, report.

    python -m benchmarks.analysis

The scores are made up (tests/analysis/simulated.py), so nothing but the times means anything.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.analysis import simulated


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = simulated.write(
            Path(scratch) / "fit",
            targets=simulated.NEAR_TO_FAR[:40],
            sizes=(25, 100, 400, 1600, 3200),
            seeds=(0, 1, 2, 3, 4),
            methods=("direct", "ts", "supervised"),
            counts=True,
            n_sentences=300,
        )
        cells = sum(1 for _ in (folder / "scores.csv").open()) - 1
        fit = ["fit", "--scores", f"{folder}/scores.csv", "--out", f"{folder}/tables"]
        print(f"fit, {cells} cells, 2,000 draws: {seconds([*fit, '--bootstrap', '2000']):.0f} s")
        folder = simulated.write(
            Path(scratch) / "wide",
            targets=simulated.NEAR_TO_FAR[:48],
            sizes=(25, 75, 200, 550, 1300, 3200),
            seeds=(0, 1, 2, 3, 4),
        )
        cells = sum(1 for _ in (folder / "scores.csv").open()) - 1
        fit = ["fit", "--scores", f"{folder}/scores.csv", "--out", f"{folder}/tables"]
        print(f"fit, {cells} cells without counts: {seconds(fit):.0f} s")
        drawn = seconds(["figures", "--results", str(folder), "--processes", "2"])
        made = seconds(["report", "--results", str(folder)])
        size = (folder / "report.html").stat().st_size / 1e6
        print(f"48 languages: figures {drawn:.0f} s, report {made:.0f} s, page {size:.1f} MB")


def seconds(arguments: list[str]) -> float:
    """Wall time of one command in a process of its own."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "xnerbench", *arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
