"""Batches without padding: the subwords of several sentences in one long row of vectors.

Linear layers and feed-forward blocks, which cost nearly all of the arithmetic, see only real subwords. Attention
alone needs sentences apart, so a batch carries the indices that lay its rows out as (sentence, position).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from xnerbench.learning.activations import Activations


@dataclass(frozen=True)
class Grid:
    """Where packed rows stand in a padded (B, L) grid.

    Attributes:
        rows: int64 (B, L), the packed row of each cell; 0 where there is none.
        real: bool (B, L), which cells hold a row.
    """

    rows: torch.Tensor
    real: torch.Tensor

    @classmethod
    def of(cls, lengths: np.ndarray) -> Grid:
        """Lays consecutive runs of `lengths` rows out as sentences."""
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        columns = np.arange(max(int(lengths.max(initial=0)), 1))
        real = columns[None, :] < lengths[:, None]
        rows = np.where(real, starts[:, None] + columns[None, :], 0)
        return cls(torch.from_numpy(rows), torch.from_numpy(real))

    def to(self, device: torch.device) -> Grid:
        """The same grid on another device."""
        return Grid(self.rows.to(device), self.real.to(device))


@dataclass(frozen=True)
class Batch:
    """Several sentences, packed.

    Attributes:
        hidden: float32 (T, d), the frozen trunk's output.
        grid: The sentences of the T rows.
        first: int64 (W,), rows of labelled words.
        first_grid: The sentences of the W labelled words.
        entries: int64 (W,), the labelled words' positions in the activation file's `first`, by which soft
            or gold labels are looked up.
    """

    hidden: torch.Tensor
    grid: Grid
    first: torch.Tensor
    first_grid: Grid
    entries: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device (`entries` stays on the CPU, where labels are)."""
        if device.type == "cpu":
            return self
        return Batch(
            self.hidden.to(device, non_blocking=True),
            self.grid.to(device),
            self.first.to(device),
            self.first_grid.to(device),
            self.entries,
        )


def gather(activations: Activations, sentences: np.ndarray) -> Batch:
    """Packs the given sentences (indices into the activation file)."""
    offsets, word_offsets = activations.offsets, activations.word_offsets
    starts, lengths = offsets[sentences], offsets[sentences + 1] - offsets[sentences]
    word_starts = word_offsets[sentences]
    word_lengths = word_offsets[sentences + 1] - word_starts
    rows = _runs(starts, lengths)
    entries = _runs(word_starts, word_lengths)
    packed_starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first = activations.first[entries] + np.repeat(packed_starts - starts, word_lengths)
    hidden = torch.from_numpy(activations.hidden[rows]).to(torch.float32)
    return Batch(
        hidden,
        Grid.of(lengths),
        torch.from_numpy(first),
        Grid.of(word_lengths),
        torch.from_numpy(entries),
    )


def _runs(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The concatenation of `range(start, start + length)`."""
    total = int(lengths.sum())
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return np.arange(total, dtype=np.int64) + np.repeat(starts - before, lengths)


def shuffled(
    sentences: np.ndarray, batch_size: int, steps: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yields `steps` batches of sentence indices: random epochs without replacement, one after another.

    An epoch's last batch may be smaller, as in the released code; a new epoch begins with a new order.
    """
    done = 0
    while done < steps:
        order = rng.permutation(sentences)
        for begin in range(0, len(order), batch_size):
            if done == steps:
                return
            yield order[begin : begin + batch_size]
            done += 1


def by_length(activations: Activations, batch_size: int = 64) -> Iterator[np.ndarray]:
    """Yields all sentences in batches of similar length, for inference."""
    order = np.argsort(np.diff(activations.offsets), kind="stable")
    for begin in range(0, len(order), batch_size):
        yield order[begin : begin + batch_size]
