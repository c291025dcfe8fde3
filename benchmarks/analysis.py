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
        print(f"with counts: {fitted(folder)}")
        folder = simulated.write(
            Path(scratch) / "wide",
            targets=simulated.NEAR_TO_FAR[:48],
            sizes=(25, 75, 200, 550, 1300, 3200),
            seeds=(0, 1, 2, 3, 4),
        )
        print(f"without counts: {fitted(folder)}")
        drawn = seconds(["figures", "--results", str(folder), "--processes", "2"])
        made = seconds(["report", "--results", str(folder)])
        size = (folder / "report.html").stat().st_size / 1e6
        print(f"48 languages: figures {drawn:.0f} s, report {made:.0f} s, page {size:.1f} MB")


def fitted(folder: Path) -> str:
    """Fits a study with 2,000 draws and says what that took."""
    scores = folder / "scores.csv"
    cells = len(scores.read_text(encoding="utf-8").splitlines()) - 1
    taken = seconds(
        ["fit", "--scores", str(scores), "--out", f"{folder}/tables", "--bootstrap", "2000"]
    )
    return f"fit of {cells} cells, 2,000 draws: {taken:.0f} s"


def seconds(arguments: list[str]) -> float:
    """Wall time of one command in a process of its own."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "xnerbench", *arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
