"""Code-switched copies of the unlabelled text, back into the source's language."""

from xnerbench.methods.augmented.teacher_cs import CONTRAST
from xnerbench.methods.augmented.ts_augment import METHOD as AUGMENT
from xnerbench.methods.method import Method

METHOD = Method(
    name="ts-switch",
    summary="As ts-augment, with words switched by the inverted dictionary",
    needs=("soft", "words", "teacher", "dictionary"),
    trainer=AUGMENT.trainer,
    options={**AUGMENT.options, "shuffled": CONTRAST["shuffled"]},
    values={"loss": "kl", "augment": "code-switch"},
    cost=1.5,
)
