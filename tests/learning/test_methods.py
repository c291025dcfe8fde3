"""Every entry of the registry can be run, and the documented template is a working method."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest
import torch

from xnerbench.learning import losses, student
from xnerbench.methods import METHODS, MethodInfo

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"
TRAINED = [info for info in METHODS.values() if info.trains_student]


@pytest.mark.parametrize("info", TRAINED, ids=lambda info: info.name)
def test_losses_can_be_called(info):
    logits = torch.randn(6, 5, requires_grad=True)
    labels = torch.arange(6) % 5 if info.reads_gold else torch.rand(6, 5).softmax(dim=1)
    value = student.loss_of(info)(logits, labels)
    value.backward()
    assert value.item() > 0
    assert logits.grad.abs().sum() > 0


def test_which_loss_belongs_to_which_method():
    assert student.loss_of(METHODS["ts"]) is losses.mean_squared_error
    assert student.loss_of(METHODS["ts-kl"]) is losses.divergence
    assert student.loss_of(METHODS["ts-hard"]) is losses.hard
    assert student.loss_of(METHODS["multi-sim"]) is losses.mean_squared_error


def test_only_the_supervised_control_reads_gold():
    assert [info.name for info in METHODS.values() if info.reads_gold] == ["supervised"]


def test_every_method_is_documented():
    text = PAGE.read_text(encoding="utf-8")
    for name in METHODS:
        assert f"| `{name}` |" in text


def test_the_documented_template_is_a_method(tmp_path, monkeypatch):
    """The code block of docs/methods.md, saved as it says, is a method with a loss that learns."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(code.splitlines()) <= 30
    path = tmp_path / "ts_sure.py"
    path.write_text(code, encoding="utf-8")
    name = "xnerbench.methods.ts_sure"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    assert isinstance(module.METHOD, MethodInfo)
    loss = student.loss_of(module.METHOD)
    soft = torch.tensor([[1.0, 0.0], [0.5, 0.5]])
    # (1 * (0.25 + 0.25) + 0.5 * 0) / 4 at uniform logits
    assert loss(torch.zeros(2, 2), soft).item() == pytest.approx(0.125)
