"""The family that the paper compares with: labels projected across parallel text that the user supplies."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import OPTIMISER, STUDENT, Option

METHOD = Method(
    name="project",
    summary="Trained on the teacher's tags of n source sentences, projected to their translations",
    needs=("words", "teacher", "pairs"),
    objective="xnerbench.learning.objectives.objective:gold",
    trainer="xnerbench.learning.students.projected:train_projected",
    options={
        "init": STUDENT["init"],
        **OPTIMISER,
        "sentences": Option(
            "file",
            "Which pairs a cell has: n of the `file`, or those of its own n sentences of the `pool`.",
            choices=("file", "pool"),
        ),
        "align_layer": Option(
            6, "Layer whose states align words; 6 or 7 of the embedded encoder.", minimum=1
        ),
    },
    cost=1.5,
)
