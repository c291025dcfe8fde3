"""Contrastive losses against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from xnerbench.learning.objectives import contrast

LEFT = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
RIGHT = torch.tensor([[0.8, 0.6], [0.0, 1.0], [1.0, 0.0]])
# Cosines: rows of LEFT by rows of RIGHT.
COSINES = [[0.8, 0.0, 1.0], [0.6, 1.0, 0.0], [0.96, 0.8, 0.6]]


def one_way(rows: list[list[float]], t: float) -> float:
    return sum(
        math.log(sum(math.exp(value / t) for value in row)) - row[i] / t
        for i, row in enumerate(rows)
    ) / len(rows)


@pytest.mark.parametrize("temperature", [0.07, 0.5, 1.0])
def test_info_nce_of_three_pairs(temperature: float) -> None:
    columns = [list(column) for column in zip(*COSINES, strict=True)]
    expected = (one_way(COSINES, temperature) + one_way(columns, temperature)) / 2
    value = contrast.info_nce(LEFT, RIGHT, temperature)
    torch.testing.assert_close(value, torch.tensor(expected), rtol=1e-4, atol=1e-5)


def test_rows_without_a_pair_are_negatives_of_both_sides() -> None:
    t, others = 0.5, torch.tensor([[-1.0, 0.0]])
    columns = [list(column) for column in zip(*COSINES, strict=True)]
    left = [[*row, -float(own[0])] for row, own in zip(COSINES, LEFT, strict=True)]
    right = [[*row, -float(own[0])] for row, own in zip(columns, RIGHT, strict=True)]
    expected = (one_way(left, t) + one_way(right, t)) / 2
    value = contrast.info_nce(LEFT, RIGHT, t, others)
    torch.testing.assert_close(value, torch.tensor(expected))
    assert value > contrast.info_nce(LEFT, RIGHT, t)


def test_supervised_contrast_of_three_rows() -> None:
    # Rows 0 and 2 share a class; cosines 0-1: 0, 0-2: 0.6, 1-2: 0.8.
    t = 0.5
    first = math.log(math.exp(0 / t) + math.exp(0.6 / t)) - 0.6 / t
    third = math.log(math.exp(0.6 / t) + math.exp(0.8 / t)) - 0.6 / t
    value = contrast.supervised_contrast(LEFT, torch.tensor([4, 1, 4]), t)
    torch.testing.assert_close(value, torch.tensor((first + third) / 2))


def test_the_order_of_rows_does_not_matter() -> None:
    rng = torch.Generator().manual_seed(0)
    rows = torch.nn.functional.normalize(torch.randn(12, 5, generator=rng), dim=1)
    other = torch.nn.functional.normalize(torch.randn(12, 5, generator=rng), dim=1)
    classes = torch.randint(0, 3, (12,), generator=rng)
    order = torch.randperm(12, generator=rng)
    torch.testing.assert_close(
        contrast.supervised_contrast(rows, classes),
        contrast.supervised_contrast(rows[order], classes[order]),
    )
    torch.testing.assert_close(
        contrast.info_nce(rows, other), contrast.info_nce(rows[order], other[order])
    )


@pytest.mark.parametrize("classes", [[], [1], [0, 1, 2], [0, 0]])
def test_few_rows_and_lonely_classes_are_finite(classes: list[int]) -> None:
    rows = LEFT[: len(classes)].clone().requires_grad_()
    value = contrast.supervised_contrast(rows, torch.tensor(classes, dtype=torch.long))
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(rows.grad).all()
    if len(set(classes)) == len(classes):
        assert value == 0


def test_a_detached_side_gets_no_gradient() -> None:
    left, right = LEFT.clone().requires_grad_(), RIGHT.clone().requires_grad_()
    contrast.info_nce(left, right.detach()).backward()
    assert right.grad is None
    assert left.grad.abs().sum() > 0
    empty = contrast.info_nce(left[:0], right[:0])
    empty.backward()
    assert empty == 0


def test_equal_views_are_at_the_floor_of_the_loss() -> None:
    rows = torch.eye(4)
    floor = math.log(1 + 3 * math.exp(-1 / contrast.TEMPERATURE))
    torch.testing.assert_close(
        contrast.info_nce(rows, rows), torch.tensor(floor), rtol=1e-3, atol=1e-7
    )
    assert contrast.info_nce(rows, rows.flip(0)) > 5


def test_the_projection_has_length_one_and_is_seeded() -> None:
    make = lambda seed: contrast.Projection(6, np.random.SeedSequence(seed), out=3)  # noqa: E731
    states = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    rows = make(0)(states)
    torch.testing.assert_close(rows.norm(dim=1), torch.ones(5))
    assert torch.equal(rows, make(0)(states))
    assert not torch.equal(rows, make(1)(states))


def test_means_of_sentences() -> None:
    states = torch.tensor([[1.0], [3.0], [5.0]])
    means = contrast.sentence_means(states, torch.tensor([0, 0, 2]), 3)
    assert means.tolist() == [[2.0], [0.0], [5.0]]
