"""`xnerbench corpus show | export | lint | card`: the embedded corpus."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from xnerbench.data.embedded import card, display, generate, lint
from xnerbench.data.embedded.partition import SPLITS
from xnerbench.errors import InputError
from xnerbench.storage import artifacts


def register(actions: argparse._SubParsersAction) -> None:
    """Adds the embedded corpus's actions to `xnerbench corpus`."""
    show = actions.add_parser("show", help="print generated sentences with their entities marked")
    _add_sample(show, sentences=20, split="pool")
    show.add_argument(
        "--colour",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="colours instead of brackets (default: on a terminal, unless NO_COLOR is set)",
    )
    show.set_defaults(act=run_show)

    export = actions.add_parser("export", help="write generated sentences as CoNLL columns")
    _add_sample(export, sentences=500, split="test")
    export.add_argument("path", type=Path, metavar="FILE")
    export.set_defaults(act=run_export)

    check = actions.add_parser("lint", help="check the frame files of the embedded corpus")
    check.add_argument("languages", nargs="*", metavar="LANG", help="default: all")
    check.set_defaults(act=run_lint)

    statistics = actions.add_parser("card", help="write the corpus card's tables anew")
    statistics.add_argument(
        "path", type=Path, nargs="?", default=Path("docs/embedded-corpus.md"), metavar="PAGE"
    )
    statistics.add_argument(
        "--scores",
        type=Path,
        default=Path("results/reference/embedded/scores.csv"),
        help="scores of config/reference-embedded.yaml, for the table of difficulty",
    )
    statistics.set_defaults(act=run_card)


def _add_sample(parser: argparse.ArgumentParser, sentences: int, split: str) -> None:
    parser.add_argument("language", metavar="LANG", help="ISO 639-3 code")
    parser.add_argument("--split", choices=SPLITS, default=split, help="default: %(default)s")
    parser.add_argument("-n", type=int, default=sentences, help="sentences (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")


def run_show(arguments: argparse.Namespace) -> int:
    """Prints a legend and one sentence a line."""
    colour = arguments.colour
    if colour is None:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(display.legend(colour))
    for words, tags in generate(arguments.language, arguments.split, arguments.n, arguments.seed):
        print(display.marked(words, tags, colour))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Writes `WORD<TAB>TAG` lines with an empty line after every sentence."""
    sentences = generate(arguments.language, arguments.split, arguments.n, arguments.seed)
    lines = []
    for words, tags in sentences:
        lines += [f"{word}\t{tag}\n" for word, tag in zip(words, tags, strict=True)] + ["\n"]
    artifacts.write_text(arguments.path, "".join(lines))
    return 0


def run_lint(arguments: argparse.Namespace) -> int:
    """Prints every finding as `file:line: level: message`; 1 if there are errors."""
    return lint.main(arguments.languages)


def run_card(arguments: argparse.Namespace) -> int:
    """Regenerates the blocks between the page's markers."""
    if not arguments.path.is_file():
        raise InputError(
            "there is no such page", str(arguments.path), "Name the corpus card to refresh"
        )
    page = arguments.path.read_text(encoding="utf-8")
    artifacts.write_text(arguments.path, card.refresh(page, arguments.scores))
    return 0
