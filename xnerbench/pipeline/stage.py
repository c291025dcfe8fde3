"""What a stage is: its name, its artifact, its files, and what of the configuration it reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.errors import InputError

if TYPE_CHECKING:
    from xnerbench.study.layout import Layout

Keys = Callable[..., dict[str, Any]]

ARGUMENTS: dict[str, str] = {
    "language": "ISO 639-3 code",
    "target": "target language, an ISO 639-3 code",
    "sources": "source languages joined by +",
    "seed": "the seed that names the artifact",
    "split": "train, pool, test or heldout",
    "role": "source, target, gold or heldout",
    "cell": "id, such as ts/eng/nld/steps/n100/s0",
    "training": "id of a training that serves several cells, such as ts/eng/nld/updates/n100/s0",
}
"""What can name an artifact, and its help on the command line."""

CHOICES = {
    "split": ("train", "pool", "test", "heldout"),
    "role": ("source", "target", "gold", "heldout"),
}
_PATTERNS = {
    "language": "[a-z]{3}",
    "target": "[a-z]{3}",
    "seed": "[0-9]+",
    "split": "|".join(CHOICES["split"]),
    "role": "|".join(CHOICES["role"]),
    "sources": "[a-z0-9+~-]+",
    "cell": ".+",
    "training": ".+",
}


@dataclass(frozen=True)
class Stage:
    """One kind of job.

    Attributes:
        name: Kind of artifact; also the folder of its logs and failures.
        summary: One line for the command line.
        entry: Module whose imports decide the result.
        keys: What of the configuration it reads, as plain values: `keys(config, **arguments)`. Numbers that
            name a file (seeds, sizes, languages) are in the path and left out.
        naming: The artifact's name in terms of its arguments, `{language}.{split}`; empty for a stage that
            makes one thing only.
        outputs: The files it declares: `outputs(layout, **arguments)`.
        forked: It runs in a fork of the warm process: it runs many times, or needs what that has imported.
        fails_alone: A failure becomes a failed artifact and stops nothing else.
        command: Subcommand, where it is not the stage's name.
        own_command: It has a module under `xnerbench/commands` of its own.
        data: Files of the package that are not modules and decide the result: `data(config, **arguments)`
            gives glob patterns.
        found: Modules or files that it finds by name: `found(config, **arguments)`.
        apart: Modules that its code imports and does not run for this artifact: `apart(config, **arguments)`.
        handed_in: Files of the user that it reads, whose bytes decide the result and whose times do not:
            `handed_in(config, **arguments)`.
        cells: Ids of the cells that a job ends: `cells(config, **arguments)`.
    """

    name: str
    summary: str
    entry: str
    keys: Keys
    naming: str = ""
    outputs: Callable[..., list[Path]] = lambda layout: []
    forked: bool = True
    fails_alone: bool = True
    command: str = ""
    own_command: bool = False
    data: Callable[..., tuple[str, ...]] = lambda config, **_: ()
    found: Callable[..., tuple[str, ...]] = lambda config, **_: ()
    apart: Callable[..., tuple[str, ...]] = lambda config, **_: ()
    handed_in: Callable[..., list[Path]] = lambda config, **_: []
    cells: Callable[..., tuple[str, ...]] = lambda config, **_: ()

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that name an artifact, in the order of the name."""
        return tuple(re.findall(r"\{(\w+)\}", self.naming))

    def name_of(self, **arguments: Any) -> str:
        """The artifact's name; the stage's own where it makes one thing only."""
        return self.naming.format(**arguments) or self.name

    def parse(self, name: str) -> dict[str, str]:
        """The arguments of an artifact's name; the inverse of `name_of`.

        Raises:
            InputError: It is no name of this stage.
        """
        pattern = re.sub(
            r"\\\{(\w+)\\\}", lambda m: f"(?P<{m[1]}>{_PATTERNS[m[1]]})", re.escape(self.naming)
        )
        if (found := re.fullmatch(pattern or re.escape(self.name), name)) is None:
            what = f"`{name}` is no artifact of the stage {self.name}"
            raise InputError(what, "--name", f"names look like {self.naming or self.name}")
        return found.groupdict()

    def files(self, layout: Layout, name: str) -> list[Path]:
        """The files that a job declares, from the artifact's name."""
        return self.outputs(layout, **self.parse(name))
