"""Batches without padding: the subwords of several sentences in one long row of vectors.

Linear layers and feed-forward blocks, which cost nearly all of the arithmetic, see only real subwords. Attention
alone needs sentences apart, so a batch carries the indices that lay its rows out as (sentence, position).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from xnerbench.learning.layers.text import Sentences

BLOCK = 8  # sentences that share one padded square in attention; they are neighbours in length
ROUND = 8  # the square's length is a multiple of this; see `rounded`


def rounded(number: int, step: int) -> int:
    """Rounds a dimension up, so that few shapes occur: to a multiple of `step`, and of an eighth of its power of two.

    oneDNN compiles a kernel for every new shape of a matrix product, which costs several times the product, and
    keeps about 0.6 MB for each (docs/performance.md).
    """
    step = max(step, 1 << max(0, number.bit_length() - 4))
    return number + -number % step


@dataclass(frozen=True)
class Block:
    """A few sentences of similar length as a padded (B, L) square.

    Attributes:
        rows: How many rows of the packed matrix they have; blocks follow one another.
        cells: int64 (B * L,), the row of each cell, counted within the block; 0 where there is none.
        real: bool (B, L), which cells hold a row.
        occupied: int64 (rows,), the cells that hold a row, in order.
    """

    rows: int
    cells: torch.Tensor
    real: torch.Tensor
    occupied: torch.Tensor

    @classmethod
    def of(cls, lengths: np.ndarray) -> Block:
        """Lays consecutive runs of `lengths` rows out as a square."""
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        longest = max(int(lengths.max(initial=0)), 1)
        columns = np.arange(rounded(longest, ROUND))
        real = columns[None, :] < lengths[:, None]
        cells = np.where(real, starts[:, None] + columns[None, :], 0).reshape(-1)
        return cls(
            int(lengths.sum()),
            torch.from_numpy(cells),
            torch.from_numpy(real),
            torch.from_numpy(np.flatnonzero(real)),
        )

    def to(self, device: torch.device) -> Block:
        """The same block on another device."""
        return Block(
            self.rows, self.cells.to(device), self.real.to(device), self.occupied.to(device)
        )


def blocks_of(lengths: np.ndarray) -> tuple[Block, ...]:
    """Cuts packed sentences into blocks of `BLOCK`, in order."""
    return tuple(
        Block.of(lengths[first : first + BLOCK]) for first in range(0, len(lengths), BLOCK)
    )


@dataclass(frozen=True)
class Batch:
    """Several sentences, packed in order of length.

    Attributes:
        hidden: float32 (T, d), the frozen trunk's output.
        blocks: The sentences of the T rows.
        starts: int64 (B,), the first row of every sentence.
        order: int64 (B,), which of the sentences asked for each one is.
        first: int64 (W,), rows of labelled words.
        first_blocks: The sentences of the W labelled words, block by block the same as in `blocks`.
        entries: int64 (W,), the labelled words' positions in the activation file's `first`, by which soft
            or gold labels are looked up.
    """

    hidden: torch.Tensor
    blocks: tuple[Block, ...]
    starts: torch.Tensor
    order: np.ndarray
    first: torch.Tensor
    first_blocks: tuple[Block, ...]
    entries: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device (`entries` stays on the CPU, where labels are)."""
        if device.type == "cpu":
            return self
        return Batch(
            self.hidden.to(device, non_blocking=True),
            tuple(block.to(device) for block in self.blocks),
            self.starts.to(device),
            self.order,
            self.first.to(device),
            tuple(block.to(device) for block in self.first_blocks),
            self.entries,
        )


def gather(activations: Sentences, sentences: np.ndarray) -> Batch:
    """Packs the given sentences (indices into the activation file), shortest first.

    Their order within a batch changes no loss; sorted, neighbours in length share an attention block.
    """
    offsets, word_offsets = activations.offsets, activations.word_offsets
    order = np.argsort(offsets[sentences + 1] - offsets[sentences], kind="stable")
    sentences = sentences[order]
    starts, lengths = offsets[sentences], offsets[sentences + 1] - offsets[sentences]
    word_starts = word_offsets[sentences]
    word_lengths = word_offsets[sentences + 1] - word_starts
    entries = _runs(word_starts, word_lengths)
    packed_starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first = activations.first[entries] + np.repeat(packed_starts - starts, word_lengths)
    hidden = torch.from_numpy(activations.hidden[_runs(starts, lengths)]).to(torch.float32)
    return Batch(
        hidden,
        blocks_of(lengths),
        torch.from_numpy(packed_starts),
        order,
        torch.from_numpy(first),
        blocks_of(word_lengths),
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


def by_length(
    activations: Sentences, sentences: np.ndarray | None = None, batch_size: int = 64
) -> Iterator[np.ndarray]:
    """Yields sentences (all by default) in batches of similar length, for inference."""
    lengths = np.diff(activations.offsets)
    order = np.argsort(lengths if sentences is None else lengths[sentences], kind="stable")
    order = order if sentences is None else sentences[order]
    for begin in range(0, len(order), batch_size):
        yield order[begin : begin + batch_size]
