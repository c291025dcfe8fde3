"""`xnerbench tag`: tag plain text with an exported model."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xnerbench.commands.models.tag_formats import FORMATS
from xnerbench.data import normalise
from xnerbench.data.readers import plain
from xnerbench.data.survey import recognised
from xnerbench.errors import InputError

KERNELS = 256
"""Kernels that oneDNN keeps, of about half a megabyte each; its own bound of 1,024 is more than all the rest takes."""
EVERY = 10.0
"""Seconds between lines of progress where standard error is no terminal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's arguments."""
    parser.add_argument("model", type=Path, help="a folder that `xnerbench export` wrote")
    parser.add_argument(
        "file", type=Path, nargs="?", help="text, one sentence a line; standard input by default"
    )
    parser.add_argument(
        "--with",
        type=Path,
        action="append",
        default=[],
        dest="others",
        metavar="MODEL",
        help="another folder: all are asked and their probabilities averaged; may be repeated",
    )
    parser.add_argument(
        "--words", action="store_true", help="the lines are words already, with spaces between"
    )
    parser.add_argument(
        "--format",
        choices=sorted(FORMATS),
        help="what to write; `colour` on a terminal and `conll` elsewhere by default",
    )
    parser.add_argument("--encoding", default="utf-8", help="character encoding of the text")
    parser.add_argument("--precision", choices=("fp32", "bf16"), help="the study's by default")
    parser.add_argument("--device", default="cpu", help="`cpu` or `cuda`")


def run(arguments: argparse.Namespace) -> int:
    """Reads, tags and writes a part of the text at a time; ends quietly where nobody reads on."""
    from xnerbench.learning.taggers import tagging
    from xnerbench.learning.training import process

    process.keep_kernels(KERNELS)
    folders = [arguments.model, *arguments.others]
    model = tagging.Mixture(folders, arguments.precision, arguments.device)
    kind = arguments.format or ("colour" if sys.stdout.isatty() else "conll")
    where = str(arguments.file or "standard input")
    if arguments.file is not None and (doubt := recognised.of_raw(arguments.file)):
        print(f"warning: {doubt}", file=sys.stderr)
    start = time.perf_counter()
    with _opened(arguments.file) as stream, contextlib.suppress(_Closed):
        progress = _Progress(stream, start)
        lines = _sentences(stream, where, "spaces" if arguments.words else "words", arguments)
        for chunk in tagging.chunks(lines):
            if not arguments.words:
                plain.check_script(chunk[:1000], where, "give its words with `--words`")
            tags, done = model.tag(chunk), len(chunk)
            _write(
                FORMATS[kind](words, row, model.spaced)
                for words, row in zip(chunk, tags, strict=True)
            )
            del chunk, tags
            _give_back()
            progress.step(done)
        progress.finish(model.cut, model.max_subwords)
    return 0


def _give_back() -> None:
    """Lets glibc hand free memory back to the system: parts that vary in length leave gaps in the heap."""
    with contextlib.suppress(OSError, AttributeError):  # another C library has no such thing
        ctypes.CDLL(None).malloc_trim(0)


class _Closed(Exception):
    """Whoever read the output has gone, as `head` does."""


def _write(pieces: Iterator[str]) -> None:
    try:
        sys.stdout.write("".join(pieces))
        sys.stdout.flush()
    except BrokenPipeError:
        # So that the interpreter's own last flush does not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise _Closed from None


@contextlib.contextmanager
def _opened(file: Path | None) -> Iterator[BinaryIO]:
    if file is None:
        yield sys.stdin.buffer
        return
    if not file.is_file():
        raise InputError("there is no such file", str(file), "Check the path")
    with file.open("rb") as stream:
        yield stream


def _sentences(
    stream: BinaryIO, where: str, segmentation: str, arguments: argparse.Namespace
) -> Iterator[list[str]]:
    """The words of every line; none of a blank one, so that lines and sentences stay aligned."""
    repairs: Counter[str] = Counter()
    try:
        text = io.TextIOWrapper(stream, arguments.encoding, errors="strict", newline=None)
    except LookupError:
        raise InputError(
            f"there is no encoding `{arguments.encoding}`", "--encoding", "Use a name such as utf-8"
        ) from None
    number = 0
    try:
        for number, line in enumerate(text, 1):
            words = plain.words_of(line.removeprefix("\ufeff"), segmentation, repairs)
            if len(words) > normalise.MAX_WORDS:
                raise InputError(
                    f"the line has {len(words)} words",
                    f"{where}:{number}",
                    "Put one sentence on each line",
                )
            yield words
    except UnicodeError:
        raise InputError(
            f"not {arguments.encoding} after line {number}",
            where,
            "Name its encoding with `--encoding`, or convert it",
        ) from None
    finally:
        with contextlib.suppress(ValueError):
            text.detach()


class _Progress:
    """How far a long file is, on standard error."""

    def __init__(self, stream: BinaryIO, start: float) -> None:
        self.start, self.told, self.done = start, start, 0
        self.stream = stream
        try:
            self.size = os.fstat(stream.fileno()).st_size
        except (OSError, ValueError):
            self.size = 0

    def step(self, sentences: int) -> None:
        """Tells, now and then, how many sentences are done, and what share of the file is read."""
        self.done += sentences
        now = time.perf_counter()
        terminal = sys.stderr.isatty() and not sys.stdout.isatty()
        if not terminal and now - self.told < EVERY:
            return
        self.told = now
        share = ""
        with contextlib.suppress(OSError, ValueError):
            if self.size:
                share = f" ({100 * min(1.0, self.stream.tell() / self.size):.0f} % read)"
        text = f"xnerbench: {self.done:,} sentences{share}, {self._rate()} a second"
        print(
            f"\r{text}\x1b[K" if terminal else text, end="" if terminal else "\n", file=sys.stderr
        )

    def finish(self, cut: int, longest: int) -> None:
        """One last line."""
        if sys.stderr.isatty() and not sys.stdout.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
        seconds = time.perf_counter() - self.start
        text = f"xnerbench: {self.done:,} sentences in {seconds:.1f} s, {self._rate()} a second"
        if cut:
            text += f"; {cut:,} longer than {longest} subwords, tagged in parts"
        print(text, file=sys.stderr)

    def _rate(self) -> str:
        rate = self.done / max(time.perf_counter() - self.start, 1e-9)
        return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
