"""Augmentation in feature space: words mixed with others of their sentence (LADA)."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="ts-mix",
    summary="As ts-kl, on words mixed with others of their sentence and labels mixed alike",
    objective="xnerbench.learning.objectives.combined:mixed",
    options={
        **STUDENT,
        "alpha": Option(
            0.75, "Of the Beta(alpha, alpha) that the shares are drawn from.", above=0.0
        ),
    },
    values={"loss": "kl"},
)
