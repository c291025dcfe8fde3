"""What the frozen part of the encoder says about a text, computed once and memory-mapped.

Embeddings and the bottom layers are never trained, so their output is the same for every teacher, student,
seed and size. It is stored packed (no padding) as float16: the values leave a layer norm, so their magnitude is
about one and the rounding (2^-11) is far below the dropout noise of training. So is that of a trunk in bfloat16
(measured: 0.5 % of the values' root mean square after seven layers).

Tensors of an activation file, for S sentences with T subwords and W labelled words in all:

| name | dtype, shape | meaning |
|---|---|---|
| `hidden` | float16 (T, d) | output of the frozen trunk at every subword, special tokens included |
| `offsets` | int64 (S + 1,) | sentence s has rows `offsets[s]:offsets[s + 1]` of `hidden`; the first is `<s>`/[CLS] |
| `first` | int64 (W,) | rows of `hidden` that are the first subword of a word |
| `word_offsets` | int64 (S + 1,) | sentence s has entries `word_offsets[s]:word_offsets[s + 1]` of `first` and `word` |
| `word` | int32 (W,) | which word of its sentence an entry is |
| `sentence_id` | int64 (S,) | ids of the corpus file |

Words without a subword (zero-width text) and words cut off by the maximum length have no entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from xnerbench.learning.layers.tensors import map_tensors, read_record, write_tensors


@dataclass(frozen=True)
class Tokenised:
    """Subword ids of a text and where its words begin; see the module's table for the arrays."""

    ids: list[list[int]]
    first: np.ndarray
    word_offsets: np.ndarray
    word: np.ndarray
    statistics: dict[str, int]

    @classmethod
    def of(
        cls,
        ids: list[list[int]],
        first: list[int],
        word_offsets: list[int],
        word: list[int],
        statistics: dict[str, int] | None = None,
    ) -> Tokenised:
        """From lists."""
        return cls(
            ids,
            np.asarray(first, dtype=np.int64),
            np.asarray(word_offsets, dtype=np.int64),
            np.asarray(word, dtype=np.int32),
            statistics or {},
        )


def tokenise(tokenizer: Any, sentences: list[list[str]], max_subwords: int) -> Tokenised:
    """Splits words into subwords, marks first subwords, and counts what was lost.

    Returns:
        The ids and positions; `statistics` counts words, subwords (special tokens left out), words split
        into several subwords, words with an unknown subword, words without a subword, and words cut off.
    """
    ids: list[list[int]] = []
    first: list[int] = []
    word: list[int] = []
    word_offsets = [0]
    counts = dict.fromkeys(
        ("words", "subwords", "split_words", "unknown_words", "words_without_subword", "words_cut"),
        0,
    )
    start = 0
    for chunk_start in range(0, len(sentences), 1000):
        chunk = sentences[chunk_start : chunk_start + 1000]
        encoded = tokenizer(
            chunk, is_split_into_words=True, add_special_tokens=True, truncation=False
        )
        for row, words in enumerate(chunk):
            tokens, owners = encoded["input_ids"][row], encoded.word_ids(row)
            kept = len(tokens)
            if kept > max_subwords:
                # Cut before the closing special token, as truncation does, so that it stays.
                tokens = [*tokens[: max_subwords - 1], tokens[-1]]
                owners_kept = [*owners[: max_subwords - 1], None]
            else:
                owners_kept = owners
            pieces = np.bincount([w for w in owners if w is not None], minlength=len(words))
            seen: set[int] = set()
            for position, owner in enumerate(owners_kept):
                if owner is not None and owner not in seen:
                    seen.add(owner)
                    first.append(start + position)
                    word.append(owner)
            unknown = {
                owner
                for token, owner in zip(encoded["input_ids"][row], owners, strict=True)
                if owner is not None and token == tokenizer.unk_token_id
            }
            counts["words"] += len(words)
            counts["subwords"] += int(pieces.sum())
            counts["split_words"] += int((pieces > 1).sum())
            counts["unknown_words"] += len(unknown)
            counts["words_without_subword"] += int((pieces == 0).sum())
            counts["words_cut"] += int((pieces > 0).sum()) - len(seen)
            ids.append(tokens)
            word_offsets.append(len(first))
            start += len(tokens)
    return Tokenised.of(ids, first, word_offsets, word, counts)


@torch.inference_mode()
def run_trunk(
    trunk: Any,
    ids: list[list[int]],
    precision: str = "fp32",
    tokens_a_batch: int = 4096,
) -> np.ndarray:
    """Runs the frozen trunk over all sentences on the CPU and packs its output.

    Sentences go through in order of length, so batches hold almost no padding; the result is in the
    order of `ids`.

    Args:
        trunk: The embeddings and the frozen layers.
        ids: Subword ids of every sentence.
        precision: `fp32`, or `bf16` for autocast.
        tokens_a_batch: Subwords of a batch, padding counted.

    Returns:
        float16 `(sum of lengths, d)`.
    """
    lengths = np.asarray([len(tokens) for tokens in ids])
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    width = trunk.config.hidden_size
    packed = np.empty((int(offsets[-1]), width), dtype=np.float16)
    order = np.argsort(lengths, kind="stable")
    pad = trunk.config.pad_token_id or 0
    begin = 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and (end + 1 - begin) * lengths[order[end]] <= tokens_a_batch:
            end += 1
        rows = order[begin:end]
        longest = int(lengths[rows[-1]])
        batch = torch.full((len(rows), longest), pad, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for i, row in enumerate(rows):
            batch[i, : lengths[row]] = torch.tensor(ids[row])
            mask[i, : lengths[row]] = 1
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            outputs = trunk(input_ids=batch, attention_mask=mask)
        values = outputs.last_hidden_state.to(torch.float16).numpy()
        for i, row in enumerate(rows):
            packed[offsets[row] : offsets[row + 1]] = values[i, : lengths[row]]
        begin = end
    return packed


def write(
    path: Path,
    hidden: np.ndarray,
    tokenised: Tokenised,
    sentence_ids: np.ndarray,
    record: dict[str, Any],
) -> None:
    """Writes an activation file atomically; the tokenisation's statistics join the record."""
    lengths = [len(tokens) for tokens in tokenised.ids]
    tensors = {
        "hidden": hidden,
        "offsets": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "first": tokenised.first,
        "word_offsets": tokenised.word_offsets,
        "word": tokenised.word,
        "sentence_id": sentence_ids.astype(np.int64),
    }
    write_tensors(path, tensors, record | tokenised.statistics)


@dataclass(frozen=True)
class Activations:
    """A memory-mapped activation file; see the module's table for the arrays."""

    path: Path

    @cached_property
    def _tensors(self) -> dict[str, np.ndarray]:
        return map_tensors(self.path)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The record of the file's header."""
        return read_record(self.path)

    @property
    def hidden(self) -> np.ndarray:
        """float16 (T, d)."""
        return self._tensors["hidden"]

    @property
    def offsets(self) -> np.ndarray:
        """int64 (S + 1,)."""
        return self._tensors["offsets"]

    @property
    def first(self) -> np.ndarray:
        """int64 (W,)."""
        return self._tensors["first"]

    @property
    def word_offsets(self) -> np.ndarray:
        """int64 (S + 1,)."""
        return self._tensors["word_offsets"]

    @property
    def word(self) -> np.ndarray:
        """int32 (W,)."""
        return self._tensors["word"]

    @property
    def sentence_id(self) -> np.ndarray:
        """int64 (S,)."""
        return self._tensors["sentence_id"]

    def __len__(self) -> int:
        return len(self.offsets) - 1
