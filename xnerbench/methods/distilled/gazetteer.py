"""Names of places as weak labels beside the teacher's."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="gazetteer",
    summary="As ts-kl, with words that a list of places names moved towards LOC in the soft labels",
    needs=("soft", "words", "dictionary"),
    objective="xnerbench.learning.objectives.combined:gazetteer",
    options={
        **STUDENT,
        "vote": Option(
            0.5,
            "Weight of the list against the teacher on a matched word.",
            minimum=0.0,
            maximum=1.0,
        ),
        "type": Option("LOC", "Entity type of the listed names."),
    },
    values={"loss": "kl", "init": "teacher"},
)
