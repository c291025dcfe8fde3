"""Dropout from one byte of randomness a value.

torch's CPU dropout draws a uniform float a value, which cost more than the matrix products around it on the
machines measured (docs/performance.md). Here eight values share one 64-bit draw of numpy's SFC64, so the
probability is rounded to a multiple of 1/256 and the survivors are scaled by the rounded probability: the
expectation stays exact.
"""

from __future__ import annotations

import numpy as np
import torch


class Dropout:
    """Zeroes values with probability `p` (rounded to 1/256), from its own seeded stream."""

    def __init__(self, p: float, seed: np.random.SeedSequence) -> None:
        if not 0.0 <= p < 1.0:
            raise ValueError(f"a dropout of {p} is not in [0, 1)")
        self.threshold = round(p * 256)
        self.bits = np.random.SFC64(seed)

    @property
    def p(self) -> float:
        """The probability in force."""
        return self.threshold / 256

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Returns `x` with values dropped and survivors scaled by 1 / (1 - p)."""
        if not self.threshold:
            return x
        if x.device.type != "cpu":
            return torch.nn.functional.dropout(x, self.p)
        words = self.bits.random_raw((x.numel() + 7) // 8)
        noise = torch.from_numpy(words.view(np.uint8))[: x.numel()].view(x.shape)
        return _Masked.apply(x, noise >= self.threshold, 1.0 / (1.0 - self.p))


class _Masked(torch.autograd.Function):
    """x * mask * scale with the mask kept as one byte a value."""

    @staticmethod
    def forward(ctx, x, mask, scale):
        ctx.save_for_backward(mask)
        ctx.scale = scale
        return torch.ops.aten.native_dropout_backward(x, mask, scale)

    @staticmethod
    def backward(ctx, gradient):
        (mask,) = ctx.saved_tensors
        return torch.ops.aten.native_dropout_backward(gradient, mask, ctx.scale), None, None
