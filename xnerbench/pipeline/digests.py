"""What decides the result of a command, so that an edit plans exactly what depends on it.

Snakemake sees files, not the modules behind `python -m xnerbench`. Each rule therefore carries a
*recipe* among its `params`: a digest of the code of every module that the command can reach, and of
the configuration keys that it reads. Digesting the syntax tree instead of listing the modules as
input files has two reasons: comments, docstrings and formatting change no result and so re-plan
nothing, even while a study of several days is running, and 10,000 cells need not be compared with
thirty files each.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.pipeline import syntax
from xnerbench.pipeline.stages import STAGES
from xnerbench.storage.artifacts import digest, sha256_file

if TYPE_CHECKING:
    from xnerbench.study.config import Config

PACKAGE = Path(__file__).parent.parent

INERT: dict[str, str] = {
    "xnerbench.cli": "dispatch",
    "xnerbench.errors": "wording of messages",
    "xnerbench.methods": "a method's own row is digested with its cells",
    "xnerbench.pipeline": "what is planned, counted and forecast; a job's own recipe carries what it reads",
    "xnerbench.storage": "how bytes get to disk and what a record says of versions, not what they are",
    "xnerbench.study": "the values that a command reads are digested instead",
}
"""Modules and packages that decide no result, and why; a test bounds the list."""


def modules_of(*entries: str, apart: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The modules that decide a result, sorted: the import closure of some modules less the inert ones.

    Imports inside functions and those of packages on the way (`__init__`) count too.

    Args:
        *entries: Where the imports start.
        apart: Modules that are imported and not run, so that neither they nor their imports count.
    """
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found or name in apart or (is_inert(name) and name not in entries):
            continue
        if _file(name) is None:
            raise ValueError(f"there is no module {name}")
        found.add(name)
        waiting.extend(_imports(name))
    return tuple(sorted(found))


def is_inert(module: str) -> bool:
    """Whether a module, or the package that it is in, decides no result."""
    parts = module.split(".")
    return any(".".join(parts[:end]) in INERT for end in range(2, len(parts) + 1))


@functools.cache
def code_of(
    entries: tuple[str, ...], patterns: tuple[str, ...] = (), apart: tuple[str, ...] = ()
) -> str:
    """A digest of the code and data that decide a result.

    Args:
        entries: Modules where the imports start; a path with `.py` stands for a plug-in's file.
        patterns: Files of the package that are not modules, as globs.
        apart: Modules that are imported and not run.
    """
    inside = [name for name in entries if not name.endswith(".py")]
    plugins = sorted(set(entries) - set(inside))
    read = [_read(Path(path)) for path in plugins]
    imported = {name for names, _ in read for name in names}
    code = [_code(name) for name in modules_of(*inside, *sorted(imported), apart=apart)]
    files = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    data = [
        (path.relative_to(PACKAGE).as_posix(), _text_digest(path))
        for path in sorted(files)
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    return digest([code, data, [own for _, own in read]])


def recipe(stage: str, config: Config, **arguments: Any) -> str:
    """The text that a rule carries in its `params`: it changes when the result may change.

    Args:
        stage: Name of the rule's stage.
        config: The study.
        **arguments: The stage's own, which name the artifact.
    """
    known = STAGES[stage]
    entries = (known.entry, *known.found(config, **arguments))
    code = code_of(entries, known.data(config, **arguments), known.apart(config, **arguments))
    return f"{stage} {code} {digest(known.keys(config, **arguments))}"


def _text_digest(path: Path) -> str:
    """Of a data file; in a frame file, blank lines and comments decide nothing."""
    if path.suffix != ".txt":
        return sha256_file(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    return digest([line for line in lines if line.strip() and not line.startswith("#")])


@functools.cache
def _file(module: str) -> Path | None:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _read(path: Path, package: str = "") -> tuple[frozenset[str], str]:
    """The package's modules that a file imports, and a digest of what it does."""
    named, does = syntax.MEMORY.of(path.read_bytes(), package)
    return frozenset(name for name in named if _file(name) is not None), does


@functools.cache
def _module(module: str) -> tuple[frozenset[str], str]:
    path = _file(module)
    assert path is not None, module
    return _read(path, module if path.name == "__init__.py" else module.rpartition(".")[0])


def _imports(module: str) -> frozenset[str]:
    return _module(module)[0]


def _code(module: str) -> str:
    """A digest of a module's syntax tree without its docstrings and a method's row of facts."""
    return digest([module, _module(module)[1]])
