"""What Snakemake was given as a configuration, read by the suite's own loader where that can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from xnerbench.errors import InputError
from xnerbench.study.reading import yaml_source

FILES = (".yaml", ".yml", ".json")
TEMPLATE = "__use_yte__"


def named(config: Mapping[str, Any]) -> str | None:
    """The file of `--config study=FILE`, if one is named."""
    value = config.get("study")
    return value if isinstance(value, str) and value.endswith(FILES) else None


def study(
    config: Mapping[str, Any], files: Iterable[str | Path] = ()
) -> tuple[dict[str, Any], yaml_source.Where]:
    """The study's keys, and where in which file they stand.

    `--config study=my.yaml` names a file, which nothing but the suite has read; other keys of the command
    line overrule it. With `--configfile`, Snakemake has read the file.

    Args:
        config: Snakemake's `config`.
        files: The configuration files that Snakemake has read.

    Raises:
        InputError: A file cannot be read, or is a YTE template: Snakemake runs the expressions in one before
            the suite can look at it, and no study needs any.
    """
    paths = [Path(file) for file in files]
    for path in paths:
        if path.is_file() and yaml_source.has_word(path, TEMPLATE):
            raise InputError(
                "it is a YTE template (`__use_yte__`), whose expressions Snakemake has run",
                str(path),
                "read what they do; `--config study=FILE` runs none",
            )
    if (own := named(config)) is None:
        return dict(config), _where(config, paths)
    value, where = yaml_source.read(Path(own))
    if not isinstance(value, dict):
        raise InputError("is no mapping of keys", own, "write `key: value` lines")
    overruled = {key: given for key, given in config.items() if key != "study"}
    return {**value, **overruled}, where.without(overruled)


def _where(config: Mapping[str, Any], paths: Iterable[Path]) -> yaml_source.Where:
    """Where Snakemake has keys from, but for those that the command line has changed."""
    try:
        read, where = yaml_source.read_over(map(_short, paths))
    except InputError:  # Snakemake takes more, such as anchors: messages have no lines then
        return yaml_source.Where()
    return where.without(key for key in read if read[key] != config.get(key))


def _short(path: Path) -> Path:
    """The path as somebody in this folder would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
