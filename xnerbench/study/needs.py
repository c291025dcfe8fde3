"""What each cell needs to exist first."""

from __future__ import annotations

from dataclasses import dataclass

from xnerbench.study.grid import Cell


@dataclass(frozen=True)
class Needs:
    """What a cell is made from, as the arguments of `Layout`'s methods of the same names.

    Attributes:
        activations: (language, split) of the frozen layers' outputs.
        teachers: (sources, seed) of teachers whose weights the cell itself reads.
        softlabels: (target, sources, seed), one per part of the mixture, in their order.
        weights: (target, sources, seed, kind) of the sources' weights, by `similarity` or by `confidence`.
        subsets: (target, seed) of the permutation.
        gold: Languages whose pool tags are read.
        pools: Languages whose pool's words are read.
        dictionaries: Languages whose dictionary is read.
        trains: Languages whose labelled text is read.
        gazetteers: Languages whose list of names is read.
        annotations: Languages whose labels made elsewhere are read.
        parallel: Languages whose parallel text is read.
    """

    activations: tuple[tuple[str, str], ...] = ()
    teachers: tuple[tuple[tuple[str, ...], int], ...] = ()
    softlabels: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    weights: tuple[tuple[str, tuple[str, ...], int, str], ...] = ()
    subsets: tuple[tuple[str, int], ...] = ()
    gold: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    dictionaries: tuple[str, ...] = ()
    trains: tuple[str, ...] = ()
    gazetteers: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    parallel: tuple[str, ...] = ()


def teachers_of(cell: Cell) -> tuple[tuple[tuple[str, ...], int], ...]:
    """(sources, seed) of every teacher that a cell's numbers rest on, by its weights or by its soft labels."""
    needs = needs_of(cell)
    asked = ((sources, seed) for _, sources, seed in needs.softlabels)
    return tuple(dict.fromkeys((*needs.teachers, *asked)))


def needs_of(cell: Cell) -> Needs:
    """What must exist before a cell can run; the test set is always among it.

    A student's teachers' probabilities are among it even where it does not learn from them: its agreement
    with them is part of its record.
    """
    info, target, seed = cell.info, cell.target, cell.teacher_seed
    test = (target, "test")
    weighed = info.weights in ("similarity", "confidence")
    weights = ((target, cell.sources, seed, info.weights),) if weighed else ()
    if not info.trains_student and info.applies == "teacher":
        return Needs(activations=(test,), teachers=((cell.sources, seed),))
    labels: tuple[tuple[str, tuple[str, ...], int], ...]
    if info.weights == "concat":
        labels = ((target, cell.sources, seed),)
    elif info.weights == "seeds":
        labels = tuple((target, cell.sources, each) for each in cell.teacher_seeds)
    else:
        labels = tuple((target, (source,), seed) for source in cell.sources)
    if not info.trains_student:
        return Needs(activations=(test,), softlabels=labels, weights=weights)
    read = cell.sources if "source" in info.needs else ()
    return Needs(
        activations=((target, "pool"), test, *((source, "train") for source in read)),
        teachers=((cell.sources, seed),)
        if info.init == "teacher" or "teacher" in info.needs
        else (),
        softlabels=labels,
        weights=weights,
        subsets=((target, cell.subset_seed),),
        gold=(target,) if info.reads_gold else (),
        pools=(target,) if info.reads_words else (),
        dictionaries=(target,) if "dictionary" in info.needs else (),
        trains=read,
        gazetteers=(target,) if "names" in info.needs else (),
        annotations=(target,) if info.reads_annotations else (),
        parallel=(target,) if "pairs" in info.needs else (),
    )
