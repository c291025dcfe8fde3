# Teachers, trained once a source (or union of sources) and seed, and what they say about a pool.


rule teacher:
    input:
        study.teacher_inputs,
        encoder=files.encoder_record,
    output:
        files.teacher(("{sources}",), "{seed}"),
    log:
        files.log("teachers", "{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(3000),
        runtime=study.teacher_minutes,
        gpu=GPU,
    params:
        recipe=lambda wildcards: study.recipe("teacher", f"{wildcards.sources}.s{wildcards.seed}"),
    shell:
        attempted(
            "teacher --sources {wildcards.sources} --seed {wildcards.seed}",
            "teacher",
            "{wildcards.sources}.s{wildcards.seed}",
            study.file,
        )


rule soft_labels:
    input:
        encoder=files.encoder_record,
        teacher=files.teacher(("{sources}",), "{seed}"),
        pool=files.activations("{target}", "pool"),
    output:
        temp(files.softlabels("{target}", ("{sources}",), "{seed}")),
    log:
        files.log("softlabels", "{target}/{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
        gpu=GPU,
    params:
        recipe=lambda wildcards: study.recipe(
            "softlabels", f"{wildcards.target}/{wildcards.sources}.s{wildcards.seed}"
        ),
    shell:
        attempted(
            "softlabels --target {wildcards.target} --sources {wildcards.sources}"
            " --seed {wildcards.seed}",
            "softlabels",
            "{wildcards.target}/{wildcards.sources}.s{wildcards.seed}",
            study.file,
        )


# How much each source counts for a target: a language-identification model over the sources.
rule similarity_weights:
    input:
        study.weights_inputs,
    output:
        files.weights("{target}", ("{sources}",), "{seed}"),
    log:
        files.log("weights", "{target}/{sources}.s{seed}"),
    retries: ATTEMPTS
    conda:
        "../environment.yml"
    resources:
        attempt=which_attempt,
        mem_mb=grows(2500),
        runtime=grows(60),
    params:
        recipe=lambda wildcards: study.recipe(
            "weights", f"{wildcards.target}/{wildcards.sources}.s{wildcards.seed}"
        ),
    shell:
        attempted(
            "weights --target {wildcards.target} --sources {wildcards.sources}"
            " --seed {wildcards.seed}",
            "weights",
            "{wildcards.target}/{wildcards.sources}.s{wildcards.seed}",
            study.file,
        )
