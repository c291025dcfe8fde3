"""Augmentations of unlabelled text: one module each, found by name; torch is not needed.

A user's own file adds one by calling `register_augmentation` when it is imported.
"""

from xnerbench.augment import code_switch, mention, shuffle, subword
from xnerbench.augment.registry import (
    AUGMENTATIONS,
    augment,
    augmentation,
    register_augmentation,
)
from xnerbench.augment.text import Augmented, Pool

__all__ = [
    "AUGMENTATIONS",
    "Augmented",
    "Pool",
    "augment",
    "augmentation",
    "code_switch",
    "mention",
    "register_augmentation",
    "shuffle",
    "subword",
]
