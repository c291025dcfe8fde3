# The cells of the grid. One thread each: as many cells run as there are cores, which is faster
# than threads inside a cell and makes results independent of --cores.


rule cell:
    input:
        unpack(study.cell_inputs),
    output:
        files.cell("{cell}"),
    log:
        files.log("cells", "{cell}"),
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
        recipe=study.recipe_of("cell"),
    shell:
        job("cell", study.file)


# One training for all numbers of updates: a decay branches off at each. Methods to which `only` leaves fewer numbers have
# a rule of their own, since all jobs of a rule make the same files.
for name, numbers, methods in study.branches:

    rule:
        name:
            name
        input:
            unpack(study.cell_inputs),
        output:
            expand(files.cell("{{series}}/{budget}/{{rest}}"), budget=numbers),
        log:
            files.log("branches", "{series}/{rest}"),
        wildcard_constraints:
            series=f"({'|'.join(methods)})/[^/]+/[^/]+",
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
            lanes=4 if GPU else 1,
        params:
            recipe=study.recipe_of("branches"),
        shell:
            job(
                "branches",
                study.file,
                training=study.run_of("{wildcards.series}", "{wildcards.rest}"),
            )
