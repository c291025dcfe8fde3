"""A method of one's own: distillation with a contrast between words and their translations."""

from torch import nn
from torch.nn import functional

from xnerbench.methods import STUDENT, Method, Option, register_method


class Contrast(nn.Module):
    """KL to the teacher, and words of the dictionary drawn to the second view of themselves."""

    def __init__(self, context):
        super().__init__()
        self.project = nn.Linear(context.width, 16)
        self.weight = context.options["weight"]
        self.known = {word for words in context.dictionary.values() for word in words}

    def forward(self, output, seen):
        loss = functional.kl_div(output.logits.log_softmax(dim=1), seen.soft, reduction="batchmean")
        rows = [row for row, word in enumerate(seen.words) if word in self.known]
        if len(rows) < 2:
            return loss
        one = functional.normalize(self.project(output.hidden[rows]), dim=1)
        two = functional.normalize(self.project(seen.second.hidden[rows]), dim=1)
        return loss + self.weight * functional.cross_entropy(
            one @ two.T / 0.1, seen.batch.first.new_tensor(range(len(rows)))
        )


register_method(
    Method(
        name="ts-contrast",
        summary="As ts-kl, with words of a dictionary contrasted over two views",
        needs=("soft", "second", "words", "dictionary"),
        objective=Contrast,
        options={**STUDENT, "weight": Option(0.1, "Weight of the contrast.", minimum=0.0)},
        label="teacher-student with a contrast",
    )
)
