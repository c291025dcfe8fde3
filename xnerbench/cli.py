"""The command line: commands for a user, and one for each stage of a study.

A command's module is imported only when it is called, so `xnerbench check` does not pay for torch.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import shutil
import signal
import sys
import textwrap
from typing import Any

from xnerbench import __version__
from xnerbench.errors import InputError, JobFailed, refused
from xnerbench.pipeline.stages import STAGES

COMMANDS: dict[str, str] = {
    "study.init": "look at a folder of corpora and write a configuration",
    "study.check": "check a configuration and its corpora; run nothing",
    "study.describe": "facts of a study's languages, before any run",
    "study.status": "how far a study is",
    "results.partial": "the report of a study that is still running",
    "results.plan": "what F1 to expect without labels, and how much text a goal needs",
    "models.distil": "raw text and other languages' labels to a tagger, in one go",
    "models.export": "write a cell's tagger as a Hugging Face folder",
    "models.tag": "tag plain text with an exported model",
    "results.compare": "print every method side by side, and published ones",
    "results.join": "make one study of results that were run in parts",
    "results.take": "copy scores made elsewhere into a study's results",
    "results.calibrate": "write what F1 can be read off without labels, from a study of many languages",
    "results.recipes": "print how far students of several studies are trained, and at what cost",
    "corpora.corpus": "show, export, lint or prepare a corpus",
    "docs": "write the reference pages that are made from code",
}
"""Commands that are no stage of a study, in the order in which a user comes to them: the place under
`xnerbench/commands`, whose last part is the command's name, and one line of help."""

OF_WORKFLOW: dict[str, str] = {"study.fail": "write down that a job of the workflow failed"}
"""Likewise, those that nobody calls by hand."""

LIKE = 0.6
"""How similar a command has to be to be offered for a misspelt one, 0 to 1, as `difflib` measures it."""


def groups() -> dict[str, dict[str, str]]:
    """Every subcommand and its help, under headings: those for a user, and the stages of a study."""
    stages = {name: stage.summary for name, stage in STAGES.items() if not stage.command}
    return {
        "Commands:": _named(COMMANDS),
        "Stages of a study, in their order; its workflow calls them:": {
            **stages,
            **_named(OF_WORKFLOW),
        },
    }


def _named(places: dict[str, str]) -> dict[str, str]:
    return {place.rpartition(".")[2]: told for place, told in places.items()}


def commands() -> dict[str, str]:
    """Every subcommand and its help, in the order of `groups`."""
    return {name: told for group in groups().values() for name, told in group.items()}


def main(argv: list[str] | None = None) -> None:
    """Runs one subcommand; exits 2 on bad input, with the message on standard error."""
    status: str | int | None
    try:
        try:
            status = _called(sys.argv[1:] if argv is None else argv)
        except SystemExit as ended:  # of argparse: help, the version, or a mistake in the arguments
            status = ended.code
        if sys.stdout is not None:
            sys.stdout.flush()
    except InputError as error:
        status = _complain(str(error))
    except JobFailed as error:
        status = _complain(str(error), 1)
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    except BrokenPipeError:  # `| head` has read enough
        _write_no_more()
        status = 128 + signal.SIGPIPE
    except OSError as error:
        if (told := refused(error)) is None:
            raise
        status = _complain(str(told))
        _write_no_more()
    sys.exit(status)


def _write_no_more() -> None:
    """What is still to be written goes nowhere, so that the exit does not fail on it again."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Parser(argparse.ArgumentParser):
    """A parser, of a command or of an action of one, that takes options before, between and after positionals.

    By itself argparse fills a positional that may be left out with nothing as soon as an option comes before it:
    `tag MODEL --format jsonl FILE` would not know what to do with FILE.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._may_be_left_out = self._within = False
        super().__init__(*args, **kwargs)

    def add_argument(self, *args: Any, **kwargs: Any) -> argparse.Action:
        """Declares an argument, and notes whether it is a positional that may be left out."""
        action = super().add_argument(*args, **kwargs)
        self._may_be_left_out |= not action.option_strings and action.nargs in ("?", "*")
        return action

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Reads all options first, and then what is left as positionals, where one of these may be left out."""
        if self._within or not self._may_be_left_out:
            return super().parse_known_args(args, namespace)
        self._within = True  # the other way of parsing comes back here
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False


def _called(argv: list[str]) -> int:
    known = commands()
    if argv and not argv[0].startswith("-") and argv[0] not in known:
        like = difflib.get_close_matches(argv[0], known, 1, LIKE)
        remedy = f"Did you mean `{like[0]}`? " if like else ""
        raise InputError(
            f"there is no command `{argv[0]}`", "", f"{remedy}`xnerbench --help` lists all"
        )
    parser = Parser(
        prog="xnerbench",
        usage="xnerbench [-h] [--version] COMMAND ...",
        description=_overview(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xnerbench {__version__}")
    subparsers = parser.add_subparsers(
        prog="xnerbench", dest="command", required=True, metavar="COMMAND", help=argparse.SUPPRESS
    )
    for name, summary in known.items():
        subparser = subparsers.add_parser(name, description=summary)
        if argv[:1] == [name]:
            _fill(subparser, name)
    arguments = parser.parse_args(argv)
    return int(arguments.run(arguments))


def _overview() -> str:
    """What the help says of all commands, as wide as the terminal."""
    first = max(map(len, commands())) + 4
    width = max(shutil.get_terminal_size().columns - 2, first + 20)
    lines = ["Cross-lingual named entity recognition: studies, taggers, forecasts of F1."]
    for heading, group in groups().items():
        lines += ["", heading]
        for name, told in group.items():
            start = f"  {name}".ljust(first)
            lines.append(
                textwrap.fill(told, width, initial_indent=start, subsequent_indent=" " * first)
            )
    return "\n".join([*lines, "", "`xnerbench COMMAND --help` says what a command takes."])


def _fill(parser: argparse.ArgumentParser, name: str) -> None:
    known = STAGES.get(name)
    if known is not None and not (known.own_command or known.command):
        importlib.import_module("xnerbench.commands.study.stage").add_arguments(parser, known)
        return
    own = (*COMMANDS, *OF_WORKFLOW)
    places = {place.rpartition(".")[2]: f"xnerbench.commands.{place}" for place in own}
    module = importlib.import_module(places[name] if name in places else STAGES[name].entry)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def _complain(message: str, status: int = 2) -> int:
    print(f"xnerbench: {message}", file=sys.stderr)
    return status
