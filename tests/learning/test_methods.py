"""Every entry of the registry can be run, and the documented template is a working method."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from xnerbench.learning.layers.batch import blocks_of
from xnerbench.learning.objectives import losses
from xnerbench.learning.objectives.objective import Context, Draws, Output, Seen, objective_of
from xnerbench.methods import METHODS, Method, declared, named, roles
from xnerbench.methods.options import Option

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"
TRAINED = [info for info in METHODS.values() if info.trains_student]


def objective(method, labels=5, width=8):
    names = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"][:labels]
    listed = {("Rooma",): "LOC"}
    context = Context(method.chosen, names, width, np.random.SeedSequence(0), names=listed)
    return objective_of(method, context)


def called(method, logits, soft):
    gold = soft.argmax(dim=1)
    output = Output(logits, torch.zeros(len(logits), 8))
    batch = SimpleNamespace(first_blocks=blocks_of(np.asarray([len(logits) // 2] * 2)))
    words = ["Rooma"] * len(logits)
    return objective(method)(output, Seen(batch, soft, gold, words=words))


@pytest.mark.parametrize("info", TRAINED, ids=lambda info: info.name)
def test_objectives_can_be_called(info):
    logits = torch.randn(6, 5, requires_grad=True)
    value = called(info, logits, torch.rand(6, 5).softmax(dim=1))
    value.backward()
    assert value.item() > 0
    assert logits.grad.abs().sum() > 0


def test_which_loss_belongs_to_which_method():
    logits, soft = torch.randn(6, 5), torch.rand(6, 5).softmax(dim=1)
    wanted = {
        "ts": losses.mean_squared_error,
        "ts-kl": losses.kl_divergence,
        "ts-hard": losses.hard,
        "multi-sim": losses.mean_squared_error,
    }
    for name, loss in wanted.items():
        assert called(METHODS[name], logits, soft) == loss(logits, soft), name


def test_temperature_and_confidence_by_hand():
    logits = torch.tensor([[0.0, 2.0], [1.0, 0.0]])
    soft = torch.tensor([[0.2, 0.8], [0.5, 0.5]])
    warm = soft.sqrt() / soft.sqrt().sum(dim=1, keepdim=True)
    expected = 4 * losses.kl_divergence(logits / 2, warm)
    method = METHODS["ts-kl"].variant("t2", {"temperature": 2.0})
    torch.testing.assert_close(called(method, logits, soft), expected)
    method = METHODS["ts-kl"].variant("sure", {"confidence": 0.7})
    assert called(method, logits, soft) == losses.kl_divergence(logits[:1], soft[:1])
    method = METHODS["ts-kl"].variant("none-sure", {"confidence": 0.9})
    assert called(method, logits, soft) == 0


def test_facts_name_what_is_not_the_default():
    assert METHODS["ts"].facts() == {
        "objective": "xnerbench.learning.objectives.objective:distil",
        "values": {},
    }
    same = METHODS["ts"].variant("other", {"temperature": 1.0, "loss": "squared-error"})
    assert same.facts() == METHODS["ts"].facts()
    other = METHODS["ts"].variant("other", {"temperature": 2.0})
    assert other.facts()["values"] == {"temperature": 2.0}


def test_a_new_option_changes_no_cell_and_a_new_default_does():
    def facts(**options: Option) -> dict:
        return dataclasses.replace(METHODS["ts"], options=options).facts()

    assert facts() == facts(weight=Option(1.0, ""))
    assert facts(weight=Option(0.3, "", before=1.0))["values"] == {"weight": 0.3}
    asked = dataclasses.replace(
        METHODS["ts"], options={"weight": Option(0.3, "", before=1.0)}, values={"weight": 1.0}
    )
    assert asked.facts() == facts()  # what was trained with the old default stays what it is


def test_which_methods_read_gold():
    reading = [info.name for info in METHODS.values() if info.reads_gold]
    assert sorted(reading) == ["few", "few-ts", "supervised"]


def test_every_method_is_documented():
    text = PAGE.read_text(encoding="utf-8")
    for name in METHODS:
        assert f"| `{name}` |" in text


def test_whose_tags_a_student_copies_follows_from_what_its_method_declares(monkeypatch):
    own = {"several": {"multi_source": True, "weights": "similarity"}, "one": {}}
    for name, facts in own.items():
        monkeypatch.setitem(METHODS, name, Method(name, "", **facts))
    assert [roles.copied_by(named(name)) for name in own] == ["direct-sim", "direct"]
    assert roles.copied_by(named("nobody's")) == "direct"
    assert roles.MIXTURE == "direct-avg"
    monkeypatch.setitem(
        METHODS, "pooled", Method("pooled", "", trains_student=False, weights="seeds")
    )
    assert roles.is_of_every_seed("pooled")
    assert not roles.is_of_every_seed("one") and not roles.is_of_every_seed("nobody's")


def test_what_a_method_is_called_and_looks_like_decides_no_cell():
    method = METHODS["ts"]
    other = dataclasses.replace(method, role="arm", label="mine", look="grey s")
    assert other.facts() == method.facts()
    variant = METHODS["supervised"].variant("mine", {"learning_rate": 1e-3})
    assert (variant.role, variant.label, variant.look) == ("ceiling", "", "")


@pytest.mark.parametrize(
    "fact", [{"role": "lead"}, {"label": 3}, {"look": "pink o"}, {"look": "blue"}]
)
def test_a_role_label_or_look_that_is_none_is_refused(fact):
    with pytest.raises(ValueError, match=f"mine: {next(iter(fact))} is .*must be"):
        declared.check(dataclasses.replace(METHODS["ts"], name="mine", **fact))


def test_draws_are_those_of_numpys_generator_and_can_be_taken_back() -> None:
    draws, numpys = (
        Draws(np.random.SeedSequence(4)),
        np.random.default_rng(np.random.SeedSequence(4)),
    )
    assert np.array_equal(draws.normal(size=5), numpys.normal(size=5))
    state = draws.state_dict()
    after = draws.integers(2**32, size=5)
    draws.load_state_dict(state)
    assert np.array_equal(draws.integers(2**32, size=5), after)
