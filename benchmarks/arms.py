"""One student cell, all in, in a fresh process: the released recipe, transformers.Trainer, or this suite.

`python -m benchmarks.arms ARM FOLDER --seed S` prints one JSON line: seconds (from the start of the imports to
written predictions), processor time of the same, seconds of the training loop, sentences a second in it, peak memory,
and strict F1. FOLDER is prepared by `benchmarks.cell`: encoder, words of subset and test set, soft labels,
activations. All arms use one thread, the same kept layers, the same frozen layers, the same soft labels and the same
recipe.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402 - the clock starts before the imports, which are part of a cell's cost
import json  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

MAX_SUBWORDS = 128
PREDICTED = 32
"""Test sentences a batch."""
METHOD = {"squared": "ts", "kl": "ts-kl"}
"""Our method of each loss."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("arm", choices=("released", "trainer", "ours"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    settings = json.loads((arguments.folder / "settings.json").read_text())
    arm = {"released": released, "trainer": trainer, "ours": ours}[arguments.arm]
    tags, seconds = arm(arguments.folder, settings, arguments.seed)
    total = time.perf_counter() - STARTED
    from xnerbench.learning.training.process import peak_memory_mb

    passes = settings["n"] * settings["epochs"]
    result = {
        "arm": arguments.arm,
        "seed": arguments.seed,
        "seconds": total,
        "cpu_seconds": time.process_time(),
        "train_seconds": seconds,
        "sentences_per_second": passes / seconds,
        "peak_mb": peak_memory_mb(),
        "f1": strict_f1(arguments.folder, tags),
    }
    print(json.dumps(result))


def strict_f1(folder: Path, tags: list[list[str]]) -> float:
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    gold = json.loads((folder / "test.json").read_text())["tags"]
    return 100 * float(f1_score(gold, tags, mode="strict", scheme=IOB2, zero_division=0))


def ours(folder: Path, settings: dict, seed: int) -> tuple[list[list[str]], float]:
    from xnerbench.learning.layers.activations import Activations
    from xnerbench.learning.layers.spec import EncoderSpec
    from xnerbench.learning.students import student
    from xnerbench.learning.taggers import tagger
    from xnerbench.learning.teachers import labels
    from xnerbench.learning.training import process
    from xnerbench.learning.training.recipe import Recipe
    from xnerbench.methods import METHODS

    process.one_thread()
    spec = EncoderSpec(folder / "encoder", settings["freeze"], settings["precision"])
    pool, test = (Activations(folder / f"{name}.safetensors") for name in ("pool", "test"))
    soft, _ = labels.read_soft(folder / "soft.safetensors")
    recipe = Recipe(
        learning_rate=settings["learning_rate"],
        epochs=settings["epochs"],
        batch_size=settings["batch"],
    )
    mixture = labels.Mixture([soft["pool"]], np.ones(1))
    text = student.Text(pool, np.arange(settings["n"]), mixture)
    training = student.Training(
        spec, METHODS[METHOD[settings["loss"]]], settings["labels"], text, recipe, "und", seed
    )
    model, outcome = student.train_student(training)
    choices = tagger.probabilities(model, test, spec.precision).argmax(axis=1)
    lengths = [len(words) for words in json.loads((folder / "test.json").read_text())["words"]]
    return labels.predicted_tags(test, choices, lengths, settings["labels"]), outcome.seconds


def _model_and_rows(folder: Path, settings: dict, seed: int, padding: bool):
    """transformers' token classifier with the same freezing, and tokenised rows with soft labels."""
    import torch
    from safetensors.numpy import load_file
    from transformers import AutoTokenizer, BertForTokenClassification

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(folder / "encoder")
    model = BertForTokenClassification.from_pretrained(
        folder / "encoder", num_labels=len(settings["labels"])
    )
    model.bert.embeddings.requires_grad_(False)
    for layer in model.bert.encoder.layer[: settings["freeze"]]:
        layer.requires_grad_(False)
    soft = load_file(folder / "soft.safetensors")["pool"]
    rows, start = [], 0
    for words in json.loads((folder / "pool.json").read_text())["words"][: settings["n"]]:
        row, first = _tokenise(tokenizer, words, padding)
        target = np.zeros((len(row["input_ids"]), len(settings["labels"])), dtype=np.float32)
        target[first] = soft[start : start + len(first)]
        mask = np.zeros(len(row["input_ids"]), dtype=np.float32)
        mask[first] = 1
        start += len(first)
        rows.append({**row, "soft": target, "word": mask})
    return model, tokenizer, rows


