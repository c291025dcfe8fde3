"""The one exception that a user's mistake ends in: what is wrong, where, and what to do."""

from __future__ import annotations

import errno
import os

SHOWN = 100
"""Mistakes that one message lists."""

LONGEST = 600
"""Characters of each part of a message (place, fault, remedy): what it quotes may be megabytes."""


class InputError(Exception):
    """Bad input: a configuration, corpus, encoder or scores file that cannot be used.

    The command line prints it as one message and exits with status 2; nothing has been written.

    Args:
        what: What is wrong, one sentence without a full stop.
        where: File and line, or configuration key (`corpora.languages.deu.test`).
        remedy: What the user can do about it, one sentence without a full stop.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what, self.where, self.remedy = what, where, remedy

    def __str__(self) -> str:
        where, what, remedy = (
            printable(shortened(part, LONGEST)) for part in (self.where, self.what, self.remedy)
        )
        remedy = remedy[:1].upper() + remedy[1:]
        text = f"{where}: {what}" if where else what
        return f"{text}. {remedy}." if remedy else f"{text}."


def shortened(value: object, limit: int = 200) -> str:
    """A value as a message quotes it: at most `limit` characters, the middle left out."""
    if isinstance(value, int) and not -(10**100) < value < 10**100:
        return "a number of more than 100 digits"
    text = str(value)
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


class JobFailed(Exception):
    """A known way for a job to end badly that is nobody's mistake, such as a loss that is NaN."""


class InputErrors(InputError):
    """Several independent mistakes found in one pass, so that the user mends them in one go."""

    def __init__(self, errors: list[InputError]) -> None:
        if not errors:
            raise ValueError("InputErrors needs at least one error")
        super().__init__(errors[0].what, errors[0].where, errors[0].remedy)
        self.errors = errors

    def __str__(self) -> str:
        lines = [str(error) for error in self.errors[:SHOWN]]
        if len(self.errors) > SHOWN:
            lines.append(f"And {len(self.errors) - SHOWN} more.")
        return "\n".join(lines)


def refused(error: OSError) -> InputError | None:
    """What a full disk, a read-only folder or missing rights mean to the user; None for other errors."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        what, remedy = "cannot write", "Free some space or name another folder"
    elif error.errno in (errno.EACCES, errno.EPERM):
        what, remedy = "no access", "Mend the permissions of the file and its folder"
    else:
        return None
    return InputError(
        f"{what}: {os.strerror(error.errno)}",
        str(error.filename or ""),
        f"{remedy}, and run again; finished files are kept",
    )


def printable(text: str) -> str:
    """The text as one plain line: what is quoted from a file may hold line ends or terminal codes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
