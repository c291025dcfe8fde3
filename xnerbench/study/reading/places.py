"""Paths as a configuration writes them: the home folder, and variables of the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path

from xnerbench.errors import InputError, shortened
from xnerbench.study.reading.keys import PATH_HINT


def home(relative: str) -> Path:
    """A path with `~` in its place.

    Raises:
        InputError: It names the home folder of somebody who has none.
    """
    try:
        return Path(relative).expanduser()
    except RuntimeError:
        what = f"`{shortened(relative)}` names the home folder of somebody who has none"
        raise InputError(what, "configuration", "check the path") from None


def expanded(text: str, key: str) -> str:
    """A path with `${NAME}` and `$NAME` replaced by the environment's values.

    Args:
        text: The path as written.
        key: Where it stands, for messages.

    Raises:
        InputError: A variable is not set, or its value cannot be part of a path.
    """

    def replace(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        value = os.environ.get(name)
        if not value:
            remedy = f"export {name}=<folder of the corpora>, or write the folder into the key"
            raise InputError(f"the environment variable {name} is not set", key, remedy)
        if "{" in value or "}" in value:
            raise InputError(f"the environment variable {name} holds a brace", key, PATH_HINT)
        return value

    return re.sub(r"\$\{(\w+)\}|\$(\w+)", replace, text)
