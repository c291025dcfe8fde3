"""An augmentation from a user's own file: known to the study, and part of what decides its cells."""

from __future__ import annotations

from pathlib import Path

from tests import small_study
from xnerbench import augment
from xnerbench.pipeline.stages import STAGES

CODE = """
from xnerbench.augment import Augmented, register_augmentation
from xnerbench.augment.text import unchanged

@register_augmentation("test-capitals")
def capitals(pool, sentence, rng):
    return Augmented([word.upper() for word in pool.words[sentence]], unchanged(pool, sentence))
"""


def test_a_file_adds_an_augmentation_and_decides_the_cells_that_may_use_it(tmp_path: Path) -> None:
    raw = small_study.write(tmp_path)
    (tmp_path / "capitals.py").write_text(CODE, encoding="utf-8")
    raw["plugins"] = ["capitals.py"]
    raw["methods"] = ["ts", {"name": "up", "base": "ts-augment", "augment": "test-capitals"}]
    try:
        study = small_study.load(raw, tmp_path)
        made = augment.augment(augment.Pool([["a", "b"]]), "test-capitals", 0)
        assert made[0].words == ["A", "B"]
        found = STAGES["cell"].found
        assert str(tmp_path / "capitals.py") in found(study, cell="up/eng/deu/steps/n2/s0")
        assert str(tmp_path / "capitals.py") not in found(study, cell="ts/eng/deu/steps/n2/s0")
    finally:
        augment.AUGMENTATIONS.pop("test-capitals", None)
