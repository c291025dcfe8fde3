"""Ablation: the loss whose gradient does not vanish where a student is confidently wrong."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="ts-kl",
    summary="As ts, with the Kullback-Leibler divergence in place of MSE",
    options=STUDENT,
    values={"loss": "kl"},
    role="ablation",
    label="teacher-student with KL loss",
    look="sky D",
)
