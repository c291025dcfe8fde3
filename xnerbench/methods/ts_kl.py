"""Ablation: the usual distillation loss."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="ts-kl",
    summary="As ts, with the Kullback-Leibler divergence in place of MSE",
    loss="xnerbench.learning.losses:divergence",
)
