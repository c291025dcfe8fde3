"""Names of places, and of whatever a user lists, as weak labels beside the teacher's."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT, Option

METHOD = Method(
    name="gazetteer",
    summary="As ts-kl, with soft labels of listed names (CLDR's places, a user's list) moved towards their types",
    needs=("soft", "words", "names"),
    objective="xnerbench.learning.objectives.combined:gazetteer",
    options={
        **STUDENT,
        "vote": Option(
            0.5,
            "Weight of the list against the teacher on a matched word.",
            minimum=0.0,
            maximum=1.0,
        ),
    },
    values={"loss": "kl", "init": "teacher"},
)
