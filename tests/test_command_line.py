"""The command line as a whole: what it offers first, and what it says of a misspelt command."""

from __future__ import annotations

import re

import pytest

from xnerbench import cli
from xnerbench.pipeline.stages import STAGES

WALK = ["init", "check", "describe", "status", "partial", "plan",
    "distil", "export", "tag", "compare", "join", "take",
]  # fmt: skip


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return (ended.value.code, *capsys.readouterr())


@pytest.mark.parametrize("columns", ["30", "80", "200"])
def test_a_users_commands_stand_first_in_the_order_of_a_walk(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    status, out, _ = call(capsys, "--help")
    assert status == 0 and out.startswith("usage: xnerbench [-h] [--version] COMMAND ...\n")
    own, stages = out.split("\nStages of a study")
    listed = re.findall(r"^  (\w+) ", own, re.MULTILINE)
    assert listed[: len(WALK)] == WALK and not set(listed) & STAGES.keys() - {"corpus"}
    behind = re.findall(r"^  (\w+) ", stages, re.MULTILINE)
    assert [*listed, *behind] == list(cli.commands())
    assert "cell" in behind and "fail" in behind
    if columns != "30":
        assert max(map(len, out.splitlines())) <= int(columns)


@pytest.mark.parametrize(
    ("given", "meant"), [("chek", "check"), ("describ", "describe"), ("distill", "distil")]
)
def test_a_misspelt_command_is_answered_with_the_one_like_it(
    given: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = call(capsys, given, "study.yaml", "--anything")
    assert status == 2
    assert err.startswith(f"xnerbench: there is no command `{given}`. Did you mean `{meant}`?")


def test_a_command_like_none_is_answered_with_where_all_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, _, err = call(capsys, "qqqq")
    assert status == 2 and "Did you mean" not in err and "`xnerbench --help` lists all" in err
    status, _, err = call(capsys)
    assert status == 2 and "required: COMMAND" in err


def test_a_command_is_called_by_its_name_in_its_own_help(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(capsys, "check", "--help")[1].startswith("usage: xnerbench check ")
    assert call(capsys, "corpus", "show", "--help")[1].startswith("usage: xnerbench corpus show ")
    assert call(capsys, "tag", "--help")[1].startswith("usage: xnerbench tag ")
