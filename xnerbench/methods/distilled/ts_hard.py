"""Ablation: the teacher's most likely tags instead of its probabilities."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="ts-hard",
    summary="As ts, with the teacher's most likely tags and cross-entropy",
    options=STUDENT,
    values={"loss": "hard"},
    role="ablation",
    label="teacher-student with hard labels",
    look="brown s",
)
