"""Rounds of self-training: the student becomes the teacher, on the sentences that it is surest of."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="self-train",
    summary="From the teacher in rounds: choose sentences by type, sharpen their labels, train, repeat",
    trainer="xnerbench.learning.students.rounds:self_train",
    options={
        **STUDENT,
        "rounds": Option(
            3, "Rounds at most; the updates of a cell are shared out among them.", minimum=1
        ),
        "stop_fidelity": Option(
            100.0,
            "Stop after a round whose student agrees with the labels that it learned from, on the cell's sentences, in "
            "this entity F1 at least: nothing would change any more. 100 stops at identity only.",
            above=0.0,
            maximum=100.0,
        ),
        "share": Option(
            0.5,
            "Of the sentences with a type, how many are chosen in the first round; it grows evenly to all in "
            "the last.",
            above=0.0,
            maximum=1.0,
        ),
        "sharpen": Option(True, "Whether labels are sharpened by BOND's soft frequency."),
    },
    values={"loss": "kl", "init": "teacher"},
)
