"""A study's file on its way into Snakemake, and names on their way into paths."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import small_study
from xnerbench import cli
from xnerbench.errors import InputError
from xnerbench.pipeline.beforehand import given
from xnerbench.storage import artifacts
from xnerbench.study.layout import MOST_SOURCES, Layout, joined, name_of, split_sources

ROOT = Path(cli.__file__).parent.parent
TEMPLATE = '__use_yte__: true\nstudy: \'?open("ran", "w").close() or "x"\'\n'


def test_a_file_named_on_the_command_line_is_read_by_the_suite(tmp_path: Path) -> None:
    raw = small_study.RAW
    for name, text in (("a.yaml", yaml.safe_dump(raw)), ("a.json", json.dumps(raw))):
        (tmp_path / name).write_text(text)
        found, _ = given.study({"study": str(tmp_path / name), "scores": ""})
        assert found == {**raw, "scores": ""}
    assert given.study({"study": "demo", "seeds": [0]})[0] == {"study": "demo", "seeds": [0]}


def test_keys_of_files_that_lie_over_each_other_are_found_where_they_were_last_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = {"study": "x", "seeds": [0, 1], "teacher": {"epochs": 3, "learning_rate": 1.0}}
    over = {"seeds": [5], "teacher": {"epochs": 4}, "sizes": [1]}
    Path("a.yaml").write_text(yaml.safe_dump(base, sort_keys=False))
    Path("b.yaml").write_text(yaml.safe_dump(over, sort_keys=False))
    whole = {**base, **over, "teacher": {"epochs": 4, "learning_rate": 1.0}, "sizes": [2]}
    raw, where = given.study(whole, [tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert raw == whole
    assert where("study") == "a.yaml:1: study"
    assert where("seeds", 0) == "b.yaml:2: seeds[0]"
    assert (
        where("seeds", 1) == "b.yaml:1: seeds[1]"
    )  # that line of a.yaml is no part of it any more
    assert where("teacher", "epochs") == "b.yaml:4: teacher.epochs"
    assert where("teacher", "learning_rate") == "a.yaml:7: teacher.learning_rate"
    assert where("sizes", 0) == "sizes[0]"  # changed on the command line
    Path("b.yaml").write_text("teacher: &one {epochs: 4}\n")  # Snakemake takes it
    assert given.study(whole, [Path("a.yaml"), Path("b.yaml")])[1]("study") == "study"


@pytest.mark.tried("Files for `--config study=FILE`", "refused")
@pytest.mark.parametrize("text", ["- a list", "a: [", "a: &x [*x]", "\xff"])
def test_a_file_that_is_no_study_is_one_message(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="latin-1")
    with pytest.raises(InputError):
        given.study({"study": str(tmp_path / "a.yaml")})


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "-s", str(ROOT / "Snakefile"), *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


def test_no_expression_of_a_file_runs(tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text(TEMPLATE)
    done = snakemake(tmp_path, "--config", "study=evil.yaml")
    assert done.returncode == 1 and "__use_yte__" in done.stderr + done.stdout
    assert not (tmp_path / "ran").exists()


def test_a_template_that_snakemake_has_run_is_refused_at_least(tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text(TEMPLATE)
    done = snakemake(tmp_path, "--configfile", "evil.yaml")
    assert done.returncode == 1 and "YTE template" in done.stderr + done.stdout


@pytest.mark.parametrize(
    "key", ["__use_yte__", '"__use\\x5fyte__"', '"\\u005f_use_yte__"', "? >-\n  __use_yte__\n"]
)
def test_a_template_is_known_however_its_key_is_written(key: str, tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text(f"{key}: true\nstudy: x\n")
    assert yaml.safe_load((tmp_path / "evil.yaml").read_text())["__use_yte__"] is True
    with pytest.raises(InputError, match="YTE template"):
        given.study({"study": "x"}, [tmp_path / "evil.yaml"])


NAMES = [
    "../x",
    "a/../../x",
    "/etc/x",
    ".",
    "..",
    "",
    "a b",
    "a;b",
    "$(x)",
    "a\nb",
    "a\0b",
    "x" * 300,
    "é/..",
    "a//b",
    ".git",
]


@pytest.mark.tried("Names that lead elsewhere", "refused")
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere_makes_no_path(name: str) -> None:
    layout = Layout(small_study.load(small_study.RAW, Path.cwd()))
    for make in (
        name_of, layout.train, layout.test, layout.pool, layout.gold, layout.scores, layout.counts, layout.cell,
        layout.results_counts, lambda n: layout.manifest(n, "source"), lambda n: layout.subset(n, 0),
        lambda n: layout.activations(n, "pool"), lambda n: layout.features("deu", n),
        lambda n: layout.softlabels(n, ("eng",), 0), lambda n: layout.weights(n, ("eng",), 0),
        lambda n: layout.teacher((n,), 0) if n else name_of(n), lambda n: layout.failure("cell", n),
    ):  # fmt: skip
        with pytest.raises(InputError):
            make(name)


def test_the_names_of_many_sources_go_to_a_file_and_back() -> None:
    codes = [f"{a}{b}x" for a in "abcdefghij" for b in "abcdefghij"]
    for number in (0, 1, 2, 50, 51, 60, MOST_SOURCES):
        sources = tuple(codes[:number])
        name = joined(sources)
        assert split_sources(name) == sources and re.fullmatch("[a-z+]+", name)
        assert len(f".{name}.s10.safetensors.1234567.partial") < 255
    assert joined(tuple(codes[:50])).startswith("aax+abx")
    with pytest.raises(InputError, match="no name"):
        joined(tuple(codes[: MOST_SOURCES + 1]))


def command(folder: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--config", str(folder / "study.json")])
    return int(ended.value.code or 0)


@pytest.mark.tried("Names of failed artifacts", "refused")
@pytest.mark.parametrize(
    ("kind", "name"),
    [("cell", "../../../../PWNED"), ("teacher", "../x.s0"), ("teacher", "x"), ("softlabels", "x.s0"),
     ("subset", "x.sx"), ("activations", "nodot/../x.pool"), ("corpus", "x"), ("weights", "")],
)  # fmt: skip
def test_no_failure_is_written_outside(kind, name, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    artifacts.write_json(
        "study.json", small_study.load(small_study.write(tmp_path), tmp_path).to_dict()
    )
    before = sorted(tmp_path.rglob("*"))
    rest = ("--kind", kind, "--name", name, "--status", "1", "--attempt", "1", "--log", "none")
    assert command(tmp_path, "fail", *rest) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_that_has_enough_ends_the_command_quietly() -> None:
    code = (
        "import sys, types; from xnerbench import cli; "
        "m = types.SimpleNamespace(add_arguments=lambda p: None, run=lambda a: print('line\\n' * 10**6)); "
        "sys.modules['xnerbench.commands.study.status'] = m; cli.main(['status'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"line\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 128 + signal.SIGPIPE


@pytest.mark.parametrize("arguments", ["--help", "check --help", "nonsense"])
def test_help_may_be_cut(arguments: str) -> None:
    """Nobody reads a line of it."""
    command = [sys.executable, "-u", "-m", "xnerbench", *arguments.split()]
    for buffered in (False, True):
        with subprocess.Popen(
            command[:1] + command[1 + buffered :],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            errors = process.stderr.read()
        assert (
            b"Traceback" not in errors
            and b"BrokenPipe" not in errors
            and b"Exception" not in errors
        )


def test_an_interrupted_command_says_nothing(monkeypatch, capsys) -> None:
    def interrupted(argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_called", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main(["status"])
    assert ended.value.code == 130 and capsys.readouterr().err == ""


@pytest.mark.tried("Damaged working files", "refused")
@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff", b"PAR1", b"x" * 100])
def test_a_damaged_working_file_is_one_message(content: bytes, tmp_path: Path) -> None:
    from xnerbench.scoring.collect import safetensors_record

    path = tmp_path / "file"
    path.write_bytes(content)
    for read in (
        artifacts.read_json, artifacts.read_parquet, artifacts.read_parquet_record, safetensors_record,
    ):  # fmt: skip
        with pytest.raises(InputError, match="file: "):
            read(path)
