"""The command line: one subcommand per workflow rule, each in its own module.

A command's module is imported only when it is called, so `xnerbench check` does not pay for torch.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from xnerbench import __version__
from xnerbench.errors import InputError, refused

# name -> (module with add_arguments(parser) and run(args), one-line help)
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("xnerbench.commands.init", "look at a folder of corpora and write a configuration"),
    "check": ("xnerbench.commands.check", "check a configuration and its corpora; run nothing"),
    "docs": ("xnerbench.commands.docs", "write the reference pages that are made from code"),
    "corpus": ("xnerbench.commands.corpus", "show, export, lint or prepare a corpus"),
    "subset": ("xnerbench.commands.subset", "permute a pool; its prefixes are the sizes"),
    "encoder": ("xnerbench.commands.encoder", "write the encoder folder"),
    "activations": ("xnerbench.commands.activations", "run the frozen layers over a text"),
    "features": ("xnerbench.commands.features", "sentence features for language identification"),
    "teacher": ("xnerbench.commands.teacher", "train a teacher"),
    "softlabels": ("xnerbench.commands.softlabels", "a teacher's probabilities for a pool"),
    "weights": ("xnerbench.commands.weights", "how much each source counts for a target"),
    "cell": ("xnerbench.commands.cell", "train and apply the tagger of one cell"),
    "score": ("xnerbench.commands.score", "score the cells of one target"),
    "collect": ("xnerbench.commands.collect", "put a study's scores into its results folder"),
    "take": ("xnerbench.commands.take", "copy scores made elsewhere into a study's results"),
    "tag": ("xnerbench.commands.tag", "tag plain text with an exported model"),
    "join": ("xnerbench.commands.join", "make one study of results that were run in parts"),
    "status": ("xnerbench.commands.status", "how far a study is"),
    "fail": ("xnerbench.commands.fail", "write down that a job of the workflow failed"),
    "fit": ("xnerbench.commands.fit", "fit curves and regressions to a scores file"),
    "plan": ("xnerbench.commands.plan", "how much unlabelled text a goal is expected to need"),
    "compare": (
        "xnerbench.commands.compare",
        "print every method side by side, and published ones",
    ),
    "figures": ("xnerbench.commands.figures", "draw every figure from scores and tables"),
    "report": ("xnerbench.commands.report", "write report.html, report.md and LaTeX tables"),
}


def main(argv: list[str] | None = None) -> None:
    """Runs one subcommand; exits 2 on bad input, with the message on standard error."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="xnerbench", description=__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"xnerbench {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module_name, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if argv[:1] == [name]:
            module = importlib.import_module(module_name)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    try:
        sys.exit(arguments.run(arguments))
    except InputError as error:
        sys.exit(_complain(str(error)))
    except OSError as error:
        if (told := refused(error)) is None:
            raise
        sys.exit(_complain(str(told)))


def _complain(message: str) -> int:
    print(f"xnerbench: {message}", file=sys.stderr)
    return 2
