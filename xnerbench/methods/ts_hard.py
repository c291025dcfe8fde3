"""Ablation: hard labels, like for like (same words, same student)."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="ts-hard",
    summary="As ts, with the teacher's most likely tags and cross-entropy",
    loss="xnerbench.learning.losses:hard",
)
