"""The command line: one subcommand per stage of a study, and some that are none.

A command's module is imported only when it is called, so `xnerbench check` does not pay for torch.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from typing import Any

from xnerbench import __version__
from xnerbench.errors import InputError, JobFailed, refused
from xnerbench.pipeline.stages import STAGES

COMMANDS: dict[str, str] = {
    "study.init": "look at a folder of corpora and write a configuration",
    "study.check": "check a configuration and its corpora; run nothing",
    "study.describe": "facts of a study's languages, before any run",
    "docs": "write the reference pages that are made from code",
    "corpora.corpus": "show, export, lint or prepare a corpus",
    "models.distil": "raw text and other languages' labels to a tagger, in one go",
    "models.export": "write a cell's tagger as a Hugging Face folder",
    "models.tag": "tag plain text with an exported model",
    "results.take": "copy scores made elsewhere into a study's results",
    "results.partial": "the report of a study that is still running",
    "results.join": "make one study of results that were run in parts",
    "study.status": "how far a study is",
    "study.fail": "write down that a job of the workflow failed",
    "results.plan": "what F1 to expect without labels, and how much text a goal needs",
    "results.calibrate": "write what F1 can be read off without labels, from a study of many languages",
    "results.compare": "print every method side by side, and published ones",
    "results.recipes": "print how far students of several studies are trained, and at what cost",
}
"""Commands that are no stage of a study: the place under `xnerbench/commands`, whose last part is the command's
name, and one line of help."""


def commands() -> dict[str, str]:
    """Every subcommand and its help: those of the stages, and the others."""
    stages = {name: stage.summary for name, stage in STAGES.items() if not stage.command}
    return {**stages, **{place.rpartition(".")[2]: told for place, told in COMMANDS.items()}}


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
    parser = Parser(prog="xnerbench", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"xnerbench {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in commands().items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if argv[:1] == [name]:
            _fill(subparser, name)
    arguments = parser.parse_args(argv)
    return int(arguments.run(arguments))


def _fill(parser: argparse.ArgumentParser, name: str) -> None:
    known = STAGES.get(name)
    if known is not None and not (known.own_command or known.command):
        importlib.import_module("xnerbench.commands.study.stage").add_arguments(parser, known)
        return
    places = {place.rpartition(".")[2]: f"xnerbench.commands.{place}" for place in COMMANDS}
    module = importlib.import_module(places[name] if name in places else STAGES[name].entry)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def _complain(message: str, status: int = 2) -> int:
    print(f"xnerbench: {message}", file=sys.stderr)
    return status
