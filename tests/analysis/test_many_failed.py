"""A study of which nearly everything failed: its report counts reasons and lists no cell twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnerbench.report import reading
from xnerbench.report.views import scores as view

HEADER = "method,sources,target,n,seed,budget,f1,status,reason\n"


def study(folder: Path, failed: int, reasons: int = 3) -> object:
    rows = ["direct,eng,deu,0,0,none,50,ok,\n"]
    for i in range(failed):
        reason = f"{'abcdefghij'[i % reasons % 10] * (1 + i % reasons)}: at update {i}"
        rows.append(f"ts,eng,deu,{25 * (1 + i % 40)},{i // 40},steps,,failed,{reason}\n")
    (folder / "scores.csv").write_text(HEADER + "".join(rows))
    return reading.load(folder)


def test_few_are_listed_one_by_one(tmp_path: Path) -> None:
    shown = view.failed(study(tmp_path, view.LISTED))
    assert len(shown.rows) == view.LISTED


def test_many_are_counted_by_reason(tmp_path: Path) -> None:
    shown = view.failed(study(tmp_path, 1001))
    assert [row[2].text for row in shown.rows] == ["334", "334", "333"]
    assert shown.rows[0][1].text == "a: at update 0"
    assert shown.rows[0][5].text.startswith("ts, eng, deu, steps, n 25, seed 0")
    assert "1,001 cells" in shown.note


def test_rare_reasons_are_counted_only(tmp_path: Path) -> None:
    shown = view.failed(study(tmp_path, 600, reasons=view.REASONS + 7))
    assert len(shown.rows) == view.REASONS and "7 rarer reasons" in shown.note


@pytest.mark.slow
def test_a_million_takes_seconds_and_a_gigabyte(tmp_path: Path) -> None:
    import resource
    import time

    started = time.process_time()
    shown = view.failed(study(tmp_path, 10**6))
    assert len(shown.rows) == 3
    assert time.process_time() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2.5 * 2**20
