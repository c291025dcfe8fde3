"""Self-training on target text beside code-switched source text and its contrasts, after MCL-NER."""

from xnerbench.methods.augmented.teacher_cs import CONTRAST
from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="ts-mcl",
    summary="After MCL-NER: as teacher-cs, with the teacher's soft labels on the target's text",
    needs=("soft", "words", "dictionary", "source"),
    trainer="xnerbench.learning.students.switched:train_switched",
    options={**STUDENT, **CONTRAST},
    values={"loss": "kl", "init": "teacher"},
)
