"""Self-training on target text beside code-switched source text and its contrasts, after MCL-NER."""

from xnerbench.methods.augmented.teacher_cs import CONTRAST
from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="ts-mcl",
    summary="After MCL-NER: from a teacher-cs, on its soft labels of target text beside source text and copies",
    needs=("soft", "words", "dictionary", "source"),
    trainer="xnerbench.learning.students.switched:train_contrasted",
    options={
        **STUDENT,
        **CONTRAST,
        "own_teacher": Option(
            True,
            "Whether a teacher after MCL-NER is trained first, with as many updates, and gives start and soft labels; "
            "otherwise the source's ordinary teacher does.",
        ),
        "target_views": Option(
            True,
            "Whether target sentences take part in the contrasts: as negatives in that of sentences, and, where the "
            "teacher is sure of every word, in that of relations.",
        ),
    },
    values={"loss": "kl", "init": "teacher"},
    cost=8.0,
)
