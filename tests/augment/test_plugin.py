"""An augmentation from a user's own file: known to the study, and part of what decides its cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import small_study
from xnerbench import augment
from xnerbench.errors import InputErrors
from xnerbench.methods import METHODS
from xnerbench.pipeline.stages import STAGES

CODE = """
from xnerbench.augment import Augmented, register_augmentation
from xnerbench.augment.text import unchanged

@register_augmentation("test-capitals")
def capitals(pool, sentence, rng):
    return Augmented([word.upper() for word in pool.words[sentence]], unchanged(pool, sentence))
"""

METHOD = """
from xnerbench.methods import METHODS, register_method

register_method(METHODS["ts-augment"].variant("test-shouted", {"augment": "test-capitals"}))
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


def test_a_method_of_ones_own_whose_augmentation_is_not_there_is_refused(tmp_path: Path) -> None:
    raw = small_study.write(tmp_path)
    (tmp_path / "capital_method.py").write_text(METHOD, encoding="utf-8")
    raw["plugins"] = ["capital_method.py"]
    raw["methods"] = ["ts", "test-shouted"]
    told = r"methods\[1\].*there is no `test-capitals` for augment. Choose one of code-switch"
    try:
        with pytest.raises(InputErrors, match=told):
            small_study.load(raw, tmp_path)
    finally:
        METHODS.pop("test-shouted", None)
