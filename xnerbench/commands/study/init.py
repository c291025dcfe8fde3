"""`xnerbench init FOLDER`: looks at a folder of corpora and writes a configuration to start from."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from xnerbench.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument(
        "folder", type=Path, help="folder of corpora, one folder a language or data set"
    )
    parser.add_argument(
        "--out", type=Path, help="file to write; <name of the folder>.yaml by default"
    )
    parser.add_argument(
        "--source", action="append", default=[], metavar="LANG",
        help="labelled language to learn from (ISO 639-3); may be repeated; English if it is there",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Writes the file and prints what was found, what was left out, and the forecast."""
    from xnerbench.pipeline import advice
    from xnerbench.pipeline.beforehand import forecast
    from xnerbench.storage import artifacts
    from xnerbench.study import config, proposal

    folder: Path = arguments.folder
    if not folder.is_dir():
        raise InputError(
            f"there is no folder {folder}", "FOLDER", "name the folder of your corpora"
        )
    out = arguments.out or Path(f"{proposal.study_name(folder)}.yaml")
    if out.exists():
        raise InputError("the file is there already", str(out), "name another with `--out`")
    draft = proposal.draft(folder, tuple(arguments.source), say=print)
    artifacts.write_text(out, draft)
    print(f"\nwritten: {out}")
    print(forecast.summary(config.load(out)))
    print(f"\nNext: correct it, then   {shlex.join(['xnerbench', 'check', str(out)])}")
    print(f"                         {advice.to_run(out)}")
    return 0
