"""Control: what the fresh start of the student costs at small sizes."""

from xnerbench.methods.info import MethodInfo

METHOD = MethodInfo(
    name="ts-warm",
    summary="As ts, with the student started from the teacher",
    init="teacher",
)
