"""Augmentations by name, and how a whole pool goes through one."""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from xnerbench.augment.text import Augmented, Pool
from xnerbench.errors import InputError

Augmentation = Callable[..., Augmented]
AUGMENTATIONS: dict[str, Augmentation] = {}
_NEEDS: dict[str, tuple[str, ...]] = {}


def register_augmentation(
    name: str, needs: tuple[str, ...] = ()
) -> Callable[[Augmentation], Augmentation]:
    """Registers a function under a name, as a decorator.

    The function gets `(pool, sentence, rng, **options)`: the texts, the number of the sentence, a generator of
    its own. It returns an `Augmented`. Options are its keyword arguments with their defaults.

    Args:
        name: Its name in configurations.
        needs: What a method must need so that the texts have it: `dictionary`.

    Raises:
        ValueError: Another function has the name.
    """

    def add(function: Augmentation) -> Augmentation:
        known = AUGMENTATIONS.get(name)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ValueError(f"there is an augmentation {name!r} already")
        AUGMENTATIONS[name] = function
        _NEEDS[name] = needs
        return function

    return add


def known() -> dict[str, tuple[str, ...]]:
    """Every augmentation by name, with what a method must need to use it."""
    return {name: _NEEDS.get(name, ()) for name in AUGMENTATIONS}


def augmentation(name: str, where: str = "augment") -> Augmentation:
    """The augmentation of that name.

    Raises:
        InputError: There is none; the nearest name is told.
    """
    if name in AUGMENTATIONS:
        return AUGMENTATIONS[name]
    near = difflib.get_close_matches(name, AUGMENTATIONS, 1)
    remedy = (
        f"did you mean `{near[0]}`" if near else f"choose among {', '.join(sorted(AUGMENTATIONS))}"
    )
    raise InputError(f"there is no augmentation `{name}`", where, remedy)


def augment(
    pool: Pool,
    name: str,
    seed: int,
    copies: int = 1,
    options: dict[str, Any] | None = None,
    sentences: Iterable[int] | None = None,
) -> list[Augmented]:
    """The copies of every sentence, or of those that are wanted, copy by copy: `copy * len(pool.words) + sentence`.

    A sentence's draws are its own (they depend on the seed, the augmentation, its number and the copy), so
    they are the same whatever else is augmented.

    Raises:
        InputError: There is no augmentation of that name, or the text lacks what it needs.
    """
    function = augmentation(name)
    made = []
    wanted = list(range(len(pool.words)) if sentences is None else sentences)
    for copy in range(copies):
        for sentence in wanted:
            entropy = [seed, zlib.crc32(name.encode()), copy, sentence]
            rng = np.random.default_rng(np.random.SeedSequence(entropy))
            made.append(function(pool, sentence, rng, **(options or {})))
    return made
