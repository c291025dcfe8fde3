"""What decides the result of a command, so that an edit plans exactly what depends on it.

Snakemake sees files, not the modules behind `python -m xnerbench`. Each rule therefore carries a
*recipe* among its `params`: a digest of the code of every module that the command can reach, and of
the configuration keys that it reads. Digesting the syntax tree instead of listing the modules as
input files has two reasons: comments, docstrings and formatting change no result and so re-plan
nothing, even while a study of several days is running, and 10,000 cells need not be compared with
thirty files each.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnerbench.catalogue import code
from xnerbench.methods import METHODS
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

ENTRIES: dict[str, str] = {
    "corpus": "xnerbench.commands.corpus_prepare",
}
"""Where the closure starts if not at `xnerbench.commands.<command>`."""

DATA: dict[str, tuple[str, ...]] = {
    "corpus": ("data/**/*",),
    "report": ("report/templates/**/*",),
}
"""Files that are not modules and that decide a command's result, as patterns in the package."""


def modules_of(command: str, *also: str) -> tuple[str, ...]:
    """The modules that decide a command's result, sorted: its import closure less the inert ones.

    Imports inside functions and those of packages on the way (`__init__`) count too.

    Args:
        command: The command.
        *also: Modules that it finds by name, such as the one with a method's loss.
    """
    start = ENTRIES.get(command, f"xnerbench.commands.{command}")
    if _file(start) is None:
        raise ValueError(f"there is no module {start} for the command {command}")
    found: set[str] = set()
    waiting = [start, *also]
    while waiting:
        name = waiting.pop()
        if name in found or is_inert(name):
            continue
        found.add(name)
        waiting.extend(_imports(name))
    return tuple(sorted(found))


def is_inert(module: str) -> bool:
    """Whether a module, or the package that it is in, decides no result."""
    parts = module.split(".")
    return any(".".join(parts[:end]) in INERT for end in range(2, len(parts) + 1))


@functools.cache
def code_of(command: str, *also: str) -> str:
    """A digest of the code that decides a command's result; arguments as of `modules_of`."""
    files = {path for pattern in DATA.get(command, ()) for path in PACKAGE.glob(pattern)}
    data = [
        (path.relative_to(PACKAGE).as_posix(), sha256_file(path))
        for path in sorted(files)
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    return digest([[_code(name) for name in modules_of(command, *also)], data])


def recipe(command: str, config: Config, **what: Any) -> str:
    """The text that a rule carries in its `params`: it changes when the result may change.

    Args:
        command: The command of the rule.
        config: The study.
        **what: `language` or `method`, whose part of the configuration is read.
    """
    loss = METHODS[what["method"]].loss if "method" in what else ""
    also = [loss.partition(":")[0]] if loss else []
    also += code.modules_of(command)
    return f"{command} {code_of(command, *also)} {digest(keys_of(command, config, **what))}"


def keys_of(
    command: str, config: Config, language: str | None = None, method: str | None = None
) -> dict[str, Any]:
    """The part of the configuration that a command reads, as plain values.

    Numbers that name a file (seeds, sizes, languages) are left out: they are in the paths.
    """
    values = config.to_dict()
    encoder = values["encoder"]
    trained = {"labels": config.labels, "compute": values["compute"]}
    match command:
        case "encoder":
            return {key: encoder[key] for key in ("name", "revision", "layers", "allow_pickle")}
        case "corpus":
            corpora = values["corpora"]
            caps = {key: corpora[key] for key in ("label_map", "max_train", "max_pool", "max_test")}
            own = {**corpora["languages"].get(language, {})}
            own.pop("spaced", None)  # how its words are tokenized, later
            return {"labels": config.labels, "corpus": own, **caps}
        case "activations":
            read = {"compute": values["compute"], "max_subwords": config.max_subwords}
            spaced = config.corpora.languages[str(language)].spaced
            return {"freeze": encoder["freeze"], "spaced": spaced, **read}
        case "teacher":
            return {"freeze": encoder["freeze"], "teacher": values["teacher"], **trained}
        case "softlabels":
            return {"freeze": encoder["freeze"], **trained}
        case "features":
            return {"freeze": encoder["freeze"], "compute": values["compute"]}
        case "weights":
            return {"similarity": values["similarity"], "compute": values["compute"]}
        case "cell":
            info = METHODS[str(method)]
            own = {key: value for key, value in vars(info).items() if key != "summary"}
            own["code"] = _loss_code(info.loss)
            read = {"freeze": encoder["freeze"], "method": own, **trained}
            if info.weights == "similarity":
                read["alpha"] = config.similarity.alpha
            return {**read, "student": values["student"]} if info.trains_student else read
        case "score":
            return {"labels": config.labels, "study": config.study, "encoder": encoder}
        case "collect":
            return values
        case "fit" | "figures" | "report":
            return {"analysis": values["analysis"], "labels": config.labels}
        case "subset":
            return {}
    raise ValueError(f"no keys are known for the command {command}")


def _loss_code(loss: str) -> str:
    """The code of a method's loss, where it is not among the modules of every cell."""
    module = loss.partition(":")[0]
    return "" if not module or module in modules_of("cell") else _code(module)


def _file(module: str) -> Path | None:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@functools.cache
def _tree(module: str) -> ast.Module:
    path = _file(module)
    assert path is not None, module
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def _imports(module: str) -> frozenset[str]:
    """Modules of this package that a module names in an import, with the packages around them."""
    path = _file(module)
    package = (
        module if path is not None and path.name == "__init__.py" else module.rpartition(".")[0]
    )
    named = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, *filter(None, [base])])
            named.add(base)
            named.update(f"{base}.{alias.name}" for alias in node.names)
    found = set()
    for name in named:
        parts = name.split(".")
        if parts[0] == "xnerbench":
            found.update(".".join(parts[:end]) for end in range(2, len(parts) + 1))
    return frozenset(name for name in found if _file(name) is not None)


@functools.cache
def _code(module: str) -> str:
    """A digest of a module's syntax tree without its docstrings and the limits and meanings of keys."""
    tree = _tree(module)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "key":
            node.args, node.keywords = (
                [],
                [],
            )  # a command's values are digested, defaults among them
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [child for child in node.body if not _is_text(child)]
    return digest([module, ast.dump(tree)])


def _is_text(node: ast.stmt) -> bool:
    """Whether a statement is only a string: a docstring of whatever it follows or opens."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
