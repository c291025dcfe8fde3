"""Control: what the fresh start of the student costs at small sizes."""

from xnerbench.methods.method import Method
from xnerbench.methods.options import STUDENT

METHOD = Method(
    name="ts-warm",
    summary="As ts, with the student started from the teacher",
    options=STUDENT,
    values={"init": "teacher"},
    role="ablation",
    label="teacher-initialised student",
    look="vermilion ^",
)
