"""Every frame file is clean, and the linter finds each mistake by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnerbench.data.embedded import frames, lint
from xnerbench.errors import InputError

HEAD = "[meta]\nname = Test\nscript = Latn\nbabel = en\nfaker = en_US\n\n[frames]\n"
TAIL = "\n[list mood]\nglad\nsad\n\n[ORG.club]\nFC {LOC.city}\n"


@pytest.mark.parametrize("language", frames.languages())
def test_frame_file_has_no_errors(language: str) -> None:
    file = frames.load(language)
    errors = [p.show(file.path) for p in lint.lint(file) if p.level == "error"]
    assert not errors, "\n".join(errors)


def findings(tmp_path: Path, frame: str, tail: str = TAIL) -> list[str]:
    """The messages for one frame, which stands in line 8."""
    path = tmp_path / "tst.txt"
    path.write_text(HEAD + frame + "\n" + tail, encoding="utf-8")
    return [p.message for p in lint.lint(frames.read(path)) if p.line == 8]


GOOD = "{PER} of {ORG.club} was {mood} to see the town of {LOC.city} again in {year} ."


def test_a_good_frame_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (GOOD.replace("{PER}", "{PER"), "unbalanced or nested braces"),
        (GOOD.replace("{mood}", "{moo}"), "neither an untagged slot"),
        (GOOD.replace("{ORG.club}", "{ORG.clubs}"), "no entries under [ORG.clubs]"),
        (GOOD.replace("{LOC.city}", "{LOC.city|gen}"), "case 'gen' is not known"),
        (GOOD.replace("{PER}", "{PER.x}"), "a person's forms are"),
        (GOOD.replace("{PER}", "{PER.m.f}"), "a person's forms are"),
        (GOOD.replace("{LOC.city}", "{LOC.city}-based"), "must be a token of its own"),
        (GOOD.replace("again", "again,"), "glued to a word"),
        (GOOD.replace("again", "(again"), "glued to a word"),
        (GOOD.replace(" .", "."), "full stop is glued"),
        (GOOD.replace("again in {year} .", "again."), "full stop is glued"),
        (GOOD.replace("again", '" again'), 'odd number of "'),
        (GOOD.replace("again", "( again"), "do not pair up"),
        (GOOD.replace("again", "a  gain"), "blanks other than single ones"),
        (GOOD.replace("again", "agai\u0301n"), "normal form C"),
        (GOOD.replace("again", "снова"), "letters outside script Latn"),
        (GOOD.replace("again", "{=once}"), "a choice is {=one|another}"),
        (GOOD.replace("again", "{=a|a}"), "options differ"),
        (GOOD.replace("{PER}", "{PER:1.m} and {PER:1.f}"), "has two genders"),
        (GOOD.replace("{LOC.city}", "{LOC:1.city} , {LOC:1.country}"), "has two subtypes"),
        ("{PER} laughed .", "about 4 words; 6 to 35"),
        ("It was a very long Sunday , and nobody went home early .", "makes only 1 different"),
    ],
)
def test_a_mistake_is_found_in_its_line(tmp_path: Path, frame: str, message: str) -> None:
    found = findings(tmp_path, frame)
    assert any(message in text for text in found), found


def test_lists_hold_no_entities_and_are_used(tmp_path: Path) -> None:
    path = tmp_path / "tst.txt"
    tail = (
        "\n[list mood]\nglad in {LOC.city}\n\n[list idle]\none\none\n\n[ORG.club]\nFC {LOC.city}\n"
    )
    path.write_text(HEAD + GOOD + "\n" + tail, encoding="utf-8")
    shown = [p.show(path) for p in lint.lint(frames.read(path))]
    assert "tst.txt:11: error: {LOC.city}: a list may not hold entities" in shown
    assert "tst.txt:13: error: [list idle] is never used" in shown
    assert "tst.txt:15: error: repeats line 14" in shown


def test_counts_are_errors_too(tmp_path: Path) -> None:
    path = tmp_path / "tst.txt"
    path.write_text(HEAD + GOOD + "\n" + TAIL, encoding="utf-8")
    messages = [p.message for p in lint.lint(frames.read(path)) if p.level == "error"]
    assert "1 frames; at least 124 are needed" in messages
    assert "[LOC.city] has 0 entries; at least 50 are needed" in messages
    assert "0.0% of the frames have no entity; at least 22% are needed" in messages


@pytest.mark.parametrize(
    ("text", "where"),
    [("hello\n", "tst.txt:1"), ("[meta]\nname\n", "tst.txt:2"), ("\n[ORG]\n", "tst.txt:2")],
)
def test_a_broken_file_is_bad_input(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "tst.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        frames.read(path)
    assert raised.value.where == where


def test_main_counts_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.main(["eng"]) == 0
    assert "0 errors" in capsys.readouterr().out
    assert lint.main(["xyz"]) == 1
    assert "has no language 'xyz'" in capsys.readouterr().out