def _tokenise(tokenizer, words: list[str], padding: bool) -> tuple[dict, list[int]]:
    encoded = tokenizer(
        words,
        is_split_into_words=True,
        truncation=True,
        max_length=MAX_SUBWORDS,
        padding="max_length" if padding else False,
    )
    seen: set[int] = set()
    first = []
    for position, owner in enumerate(encoded.word_ids()):
        if owner is not None and owner not in seen:
            seen.add(owner)
            first.append(position)
    return {key: encoded[key] for key in ("input_ids", "attention_mask")}, first


def _loss(logits, soft, word, loss: str):
    """The mean over words; `kl` less the entropy of the soft labels, which has no gradient."""
    if loss == "kl":
        distance = -(soft * logits.float().log_softmax(-1)).sum(-1)
    else:
        distance = ((logits.float().softmax(-1) - soft) ** 2).mean(-1)
    return (distance * word).sum() / word.sum()


def released(folder: Path, settings: dict, seed: int) -> tuple[list[list[str]], float]:
    """Padding to 128, fp32, everything recomputed: what the released code does, on the same layers."""
    import torch
    from transformers import get_linear_schedule_with_warmup

    model, tokenizer, rows = _model_and_rows(folder, settings, seed, padding=True)
    decay = [p for n, p in model.named_parameters() if "bias" not in n and "LayerNorm" not in n]
    bare = [p for n, p in model.named_parameters() if "bias" in n or "LayerNorm" in n]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": bare, "weight_decay": 0.0}],
        lr=settings["learning_rate"],
        eps=1e-8,
    )
    steps = settings["epochs"] * -(-len(rows) // settings["batch"])
    schedule = get_linear_schedule_with_warmup(optimiser, int(0.1 * steps), steps)
    loader = torch.utils.data.DataLoader(
        rows, batch_size=settings["batch"], shuffle=True, collate_fn=_stack
    )
    start = time.perf_counter()
    model.train()
    for _ in range(settings["epochs"]):
        for batch in loader:
            logits = model(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
            ).logits
            _loss(logits, batch["soft"], batch["word"], settings["loss"]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            model.zero_grad()
    seconds = time.perf_counter() - start
    return _predict(model, tokenizer, folder, settings, padding=True), seconds


def _stack(rows: list[dict]):
    """Pads to the longest of the batch (a no-op for rows that are padded already)."""
    import torch

    longest = max(len(row["input_ids"]) for row in rows)
    batch = {}
    for key in rows[0]:
        values = [np.asarray(row[key]) for row in rows]
        shape = (len(rows), longest, *values[0].shape[1:])
        padded = np.full(shape, 1 if key == "input_ids" else 0, dtype=values[0].dtype)
        for index, value in enumerate(values):
            padded[index, : len(value)] = value
        batch[key] = torch.from_numpy(padded)
    return batch


def trainer(folder: Path, settings: dict, seed: int) -> tuple[list[list[str]], float]:
    """`transformers.Trainer`, batches of similar length padded to their longest sentence."""
    from transformers import Trainer, TrainingArguments

    model, tokenizer, rows = _model_and_rows(folder, settings, seed, padding=False)

    class Student(Trainer):
        def compute_loss(self, model, inputs, return_outputs=False, **_):
            soft, word = inputs.pop("soft"), inputs.pop("word")
            outputs = model(**inputs)
            loss = _loss(outputs.logits, soft, word, settings["loss"])
            return (loss, outputs) if return_outputs else loss

    options = TrainingArguments(
        output_dir=str(folder / "trainer"),
        per_device_train_batch_size=settings["batch"],
        num_train_epochs=settings["epochs"],
        learning_rate=settings["learning_rate"],
        warmup_steps=int(0.1 * settings["epochs"] * -(-len(rows) // settings["batch"])),
        weight_decay=0.01,
        train_sampling_strategy="group_by_length",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        logging_strategy="no",
        remove_unused_columns=False,
        use_cpu=True,
        seed=seed,
    )
    student = Student(model=model, args=options, train_dataset=rows, data_collator=_stack)
    start = time.perf_counter()
    student.train()
    seconds = time.perf_counter() - start
    return _predict(model, tokenizer, folder, settings, padding=False), seconds


def _predict(model, tokenizer, folder: Path, settings: dict, padding: bool) -> list[list[str]]:
    import torch

    model.eval()
    sentences = json.loads((folder / "test.json").read_text())["words"]
    tags = []
    for begin in range(0, len(sentences), PREDICTED):
        chunk = sentences[begin : begin + PREDICTED]
        rows, firsts = zip(*(_tokenise(tokenizer, words, padding) for words in chunk), strict=True)
        with torch.inference_mode():
            choices = model(**_stack(list(rows))).logits.argmax(-1).numpy()
        for words, first, row in zip(chunk, firsts, choices, strict=True):
            predicted = [settings["labels"][row[position]] for position in first]
            tags.append(predicted + ["O"] * (len(words) - len(predicted)))
    return tags


if __name__ == "__main__":
    main()
