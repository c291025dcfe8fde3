"""Files that a user hands in beside the corpora: each for a target, there, and wherever a method asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xnerbench.errors import InputError
from xnerbench.storage import artifacts
from xnerbench.study.reading.yaml_source import Where

if TYPE_CHECKING:
    from xnerbench.study.model import Config


def handed_in(config: Config, where: Where) -> Iterator[InputError]:
    """Lists of names, labels made elsewhere and parallel text: for a target, there, and wherever a method asks."""
    for key in ("gazetteers", "annotations", "parallel"):
        for target in getattr(config, key):
            at = where(key, target)
            if target not in config.targets:
                yield InputError(
                    f"`{target}` is not in `targets`", at, "add it there, or remove it"
                )
                continue
            if key == "parallel":
                own = config.parallel[target]
                if bool(own.file) == bool(own.source or own.target) or bool(own.source) != bool(
                    own.target
                ):
                    remedy = "give `file`, or `source` and `target`"
                    yield InputError("it is not clear where the two sides are", at, remedy)
                    continue
                files = config.parallel_files(target)
            else:
                files = [config.path(getattr(config, key)[target])]
            for file in files:
                if config.scores is None and not artifacts.is_file(file):
                    yield InputError(f"there is no file {file}", at, "check the path")
    for index, name in enumerate(config.methods):
        method, part = config.method(name), config.only.get(name)
        wanted = {
            "annotations": method.reads_annotations,
            "parallel": "pairs" in method.needs,
        }
        for key, reads in wanted.items():
            for target in (part and part.targets) or config.targets:
                if reads and target not in getattr(config, key):
                    yield InputError(
                        f"`{name}` needs `{key}`, and `{target}` has none",
                        where("methods", index),
                        f"add `{key}.{target}`, or leave the target out with `only`",
                    )
