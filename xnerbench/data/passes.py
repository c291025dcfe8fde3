"""How many updates passes over a text make: what planning counts and training does."""

from __future__ import annotations

import math


def updates_of(n: int, epochs: int, batch_size: int, least: int = 0) -> int:
    """The updates of whole passes over n sentences, or `least` if that is more."""
    return max(epochs * math.ceil(n / batch_size), least)
