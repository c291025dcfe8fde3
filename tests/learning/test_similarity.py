"""Source weights: sums, symmetry, and the nearest source."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from xnerbench.learning.teachers import labels, similarity
from xnerbench.learning.teachers.similarity import SimilarityRecipe
from xnerbench.learning.training.seeding import stream

RNG = np.random.default_rng(0)
CENTRES = RNG.normal(size=(3, 16)).astype(np.float32)


def language(index: int, count: int = 200, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng([seed, index]).normal(scale=0.3, size=(count, 16))
    return (CENTRES[index] + noise).astype(np.float32)


def alphas(sources: list[np.ndarray], target: np.ndarray, **recipe) -> np.ndarray:
    model = similarity.identify(sources, SimilarityRecipe(**recipe), stream(0, "test"))
    return similarity.weights(model, target)


@pytest.mark.parametrize("variant", ["features", "sources"])
def test_a_target_in_a_source_language_goes_to_that_source(variant):
    sources = [language(k) for k in range(3)]
    for k in range(3):
        alpha = alphas(sources, language(k, seed=9), orthogonality=variant, learning_rate=1e-2)
        mean = alpha.mean(axis=0)
        assert mean.argmax() == k
        assert mean[k] > 0.36  # tau = 1 / Var keeps the released weights rather flat


def test_weights_sum_to_one_per_sentence_and_language():
    alpha = alphas([language(0), language(1)], language(2))
    np.testing.assert_allclose(alpha.sum(axis=1), 1.0)
    assert alpha.mean(axis=0).sum() == pytest.approx(1.0)


def test_identical_features_give_equal_weights():
    """The same sentences in both sources: the model cannot tell them apart, nor may the weights."""
    same = language(0)
    model = similarity.identify([same, same.copy()], SimilarityRecipe(epochs=1), stream(1, "test"))
    with torch.no_grad():
        model.languages.copy_(model.languages.mean(dim=0, keepdim=True).expand_as(model.languages))
    np.testing.assert_allclose(similarity.weights(model, language(1)), 0.5)


def test_constant_logits_have_no_temperature():
    model = similarity.LanguageIdentifier(torch.zeros(3, 16), 4)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert np.array_equal(similarity.weights(model, language(0)), np.full((200, 3), 1 / 3))


def test_temperature_is_one_over_the_variance_of_all_logits():
    model = similarity.LanguageIdentifier(torch.from_numpy(CENTRES), 4)
    target = language(1, count=11)
    with torch.no_grad():
        logits = model(torch.from_numpy(target)).double().numpy()
    scaled = np.exp(logits / logits.var())
    expected = scaled / scaled.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(similarity.weights(model, target), expected, rtol=1e-5)


def test_orthogonality_variants_by_hand():
    p = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    # P P^T - I = [[0, 1], [1, 1]]; P^T P - I = [[1, 1, 0], [1, 0, 0], [0, 0, -1]]
    assert similarity.orthogonality(p, "sources").item() == 3.0
    assert similarity.orthogonality(p, "features").item() == 4.0
    with pytest.raises(ValueError, match="features or sources"):
        similarity.orthogonality(p, "rows")


def test_released_penalty_never_falls_below_d_minus_k():
    orthonormal = torch.eye(5)[:2]
    assert similarity.orthogonality(orthonormal, "features").item() == 3.0
    assert similarity.orthogonality(orthonormal, "sources").item() == 0.0


def test_same_seed_same_weights():
    sources, target = [language(0), language(1)], language(2)
    assert np.array_equal(alphas(sources, target), alphas(sources, target))


def test_uniform():
    assert labels.uniform(4).tolist() == [0.25] * 4
