"""How much each source's teacher counts for a target: the language-identification model of Wu et al. (2020).

Trained on the sources only. A sentence feature f is the un-fine-tuned encoder's output at the first position
([CLS] or `<s>`); language k has a learnable embedding mu_k, initialised at the mean feature of its sentences:

    logit_k = (U f + b_U) . (V mu_k + b_V),   U, V: d -> 64

trained by cross-entropy on the language plus 0.01 times an orthogonality penalty. The target's weights are the mean
over its unlabelled sentences of softmax(tau * logits), tau = 1 / Var(all logits).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from xnerbench.learning.layers.activations import Activations
from xnerbench.learning.layers.batch import blocks_of, by_length, gather
from xnerbench.learning.layers.transformer import UpperLayers
from xnerbench.learning.training.seeding import draw_linear

if TYPE_CHECKING:
    from xnerbench.learning.layers.stack import StackLayers


@dataclass(frozen=True)
class SimilarityRecipe:
    """How the language-identification model is trained; the defaults are the released code's.

    Attributes:
        orthogonality: `features`: ||P^T P - I_d||_F^2, as released (with K languages it cannot fall below
            d - K); `sources`: ||P P^T - I_K||_F^2, zero when the K embeddings are orthonormal.
        penalty: Weight of that term.
        dimension: Width of the two projections.
        epochs: Passes over the sources' sentences.
        learning_rate: Of Adam.
        weight_decay: Of Adam.
        batch_size: Sentences an update.
    """

    orthogonality: str = "sources"
    penalty: float = 0.01
    dimension: int = 64
    epochs: int = 10
    learning_rate: float = 1e-4
    weight_decay: float = 1e-5
    batch_size: int = 32


@torch.inference_mode()
def sentence_features(upper: UpperLayers | StackLayers, activations: Activations) -> np.ndarray:
    """float32 (S, d): the un-fine-tuned encoder's output at the first position of every sentence."""
    upper.eval()
    width = activations.hidden.shape[1]
    features = np.empty((len(activations), width), dtype=np.float32)
    for sentences in by_length(activations):
        batch = gather(activations, sentences)
        one_each = blocks_of(np.ones(len(sentences), dtype=np.int64))
        outputs = upper(batch.hidden, batch.blocks, batch.starts, one_each)
        features[sentences[batch.order]] = outputs.numpy()
    return features


class LanguageIdentifier(nn.Module):
    """Scores a sentence feature against every source language."""

    def __init__(self, means: torch.Tensor, dimension: int) -> None:
        super().__init__()
        width = means.shape[1]
        self.languages = nn.Parameter(means.clone())
        self.sentence = nn.Linear(width, dimension)
        self.language = nn.Linear(width, dimension)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(N, d) -> logits (N, K)."""
        return self.sentence(features) @ self.language(self.languages).T


def orthogonality(languages: torch.Tensor, variant: str) -> torch.Tensor:
    """The squared Frobenius penalty on the (K, d) matrix P of language embeddings."""
    if variant == "features":
        gram = languages.T @ languages
    elif variant == "sources":
        gram = languages @ languages.T
    else:
        raise ValueError(f"unknown orthogonality {variant!r}: features or sources")
    return ((gram - torch.eye(gram.shape[0])) ** 2).sum()


def identify(
    features: list[np.ndarray], recipe: SimilarityRecipe, seed: np.random.SeedSequence
) -> LanguageIdentifier:
    """Trains the model on the sources' sentence features, one (S_k, d) array a source."""
    init_seed, order_seed = seed.spawn(2)
    means = torch.from_numpy(np.stack([part.mean(axis=0) for part in features]))
    model = LanguageIdentifier(means, recipe.dimension)
    draw_linear((model.sentence, model.language), np.random.default_rng(init_seed))
    x = torch.from_numpy(np.concatenate(features))
    y = torch.from_numpy(np.repeat(np.arange(len(features)), [len(part) for part in features]))
    optimiser = torch.optim.Adam(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    rng = np.random.default_rng(order_seed)
    for _ in range(recipe.epochs):
        order = torch.from_numpy(rng.permutation(len(x)))
        for rows in order.split(recipe.batch_size):
            loss = functional.cross_entropy(model(x[rows]), y[rows])
            loss = loss + recipe.penalty * orthogonality(model.languages, recipe.orthogonality)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
    return model.eval()


@torch.inference_mode()
def weights(model: LanguageIdentifier, target: np.ndarray) -> np.ndarray:
    """float64 (S, K): softmax(tau * logits) of each target sentence, tau = 1 / Var(all logits).

    Identical logits (zero variance) say nothing about similarity: every source then has weight 1/K.
    The mean over sentences is the weight per language.
    """
    logits = model(torch.from_numpy(target)).double()
    variance = float(logits.var(unbiased=False))
    if variance < 1e-12:
        return np.full(tuple(logits.shape), 1.0 / logits.shape[1])
    return (logits / variance).softmax(dim=1).numpy()
