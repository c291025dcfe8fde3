"""Sentences of the embedded corpus, drawn from a seed."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator

from xnerbench.data.embedded import frames
from xnerbench.data.embedded.partition import SPLITS, is_test_frame, split_of
from xnerbench.data.embedded.template import Compiler, Draw, Step
from xnerbench.errors import InputError

TRIES = 12  # to find a sentence that is new and falls into the split, before a frame retires

Sentence = tuple[list[str], list[str]]


def generate(language: str, split: str, n: int, seed: int = 0) -> Iterator[Sentence]:
    """Draws the first `n` sentences of a split; a longer run begins with the same sentences.

    The same arguments give the same sentences in every process, as long as faker and babel keep
    their lists. No sentence comes twice. `train` and `pool` use the same frames and names but share
    no sentence, whatever their seeds; `test` has frames of its own, and names of its own but for
    the stated share (`partition.SHARED_NAMES`). Frames take turns in a random order, so that a
    short run already has as many different ones as it can.

    Args:
        language: ISO 639-3 code, one of `languages()`.
        split: `train`, `pool` or `test`.
        n: Number of sentences.
        seed: Any integer.

    Yields:
        Words, and IOB2 tags over PER, LOC and ORG of the same length.

    Raises:
        InputError: No such language or split, or the frames cannot make `n` different sentences.
    """
    if split not in SPLITS:
        raise InputError(
            f"the embedded corpus has no split '{split}'", remedy=f"Choose among {SPLITS}"
        )
    programs = list(_programs(language)["test" if split == "test" else "train"])
    draw_uniform = random.Random(f"xnerbench embedded {language} {split} {seed}").random
    seen: set[str] = set()
    turkish = language == "tur"
    while len(seen) < n:
        retired = []
        # sorted() by a drawn key is a shuffle that no Python version can change.
        for steps in sorted(programs, key=lambda _: draw_uniform()):
            for _ in range(TRIES):
                words, tags = _draw(steps, Draw(draw_uniform, split == "test"), turkish)
                text = " ".join(words)
                if text not in seen and (split == "test" or split_of(text) == split):
                    seen.add(text)
                    yield words, tags
                    break
            else:
                retired.append(steps)
            if len(seen) == n:
                return
        programs = [steps for steps in programs if steps not in retired]
        if not programs:
            raise InputError(
                f"the frames of '{language}' make only {len(seen)} different sentences",
                split,
                "Ask for fewer",
            )


def _draw(steps: tuple[Step, ...], state: Draw, turkish: bool) -> Sentence:
    words: list[str] = []
    tags: list[str] = []
    for step in steps:
        step(state, words, tags)
    first = words[0]
    if first[0].islower():
        capital = "İ" if turkish and first[0] == "i" else first[0].upper()
        words[0] = capital + first[1:]
    return words, tags


@functools.lru_cache(maxsize=32)
def _programs(language: str) -> dict[str, tuple[tuple[Step, ...], ...]]:
    file = frames.load(language)
    compiler = Compiler(file)
    programs: dict[str, list[tuple[Step, ...]]] = {"train": [], "test": []}
    for line in file.frames:
        part = "test" if is_test_frame(line.text) else "train"
        programs[part].append(compiler.frame(line.text))
    return {part: tuple(steps) for part, steps in programs.items()}
