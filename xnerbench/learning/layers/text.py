"""What a text is to training and tagging, whether it is one activation file, several, or in memory."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Rows(Protocol):
    """A matrix (T, d) whose rows are looked up."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(T, d)."""

    def __getitem__(self, rows: np.ndarray, /) -> np.ndarray:
        """The rows (len(rows), d)."""


class Sentences(Protocol):
    """What training reads of a text; the arrays are those of an activation file (see `activations`)."""

    @property
    def hidden(self) -> Rows:
        """Float16 (T, d)."""

    @property
    def offsets(self) -> np.ndarray:
        """int64 (S + 1,)."""

    @property
    def first(self) -> np.ndarray:
        """int64 (W,)."""

    @property
    def word_offsets(self) -> np.ndarray:
        """int64 (S + 1,)."""

    def __len__(self) -> int:
        """The number of sentences."""


class Words(Sentences, Protocol):
    """What tagging reads: which word of its sentence an entry is, too."""

    @property
    def word(self) -> np.ndarray:
        """int32 (W,)."""
