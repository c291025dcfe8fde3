"""Loads the files that a study names under `plugins`: their code registers what it adds, by being run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from xnerbench.errors import InputError
from xnerbench.storage.artifacts import sha256_file
from xnerbench.study.reading.yaml_source import Where

_loaded: dict[str, str] = {}


def module_name(path: Path) -> str:
    """The name under which a plug-in is imported: of its file, and of nothing on `sys.path`."""
    return f"xnerbench_plugin_{path.stem}"


def load(raw: Any, base: Path, where: Where) -> None:
    """Runs the plug-in files of a raw configuration that were not run yet in this process.

    They come before everything else that is checked, since they may add to what a configuration can say.

    Args:
        raw: The configuration; `plugins` that are no list of texts are left for the schema to refuse.
        base: Where relative paths start.
        where: Places in the configuration, for errors.

    Raises:
        InputError: A file is missing, cannot be run, or was changed since this process ran it.
    """
    names = raw.get("plugins") if isinstance(raw, dict) else None
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return
    for index, name in enumerate(names):
        path, place = base / Path(name).expanduser(), where("plugins", index)
        if not path.is_file() or path.suffix != ".py":
            raise InputError(f"there is no Python file {path}", place, "check the path")
        key, code = str(path.resolve()), sha256_file(path)
        if _loaded.get(key) == code:
            continue
        if key in _loaded:
            raise InputError(f"{path} was changed while it was in use", place, "start again")
        spec = importlib.util.spec_from_file_location(module_name(path), path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:  # whatever a user's code does
            del sys.modules[spec.name]
            what = f"{path} cannot be run: {type(error).__name__}: {error}"
            raise InputError(what, place, "mend the file") from error
        _loaded[key] = code
