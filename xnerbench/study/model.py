"""What a configuration is: every key of a study, and what follows from them.

`sections.py` declares the keys of its parts, `config.py` reads and checks a file.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xnerbench.data.formats import Place
from xnerbench.methods import Method
from xnerbench.storage import artifacts
from xnerbench.study.analysis import AnalysisConfig
from xnerbench.study.budgets import budget_of
from xnerbench.study.reading.keys import COUNT, PATH, PATH_HINT, REQUIRED, SEED, key
from xnerbench.study.reading.places import expanded, home
from xnerbench.study.sections import (
    DICTIONARIES,
    Budget,
    ComputeConfig,
    CorporaConfig,
    EncoderConfig,
    Only,
    ParallelConfig,
    SimilarityConfig,
    StudentRecipe,
    TeacherRecipe,
)
from xnerbench.study.variants import Variant, resolved

_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"


def _seeds(default: Any, meaning: str) -> Any:
    return key(default, meaning, minimum=0, maximum=SEED)


TAKEN_BACK = "`null`, in a file that lies over another one, takes all entries back."
CLEARED = ("only", "largest_size", "updates", "all_seeds_in")
"""Keys that a file over another sets to `null` to be rid of the entries below, which it could only add to."""


@dataclass(frozen=True)
class Config:
    """A whole study. Field names are the keys of the file; `base` is where relative paths start."""

    study: str = key(
        REQUIRED,
        "Name of the study and of its folders, `results/<study>/` and `work/<study>/`: letters, "
        "digits, dots, hyphens "
        "and underscores, with `/` between the parts of a nested name.",
        pattern=f"{_PART}(/{_PART})*",
        hint="use letters, digits, dots, hyphens and underscores, for example `african-2026`",
        longest=100,
    )
    labels: tuple[str, ...] = key(
        ("PER", "LOC", "ORG"),
        "Entity types of the study. Every corpus is mapped to them; everything else becomes `O`.",
        pattern="[A-Za-z][A-Za-z0-9_]*",
        hint="use letters, digits and underscores, without `B-` or `I-`",
        longest=30,
    )
    encoder: EncoderConfig = key(EncoderConfig, "The pretrained multilingual encoder.")
    sources: tuple[str, ...] = key(
        REQUIRED, "Languages with labelled text, ISO 639-3. Each gets its own teacher."
    )
    targets: tuple[str, ...] = key(
        REQUIRED, "Languages that the students are trained for and scored on, ISO 639-3."
    )
    sizes: tuple[int, ...] = key(
        REQUIRED,
        "Numbers of unlabelled target sentences. Each is a prefix of one permutation, so they are nested.",
        minimum=1,
        maximum=COUNT,
    )
    seeds: tuple[int, ...] = _seeds(
        REQUIRED,
        "Seeds of the students (initialisation of the head, dropout, order of the batches).",
    )
    methods: tuple[str, ...] = key(
        REQUIRED,
        "Methods to compare; `docs/methods.md` describes them. An entry is a name, or a variant: a "
        "new `name`, the "
        "method that it is based on, and some of its options: `{name: ts-t2, base: ts-kl, temperature: 2}`.",
    )
    plugins: tuple[str, ...] = key(
        (),
        "Python files that register methods, augmentations, corpus formats, tables or figures; "
        "`docs/extending.md` "
        "shows how. **Their code is run** by every command that is given this configuration.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    dictionaries: dict[str, str] = key(
        {},
        "Bilingual dictionaries for methods that ask for one, by target language: the path of a dictd dictionary "
        "without its ending or of a table of word pairs, `embedded`, or `cldr`.",
        pattern=PATH,
        hint=PATH_HINT,
        of="target",
    )
    gazetteers: dict[str, str] = key(
        {},
        "Lists of names for the method `gazetteer`, by target language, beside the places that CLDR names: files with "
        "a name, a tab and one of `labels` a line.",
        pattern=PATH,
        hint=PATH_HINT,
        of="target",
    )
    annotations: dict[str, str] = key(
        {},
        "Labels made elsewhere for sentences of a target's pool, by target language, for methods with `teacher: file` "
        "or `teacher: both`: a file in CoNLL columns, or JSON lines with `words` and `tags` or `probabilities`.",
        pattern=PATH,
        hint=PATH_HINT,
        of="target",
    )
    parallel: dict[str, ParallelConfig] = key(
        {},
        "Parallel text for the method `project`, by target language; its other side is in the source's language.",
        of="target",
    )
    budgets: tuple[Budget, ...] = key(
        None,
        "Training budgets of the students. `epochs` is the paper's: a fixed number of passes, so small sizes get few "
        "updates. `steps` repeats the text until at least `student.min_steps` updates are done. `null` is `[steps]`, "
        "or none where `updates` are given.",
    )
    updates: tuple[int, ...] = key(
        (),
        "Numbers of updates as an axis of the grid. A student is trained once per size and seed at a constant rate, "
        "and a short decay branches off at each number. Budgets of this kind are called `u75`, `u300`.",
        minimum=1,
        maximum=10_000_000,
    )
    teacher_seeds: tuple[int, ...] = _seeds(
        None,
        "Seeds of the teachers. Seed number i of `seeds` uses entry i modulo the length. `null` is the same as "
        "`seeds`.",
    )
    subset_seeds: tuple[int, ...] = _seeds(
        None, "Seeds of the permutations behind the sizes, used like `teacher_seeds`."
    )
    single_sources: tuple[str, ...] = key(
        None,
        "The sources that single-source methods run with, one after the other. `null` is the first of `sources`.",
    )
    exclude_target_from_sources: bool = key(
        False, "Allows a language in both lists; it then teaches the other targets only."
    )
    only: dict[str, Only] = key(
        {},
        "Runs a method on a part of the grid only, for example `{supervised: {sizes: [25, 400]}}`. "
        f"{TAKEN_BACK}",
        of="method",
    )
    largest_size: dict[str, int] = key(
        {},
        "Largest of `sizes` for a target whose pool is smaller than the others', for example `{amh: "
        "1600}`. Its larger sizes are left out of the grid; a target without an entry has all of them. "
        f"{TAKEN_BACK}",
        minimum=1,
        maximum=COUNT,
        of="target",
    )
    all_seeds_in: tuple[str, ...] = key(
        (),
        "Targets that are run with all `seeds`; the others have the first alone. Empty: all have all. The analysis has "
        f"languages with one seed borrow what seeds do from those with several. {TAKEN_BACK}",
    )
    untested: tuple[str, ...] = key(
        (),
        "Targets without a test set. Their taggers are trained and can be exported; their rows of the scores say "
        "`untested` and hold no score, only the agreement with the teachers on held-out text.",
    )
    given_teacher: str | None = key(
        None,
        "Folder of a tagger that `xnerbench export` wrote: it is the teacher as it is, and no labelled text is read. "
        "It is the encoder, too (`encoder.name` must be the same), of one source.",
        pattern=PATH,
        hint=PATH_HINT,
    )
    max_subwords: int = key(
        160,
        "Longest input in subwords, special tokens included. Words beyond it are predicted `O`.",
        minimum=8,
        maximum=512,
    )
    teacher: TeacherRecipe = key(TeacherRecipe, "How the teachers are trained.")
    student: StudentRecipe = key(StudentRecipe, "How the students are trained.")
    similarity: SimilarityConfig = key(
        SimilarityConfig, "The language-identification model behind the weights of `multi-sim`."
    )
    compute: ComputeConfig = key(
        ComputeConfig,
        "Where the arithmetic runs. Threads, memory and partitions belong in a profile, not here.",
    )
    corpora: CorporaConfig = key(CorporaConfig, "The labelled and unlabelled text.")
    analysis: AnalysisConfig = key(
        AnalysisConfig,
        "Settings of the analysis. The primary ones are fixed before the results are seen.",
    )
    scores: str | None = key(
        None,
        "Path of committed scores. The study is then only analysed and drawn, nothing is trained. "
        "Empty, as from the "
        "command line (`--config scores=`), is as `null`.",
        pattern=f"(?:{PATH})?",
        hint=PATH_HINT,
        shortest=0,
    )
    variants: dict[str, Variant] = field(kw_only=True, default_factory=dict)
    base: Path = field(kw_only=True, compare=False)

    def method(self, name: str) -> Method:
        """A method of the study, a variant with its options; a `KeyError` for a name that it does "
        "not have."""
        return resolved(name, self.variants)

    @property
    def all_budgets(self) -> tuple[str, ...]:
        """Every budget of the grid: those of `budgets`, and one for each of `updates`."""
        return (*self.budgets, *map(budget_of, self.updates))

    def teacher_seed(self, seed: int) -> int:
        """The teacher seed that goes with an entry of `seeds`."""
        return self.teacher_seeds[self.seeds.index(seed) % len(self.teacher_seeds)]

    def subset_seed(self, seed: int) -> int:
        """The subset seed that goes with an entry of `seeds`."""
        return self.subset_seeds[self.seeds.index(seed) % len(self.subset_seeds)]

    def sources_for(self, target: str) -> tuple[str, ...]:
        """The sources that may teach `target`: all of them, but for itself."""
        return tuple(source for source in self.sources if source != target)

    def sizes_for(self, target: str) -> tuple[int, ...]:
        """The sizes of a target: all, or those up to its entry in `largest_size`."""
        limit = self.largest_size.get(target)
        return tuple(size for size in self.sizes if limit is None or size <= limit)

    def path(self, relative: str) -> Path:
        """A path of the configuration other than a corpus's, taken from `base`."""
        return self.base / home(relative)

    def dictionary(self, target: str) -> str:
        """A target's dictionary as its reader wants it: a name that is built in, or a path."""
        source = self.dictionaries[target]
        return source if source in DICTIONARIES else str(self.path(source))

    def dictionary_files(self, target: str) -> list[Path]:
        """The files of a target's dictionary: one, or the two of a dictd dictionary; none where it is built in."""
        source = self.dictionaries[target]
        if source in DICTIONARIES:
            return []
        path = self.path(source)
        named = [
            path,
            *(path.with_name(path.name + end) for end in (".index", ".dict.dz", ".dict")),
        ]
        return [file for file in named if artifacts.is_file(file)]

    def parallel_files(self, target: str) -> list[Path]:
        """The files of a target's parallel text: one of pairs, or the source's side and the target's."""
        own = self.parallel[target]
        named = (own.file,) if own.file else (own.source, own.target)
        return [self.path(each) for each in named if each]

    def corpus_path(self, relative: str) -> Path:
        """A corpus's path, taken from `corpora.root` with its environment variables expanded.

        Raises:
            InputError: The root names a variable that is not set.
        """
        root = expanded(self.corpora.root or ".", "corpora.root")
        return self.base / home(root) / home(relative)

    def place(self, language: str) -> Place:
        """Where a language's corpus is, as its format wants to know it."""
        return Place(language, f"corpora.languages.{language}", self.corpus_path)

    def to_dict(self) -> dict[str, Any]:
        """The resolved configuration as JSON-able values; `from_dict` of it gives an equal one.

        `corpora.root` stays as written, so that nothing of this machine gets into results.
        """
        values = dataclasses.asdict(self)
        del values["base"], values["variants"]
        values["budgets"] = values["budgets"] or None  # none beside `updates`
        values["methods"] = [
            {"name": name, "base": variant.base, **variant.options}
            if (variant := self.variants.get(name))
            else name
            for name in self.methods
        ]
        return dict(json.loads(json.dumps(values)))  # lists for tuples
