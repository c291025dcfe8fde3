"""What a teacher's confidence depends on besides its text: a calibration is valid for teachers made the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xnerbench.storage.artifacts import digest
from xnerbench.study.reading.keys import keys_of
from xnerbench.study.sections import Recipe

if TYPE_CHECKING:
    from xnerbench.study.config import Config


def made_with(config: Config) -> dict[str, Any]:
    """Digests of encoder and recipe, and the labels.

    `encoder` is of its name, revision, kept and frozen layers; `recipe` of the teacher's training, the labels and the
    longest input. Seeds, sources and targets are in neither.
    """
    encoder = config.encoder
    kept = {
        "name": encoder.name,
        "revision": encoder.revision,
        "layers": encoder.layers,
        "freeze": encoder.freeze,
    }
    recipe = {
        "teacher": teacher_of(config),
        "labels": list(config.labels),
        "max_subwords": config.max_subwords,
    }
    return {"encoder": digest(kept), "recipe": digest(recipe), "labels": list(config.labels)}


def teacher_of(config: Config) -> dict[str, Any]:
    """How teachers are trained, without defaults: a key that is new or renamed makes no calibration invalid."""
    told = config.to_dict()["teacher"]
    return {name: told[name] for name, _, about in keys_of(Recipe) if told[name] != about.default}
