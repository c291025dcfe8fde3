# The cells of the grid. One thread each: as many cells run as there are cores, which is faster
# than threads inside a cell and makes results independent of --cores.

CELL = "/".join(
    (
        "{wildcards.method}",
        "{wildcards.sources}",
        "{wildcards.target}",
        "{wildcards.budget}",
        "n{wildcards.n}",
        "s{wildcards.seed}",
    )
)


rule cell:
    input:
        unpack(study.cell_inputs),
    output:
        files.cell("{method}/{sources}/{target}/{budget}/n{n}/s{seed}"),
    log:
        files.log("cells", "{method}/{sources}/{target}/{budget}/n{n}/s{seed}"),
    retries: ATTEMPTS
    group:
        "cells"
    conda:
        "../environment.yml"
    threads: 1
    resources:
        attempt=which_attempt,
        mem_mb=study.cell_megabytes,
        runtime=study.cell_minutes,
        gpu=GPU,
        # Where cells are grouped (profiles/slurm), this bounds how many of a group run at once:
        # four, or one where they share the group's GPU.
        lanes=4 if GPU else 1,
    params:
        recipe=study.cell_recipe,
    shell:
        attempted(f"cell --cell {CELL}", "cell", CELL, study.file)
