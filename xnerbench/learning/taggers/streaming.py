"""Label probabilities of a text of any length, in batches of few shapes.

oneDNN compiles a kernel for each new shape of a matrix product and keeps it, so where batches all differ a process
grows for hours (docs/performance.md). Here a batch has one of some dozens of shapes, through the frozen and the upper
layers alike. A study, whose texts are short and whose numbers have to repeat, goes by `run_trunk` and `gather` instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from xnerbench.learning.layers.activations import Tokenised
from xnerbench.learning.layers.batch import BLOCK, ROUND, Batch, Block, rounded
from xnerbench.learning.layers.transformer import UpperLayers
from xnerbench.learning.taggers.tagger import Tagger

TOKENS = 4096
"""Subwords of a batch, padding counted."""
WORDS = 8
"""The words of a batch are as many eighths of its cells, rounded up."""
PARTS = 4
"""A batch that is not full has so many quarters of a full one's sentences, rounded up."""


def batches(lengths: np.ndarray, tokens: int = TOKENS) -> Iterator[tuple[np.ndarray, int, int]]:
    """Cuts a text into batches, the longest sentences first.

    Args:
        lengths: int64 (S,), subwords of each sentence.
        tokens: Subwords of a batch.

    Yields:
        The sentences of a batch, how many rows it has (as many or more), and its columns.
    """
    order = np.argsort(-lengths, kind="stable")
    begin = 0
    while begin < len(order):
        columns = rounded(int(lengths[order[begin]]), ROUND)
        full = max(1, tokens // columns)
        sentences = order[begin : begin + full]
        step = -(-full // PARTS)
        yield sentences, min(full, len(sentences) + -len(sentences) % step), columns
        begin += len(sentences)


@torch.inference_mode()
def probabilities(trunk: Any, tagger: Tagger, text: Tokenised, precision: str) -> np.ndarray:
    """Label probabilities of the words that have a subword.

    Args:
        trunk: The embeddings and the frozen layers, on the CPU.
        tagger: The upper layers, on any device.
        text: Subwords of every sentence.
        precision: `fp32`, or `bf16` for autocast.

    Returns:
        float32 (W, labels), in the order of `text.first`.
    """
    device = next(tagger.parameters()).device
    lengths = np.asarray([len(tokens) for tokens in text.ids], dtype=np.int64)
    result = np.zeros((len(text.first), tagger.head.out_features), dtype=np.float32)
    pad = trunk.config.pad_token_id or 0
    # Types like RoBERTa count positions from the padding's number on, which takes two.
    positions = getattr(trunk.config, "max_position_embeddings", None) or 0
    worded = np.flatnonzero(np.diff(text.word_offsets))  # a blank line has no word to be tagged
    for chosen, rows, columns in batches(lengths[worded]):
        sentences = worded[chosen]
        columns = min(columns, max(positions - 2, int(lengths[sentences[0]])))
        ids = torch.full((rows, columns), pad, dtype=torch.long)
        mask = torch.zeros((rows, columns), dtype=torch.long)
        mask[:, 0] = 1  # a row that stands for no sentence looks at its first cell
        for row, sentence in enumerate(sentences):
            ids[row, : lengths[sentence]] = torch.tensor(text.ids[sentence])
            mask[row, : lengths[sentence]] = 1
        bf16 = precision == "bf16"
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            hidden = trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        packs = isinstance(tagger.upper, UpperLayers)  # others take the sentences' rows and no more
        batch = _packed(hidden, text, sentences, lengths, packs)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            logits = tagger(batch.to(device))[: len(batch.entries)]
        result[batch.entries.numpy()] = logits.softmax(dim=1).cpu().numpy()
    return result


def _packed(
    hidden: torch.Tensor, text: Tokenised, sentences: np.ndarray, lengths: np.ndarray, padded: bool
) -> Batch:
    """The upper layers' batch from a square (rows, columns, d), with the rounding of an activation file.

    It is packed as in a study, with as many rows as the square has cells where `padded`; and so that the words that
    are asked for have one of few numbers, the last of them stand for none.
    """
    own = lengths[sentences]
    rows, columns, width = hidden.shape
    real = np.arange(columns)[None, :] < own[:, None]
    packed = hidden[: len(sentences)][torch.from_numpy(real)].to(torch.float16).to(torch.float32)
    if padded:
        spare = torch.zeros((rows * columns - len(packed), width))
        packed = torch.cat([packed, spare])
    starts = np.concatenate([[0], np.cumsum(own)[:-1]])
    before = np.concatenate([[0], np.cumsum(lengths)])[sentences]
    words = text.word_offsets[sentences]
    counts = text.word_offsets[sentences + 1] - words
    entries = np.concatenate(
        [np.arange(w, w + n, dtype=np.int64) for w, n in zip(words, counts, strict=True)]
    )
    first = text.first[entries] + np.repeat(starts - before, counts)
    step = -(-rows * columns // WORDS)
    first = np.concatenate([first, np.zeros(-len(first) % step, dtype=np.int64)])
    return Batch(
        packed,
        _blocks(own, columns),
        torch.from_numpy(starts),
        np.arange(len(sentences)),
        torch.from_numpy(first),
        _blocks(counts, columns),
        torch.from_numpy(entries),
    )


def _blocks(lengths: np.ndarray, columns: int) -> tuple[Block, ...]:
    """Packed sentences in squares of `BLOCK` rows and so many columns each."""
    return tuple(
        _block(lengths[begin : begin + BLOCK], columns) for begin in range(0, len(lengths), BLOCK)
    )


def _block(lengths: np.ndarray, columns: int) -> Block:
    """One square; its rows without a sentence look at the first cell, and nothing is read from them."""
    lengths = np.concatenate([lengths, np.zeros(BLOCK - len(lengths), dtype=np.int64)])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    places = np.arange(columns)
    real = places[None, :] < lengths[:, None]
    cells = np.where(real, starts[:, None] + places[None, :], 0).reshape(-1)
    occupied = np.flatnonzero(real)
    real[lengths == 0, 0] = True
    return Block(
        int(lengths.sum()),
        torch.from_numpy(cells),
        torch.from_numpy(real),
        torch.from_numpy(occupied),
    )
