"""Augmentation of the unlabelled text: does a copy of n sentences buy what n further ones do?"""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="ts-augment",
    summary="As ts-kl, on n sentences and augmented copies of them; equal updates",
    needs=("soft", "words", "teacher"),
    trainer="xnerbench.learning.students.augmented:train_augmented",
    options={
        **STUDENT,
        "augment": Option(
            "mention",
            "Augmentation: `mention`, `subword`, `shuffle` (a negative control), or one that a plug-in registers. "
            "`code-switch` needs a dictionary: see `ts-switch`.",
            registry="xnerbench.augment.registry:known",
        ),
        "copies": Option(1, "Augmented copies of each sentence.", minimum=1, maximum=20),
        "labels": Option(
            "anew",
            "Labels of a copy: given anew by the teacher, or carried from where the words were.",
            choices=("anew", "carried"),
        ),
    },
    values={"loss": "kl"},
    cost=1.5,
)
