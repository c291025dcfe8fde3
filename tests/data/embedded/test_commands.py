"""`xnerbench corpus show | export | lint | card`."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnerbench import cli
from xnerbench.data.embedded import card, display, frames, generate


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(["corpus", *arguments])
    return int(left.value.code or 0)


def test_show_marks_entities(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "fra", "-n", "12", "--no-colour") == 0
    plain = capsys.readouterr().out
    assert len(plain.splitlines()) == 13 and "\x1b" not in plain
    assert "[PER " in plain and "[LOC " in plain and "[ORG " in plain
    assert run("show", "fra", "-n", "12", "--colour") == 0
    assert "\x1b[" in capsys.readouterr().out


def test_show_without_a_terminal_or_with_no_color_uses_brackets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("show", "eng", "-n", "5")
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    run("show", "eng", "-n", "5")
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run("show", "eng", "-n", "5")
    assert "\x1b" not in capsys.readouterr().out


def test_marked_keeps_neighbouring_entities_apart() -> None:
    words = ["Ada", "Byron", "Lyon", "wins"]
    assert (
        display.marked(words, ["B-PER", "I-PER", "B-LOC", "O"], colour=False)
        == "[PER Ada Byron] [LOC Lyon] wins"
    )


def test_export_writes_what_generate_draws(tmp_path: Path) -> None:
    path = tmp_path / "out.conll"
    assert run("export", "tur", "--split", "test", "-n", "30", "--seed", "3", str(path)) == 0
    blocks = path.read_text(encoding="utf-8").strip("\n").split("\n\n")
    read = [tuple(zip(*(line.split("\t") for line in b.split("\n")), strict=True)) for b in blocks]
    assert [([*words], [*tags]) for words, tags in read] == list(generate("tur", "test", 30, 3))


def test_lint_reports(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", "eng") == 0
    assert capsys.readouterr().out.startswith("eng: ")


def test_unknown_language_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "xyz") == 2
    assert "no language 'xyz'" in capsys.readouterr().err


def test_card_rewrites_its_blocks_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "SENTENCES", 50)
    monkeypatch.setattr(frames, "languages", lambda: ("eng", "vie"))
    page = tmp_path / "page.md"
    blocks = "".join(
        f"<!-- {n}:begin -->\nold\n<!-- {n}:end -->\nkept {n}\n"
        for n in ("lists", "statistics", "checks", "difficulty")
    )
    page.write_text(blocks, encoding="utf-8")
    scores = tmp_path / "scores.csv"
    monkeypatch.chdir(tmp_path)
    assert run("card", str(page)) == 0
    assert page.read_text(encoding="utf-8").count("old") == 1  # no scores, the table stays
    scores.write_text(
        "method,target,n,f1,status\ndirect,vie,0,40,ok\ndirect,vie,0,42,ok\n"
        "ts,vie,800,51,ok\nts,vie,800,,failed\ndirect,deu,0,30,ok\n"
    )
    assert run("card", "--scores", str(scores), str(page)) == 0
    once = page.read_text(encoding="utf-8")
    assert "old" not in once and once.count("kept") == 4
    assert "| language | direct | ts, 800 |" in once
    rows = ["| German (deu) | 30.0 | – |", "| Vietnamese (vie) | 41.0 ± 1.4 | 51.0 |"]
    assert "\n".join(rows) in once
    assert "| English (eng) | " in once and "- **Vietnamese** (vie): " in once
    assert run("card", str(page), "--scores", str(scores)) == 0
    assert page.read_text(encoding="utf-8") == once


def test_card_needs_its_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("card", str(tmp_path / "none.md")) == 2
    page = tmp_path / "page.md"
    page.write_text("no markers\n")
    assert run("card", str(page)) == 2
    assert "no block 'lists'" in capsys.readouterr().err
